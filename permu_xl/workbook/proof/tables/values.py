"""Single values and lists of the recomputation: year, limits, n, rows in use, classes counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.workbook import formulas as f
from permu_xl.workbook import layout
from permu_xl.workbook.proof import needs
from permu_xl.workbook.proof.board import Board, Table, absolute
from permu_xl.workbook.proof.inputs import ParameterCells, rows_below_header
from permu_xl.workbook.proof.plan import DIFFERENCE, FIRST_FREE, LABEL, REMARK, VALUE, Plan
from permu_xl.workbook.reading import Placed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from permu_xl.engine.model import Scheme

__all__ = ["put_lists", "put_values"]


def put_values(board: Board, plan: Plan) -> None:
    """Write the single values: year, limits, how many firms, the rows in use."""
    scheme, parameters = plan.scheme, ParameterCells(plan.book.parameters)
    years = scheme.scope.new_firm_years
    put = _Values(board, plan)
    put.value("year", "评价年度", parameters.year(), f"参数表；结果按{plan.year}年计算")
    put.compare("year", f"{plan.value('year')}<>{plan.year}")
    same_scheme = parameters.scheme()
    if "scheme" in plan.values and same_scheme is not None:
        put.value("scheme", "方案", f'{parameters.named("scheme")}&""', "参数表；应与计算时相同")
        put.compare("scheme", f"NOT({same_scheme})")
    if years:
        limit = f"当年12月31日投产满{years}年（{scheme.scope.clause}）"
        year = plan.value("year")
        put.value("established", "最晚投产日期", f"DATE({year}-{years},12,31)", limit)
        put.value(
            "established_before", "上年最晚投产日期", f"DATE({year}-{years + 1},12,31)", limit
        )
    for key, label, points in (
        ("bonus_cap", "加分上限", scheme.bonus.cap),
        ("deduction_cap", "扣分上限", scheme.bonus.deduction_cap),
    ):
        if points is not None:
            board.put(plan.values[key], VALUE, points)
            put.label(key, label, f"方案（{scheme.bonus.clause}）")
    _put_firm_counts(put, plan)
    _put_row_counts(put, plan)


def _put_firm_counts(put: _Values, plan: Plan) -> None:
    """Count who takes part, who is ranked, who stands on a list."""
    scheme = plan.scheme
    included = f.count_where(f"{plan.firms.span('included')}=1")
    put.value("participants", "参评户数", included, "" if scheme.ungraded else "n")
    if scheme.scope.letter:
        written = f"COUNT({plan.written_span(layout.CLASSES, 'total')})"
    else:
        proposed = plan.written_span(layout.CLASSES, "proposed")
        written = f.count_where(f'{proposed}<>""', f"{proposed}<>{f.text(layout.NOT_EVALUATED)}")
    put.compare("participants", f"{plan.value('participants')}<>{written}")
    if scheme.ungraded:
        ungraded = plan.firms.span("ungraded")
        # Blank rows among the firms are equal to 0, and not to "" in every program.
        ranked = f.count_where(f"{plan.firms.span('included')}=1", f"{ungraded}=0")
        names = "、".join(dict.fromkeys(group.name for group in scheme.ungraded))
        put.value("ranked", "参加排名户数", ranked, f"n；不含{names}")
        written = f"COUNT({plan.written_span(layout.CLASSES, 'rank')})"
        put.compare("ranked", f"{plan.value('ranked')}<>{written}")
    if layout.has_halves(scheme):
        pooled = f"COUNT({plan.firms.span('pool')})"
        put.value("pooled", "列入名单户数", pooled, "各半区中按排序分取名额的企业")


def _put_row_counts(put: _Values, plan: Plan) -> None:
    """Count the rows in use, so that a firm added or removed by hand shows."""
    book = plan.book
    current = book.current
    put.rows(
        "rows:current", layout.DATA, rows_below_header(current.placed, ("code", "name")),
        current.roster.size + current.passed,
    )  # fmt: skip
    if book.previous is not None:
        placed = book.previous.placed
        put.rows(
            "rows:previous", layout.PREVIOUS, rows_below_header(placed, ("code", "name")),
            book.previous.roster.size + book.previous.passed,
        )  # fmt: skip
    if book.adjustments is not None:
        put.rows(
            "rows:adjustments", layout.ADJUSTMENTS,
            rows_below_header(book.adjustments.placed, ("code", "name", "letter")),
            len(book.adjustments.adjustments),
        )  # fmt: skip
    for key, title in (("rows:scores", layout.SCORES), ("rows:classes", layout.CLASSES)):
        placed = Placed(book.sheets[title], book.outputs[title], ())
        put.rows(key, title, rows_below_header(placed, ("code", "name")), current.roster.size)
    _put_unreadable(put, "unreadable:current", plan.firms, current.placed, plan.needed)
    if plan.previous is not None and book.previous is not None:
        placed = book.previous.placed
        _put_unreadable(put, "unreadable:previous", plan.previous, placed, plan.needed_before)


def _put_unreadable(
    put: _Values, key: str, table: Table, placed: Placed, needed: needs.YearNeeds
) -> None:
    """Count the input cells that cannot be read, and say where one is.

    An error spreads to everything that rests on it, so that many checks fail of one cause.
    """
    read = [*needed.read, *(f"figure:{id}" for id in needed.figures)]
    cells = table.span(read[0], read[-1])
    put.value(key, f"“{placed.sheet}”读不懂的单元格", f.errors_in(cells), "")
    put.compare(key, f"{put.plan.value(key)}>0")
    offset = table.first_row - placed.first_row
    found = f"SUMPRODUCT(MAX(ISERROR({cells})*ROW({cells})))"
    none = f.text("没有；有的时候先改它：别的项目跟着出错")
    told = f'"先改：最后一处在第"&({found}-{offset})&"行；别的项目跟着出错"'
    put.board.formula(put.plan.values[key], REMARK, f"IF({put.plan.value(key)}=0,{none},{told})")


class _Values:
    """Writes single values: label, value, difference, remark."""

    def __init__(self, board: Board, plan: Plan) -> None:
        self.board, self.plan = board, plan

    def label(self, key: str, label: str, remark: str) -> None:
        row = self.plan.values[key]
        self.board.put(row, LABEL, label)
        self.board.put(row, REMARK, remark)

    def value(self, key: str, label: str, expression: str, remark: str) -> None:
        self.label(key, label, remark)
        self.board.formula(self.plan.values[key], VALUE, expression)

    def compare(self, key: str, difference: str) -> None:
        row = self.plan.values[key]
        self.board.formula(row, DIFFERENCE, f.count_differences([difference]))

    def rows(self, key: str, title: str, expression: str, expected: int) -> None:
        remark = f"有代码或名称的行，计算时为{expected}行"
        self.value(key, f"“{title}”的行数", expression, remark)
        self.compare(key, f"{self.plan.value(key)}<>{expected}")


def put_lists(board: Board, plan: Plan) -> None:
    """Write the lists of the scheme, and the classes with how many firms each has."""
    scheme = plan.scheme
    contents = dict(_lists(scheme))
    numbers = plan.list_sizes.get("numbers", 0)
    contents["numbers"] = ("序号", range(1, numbers + 1))
    for key, row in plan.lists.items():
        label, values = contents[key]
        board.put(row, LABEL, label)
        board.across(row, FIRST_FREE, dict(enumerate(values)))
    counted = {
        "letters_proposed": plan.firms.span("proposed"),
        "letters_written": plan.written_span(layout.CLASSES, "proposed"),
    }
    for key, cells in counted.items():
        for k in range(len(scheme.letters)):
            letter = absolute(plan.lists["letters"], FIRST_FREE + k)
            board.formula(
                plan.lists[key], FIRST_FREE + k, f.count_where(f"EXACT({cells},{letter})")
            )
    first, second = (plan.list(key) for key in counted)
    put = _Values(board, plan)
    put.value(
        "letters", "各类户数", f"SUM({first})", "重算的与结果表中的初步分类，逐类比较，见下面三行"
    )
    put.compare("letters", f.count_where(f"{first}<>{second}"))


def _lists(scheme: Scheme) -> Iterator[tuple[str, tuple[str, Sequence[str | float]]]]:
    """Yield the label and the content of every list by key."""
    excluded = needs.excluded_prefixes(scheme)
    yield "industries", ("不参评行业（代码开头）", excluded)
    yield "industries_end", ("相应的最后一个代码", [f"{prefix}9999" for prefix in excluded])
    for attribute in needs.attributes(scheme):
        prefixes = sorted(attribute.prefixes, key=len)
        yield f"prefixes:{attribute.id}", (f"{attribute.name}（行业代码开头）", prefixes)
        derived = [attribute.prefixes[prefix] for prefix in prefixes]
        yield f"derived:{attribute.id}", (f"相应的{attribute.name}", derived)
        yield f"groups:{attribute.id}", (attribute.name, attribute.values)
    yield "tracks", ("赛道", [track.name for track in scheme.tracks])
    labels, groups = scheme.bonus.labels.values(), list(scheme.bonus.groups)
    yield "labels", ("加分项", [label.name for label in labels])
    yield "label_points", ("加分项分值", [label.points for label in labels])
    yield "label_ratios", ("加分项比例（按指标得分合计）", [label.ratio for label in labels])
    places = [groups.index(label.group) + 1 if label.group else 0 for label in labels]
    yield "label_groups", ("加分项所在组（0为单列）", places)
    caps = [group.cap for group in scheme.bonus.groups.values()]
    yield "group_caps", ("各组上限", ["无" if cap is None else cap for cap in caps])
    counts = scheme.bonus.counts
    yield "counts", ("按数量加减分", [count.name for count in counts])
    yield "count_free", ("不计分的数量", [count.free for count in counts])
    yield "count_points", ("每增加1计分", [count.points for count in counts])
    yield "grades", ("按名次评定的分类（从高到低）", scheme.graded_letters)
    yield "letters", ("分类", scheme.letters)
    yield "letters_proposed", ("重算户数", ())
    yield "letters_written", ("结果表中户数", ())
