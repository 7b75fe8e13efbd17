"""What is open in the desk: workbooks, the folders it looks into, the files chosen for a step.

Knows nothing of pages.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
