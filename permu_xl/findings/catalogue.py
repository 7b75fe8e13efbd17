"""All kinds of findings: what each code means, what it says, what to do, and why.

The entries stand in ``permu_xl.findings.codes``; docs/rules.md lists them
(``permu_xl.findings.manual``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.findings.codes import (
    ADJUSTMENTS,
    CELLS,
    CITY,
    DEPARTMENT_DETAILS,
    DEPARTMENT_FIRMS,
    DEPARTMENT_TABLES,
    FIRMS,
    OUTCOME,
    PARAMETERS,
    PROCEDURE,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from permu_xl.findings.kinds import Kind

__all__ = ["CATALOGUE", "SECTIONS"]


def _by_code(kinds: Iterable[Kind]) -> Mapping[str, Kind]:
    found: dict[str, Kind] = {}
    for kind in kinds:
        if found.setdefault(kind.code, kind) is not kind:
            raise ValueError(f"two kinds of findings have the code {kind.code}")
    return found


SECTIONS: Mapping[str, tuple[Kind, ...]] = {
    "参数": PARAMETERS,
    "企业的数据": FIRMS,
    "分类调整": ADJUSTMENTS,
    "上年分类、企业变动和异议": PROCEDURE,
    "评价结果": OUTCOME,
    "读取工作簿": CELLS,
    "导入部门的表": (*DEPARTMENT_TABLES, *DEPARTMENT_FIRMS, *DEPARTMENT_DETAILS),
    "全市汇总、写回和核对": CITY,
}
"""The kinds by what they are about, in the order in which they are listed."""

CATALOGUE: Mapping[str, Kind] = _by_code(kind for kinds in SECTIONS.values() for kind in kinds)
"""All kinds by their codes."""
