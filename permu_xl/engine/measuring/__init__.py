"""Indicator values of all firms of a year, and the baselines taken from them (二（一）1 and 2)."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
