"""Score industrial enterprises on output per mu of land and class them (亩均论英雄).

>>> import permu_xl
>>> scheme = permu_xl.load_scheme("shenyang_2021")
>>> firms = permu_xl.Roster.from_columns(
...     {"tax": [300, 50], "land": [10, 10], "output": [900, 800], "revenue": [900, 700],
...      "rd": [30, 0], "employees": [20, 30], "energy": [5, 9], "emission": [2, 4]},
...     names=["甲厂", "乙厂"])
>>> result = permu_xl.evaluate(scheme, firms, firms, year=2022)
>>> [round(float(total), 2) for total in result.total]
[114.88, 38.57]
>>> permu_xl.explain(result, 0)[1].split("；")[0]
'亩均税收：实缴税收300万元 ÷ 用地面积10亩 = 30万元/亩'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from permu_xl.engine import Adjustment, Evaluation, evaluate
    from permu_xl.engine.explain import explain, find_firm
    from permu_xl.engine.model import Roster, Scheme
    from permu_xl.schemes import available as available_schemes
    from permu_xl.schemes import load as load_scheme
    from permu_xl.schemes import load_file as load_scheme_file

__version__ = "0.1.0"

__all__ = [
    "Adjustment",
    "Evaluation",
    "Roster",
    "Scheme",
    "__version__",
    "available_schemes",
    "evaluate",
    "explain",
    "find_firm",
    "load_scheme",
    "load_scheme_file",
]

_HOMES = {
    "Adjustment": ("permu_xl.engine.records.adjustments", "Adjustment"),
    "Evaluation": ("permu_xl.engine.evaluation", "Evaluation"),
    "Roster": ("permu_xl.engine.model.roster", "Roster"),
    "Scheme": ("permu_xl.engine.model.scheme", "Scheme"),
    "available_schemes": ("permu_xl.schemes", "available"),
    "evaluate": ("permu_xl.engine.evaluation", "evaluate"),
    "explain": ("permu_xl.engine.explain.indicators", "explain"),
    "find_firm": ("permu_xl.engine.explain.indicators", "find_firm"),
    "load_scheme": ("permu_xl.schemes", "load"),
    "load_scheme_file": ("permu_xl.schemes", "load_file"),
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for: ``import permu_xl`` stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
