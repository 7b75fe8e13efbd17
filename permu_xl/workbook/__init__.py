"""Our workbook: a district read, evaluated and written; results, summary, final copy.

May use functions, schemes, engine and xlsx.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
