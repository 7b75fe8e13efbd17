"""An add-in that does nothing, in place of ours: what a call costs Calc and its Python bridge.

``benchmarks/calc.py`` packs it into an extension of the same interface.  The results have the
sizes and kinds of the real ones and are made beforehand.
"""

from __future__ import annotations

from typing import Any

import unohelper
from com.sun.star.lang import XServiceInfo, XServiceName
from org.permu.xl import XPermu

IMPLEMENTATION = "org.permu.xl.PermuAddIn"
SERVICES = (IMPLEMENTATION, "com.sun.star.sheet.AddIn")
ONE = ((1.0,),)
FIRM = (*map(float, range(1, 17)), "B", "")
DISTRICT: list[Any] = []


class BareAddIn(unohelper.Base, XPermu, XServiceInfo, XServiceName):
    """Answers calls of the two functions that the benchmark uses."""

    def __init__(self, context: Any) -> None:
        pass

    def getServiceName(self) -> str:
        return IMPLEMENTATION

    def getImplementationName(self) -> str:
        return IMPLEMENTATION

    def supportsService(self, name: str) -> bool:
        return name in SERVICES

    def getSupportedServiceNames(self) -> tuple[str, ...]:
        return SERVICES

    def permuScore(self, *arguments: Any) -> Any:
        return ONE

    def permuEvaluate(self, data: Any, *others: Any) -> Any:
        if not DISTRICT:
            DISTRICT.append((FIRM,) * len(data))
        return DISTRICT[0]


g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(BareAddIn, IMPLEMENTATION, SERVICES)
