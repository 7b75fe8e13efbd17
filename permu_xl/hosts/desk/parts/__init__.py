"""What the pages are made of: tables, charts, findings by kind, how values are shown.

May use ``opened``; the templates beside have the same under ``templates/parts``.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
