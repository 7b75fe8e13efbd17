"""One notice a firm: its figures, its class, what a better one would take."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
