"""Cells without their file: areas, addresses, blocks of values, what a typed cell means."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
