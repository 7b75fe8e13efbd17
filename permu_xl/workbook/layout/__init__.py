"""Sheets, headers and fixed cells of the workbook, by subject; the one place that names them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
