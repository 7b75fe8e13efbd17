"""The checks of a firm's row: what was recomputed against what the result sheets say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.workbook import formulas as f
from permu_xl.workbook import layout
from permu_xl.workbook.proof import needs
from permu_xl.workbook.proof.firms.ranks import Ranked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from permu_xl.workbook.proof.plan import Plan

__all__ = ["row_checks"]


def row_checks(plan: Plan, row: int) -> Iterator[tuple[str, str]]:
    """Yield the checks by column key; each counts its differences.

    Cells that cannot be read count as well: the program would refuse them, even where they do not
    bear on the firm's result.
    """
    table, scheme = plan.firms, plan.scheme

    def at(key: str) -> str:
        return table.cell(key, row)

    def other(title: str, key: str) -> str:
        return f"NOT(EXACT({at(key)},{plan.written(title, key, row)}))"

    def far(title: str, key: str, ours: str = "", *, relative: bool = False) -> str:
        expected = at(ours or key)
        tolerance = f.relative(expected) if relative else f.POINTS_TOLERANCE
        return f.differs(expected, plan.written(title, key, row), tolerance)

    both = (layout.SCORES, layout.CLASSES)
    # An error in who takes part makes the comparison below one.
    read = [key for key in plan.needed.read if key != needs.INCLUDED]
    figures = [f"figure:{id}" for id in plan.needed.figures]
    conditions = {
        "test_identity": [
            *(other(title, x) for title in both for x in ("code", "name")),
            *([f"NOT(EXACT({at('identity')},{at('known_as')}))"] if plan.code_order else []),
        ],
        "test_participation": [
            *_participation(plan, row),
            *([f.errors_among([at(key) for key in read])] if read else []),
        ],
        "test_indicators": [
            *(far(layout.SCORES, f"value:{i.id}", relative=True) for i in scheme.indicators),
            f.errors_among([at(key) for key in figures]),
        ],
        "test_scores": [far(layout.SCORES, f"score:{i.id}") for i in scheme.indicators],
        "test_totals": [
            *(far(layout.SCORES, key) for key in ("subtotal", "bonus", "total")),
            far(layout.CLASSES, "total"),
            f"ISERROR({at('points')})",
        ],
        "test_ranks": [
            *(far(title, "rank") for title in both),
            *([other(layout.CLASSES, "unit")] if plan.many else []),
        ],
        "test_halves": [other(layout.CLASSES, "half")] if plan.halves else [],
        "test_keys": [
            far(layout.CLASSES, f"key:{label}", column, relative=True)
            for label, column in plan.labels.items()
        ],
        "test_classes": [
            other(layout.CLASSES, "proposed"),
            *(f"ISERROR({at(f'flag:{id}')})" for id in plan.flags),
        ],
        "test_final": [other(layout.CLASSES, "final")],
    }
    for key, differences in conditions.items():
        yield key, f.count_differences(differences) if differences else "0"


def _participation(plan: Plan, row: int) -> Iterator[str]:
    """Yield the conditions that a firm takes part here and not there, or the other way round."""
    included = f"{plan.firms.cell('included', row)}=1"
    proposed = plan.written(layout.CLASSES, "proposed", row)
    if not plan.scheme.scope.letter:
        # As numbers: two truth values are not compared alike by all.
        yield f"1*({included})<>1*({proposed}<>{f.text(layout.NOT_EVALUATED)})"
        return
    out = Ranked(plan, row).out()
    total = plan.written(layout.CLASSES, "total", row)
    yield f"1*({included})<>1*ISNUMBER({total})"
    not_out = f"EXACT({proposed},{f.text(layout.NOT_EVALUATED)})"
    yield f"IF({included},{not_out},NOT(EXACT({proposed},{out})))"
