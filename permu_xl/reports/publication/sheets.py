"""公示 and 上报表: what a district publishes and hands in, made from its evaluated workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.explain import basis_column
from permu_xl.findings import At, Finding, Level, has_errors
from permu_xl.reports.publication.firm_lists import (
    by_class,
    chosen_letters,
    class_names,
    figures,
    to_confirm,
    unit_name,
)
from permu_xl.reports.publication.remarks import class_remark, joint_remark, order_note
from permu_xl.reports.verification import differences, stale
from permu_xl.workbook import assess, class_rows, layout, look, moves_note, moves_of
from permu_xl.workbook.layout import CODE, FIRST_ROW, NOT_EVALUATED, SERIAL, Field
from permu_xl.workbook.look import Cells, colour_classes, field_table, save_workbook, table, widths
from permu_xl.workbook.reading import open_workbook
from permu_xl.workbook.template import build_matrix
from permu_xl.xlsx.files import kept_note

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from permu_xl.engine import Evaluation
    from permu_xl.workbook import Moves
    from permu_xl.workbook.reading import Book

__all__ = [
    "NOTICE",
    "OPEN",
    "REPORT",
    "REPORT_LIST",
    "STEPS",
    "Choices",
    "build_publication",
    "publish",
]

NOTICE, REPORT, REPORT_LIST = "公示", "上报表", "分类名单"
"""Sheets of the workbook that ``permu-xl publish`` makes."""


STEPS = ("读取工作簿", "重新计算并与结果核对", "写入公示表和上报表")

_REPORT_WIDTHS = (8.0, 30.0, 22.0, 11.0, 9.0, 11.0, 46.0, 38.0)
_SIGNATURES = (
    ("填报单位（盖章）：", "负责人（签字）：", "审核人："),
    ("填表人：", "联系电话：", "报送日期：　　　　年　　月　　日"),
)
_SIGNATURE_COLUMNS = (1, 3, 7)
_OBJECTIONS = (
    "公示期：　　　　年　　月　　日至　　　　年　　月　　日",
    "对结果有异议的，请在公示期内以书面形式实名反映。",
    "受理单位：　　　　　　　　　　联系电话：　　　　　　　　　　地址：",
)
_LINE = 24.0
_NAMED = 3
OPEN = "E288"
"""Why final classes are not published: objections on which nothing has been decided."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the public list shows, whether its classes are final, which classes are reported."""

    codes: bool = True
    totals: bool = False
    confirmed: bool = False
    classes: str | None = None


def publish(
    book: Path,
    out: Path,
    choices: Choices,
    progress: Callable[[str], None] = lambda step: None,
    tell: Callable[[str], None] = lambda text: None,
) -> list[Finding]:
    """Write the workbook ``out``; return the errors that forbid it (then nothing is written).

    ``tell`` is called with a sentence where a person has changed what was there, which is kept.

    The results handed in are those of the inputs: a workbook whose own results differ is refused.
    """
    progress(STEPS[0])
    opened = open_workbook(book)
    progress(STEPS[1])
    outcome = assess(opened.book)
    if outcome.evaluation is None:
        return [finding for finding in outcome.findings if finding.level is Level.ERROR]
    found = stale(outcome, differences(opened, outcome.evaluation), opened)
    if has_errors(found):
        return found
    waiting = opened.book.open_objections
    if waiting and choices.confirmed:
        return [_still_open(opened.book)]
    progress(STEPS[2])
    district = opened.book.parameters.district or book.stem
    moves = moves_of(opened.book, outcome.evaluation)
    made = build_publication(district, outcome.evaluation, choices, moves)
    kept = save_workbook(made, out, made=True)
    if kept is not None:
        tell(kept_note(out, kept))
    if waiting:
        tell(f"注意：“{layout.OBJECTIONS}”里还有{len(waiting)}条异议没有办结，办结可能改变结果。")
    return []


