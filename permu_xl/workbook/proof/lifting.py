"""Which formulas have to be array formulas: those that give a function a range in SUMPRODUCT.

SUMPRODUCT calculates its arguments cell by cell, comparisons and arithmetic in every program, but
functions such as EXACT, LEFT or ISERROR in some only where the whole formula is an array formula
(Gnumeric).  In one cell such a formula has the same result in all others.
"""

from __future__ import annotations

import re

__all__ = ["lifts"]

_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"]|"")*"|'(?:[^']|'')*')|(?P<function>[A-Z][A-Z0-9.]*)\(|(?P<open>\()"""
    r"""|(?P<close>\))|(?P<range>\$?[A-Z]{1,3}\$?[0-9]+:\$?[A-Z]{1,3}\$?[0-9]+)"""
)
_SUMPRODUCT = "SUMPRODUCT"


def lifts(expression: str) -> bool:
    """Return whether a function besides SUMPRODUCT itself gets a range within SUMPRODUCT.

    >>> lifts("SUMPRODUCT((A1:A9=1)*B1:B9)"), lifts("SUMPRODUCT(1*EXACT(A1:A9,C1))")
    (False, True)
    >>> lifts('SUMPRODUCT(1*(LEFT(C1)=A1:A9))'), lifts('IF(EXACT(A1,"A1:A9"),SUM(A1:A9),0)')
    (False, False)
    """
    if _SUMPRODUCT not in expression:
        return False
    within: list[str] = []
    for token in _TOKEN.finditer(expression):
        if token["function"] or token["open"]:
            within.append(token["function"] or "")
        elif token["close"]:
            within.pop()
        elif token["range"] and _SUMPRODUCT in within:
            inner = within[within.index(_SUMPRODUCT) + 1 :]
            if any(inner):
                return True
    return False
