"""The PERMU_ worksheet functions, declared once for every spreadsheet program.

>>> from permu_xl import functions
>>> functions.call("PERMU_RANK", [[[70.0], [90.0], [90.0], [None]]])
[[3.0], [1.0], [1.0], ['']]
>>> functions.REGISTRY["PERMU_RANK"].signature
'PERMU_RANK(totals)'
>>> [str(cell) for cell in functions.call("PERMU_PARAM", ["没有的名称"])[0]]
['#N/A']
"""

from permu_xl.functions.declare import Argument, Function
from permu_xl.functions.registry import REGISTRY, call, last_error
from permu_xl.functions.values import Cell, ErrorValue, Grid

__all__ = [
    "REGISTRY",
    "Argument",
    "Cell",
    "ErrorValue",
    "Function",
    "Grid",
    "call",
    "last_error",
]