def _still_open(book: Book) -> Finding:
    """Final classes wait for all objections; a first publication is what brings them."""
    waiting = book.open_objections
    names = list(dict.fromkeys(each.name or each.code for each in waiting))
    more = f"等{len(names)}户" if len(names) > _NAMED else ""
    assert book.objections is not None  # it has entries
    at = At("objections", item="异议", sheet=book.objections.placed.sheet)
    firms = "、".join(names[:_NAMED]) + more
    return Finding.of(OPEN, at, count=len(waiting), firms=firms)


def build_publication(
    district: str, e: Evaluation, choices: Choices, moves: Moves | None = None
) -> Workbook:
    """Return the workbook with 公示, 上报表 and 分类名单.

    With last year's classes known in ``moves`` they stand beside this year's, and are counted on
    分类变化.
    """
    watched = chosen_letters(e.scheme, choices.classes)
    workbook = look.new_workbook(f"{district}亩均综合评价公示和上报", e.scheme)
    _notice(workbook.create_sheet(NOTICE), district, e, choices, watched)
    _report(workbook.create_sheet(REPORT), district, e, choices, watched)
    known = moves if moves is not None and moves.known else None
    _list(workbook.create_sheet(REPORT_LIST), district, e, choices, known)
    if known is not None:
        sheet = workbook.create_sheet(layout.MOVES)
        title = _title(district, e, "上年和本年分类变化")
        build_matrix(sheet, e.scheme, title, moves_note(known, e.scheme), known.matrix(e.scheme))
    return workbook


def _title(district: str, e: Evaluation, subject: str) -> str:
    return f"{district}{e.year}年度工业企业“亩均论英雄”综合评价{subject}"


def _notice(
    sheet: Worksheet, district: str, e: Evaluation, choices: Choices, watched: Sequence[str]
) -> None:
    note = f"依据{e.scheme.document}。"
    if watched and not choices.confirmed:
        note += f"{class_names(watched)}为初步名单，以市级确认的为准。"
    look.head(sheet, _title(district, e, "结果公示"), note)
    fields = [
        SERIAL,
        Field("final", "分类", "text", width=9),
        Field("name", "企业名称", "text", width=44),
        *([CODE] if choices.codes else []),
        *([Field("unit", "排名单元", "text", width=16)] if layout.has_units(e.scheme) else []),
        Field("rank", "总分排名", "integer", width=10),
        *([Field("total", "总分", "points", width=9)] if choices.totals else []),
    ]
    listed = by_class(e)
    rows = [_entry(e, firm, number) for number, firm in enumerate(listed, 1)]
    field_table(sheet, fields, e.scheme, rows, upright=True)
    colour_classes(sheet, e.scheme, 2, FIRST_ROW, FIRST_ROW + len(rows) - 1)
    after = FIRST_ROW + len(rows) + 1
    remarks = [text for text in (order_note(e.scheme), class_remark(e), joint_remark(e)) if text]
    for row, text in enumerate(remarks, after):
        look.footnote(sheet, row, text, len(fields))
    for row, text in enumerate(_OBJECTIONS, after + len(remarks) + 1):
        look.put(sheet, row, 1, text, look.NOTE)
        sheet.row_dimensions[row].height = _LINE


def _entry(e: Evaluation, firm: int, number: int) -> dict[str, object]:
    return {
        "serial": number,
        "final": str(e.final[firm]) or NOT_EVALUATED,
        "proposed": str(e.proposed[firm]) or NOT_EVALUATED,
        "name": str(e.roster.names[firm]),
        "code": str(e.roster.codes[firm]),
        "unit": unit_name(e, firm),
        "rank": int(e.classes.rank[firm]) or None,
        "total": float(e.total[firm]) if e.included[firm] else None,
    }


