"""核验: plain spreadsheet formulas that recompute every result.

A proof that shares code with what it proves is none: it knows the layout and the scheme,
nothing that computes.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
