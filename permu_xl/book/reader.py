"""Reading a filled workbook: everything that cannot be read is listed, nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import python_calamine as calamine

from permu_xl.book import layout
from permu_xl.book.cells import show
from permu_xl.book.firms import read_firms
from permu_xl.book.grid import Grid, doubtful_cells
from permu_xl.book.headers import SEARCH_ROWS, TableAt, find_table
from permu_xl.book.layout import Field
from permu_xl.book.model import AdjustmentTable, Book, Runs
from permu_xl.book.package import Package
from permu_xl.book.parameters import read_adjustments, read_parameters
from permu_xl.engine.findings import Finding, Level
from permu_xl.engine.scheme import Scheme
from permu_xl.errors import BookError

__all__ = ["read_book", "read_sheets"]

_NEEDED_OUTPUTS = (layout.BASELINES, layout.SCORES, layout.CLASSES, layout.FINDINGS)


def read_book(path: Path) -> Book:
    """Read the input sheets of a workbook and find its result tables.

    Raises BookError when the file is no workbook or lacks the sheets 参数 or 原始数据,
    FileAccessError when it cannot be opened.  Bad cells become findings of the book.
    """
    package = Package.open(path)
    try:
        workbook = calamine.CalamineWorkbook.from_path(path)
    except calamine.CalamineError as error:
        raise BookError(f"{path.name} 不是能读的工作簿，请在 Excel 里打开后另存为 .xlsx") from error
    with workbook:
        return _read(path, package, workbook)


def _read(path: Path, package: Package, workbook: calamine.CalamineWorkbook) -> Book:
    def grid(name: str) -> Grid:
        rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        return Grid(name, rows, doubtful_cells(package.read(package.sheets[name].part)))

    def top(name: str) -> Sequence[Sequence[Any]]:
        sheet = workbook.get_sheet_by_name(name)
        return sheet.to_python(skip_empty_area=False, nrows=SEARCH_ROWS)

    return read_sheets(path, workbook.sheet_names, grid, top)


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
    findings: list[Finding] = []

    def grid(title: str) -> Grid | None:
        return grid_of(names[title]) if title in names else None

    sheets = {title: grid(title) for title in layout.INPUT_SHEETS}
    parameter_grid, data_grid = sheets[layout.PARAMETERS], sheets[layout.DATA]
    if parameter_grid is None or data_grid is None:
        absent = [t for t in (layout.PARAMETERS, layout.DATA) if sheets[t] is None]
        raise BookError(
            f"{path.name} 里没有工作表“{'”、“'.join(absent)}”，"
            "请用 permu-xl template 生成的模板填写"
        )
    parameters, scheme = read_parameters(parameter_grid, path, findings)
    current = read_firms(data_grid, scheme, "current", findings)
    if current is None:
        raise BookError(
            f"{path.name} 的工作表“{layout.DATA}”里找不到表头（统一社会信用代码、企业名称……），"
            "请从模板复制表头"
        )
    previous_grid, decisions = sheets[layout.PREVIOUS], sheets[layout.ADJUSTMENTS]
    previous = None
    if previous_grid is not None:
        previous = read_firms(previous_grid, scheme, "previous", findings)
        if previous is None and any(any(row) for row in previous_grid.rows):
            findings.append(_unusable(previous_grid.sheet, True, [], "表头"))
    adjustments: AdjustmentTable | None = None
    if decisions is not None:
        adjustments = read_adjustments(decisions, scheme, findings)
    runs = _runs(grid_of, names, findings)
    return Book(
        path=path,
        scheme=scheme,
        parameters=parameters,
        current=current,
        previous=previous,
        adjustments=adjustments,
        outputs=_outputs(top_of, names, scheme, findings),
        sheets={title: name for title, name in names.items() if title in layout.SHEETS},
        findings=tuple(findings),
        runs=runs,
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
        findings.append(
            Finding(
                Level.WARNING, "W416", "parameters", None, "", layout.RUNS, "",
                f"工作表“{layout.RUNS}”不是程序写的那种表，没有留下运行记录",
                "把这张表改名后重新运行", sheet=grid.sheet,
            )
        )  # fmt: skip
        return None
    entries = [
        {key: show(grid.cell(row, column)) for key, column in at.columns.items()}
        for row in range(at.first_row, len(grid.rows))
    ]
    return Runs(grid.sheet, at, tuple(each for each in entries if any(each.values())))


def _outputs(
    top_of: Callable[[str], Sequence[Sequence[Any]]],
    names: Mapping[str, str],
    scheme: Scheme,
    findings: list[Finding],
) -> dict[str, TableAt]:
    """Find the result tables; without one of the needed ones there is nowhere to write."""
    found: dict[str, TableAt] = {}
    for title, fields in _output_fields(scheme).items():
        at = None
        if title in names:
            at = find_table(top_of(names[title]), fields)
        absent = [f.header for f in at.missing] if at else []
        if at is not None and not absent:
            found[title] = at
        elif title in _NEEDED_OUTPUTS:
            findings.append(_unusable(title, title in names, absent))
    return found


def _output_fields(scheme: Scheme) -> dict[str, tuple[Field, ...]]:
    return {
        layout.BASELINES: layout.baseline_fields(),
        layout.SCORES: layout.score_fields(scheme),
        layout.CLASSES: layout.class_fields(scheme),
        layout.FINDINGS: layout.finding_fields(),
    }


def _unusable(title: str, there: bool, absent: list[str], item: str = "结果表") -> Finding:
    if not there:
        problem, remedy = f"没有工作表“{title}”", "从模板把这张工作表复制过来"
    elif absent:
        problem, remedy = f"结果表缺少“{'”、“'.join(absent)}”列", "从模板复制这张表的表头"
    else:
        problem, remedy = "找不到这张表的表头", "从模板复制这张表的表头"
    return Finding(
        Level.ERROR, "E415", "parameters", None, "", item, "", problem, remedy,
        sheet=title,
    )  # fmt: skip
