"""The template whose results are PERMU_ formulas.  Shares no code with the proof."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
