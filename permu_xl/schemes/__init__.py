"""The scheme files, shipped and of one's own, and how they become ``Scheme`` objects.

May use engine, text, findings and errors.

>>> from permu_xl.schemes import available, load
>>> "shenyang_2021" in available()
True
>>> load("shenyang_2021").indicator("tax_per_mu").weight
30.0
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
