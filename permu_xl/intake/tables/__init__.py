"""What a table says: headers, columns, units, rows that are firms and rows that are not."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
