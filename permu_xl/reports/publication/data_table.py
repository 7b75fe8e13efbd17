"""数据公示: the figures that firms are to confirm before anything is scored (用地公示)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from permu_xl.engine import participation, reason_text
from permu_xl.errors import UsageError
from permu_xl.findings import Finding, Level
from permu_xl.workbook import assess, look
from permu_xl.workbook.layout import CODE, FIRST_ROW, NOT_EVALUATED, SERIAL, Field
from permu_xl.workbook.look import field_table, save_workbook
from permu_xl.workbook.reading import UNUSABLE_SCHEME, open_workbook
from permu_xl.xlsx.files import kept_note

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.workbook import Workbook

    from permu_xl.engine.model import Column, Scheme
    from permu_xl.workbook.reading import Book

__all__ = ["DATA_NOTICE", "DATA_STEPS", "DataChoices", "build_data_notice", "publish_data"]

DATA_NOTICE = "数据公示"
DATA_STEPS = ("读取和核查工作簿", "写入数据公示表")

_BLANK = "未填"
_OBJECTIONS = (
    "公示期：　　　　年　　月　　日至　　　　年　　月　　日",
    "数据有误的，请在公示期内以书面形式实名提出，并附证明材料；没有提出的视为确认。",
    "受理单位：　　　　　　　　　　联系电话：　　　　　　　　　　地址：",
)
_LINE = 24.0


@dataclass(frozen=True, slots=True)
class DataChoices:
    """Whether codes are shown, and which raw columns (by name; none given: all)."""

    codes: bool = True
    items: tuple[str, ...] = ()

    def columns(self, scheme: Scheme) -> list[Column]:
        """Return the raw columns to be published; UsageError for a name that there is none of."""
        if not self.items:
            return list(scheme.columns.values())
        by_name = {column.name: column for column in scheme.columns.values()}
        wanted = []
        for item in self.items:
            typed = unicodedata.normalize("NFKC", item).strip()
            # A space parts names where there is none with a space.
            wanted += [typed] if typed in by_name else typed.split()
        strangers = [item for item in wanted if item not in by_name]
        if strangers:
            raise UsageError(
                f"--items 没有数据列“{'、'.join(strangers)}”，本方案的数据列是{'、'.join(by_name)}"
            )
        return [by_name[item] for item in dict.fromkeys(wanted)]


def publish_data(
    book: Path,
    out: Path,
    choices: DataChoices,
    progress: Callable[[str], None] = lambda step: None,
    tell: Callable[[str], None] = lambda text: None,
) -> list[Finding]:
    """Write the workbook ``out``; return the errors that forbid it (then nothing is written).

    Nothing needs to have been evaluated: only errors in this year's figures count.  ``tell`` is
    called with a sentence where a person has changed what was there, which is kept.
    """
    progress(DATA_STEPS[0])
    opened = open_workbook(book)
    outcome = assess(opened.book)
    errors = [
        finding
        for finding in outcome.findings
        if finding.level is Level.ERROR
        and (finding.table == "current" or finding.code == UNUSABLE_SCHEME)
    ]
    if errors:
        return errors
    progress(DATA_STEPS[1])
    kept = save_workbook(build_data_notice(opened.book, choices, book.stem), out, made=True)
    if kept is not None:
        tell(kept_note(out, kept))
    return []


def build_data_notice(book: Book, choices: DataChoices, name: str = "") -> Workbook:
    """Return the workbook with 数据公示; ``name`` is the district's where it says none."""
    scheme, roster, year = book.scheme, book.current.roster, book.parameters.year
    columns = choices.columns(scheme)
    title = f"{book.parameters.district or name}{year}年度工业企业“亩均论英雄”综合评价数据公示"
    workbook = look.new_workbook(title, scheme)
    sheet = workbook.create_sheet(DATA_NOTICE)
    look.head(
        sheet, title,
        f"依据{scheme.document}。评价以前公示，供企业核对；没有得分和分类。空着的数写“{_BLANK}”。",
    )  # fmt: skip
    fields = [
        SERIAL,
        Field("name", "企业名称", "text", width=36),
        *([CODE] if choices.codes else []),
        *(Field(c.id, c.name, "number", c.unit, 14) for c in columns),
        Field("included", "是否参评", "choice", width=9),
        Field("reason", "说明", "text", width=30),
    ]
    part = participation(scheme, roster, year)
    rows = [
        {
            "serial": firm + 1,
            "name": str(roster.names[firm]),
            "code": str(roster.codes[firm]),
            "included": "参评" if part.included[firm] else NOT_EVALUATED,
            "reason": reason_text(scheme, roster, year, part, firm),
            **{c.id: _shown(float(roster.number(c.id)[firm])) for c in columns},
        }
        for firm in range(roster.size)
    ]
    field_table(sheet, fields, scheme, rows, frozen="name")
    after = FIRST_ROW + len(rows) + 1
    for row, text in enumerate(_OBJECTIONS, after):
        look.put(sheet, row, 1, text, look.NOTE)
        sheet.row_dimensions[row].height = _LINE
    return workbook


def _shown(figure: float) -> float | str:
    return _BLANK if figure != figure else figure
