"""From the tables of a scheme file to a ``Scheme``: every key declared, every breach collected.

``table`` reads values of their types, ``scheme`` and the modules of its parts declare the keys, the
modules of consistency ask whether they fit each other.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
