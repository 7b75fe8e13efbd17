"""The package of a workbook: its parts, their XML, what depends on a sheet."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
