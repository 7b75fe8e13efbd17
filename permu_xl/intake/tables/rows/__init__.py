"""What the rows below a header hold: firms, totals and neither; none is dropped in silence."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
