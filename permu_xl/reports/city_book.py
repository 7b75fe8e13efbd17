"""The city's workbook: summary, averages, industries, the list to be decided on, and the checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from permu_xl import __version__
from permu_xl.book import frame, layout, validation
from permu_xl.book.canonical import digest, inputs_text, scheme_text, shortened
from permu_xl.book.colouring import area, colour_equal, grey_rows
from permu_xl.book.layout import FIRST_ROW
from permu_xl.book.results import finding_row
from permu_xl.book.styles import LEVEL_COLOURS, Kind
from permu_xl.engine.classbasis import basis_column
from permu_xl.engine.evaluate import Evaluation
from permu_xl.engine.scheme import Scheme
from permu_xl.reports.city import City, District
from permu_xl.reports.city_averages import build_averages
from permu_xl.reports.city_charts import class_chart
from permu_xl.reports.city_tables import IndustryRow, Standing, by_industry, standings
from permu_xl.reports.decisions import Decision
from permu_xl.reports.lists import class_names, figures, to_confirm, unit_name
from permu_xl.reports.sheets import (
    Cells,
    colour_classes,
    field_table,
    table,
    widths,
)
from permu_xl.schemes import industries

__all__ = ["DECIDED", "build_city"]

DECIDED = ("letter", "reason", "document", "date")
"""The columns of 待确认名单 that the city fills in."""

_INPUT_TAB = "E0A030"
_CHART_WIDTH, _CHART_HEIGHT = 26.0, 13.0
_CHART_ROWS = 24


def build_city(
    city: City,
    watched: Sequence[str],
    growth: float | None = None,
    kept: Sequence[Decision] = (),
) -> Workbook:
    """Return the workbook; where no district is sound it has nothing but the checks.

    ``watched`` are the classes to be confirmed; ``growth`` the official growth of the city's
    industry, a share.  ``kept`` are decisions from an earlier workbook: they stand where the firm
    is still on the list with the same class by the rules.
    """
    workbook = frame.new_workbook("亩均综合评价全市汇总", city.scheme)
    scheme = city.scheme
    if scheme is not None:
        _summary(workbook.create_sheet(layout.CITY_SUMMARY), city, scheme)
        build_averages(workbook.create_sheet(layout.CITY_AVERAGES), city, growth)
        _industries(workbook.create_sheet(layout.CITY_INDUSTRIES), city, scheme)
        _decisions(workbook.create_sheet(layout.CITY_DECISIONS), city, scheme, watched, kept)
        _books(workbook.create_sheet(layout.CITY_BOOKS), city, scheme)
        _checks(workbook.create_sheet(layout.CITY_CHECKS), city, scheme)
    return workbook


def _summary(sheet: Worksheet, city: City, scheme: Scheme) -> None:
    left_out = (
        f"【未汇入：{'、'.join(city.missing)}，见“{layout.CITY_BOOKS}”】" if city.missing else ""
    )
    frame.head(
        sheet,
        f"{city.year}年度亩均综合评价　全市汇总",
        f"{left_out}汇入{len(city.sound)}个地区。户数按最终分类；平均总分只算参评企业。",
    )
    rows = standings(city.sound)
    letters = scheme.letters
    widths(sheet, (18, *(9.5 for _ in range(3 + 2 * len(letters))), 10))
    classed = "有分类户数" if scheme.scope.letter else "参评户数"
    first_letter = 5
    after = table(
        sheet,
        4,
        "各地区企业分类",
        (
            "地区", "企业数", "不参评", classed,
            *(f"{x}类" for x in letters), *(f"{x}类占比" for x in letters), "平均总分",
        ),
        (
            "text", "count", "count", "count",
            *_times("count", letters), *_times("share", letters), "points",
        ),
        [_counted(row) for row in rows],
    )  # fmt: skip
    if rows[-1].area is not None:
        after = table(
            sheet,
            after,
            "各地区各类企业用地（亩）",
            ("地区", "用地合计", *(f"{x}类" for x in letters), *(f"{x}类占比" for x in letters)),
            ("text", "integer", *_times("integer", letters), *_times("share", letters)),
            [_land(row) for row in rows],
        )
    chart = class_chart(sheet, scheme, 5, first_letter, len(city.sound))
    chart.width, chart.height = _CHART_WIDTH, _CHART_HEIGHT  # type: ignore[assignment]
    sheet.add_chart(chart, f"A{after + 1}")
    sheet.row_breaks.append(Break(id=after - 1))
    frame.page(sheet, scheme, header_row=None)
    last = first_letter + 2 * len(letters)
    sheet.print_area = area(1, last, 1, after + _CHART_ROWS)


def _times(kind: Kind, letters: Sequence[str]) -> tuple[Kind, ...]:
    return (kind,) * len(letters)


def _counted(row: Standing) -> Cells:
    shares = [n / row.classed if row.classed else None for n in row.counts.values()]
    out = row.firms - row.classed
    return (row.name, row.firms, out, row.classed, *row.counts.values(), *shares, row.mean)


def _land(row: Standing) -> Cells:
    shares = [
        area / row.area if area is not None and row.area else None for area in row.land.values()
    ]
    return (row.name, row.area, *row.land.values(), *shares)


def _industries(sheet: Worksheet, city: City, scheme: Scheme) -> None:
    frame.head(
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
        ("code", "text", "count", "points", "number", *_times("count", letters)),
        [_industry(row) for row in rows],
    )
    frame.page(sheet, scheme, header_row=5, upright=True)


def _industry(row: IndustryRow) -> Cells:
    return (row.division, row.name, row.firms, row.mean, row.area, *row.counts.values())


def _decisions(
    sheet: Worksheet,
    city: City,
    scheme: Scheme,
    watched: Sequence[str],
    kept: Sequence[Decision],
) -> None:
    frame.head(
        sheet,
        f"{city.year}年度{class_names(watched)}企业名单　待市级确认",
        "黄色各列由市里填写：市级意见（最终分类）、理由、依据文件、日期；填好保存后用 "
        "permu-xl city apply 写回各区的“分类调整”。空着的不写回。",
    )
    fields = layout.decision_fields(scheme)
    rows: list[dict[str, object]] = []
    for name, e in city.sound:
        texts = basis_column(e)
        rows += [_decision(name, e, firm, texts[firm]) for firm in to_confirm(e, watched)]
    known = {decision.about: decision for decision in kept if decision.letter}
    numbered = [
        row | {"serial": number} | _kept(known.get(_about(row)))
        for number, row in enumerate(rows, 1)
    ]
    field_table(sheet, fields, scheme, numbered, inputs=DECIDED, frozen="name")
    last = FIRST_ROW + max(len(rows), 1) - 1
    for column, field in enumerate(fields, 1):
        if field.key in DECIDED:
            validation.validate(sheet, field, column, scheme, last_row=last)
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


def _about(row: Mapping[str, object]) -> tuple[str, ...]:
    """Return what a row is about, as ``Decision.about`` does."""
    firm = row["code"] or row["name"]
    return str(row["district"]), str(firm), str(row["proposed"])


def _kept(decision: Decision | None) -> dict[str, object]:
    return {} if decision is None else {key: getattr(decision, key) or None for key in DECIDED}


def _books(sheet: Worksheet, city: City, scheme: Scheme) -> None:
    frame.head(
        sheet,
        layout.CITY_BOOKS,
        "每个区的工作簿和是否汇入；没有汇入的见“核对”，改好后重新汇总。校验值是该区输入、方案的校验值的前16位，"
        f"permu-xl verify 显示的相同就是同一份。汇总程序版本{__version__}。",
    )
    fields = layout.city_book_fields()
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
        "participants": None if d.evaluation is None else d.evaluation.participants,
        "inputs_hash": shortened(digest(inputs_text(book))),
        "scheme_hash": shortened(digest(scheme_text(book.scheme))),
        "version": last.get("version"),
        "time": last.get("time"),
    }


def _checks(sheet: Worksheet, city: City, scheme: Scheme) -> None:
    frame.head(sheet, "核对", "各区工作簿互相之间、结果与输入之间的问题；由该区改正后重新汇总。")
    fields = layout.finding_fields()
    rows: list[Mapping[str, object]] = [finding_row(f) for f in city.findings]
    rows = rows or [{"level": "提示", "problem": "没有发现问题"}]
    field_table(sheet, fields, scheme, rows, frozen="code")
    cells = area(1, 1, FIRST_ROW, FIRST_ROW + len(rows) - 1)
    colour_equal(sheet, cells, {level.value: colour for level, colour in LEVEL_COLOURS.items()})
