"""The workbook that is filled: its firms and cells, last year's figures, where each came from."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
