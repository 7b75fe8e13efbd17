"""Orders, lines, classes and the guards that move single firms (二（二）)."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
