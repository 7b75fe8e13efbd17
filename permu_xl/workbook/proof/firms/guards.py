"""Guards on 核验: whom each is about, and where it moves a class, in plain formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.workbook import formulas as f
from permu_xl.workbook.proof.inputs import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from permu_xl.engine.model import Bound, Condition, FigureKind, Guard
    from permu_xl.workbook.proof.plan import Plan

__all__ = ["after_guard"]

_COLUMNS: dict[FigureKind, str] = {"score": "score", "value": "value", "column": "figure"}
_BOUNDS: dict[Bound, str] = {
    "below": "{figure}<{limit}-{epsilon}",
    "at_most": "{figure}<={limit}+{epsilon}",
    "above": "{figure}>{limit}+{epsilon}",
    "at_least": "{figure}>={limit}-{epsilon}",
}


def after_guard(plan: Plan, row: int, guard: Guard, before: str) -> str:
    """Return a firm's class after a guard as a number, 1 for the best; ``before`` is that before.

    A class that the guard leaves as it is stays the number that it was.
    """
    letters = plan.scheme.graded_letters
    conditions = [_any(_about(plan, row, guard))]
    lifted = _marks(plan, row, guard.unless, guard.unless_labels)
    if lifted:
        conditions.append(f"NOT({_any(lifted)})")
    if guard.classes:
        standing = [f"{before}={letters.index(letter) + 1}" for letter in guard.classes]
        conditions.append(_any(standing))
    moved = _moved(guard, before, letters)
    all_of = conditions[0] if len(conditions) == 1 else f"AND({','.join(conditions)})"
    return f"IF({all_of},{moved},{before})"


def _any(conditions: Sequence[str]) -> str:
    return conditions[0] if len(conditions) == 1 else f"OR({','.join(conditions)})"


def _about(plan: Plan, row: int, guard: Guard) -> list[str]:
    """Return the conditions of which one is enough."""
    marks = _marks(plan, row, guard.when, guard.labels)
    return marks + [_meets(plan, row, condition) for condition in guard.figures]


def _marks(plan: Plan, row: int, flags: Sequence[str], labels: Sequence[str]) -> list[str]:
    found = [f"{plan.firms.cell(f'flag:{flag}', row)}=1" for flag in flags]
    for label in labels:
        wanted = f.text(f"{SEPARATOR}{label}{SEPARATOR}")
        found.append(f"ISNUMBER(FIND({wanted},{plan.firms.cell('labels', row)}))")
    return found


def _meets(plan: Plan, row: int, condition: Condition) -> str:
    """Return a condition on a figure; N makes 0 of a missing one."""
    table = plan.firms
    key = "total" if condition.kind == "total" else f"{_COLUMNS[condition.kind]}:{condition.id}"
    met = _BOUNDS[condition.bound].format(
        figure=f"N({table.cell(key, row)})", limit=f.number(condition.limit), epsilon=f.EPSILON
    )
    parts = [met]
    if condition.kind in ("score", "value"):
        parts.append(plan.concerned(condition.id, table, row))
    for id, texts in condition.only.items():
        told = table.cell(f"attribute:{id}", row)
        parts.append(_any([f"EXACT({told},{f.text(text)})" for text in texts]))
    return met if len(parts) == 1 else f"AND({','.join(parts)})"


def _moved(guard: Guard, before: str, letters: Sequence[str]) -> str:
    match guard.limit:
        case "up":
            return f"MAX({before}-{guard.steps},1)"
        case "down":
            return f"MIN({before}+{guard.steps},{len(letters)})"
    limit = str(letters.index(guard.letter) + 1)
    match guard.limit:
        case "at_best":
            return f"MAX({before},{limit})"
        case "at_worst":
            return f"MIN({before},{limit})"
        case "fixed":
            return limit
