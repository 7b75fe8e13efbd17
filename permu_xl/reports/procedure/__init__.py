"""The procedure around the evaluation: objections registered, and what is told of a firm."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
