"""The PERMU_ worksheet functions, declared once for every spreadsheet program.

>>> from permu_xl import functions
>>> functions.call("PERMU_RANK", [[[70.0], [90.0], [90.0], [None]]])
[[3.0], [1.0], [1.0], ['']]
>>> functions.REGISTRY["PERMU_RANK"].signature
'PERMU_RANK(totals, [among], [order])'
>>> [str(cell) for cell in functions.call("PERMU_PARAM", ["没有的名称"])[0]]
['#N/A']
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
