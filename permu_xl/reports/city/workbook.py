"""The city's workbook: summary, averages, industries, the list to be decided on, and the checks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from permu_xl import __version__
from permu_xl.engine.explain import basis_column
from permu_xl.reports.city.averages import build_averages
from permu_xl.reports.city.decisions import DECIDED, Decision
from permu_xl.reports.city.layout import (
    CITY_AVERAGES,
    CITY_BOOKS,
    CITY_CHECKS,
    CITY_DECISIONS,
    CITY_INDUSTRIES,
    CITY_SUMMARY,
    city_book_fields,
    decision_fields,
)
from permu_xl.reports.city.moves import build_moves
from permu_xl.reports.city.summary import build_summary
from permu_xl.reports.city.tables import IndustryRow, by_industry
from permu_xl.reports.publication import class_names, figures, to_confirm, unit_name
from permu_xl.schemes import industries
from permu_xl.workbook import finding_row, layout, look
from permu_xl.workbook.layout import FIRST_ROW
from permu_xl.workbook.look import (
    LEVEL_COLOURS,
    Cells,
    Kind,
    area,
    colour_classes,
    colour_equal,
    field_table,
    grey_rows,
    name_width,
    table,
    widths,
)
from permu_xl.workbook.record import digest, inputs_text, scheme_text, shortened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from permu_xl.engine import Evaluation
    from permu_xl.engine.model import Scheme
    from permu_xl.reports.city.model import City, District

__all__ = ["build_city"]

_COUNT: Kind = "count"
_INDUSTRY_KINDS: tuple[Kind, ...] = ("code", "text", _COUNT, "points", "number")
_INPUT_TAB = "E0A030"


def build_city(
    city: City,
    watched: Sequence[str],
    growth: float | None = None,
    kept: Mapping[tuple[str, int], Decision] | None = None,
) -> Workbook:
    """Return the workbook; where no district is sound it has nothing but the checks.

    ``watched`` are the classes to be confirmed; ``growth`` the official growth of the city's
    industry, a share.  ``kept`` are decisions from an earlier workbook by the firm's district and
    index (``carry_over``).
    """
    workbook = look.new_workbook("亩均综合评价全市汇总", city.scheme)
    scheme = city.scheme
    if scheme is not None:
        build_summary(workbook.create_sheet(CITY_SUMMARY), city, scheme)
        build_averages(workbook.create_sheet(CITY_AVERAGES), city, growth)
        _industries(workbook.create_sheet(CITY_INDUSTRIES), city, scheme)
        if moves := city.moves:
            build_moves(workbook.create_sheet(layout.MOVES), city, scheme, moves)
        _decisions(workbook.create_sheet(CITY_DECISIONS), city, scheme, watched, kept or {})
        _books(workbook.create_sheet(CITY_BOOKS), city, scheme)
        _checks(workbook.create_sheet(CITY_CHECKS), city, scheme)
    return workbook


def _industries(sheet: Worksheet, city: City, scheme: Scheme) -> None:
    look.head(
        sheet,
        f"{city.year}年度亩均综合评价　分行业（大类）",
        "全市参评企业按国民经济行业大类；户数按最终分类。",
    )
    letters = scheme.letters
    widths(sheet, (10, 34, 10, 10, 13, *(9.0 for _ in letters)))
    rows = by_industry(city.sound, industries())
    table(
        sheet,
        4,
        "各行业企业分类",
        (
            "行业代码",
            "行业名称",
            "参评户数",
            "平均总分",
            "用地（亩）",
            *(f"{x}类" for x in letters),
        ),
        (*_INDUSTRY_KINDS, *(_COUNT for _ in letters)),
        [_industry(row) for row in rows],
    )
    look.page(sheet, scheme, header_row=5, upright=True)


def _industry(row: IndustryRow) -> Cells:
    return (row.division, row.name, row.firms, row.mean, row.area, *row.counts.values())


def _decisions(
    sheet: Worksheet,
    city: City,
    scheme: Scheme,
    watched: Sequence[str],
    kept: Mapping[tuple[str, int], Decision],
) -> None:
    look.head(
        sheet,
        f"{city.year}年度{class_names(watched)}企业名单　待市级确认",
        "黄色各列由市里填写：市级意见（最终分类）、理由、依据文件、日期；填好保存后用 "
        "permu-xl city apply 写回各区的“分类调整”。空着的不写回。",
    )
    fields = decision_fields(scheme)
    rows: list[dict[str, object]] = []
    for name, e in city.sound:
        texts = basis_column(e)
        rows += [
            _decision(name, e, firm, texts[firm]) | _kept(kept.get((name, firm)))
            for firm in to_confirm(e, watched)
        ]
    numbered = [row | {"serial": number} for number, row in enumerate(rows, 1)]
    field_table(sheet, fields, scheme, numbered, inputs=DECIDED, frozen="name")
    last = FIRST_ROW + max(len(rows), 1) - 1
    for column, field in enumerate(fields, 1):
        if field.key in DECIDED:
            look.validate(sheet, field, column, scheme, last_row=last)
        if field.key in ("proposed", "final", "letter"):
            colour_classes(sheet, scheme, column, FIRST_ROW, last)
    sheet.sheet_properties.tabColor = _INPUT_TAB


def _decision(name: str, e: Evaluation, firm: int, basis: str) -> dict[str, object]:
    ranked = e.classes.rank[firm] > 0
    return {
        "district": name,
        "code": str(e.roster.codes[firm]),
        "name": str(e.roster.names[firm]),
        "total": float(e.total[firm]) if e.included[firm] else None,
        "rank": int(e.classes.rank[firm]) if ranked else None,
        "unit": unit_name(e, firm),
        "proposed": str(e.proposed[firm]) or layout.NOT_EVALUATED,
        "final": str(e.final[firm]) or layout.NOT_EVALUATED,
        "figures": figures(e, firm),
        "basis": basis,
    }


def _kept(decision: Decision | None) -> dict[str, object]:
    return {} if decision is None else dict(decision.written)


def _books(sheet: Worksheet, city: City, scheme: Scheme) -> None:
    look.head(
        sheet,
        CITY_BOOKS,
        "每个区的工作簿和是否汇入；没有汇入的见“核对”，改好后重新汇总。校验值是该区输入、方案的校验值的前16位，"
        f"permu-xl verify 显示的相同就是同一份。汇总程序版本{__version__}。",
    )
    known = {
        "district": name_width(district.name for district in city.districts),
        "file": name_width(district.path.name for district in city.districts),
    }
    fields = [
        replace(field, width=known.get(field.key, field.width)) for field in city_book_fields()
    ]
    rows = [_book(district) for district in city.districts]
    field_table(sheet, fields, scheme, rows)
    last = FIRST_ROW + len(rows) - 1
    state = f"${get_column_letter(len(fields))}{FIRST_ROW}"
    grey_rows(sheet, area(1, len(fields), FIRST_ROW, last), f'{state}<>"已汇总"')


def _book(d: District) -> dict[str, object]:
    known: dict[str, object] = {"district": d.name, "file": d.path.name, "state": d.state}
    if d.outcome is None:
        return known
    book = d.outcome.book
    last = book.runs.entries[-1] if book.runs and book.runs.entries else {}
    return known | {
        "scheme": book.scheme.id,
        "year": book.parameters.year,
        "firms": book.current.roster.size,
        "participants": None if d.evaluation is None else d.evaluation.firms_ranked,
        "inputs_hash": shortened(digest(inputs_text(book))),
        "scheme_hash": shortened(digest(scheme_text(book.scheme))),
        "version": last.get("version"),
        "time": last.get("time"),
    }


def _checks(sheet: Worksheet, city: City, scheme: Scheme) -> None:
    look.head(sheet, "核对", "各区工作簿互相之间、结果与输入之间的问题；由该区改正后重新汇总。")
    places = name_width(f.place for f in city.findings)
    # The cells are in other files, so that there is nothing to link to.
    fields = [
        replace(field, width=places)
        if field.key == "sheet"
        else replace(field, kind="choice")
        if field.key == "cell"
        else field
        for field in layout.finding_fields()
    ]
    rows: list[Mapping[str, object]] = [finding_row(f) for f in city.findings]
    rows = rows or [{"level": "提示", "problem": "没有发现问题"}]
    field_table(sheet, fields, scheme, rows, frozen="code")
    cells = area(1, 1, FIRST_ROW, FIRST_ROW + len(rows) - 1)
    colour_equal(sheet, cells, {level.value: colour for level, colour in LEVEL_COLOURS.items()})
