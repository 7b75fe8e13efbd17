"""The commands of the year on an open workbook, once for all hosts.

A host hands in a ``Desk``; tasks may use reports, intake and workbook, never a host.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