def _report(
    sheet: Worksheet, district: str, e: Evaluation, choices: Choices, watched: Sequence[str]
) -> None:
    look.head(
        sheet,
        _title(district, e, "结果上报表"),
        f"依据{e.scheme.document}；户数、比例按最终分类，平均总分只算参评企业。完整名单见“分类名单”。",
    )
    widths(sheet, _REPORT_WIDTHS)
    row = table(
        sheet,
        4,
        "一、各类企业数",
        ("分类", "类别名称", "户数", "占参评企业比例", "平均总分", "用地面积（亩）"),
        ("choice", "text", "count", "share", "points", "number"),
        _counts(e),
    )
    colour_classes(sheet, e.scheme, 1, 6, row)
    texts = basis_column(e, confirmed=choices.confirmed)
    listed = [_listed(e, firm, texts[firm]) for firm in to_confirm(e, watched)]
    names = class_names(watched)
    after = table(
        sheet,
        row,
        f"二、{names}企业和理由（{len(listed)}户，含初步列为{names}、后经调整的）",
        ("最终分类", "企业名称", "统一社会信用代码", "行业代码", "总分", "总分排名",
         "主要数据", "分类理由"),
        ("choice", "text", "code", "choice", "points", "count", "text", "text"),
        listed or [("无", *[None] * 7)],
    )  # fmt: skip
    colour_classes(sheet, e.scheme, 1, row + 2, after - 2)
    for offset, line in enumerate(_SIGNATURES):
        sheet.row_dimensions[after + offset].height = _LINE
        for column, text in zip(_SIGNATURE_COLUMNS, line, strict=True):
            look.put(sheet, after + offset, column, text, "Normal")
    look.page(sheet, e.scheme, header_row=None)


def _counts(e: Evaluation) -> list[Cells]:
    """Return 各类企业数 of 汇总, with the names of the classes."""
    names = {definition.letter: definition.name for definition in e.scheme.classes}
    return [(row[0], names.get(str(row[0]), ""), *row[1:5]) for row in class_rows(e)]


def _listed(e: Evaluation, firm: int, basis: str) -> Cells:
    entry = _entry(e, firm, 0)
    codes = e.roster.industries.texts(np.array([firm]))
    proposed, final = entry["proposed"], entry["final"]
    letter = final if proposed == final else f"{final}（初步{proposed}）"
    return (
        letter, entry["name"], entry["code"], codes[0], entry["total"], entry["rank"],
        figures(e, firm), basis,
    )  # fmt: skip


def _list(
    sheet: Worksheet, district: str, e: Evaluation, choices: Choices, moves: Moves | None
) -> None:
    look.head(
        sheet,
        _title(district, e, "分类名单"),
        f"{order_note(e.scheme)}不参评的企业列在最后，理由见“判定依据”。",
    )
    fields = [
        SERIAL,
        Field("final", "最终分类", "text", width=9),
        Field("proposed", "初步分类", "text", width=9),
        *(
            [Field("last", "上年分类", "text", width=9), Field("move", "变动", "text", width=9)]
            if moves is not None
            else []
        ),
        Field("name", "企业名称", "text", width=34),
        CODE,
        *([Field("unit", "排名单元", "text", width=16)] if layout.has_units(e.scheme) else []),
        Field("total", "总分", "points", width=9),
        Field("rank", "总分排名", "integer", width=9),
        Field("basis", "判定依据", "text", width=58),
    ]
    texts = basis_column(e, confirmed=choices.confirmed)
    firms = [*by_class(e), *(int(firm) for firm in np.flatnonzero(e.final == ""))]
    rows = [_entry(e, firm, k) | {"basis": texts[firm]} for k, firm in enumerate(firms, 1)]
    if moves is not None:
        for firm, row in zip(firms, rows, strict=True):
            row |= {"last": moves.last[firm], "move": moves.move(firm, e.scheme)}
    field_table(sheet, fields, e.scheme, rows, frozen="name")
    for column in (2, 3) if moves is None else (2, 3, 4):
        colour_classes(sheet, e.scheme, column, FIRST_ROW, FIRST_ROW + len(rows) - 1)
