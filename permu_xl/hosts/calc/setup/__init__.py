"""Build, install, remove and examine the extension of LibreOffice Calc."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
