"""Results held against what their inputs give: what was changed by hand or is out of date."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
