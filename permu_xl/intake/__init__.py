"""Department tables on their way into the workbook: matched, combined, filled in, documented.

May use workbook and what lies below it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
