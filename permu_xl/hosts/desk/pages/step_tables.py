"""Tables of what 更正比较 and 敏感性 found: as on their sheets, to be sorted and searched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, redirect, render_template, request, url_for

from permu_xl.hosts.desk.parts import (
    Column,
    Firms,
    Row,
    Table,
    View,
    book_pages,
    choice_for,
    current,
    look_at,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from flask.typing import ResponseReturnValue

    from permu_xl.hosts.desk.opened import Session
    from permu_xl.reports.comparison import Comparison
    from permu_xl.reports.sensitivity import Sensitivity
    from permu_xl.xlsx.cells import Value

__all__ = ["bp", "views"]

bp: Blueprint = book_pages("step_tables")

_PICKED = (
    "kind", "sheet", "own", "old_final", "new_final", "old_proposed", "new_proposed",
    "parts",
)  # fmt: skip
"""Columns of a comparison with few texts to choose from."""
_PICKED_READINGS = {"firms": (2, 3), "near": (2, 3)}


@bp.post("/step/<step>/table/<name>")
def show(step: str, name: str) -> ResponseReturnValue:
    """Show a table of a step's result as searched and sorted."""
    found = next((view for view in views(current(), step) if view.table.name == name), None)
    if found is None:
        abort(404)
    if "HX-Request" not in request.headers:
        return redirect(url_for("year.show", step=step), 303)
    return render_template("parts/table_rows.html", t=found)


def views(session: Session, step: str) -> list[View]:
    """Return the tables of what a step has found, as they were searched and sorted last."""
    result = session.results.get(step)
    if result is None or result.found is None or step not in _TABLES:
        return []
    tables = _TABLES[step](result.found, Firms(session.outcome.book.current.roster))
    return [look_at(table, choice_for(table.name)) for table in tables]


def _compared(c: Comparison, firms: Firms) -> list[Table]:
    from permu_xl.reports.comparison import comparison_tables

    found = []
    for number, table in enumerate(comparison_tables(c)):
        keys = [field.key for field in table.fields]
        columns = [
            # Two columns may have one key, as both ranks do.
            Column.of(f"{field.key}-{k}", field, pick=field.key in _PICKED)
            for k, field in enumerate(table.fields)
        ]
        who = [keys.index("code"), keys.index("name")] if "name" in keys else []
        rows = _rows(table.rows, firms, who)
        found.append(Table(f"compare-{number}", table.name, columns, rows, "没有变动。"))
    return found


def _sensitive(s: Sensitivity, firms: Firms) -> list[Table]:
    from permu_xl.reports.sensitivity import (
        SENSITIVITY_KINDS,
        SENSITIVITY_TABLES,
        sensitivity_rows,
    )

    found = []
    for key, rows in sensitivity_rows(s).items():
        title, headers = SENSITIVITY_TABLES[key]
        of_firms = key != "readings"
        columns = [
            Column(
                str(k), header, kind, k in _PICKED_READINGS.get(key, ()),
                firm=of_firms and k == 1, beneath=of_firms and k == 0,
            )
            for k, (header, kind) in enumerate(zip(headers, SENSITIVITY_KINDS[key], strict=True))
        ]  # fmt: skip
        made = _rows(rows, firms, [0, 1] if of_firms else [])
        found.append(Table(f"sensitivity-{key}", title, columns, made))
    return found


def _rows(rows: Sequence[Sequence[Value]], firms: Firms, who: Sequence[int]) -> list[Row]:
    """Return the rows, each with its firm where two columns say code and name."""
    return [Row(tuple(row), firms.row(row[who[0]], row[who[1]]) if who else None) for row in rows]


_TABLES: Mapping[str, Callable[[Any, Firms], list[Table]]] = {
    "compare": _compared,
    "sensitivity": _sensitive,
}
