"""The programs in which a person works; each knows only its own.

A host may use tasks, functions and what lies below them, never another host.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
