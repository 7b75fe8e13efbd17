"""Reading a filled workbook: everything that cannot be read is listed, nothing is guessed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from permu_xl.errors import BookError
from permu_xl.findings import At, Finding
from permu_xl.workbook import layout
from permu_xl.workbook.layout import find_table
from permu_xl.workbook.reading.adjustments import read_adjustments
from permu_xl.workbook.reading.firms import read_firms
from permu_xl.workbook.reading.model import AdjustmentTable, Book, Runs
from permu_xl.workbook.reading.parameters import read_parameters
from permu_xl.workbook.reading.registers import read_events, read_last_classes, read_objections
from permu_xl.workbook.reading.result_tables import (
    Finder,
    find_fixed_sheets,
    find_moves,
    find_outputs,
    unusable,
)
from permu_xl.xlsx.cells import Grid, show

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["read_inputs", "read_sheets"]


def read_sheets(
    path: Path,
    sheet_names: Sequence[str],
    grid_of: Callable[[str], Grid],
    top_of: Callable[[str], Sequence[Sequence[Any]]],
) -> Book:
    """Read a workbook wherever it is: in a file, or open in a spreadsheet program.

    ``grid_of`` returns a sheet, ``top_of`` at least the first rows of one; both take its name.
    ``path`` tells messages the workbook's name and own schemes their folder.
    Raises BookError when the sheets 参数 or 原始数据 are absent or have no header.
    """
    names = {name.strip(): name for name in sheet_names}
    inputs = {title: grid_of(names[title]) for title in layout.INPUT_SHEETS if title in names}
    book = read_inputs(path, inputs)
    findings = list(book.findings)
    runs = _runs(grid_of, names, findings)
    finder = Finder(names, top_of, book.scheme)
    last_classes, events, objections = (
        grid_of(names[title]) if title in names else None for title in layout.REGISTERS
    )
    return replace(
        book,
        outputs=find_outputs(finder, findings),
        summary=find_fixed_sheets(finder, findings),
        moves=find_moves(finder, findings),
        last_classes=(
            None if last_classes is None else read_last_classes(last_classes, book.scheme, findings)
        ),
        events=None if events is None else read_events(events, findings),
        objections=None if objections is None else read_objections(objections, findings),
        sheets={title: name for title, name in names.items() if title in layout.SHEETS},
        findings=tuple(findings),
        runs=runs,
        live_rows=_live_rows(top_of(names[layout.LIVE])) if layout.LIVE in names else None,
    )


def _live_rows(rows: Sequence[Sequence[Any]]) -> int | None:
    told = (row[1] for row in rows if len(row) > 1 and row[0] == layout.LIVE_ROWS)
    found = next(told, None)
    return int(found) if isinstance(found, float) else None


def read_inputs(path: Path | None, sheets: Mapping[str, Grid]) -> Book:
    """Read the input sheets, by title, and nothing else of a workbook.

    Without ``path`` a scheme of one's own is not looked for.
    Raises BookError when the sheets 参数 or 原始数据 are absent or have no header.
    """
    named = "工作簿" if path is None else f"{path.name} "
    absent = [title for title in (layout.PARAMETERS, layout.DATA) if title not in sheets]
    if absent:
        raise BookError(
            f"{named}里没有工作表“{'”、“'.join(absent)}”，请用 permu-xl template 生成的模板填写。"
        )
    findings: list[Finding] = []
    parameters, scheme = read_parameters(sheets[layout.PARAMETERS], path, findings)
    current = read_firms(sheets[layout.DATA], scheme, "current", findings)
    if current is None:
        raise BookError(
            f"{named}的工作表“{layout.DATA}”里找不到表头（统一社会信用代码、企业名称……），"
            "请从模板复制表头。"
        )
    previous_grid, decisions = sheets.get(layout.PREVIOUS), sheets.get(layout.ADJUSTMENTS)
    previous = None
    if previous_grid is not None:
        previous = read_firms(previous_grid, scheme, "previous", findings)
        if previous is None and any(any(row) for row in previous_grid.rows):
            findings.append(unusable(previous_grid.sheet, True, [], "表头"))
    adjustments: AdjustmentTable | None = None
    if decisions is not None:
        adjustments = read_adjustments(decisions, scheme, findings)
    return Book(
        path=path or Path(),
        scheme=scheme,
        parameters=parameters,
        current=current,
        previous=previous,
        adjustments=adjustments,
        outputs={},
        sheets={},
        findings=tuple(findings),
        runs=None,
        from_1904=sheets[layout.DATA].from_1904,
    )


def _runs(
    grid_of: Callable[[str], Grid], names: Mapping[str, str], findings: list[Finding]
) -> Runs | None:
    """Read 运行记录; None, with a warning, where a sheet of this name is not ours."""
    if layout.RUNS not in names:
        return Runs(layout.RUNS, None, ())
    grid = grid_of(names[layout.RUNS])
    if not any(show(cell) for row in grid.rows for cell in row):
        # What is left of it where a user has undone the first run in Calc.
        return Runs(grid.sheet, None, ())
    fields = layout.run_fields()
    at = find_table(grid.rows, fields)
    if at is None or set(at.columns) != {field.key for field in fields}:
        findings.append(Finding.of("W417", At("parameters", item=layout.RUNS, sheet=grid.sheet)))
        return None
    right = max(at.columns.values()) + 1
    entries = [
        {key: show(grid.cell(row, column)) for key, column in at.columns.items()}
        for row in range(at.first_row, len(grid.rows))
        # Below the few runs only the hashes of the inputs' rows go on, thousands of them.
        if not {None, ""}.issuperset(grid.rows[row][:right])
    ]
    runs = Runs(grid.sheet, at, tuple(each for each in entries if any(each.values())))
    head = grid.rows[at.header_row]
    column = next((n for n, cell in enumerate(head) if show(cell) == layout.RUN_INPUTS), None)
    if column is None:
        # Right of the table, wherever that has been moved to.
        return replace(runs, inputs_at=max(runs.inputs_at, max(at.columns.values()) + 3))
    rows = (show(grid.cell(row, column)) for row in range(at.first_row, len(grid.rows)))
    return replace(runs, inputs=tuple(filter(None, rows)), inputs_at=column + 1)
