"""The firms of a roster: who takes part, what sorts them, who is evaluated as one."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
