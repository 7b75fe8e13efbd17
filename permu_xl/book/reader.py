"""Reading a filled workbook: everything that cannot be read is listed, nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import python_calamine as calamine

from permu_xl.book import layout
from permu_xl.book.firms import read_firms
from permu_xl.book.grid import Grid, doubtful_cells
from permu_xl.book.headers import SEARCH_ROWS, TableAt, find_table
from permu_xl.book.layout import Field
from permu_xl.book.model import AdjustmentTable, Book
from permu_xl.book.package import Package
from permu_xl.book.parameters import read_adjustments, read_parameters
from permu_xl.engine.findings import Finding, Level
from permu_xl.engine.scheme import Scheme
from permu_xl.errors import BookError

__all__ = ["read_book"]

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
    names = {name.strip(): name for name in workbook.sheet_names}
    findings: list[Finding] = []

    def grid(title: str) -> Grid | None:
        name = names.get(title)
        if name is None:
            return None
        rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        return Grid(name, rows, doubtful_cells(package.read(package.sheets[name].part)))

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
    adjustments: AdjustmentTable | None = None
    if decisions is not None:
        adjustments = read_adjustments(decisions, scheme, findings)
    return Book(
        path=path,
        scheme=scheme,
        parameters=parameters,
        current=current,
        previous=previous,
        adjustments=adjustments,
        outputs=_outputs(workbook, names, scheme, findings),
        sheets={title: name for title, name in names.items() if title in layout.SHEETS},
        findings=tuple(findings),
    )


def _outputs(
    workbook: calamine.CalamineWorkbook,
    names: Mapping[str, str],
    scheme: Scheme,
    findings: list[Finding],
) -> dict[str, TableAt]:
    """Find the result tables; without one of the needed ones there is nowhere to write."""
    found: dict[str, TableAt] = {}
    for title, fields in _output_fields(scheme).items():
        at = None
        if title in names:
            sheet = workbook.get_sheet_by_name(names[title])
            rows = sheet.to_python(skip_empty_area=False, nrows=SEARCH_ROWS)
            at = find_table(rows, fields)
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


def _unusable(title: str, there: bool, absent: list[str]) -> Finding:
    if not there:
        problem, remedy = f"没有工作表“{title}”", "从模板把这张工作表复制过来"
    elif absent:
        problem, remedy = f"结果表缺少“{'”、“'.join(absent)}”列", "从模板复制这张表的表头"
    else:
        problem, remedy = "找不到结果表的表头", "从模板复制这张表的表头"
    return Finding(
        Level.ERROR, "E415", "parameters", None, "", "结果表", "", problem, remedy,
        sheet=title,
    )  # fmt: skip
