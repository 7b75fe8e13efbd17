"""What both years' tables of firms have in common, and last year's table (R1 to R5, R7)."""

from __future__ import annotations

from collections.abc import Iterator

from permu_xl.book import layout
from permu_xl.book.proof_board import Board, Table
from permu_xl.book.proof_inputs import FirmCells
from permu_xl.book.proof_plan import Plan, figures
from permu_xl.book.proof_values import list_range
from permu_xl.engine.scheme import Indicator

__all__ = ["inputs", "put_headers", "put_previous", "value"]

_HEADERS = {
    "name": layout.NAME.name,
    "code": layout.CODE.name,
    "differences": "不一致数",
    "identity": "识别",
    "order": "识别的次序",
    "industry": "行业代码",
    "start_date": "投产日期",
    "included": "参评",
    "subtotal": "指标得分合计",
    "labels": "加分项",
    "label_points": "加分项得分",
    "points": "加分合计",
    "bonus": "计入加分",
    "total": "总分",
    "sorted": "总分从低到高",
    "rank": "总分排名",
    "tied": "同分户数",
    "place": "总分次序",
    "half": "半区",
    "proposed": "初步分类",
    "final": "最终分类",
    "letter": "调整后分类",
    "row": "本表行号",
    "repeated": "重复",
}
_POOL_HEADERS = {
    "key": "排序分",
    "pool": "半区内排序分",
    "pool_sorted": "半区内从低到高",
    "pool_rank": "半区内名次",
    "pool_tied": "半区内同分户数",
    "pool_place": "半区内次序",
}


def put_headers(board: Board, plan: Plan, table: Table) -> None:
    """Write the header row of a table."""
    for key, column in table.columns.items():
        board.put(table.header_row, column, _header(plan, key))


def _header(plan: Plan, key: str) -> str:
    if key in _HEADERS:
        return _HEADERS[key]
    if key in layout.PROOF_TESTS:
        return layout.PROOF_TESTS[key]
    scheme = plan.scheme
    what, _, id = key.partition(":")
    if what in _POOL_HEADERS:
        label = next(s.label for s in scheme.classification.selections if s.id == id)
        return f"{label}类{_POOL_HEADERS[what]}"
    if what == "figure":
        return scheme.columns[id].name
    if what == "flag":
        return scheme.flags[id].name
    name = scheme.indicator(id).name
    return name if what == "value" else f"{name}得分"


def inputs(
    plan: Plan, cells: FirmCells, table: Table, entry: int, row: int, limit: str
) -> Iterator[tuple[str, str]]:
    """Yield industry, start of production, participation (R1 to R3) and the raw figures."""
    excluded, young = "", ""
    if "industry" in table.columns:
        yield "industry", cells.industry(entry)
        prefixes, code = list_range(plan, "industries"), table.cell("industry", row)
        excluded = f"SUMPRODUCT(--(LEFT({code},LEN({prefixes}))={prefixes}))>0"
    if "start_date" in table.columns:
        yield "start_date", cells.date(entry)
        young = f"N({table.cell('start_date', row)})>{plan.value(limit)}"
    barred = [condition for condition in (excluded, young) if condition]
    by_rule = f"IF(OR({','.join(barred)}),0,1)" if barred else "1"
    yield "included", cells.included(entry, by_rule)
    for id in figures(plan.scheme):
        yield f"figure:{id}", cells.number(entry, id)


def value(i: Indicator, plan: Plan, table: Table, row: int) -> str:
    """Return the formula of an indicator's value; "" where it is missing (R4, R5)."""
    top = table.cell(f"figure:{i.numerator}", row)
    bottom = table.cell(f"figure:{i.denominator}", row)
    times = "" if i.scale == 1 else f"*{plan.indicator(i.id, 'scale')}"
    ratio = f'IF({bottom}>0,{top}/{bottom}{times},"")'
    # The sum looks at both figures, so that an error in either is not passed over.
    missing = f'({top}="")+({bottom}="")'
    return f'IF({table.cell("included", row)}=1,IF({missing},"",{ratio}),"")'


def put_previous(board: Board, plan: Plan) -> None:
    """Write last year's participants and their indicators (R7)."""
    table, source = plan.previous, plan.book.previous
    if table is None or source is None:
        return
    put_headers(board, plan, table)
    board.put(table.header_row - 1, table.columns["name"], layout.PREVIOUS)
    cells = FirmCells(source)
    for entry in range(source.roster.size):
        row = plan.previous_row(entry)
        formulas = {
            "name": cells.text(entry, "name"),
            **dict(inputs(plan, cells, table, entry, row, "established_before")),
            **{f"value:{i.id}": value(i, plan, table, row) for i in plan.scheme.indicators},
        }
        for key, expression in formulas.items():
            board.formula(row, table.columns[key], expression)
