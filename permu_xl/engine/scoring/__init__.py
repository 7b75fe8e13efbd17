"""Points: scores of the indicators and bonus (二（一）3)."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
