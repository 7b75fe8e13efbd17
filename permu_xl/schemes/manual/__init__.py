"""Schemes in words: the reference of their keys, summaries, the file to start from."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
