"""Files on disk: whole or not at all, locks, limits for untrusted ones, their kinds."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
