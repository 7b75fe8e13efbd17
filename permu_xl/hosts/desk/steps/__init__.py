"""The steps of the year as the desk carries them out: what a form gives, the job, what came of it.

May use ``parts`` and ``opened``.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
