"""The firms on 核验: a row each, from the cells that are read to the final class."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
