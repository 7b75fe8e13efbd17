"""The desk: the whole year on a page of this computer alone, over the same tasks as the menus.

May use tasks and what lies below them.  Its rooms: ``serving``, ``pages``, ``steps``, ``parts``,
``opened``, each using those after it.  The only place that knows flask and waitress.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
