"""What the columns below a header hold: figures in which unit, of which year, with which sign."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
