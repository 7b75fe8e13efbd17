"""Whose a row of a table is, and which figure of a firm is taken where several are told."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
