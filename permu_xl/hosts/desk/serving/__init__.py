"""The desk as a server for this user alone: the pages put together, who may ask, its start and end.

May use all other rooms of the desk.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
