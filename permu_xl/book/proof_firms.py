"""The lower part of the recomputation: one row a firm, last year's firms and decisions beside."""

from __future__ import annotations

from collections.abc import Iterator

from permu_xl.book import layout
from permu_xl.book import proof_formulas as f
from permu_xl.book.proof_board import Board, Table
from permu_xl.book.proof_inputs import SEPARATOR, SEPARATORS, DecisionCells, FirmCells
from permu_xl.book.proof_parameters import list_range
from permu_xl.book.proof_plan import Plan, figures, flags
from permu_xl.engine.classify import half_names
from permu_xl.engine.evaluate import Evaluation
from permu_xl.engine.scheme import Indicator

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
    "bonus": "加分",
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


def put_firms(board: Board, plan: Plan, evaluation: Evaluation) -> None:
    """Write the recomputation of 原始数据, aligned with it row by row."""
    _put_headers(board, plan, plan.firms)
    cells = FirmCells(plan.book.current)
    separators = (*SEPARATORS, *cells.other_separators())
    order = _code_order(evaluation) if plan.code_order else {}
    for entry in range(plan.book.current.roster.size):
        firm = _Firm(plan, cells, entry)
        formulas = dict(firm.formulas(separators))
        if plan.code_order:
            identity = str(evaluation.roster.identity()[entry])
            formulas["order"] = f.guarded(firm.at("identity"), identity, str(order[identity]))
        for key, expression in formulas.items():
            board.formula(firm.row, plan.firms.columns[key], expression)
    _put_sorted(board, plan)


def _put_sorted(board: Board, plan: Plan) -> None:
    """Write the ascending lists that ranks are looked up in; they leave no row out."""
    table = plan.firms
    lists = {"sorted": ("total", plan.value("participants"))}
    for s in plan.scheme.classification.selections:
        lists[f"pool_sorted:{s.id}"] = (f"pool:{s.id}", plan.selection(s.id, "pool"))
    for key, (source, count) in lists.items():
        for row in range(table.first_row, table.last_row + 1):
            place = f"(ROW()-{table.header_row})"
            board.formula(row, table.columns[key], f.sorted_up(table.span(source), place, count))


def _code_order(evaluation: Evaluation) -> dict[str, int]:
    """Number the identities by their characters' codes.

    Spreadsheets compare Chinese names by pronunciation or strokes, so that a tie of firms without
    a credit code cannot be decided by a formula.
    """
    ordered = sorted({str(identity) for identity in evaluation.roster.identity()})
    return {identity: place for place, identity in enumerate(ordered, 1)}


def _put_headers(board: Board, plan: Plan, table: Table) -> None:
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


class _Firm:
    """The formulas of one firm's row."""

    def __init__(self, plan: Plan, cells: FirmCells, entry: int) -> None:
        self.plan, self.cells, self.entry = plan, cells, entry
        self.table, self.scheme = plan.firms, plan.scheme
        self.row = plan.row(entry)

    def at(self, key: str) -> str:
        return self.table.cell(key, self.row)

    def pair(self, key: str) -> tuple[str, str]:
        """Return a column and this firm's cell in it."""
        return self.table.span(key), self.at(key)

    def written(self, title: str, key: str) -> str:
        return self.plan.written(title, key, self.entry)

    def formulas(self, separators: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        """Yield the formulas by column key."""
        yield from self._identity()
        yield from _inputs(self.plan, self.cells, self.table, self.entry, self.row, "established")
        for i in self.scheme.indicators:
            yield f"value:{i.id}", value(i, self.plan, self.table, self.row)
            yield f"score:{i.id}", self._score(i)
        yield from self._total(separators)
        yield from self._order()
        yield from self._classes()
        yield from self._checks()

    def participant(self, expression: str, otherwise: str = '""') -> str:
        """Return the expression for participants only."""
        return f"IF({self.at('included')}=1,{expression},{otherwise})"

    def _identity(self) -> Iterator[tuple[str, str]]:
        name, code = self.at("name"), self.at("code")
        checks = [key for key in self.table.columns if key in layout.PROOF_TESTS]
        yield "name", self.cells.text(self.entry, "name")
        yield "code", self.cells.text(self.entry, "code")
        yield "differences", f"SUM({self.table.across(checks, self.row)})"
        yield "identity", f'IF({code}="",{name},{code})'

    def _score(self, i: Indicator) -> str:
        """Value over baseline times weight, from 0 to the cap; R5 and R6 for a missing value."""
        v = self.at(f"value:{i.id}")
        weight, maximum, baseline = (
            self.plan.indicator(i.id, key) for key in ("weight", "maximum", "baseline")
        )
        missing = "0"
        if i.without_denominator == "full_if_numerator_positive":
            top, bottom = self.at(f"figure:{i.numerator}"), self.at(f"figure:{i.denominator}")
            missing = f"IF(AND(N({bottom})=0,N({top})>0),{weight},0)"
        points = f'IF({v}="",{missing},MAX(0,MIN({maximum},{v}/{baseline}*{weight})))'
        decimals = self.scheme.score_decimals
        return self.participant(points if decimals is None else f"ROUND({points},{decimals})")

    def _total(self, separators: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        scores = [f"score:{i.id}" for i in self.scheme.indicators]
        yield "subtotal", self.participant(f"SUM({self.table.across(scores, self.row)})")
        cell = self.cells.cell(self.entry, "bonus_labels")
        if self.scheme.bonus.labels:
            yield "labels", self.cells.labels(self.entry, separators)
            yield "label_points", self._label_points()
        else:
            # The program refuses labels that the scheme does not know.
            yield "label_points", "0" if cell is None else f'IF({cell}="",0,NA())'
        points = f"{self.cells.points(self.entry)}+{self.at('label_points')}"
        if self.scheme.bonus.cap is not None:
            points = f"MIN({self.plan.value('bonus_cap')},{points})"
        yield "bonus", self.participant(points)
        yield "total", self.participant(f"{self.at('subtotal')}+{self.at('bonus')}")

    def _label_points(self) -> str:
        """Return the points of the labels, each once; #N/A where there is an unknown one."""
        labels, points = list_range(self.plan, "labels"), list_range(self.plan, "label_points")
        cell, mark = self.at("labels"), f.text(SEPARATOR)
        each = f"{mark}&{labels}&{mark}"
        left = f'LEN(SUBSTITUTE({cell},{mark},""))'
        known = f'(LEN({cell})-LEN(SUBSTITUTE({cell},{each},"")))/(LEN({labels})+2)*LEN({labels})'
        return (
            f'IF({cell}="",0,IF(SUMPRODUCT({known})={left},'
            f"SUMPRODUCT(ISNUMBER(FIND({each},{cell}))*{points}),NA()))"
        )

    def _order(self) -> Iterator[tuple[str, str]]:
        """Rank and place by total; ties by the tie key, then by identity (R16)."""
        rule = self.scheme.classification
        total, ordered = self.pair("total"), self.table.span("sorted")
        upto, below = f.not_above(ordered, total[1]), f.clearly_below(ordered, total[1])
        yield "rank", self.participant(f"{self.plan.value('participants')}-{upto}+1")
        yield "tied", self.participant(f"{upto}-{below}")
        for s in rule.selections:
            parts = "+".join(self.at(f"score:{id}") for id in s.keys)
            yield f"key:{s.id}", self.participant(parts)
        earlier = f.before_among_equals(total, self.pair(f"key:{rule.tie_key}"), self._last())
        place = f"{self.at('rank')}+IF({self.at('tied')}=1,0,{earlier})"
        yield "place", self.participant(place)
        names = half_names(rule)
        upper = f"{self.at('place')}<={self.plan.value('upper')}"
        halves = f"IF({upper},{f.text(names['upper'])},{f.text(names['lower'])})"
        yield "half", self.participant(halves)
        for s in rule.selections:
            inside = f"{self.at('half')}={f.text(names[s.half])}"
            yield f"pool:{s.id}", f'IF({inside},{self.at(f"key:{s.id}")},"")'
            yield from self._pool(s.id)

    def _pool(self, id: str) -> Iterator[tuple[str, str]]:
        """Rank and place by a selection's key inside its half; ties by total, then identity."""
        pool, ordered = self.pair(f"pool:{id}"), self.table.span(f"pool_sorted:{id}")
        upto, below = f.not_above(ordered, pool[1]), f.clearly_below(ordered, pool[1])
        rank, tied = self.at(f"pool_rank:{id}"), self.at(f"pool_tied:{id}")
        earlier = f.before_among_equals(pool, self.pair("total"), self._last())
        formulas = {
            "pool_rank": f"{self.plan.selection(id, 'pool')}-{upto}+1",
            "pool_tied": f"{upto}-{below}",
            "pool_place": f"{rank}+IF({tied}=1,0,{earlier})",
        }
        for key, expression in formulas.items():
            yield f"{key}:{id}", f'IF({pool[1]}="","",{expression})'

    def _last(self) -> tuple[str, str]:
        return self.pair("order" if self.plan.code_order else "identity")

    def _classes(self) -> Iterator[tuple[str, str]]:
        rule = self.scheme.classification
        for id in flags(self.scheme):
            yield f"flag:{id}", self.cells.flag(self.entry, id)
        letter = f.text(rule.remainder)
        for s in rule.selections:
            chosen = f.text(s.letter)
            for flag, flagged in reversed(tuple(s.flagged.items())):
                chosen = f"IF({self.at(f'flag:{flag}')}=1,{f.text(flagged)},{chosen})"
            place, quota = self.at(f"pool_place:{s.id}"), self.plan.selection(s.id, "quota")
            pool = self.plan.selection(s.id, "pool")
            inside = f"{place}<={quota}" if s.take == "first" else f"{place}>{pool}-{quota}"
            letter = f"IF(AND(ISNUMBER({place}),{inside}),{chosen},{letter})"
        out = f.text(layout.NOT_EVALUATED)
        yield "proposed", self.participant(letter, out)
        final, decisions = self.at("proposed"), self.plan.decisions
        if decisions is not None:
            letters, rows = decisions.span("letter"), decisions.span("row")
            final = f"IFERROR(INDEX({letters},MATCH(ROW(),{rows},0)),{final})"
        yield "final", self.participant(final, out)

    def _checks(self) -> Iterator[tuple[str, str]]:
        """Compare the row with the result sheets; each check counts its differences."""
        indicators, selections = self.scheme.indicators, self.scheme.classification.selections
        both = (layout.SCORES, layout.CLASSES)
        known = [f"figure:{id}" for id in figures(self.scheme)]
        conditions = {
            "test_identity": [self._other(title, x) for title in both for x in ("code", "name")],
            "test_participation": [
                f"({self.at('included')}=1)<>"
                f"({self.written(layout.CLASSES, 'proposed')}<>{f.text(layout.NOT_EVALUATED)})"
            ],
            "test_indicators": [
                *(self._far(layout.SCORES, f"value:{i.id}", relative=True) for i in indicators),
                f.errors_in(self.table.across(known, self.row)),
            ],
            "test_scores": [self._far(layout.SCORES, f"score:{i.id}") for i in indicators],
            "test_totals": [
                *(self._far(layout.SCORES, key) for key in ("subtotal", "bonus", "total")),
                self._far(layout.CLASSES, "total"),
            ],
            "test_ranks": [self._far(title, "rank") for title in both],
            "test_halves": [self._other(layout.CLASSES, "half")],
            "test_keys": [self._far(layout.CLASSES, f"key:{s.id}") for s in selections],
            "test_classes": [self._other(layout.CLASSES, "proposed")],
            "test_final": [self._other(layout.CLASSES, "final")],
        }
        for key, differences in conditions.items():
            yield key, f.count_differences(differences)

    def _other(self, title: str, key: str) -> str:
        return f"NOT(EXACT({self.at(key)},{self.written(title, key)}))"

    def _far(self, title: str, key: str, *, relative: bool = False) -> str:
        expected = self.at(key)
        tolerance = f.relative(expected) if relative else f.POINTS_TOLERANCE
        return f.differs(expected, self.written(title, key), tolerance)


def _inputs(
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
    _put_headers(board, plan, table)
    board.put(table.header_row - 1, table.columns["name"], layout.PREVIOUS)
    cells = FirmCells(source)
    for entry in range(source.roster.size):
        row = plan.previous_row(entry)
        formulas = {
            "name": cells.text(entry, "name"),
            **dict(_inputs(plan, cells, table, entry, row, "established_before")),
            **{f"value:{i.id}": value(i, plan, table, row) for i in plan.scheme.indicators},
        }
        for key, expression in formulas.items():
            board.formula(row, table.columns[key], expression)


def put_decisions(board: Board, plan: Plan) -> None:
    """Write the adjustments, each with the row of the firm it is about (R18)."""
    table, source = plan.decisions, plan.book.adjustments
    if table is None or source is None:
        return
    _put_headers(board, plan, table)
    board.put(table.header_row - 1, table.columns["name"], layout.ADJUSTMENTS)
    cells = DecisionCells(source)
    for entry in range(len(source.adjustments)):
        row = table.first_row + entry
        code, name = table.cell("code", row), table.cell("name", row)
        by_code, by_name = (
            _row_of(plan.firms.span(key), cell) for key, cell in (("code", code), ("name", name))
        )
        formulas = {
            **{key: cells.text(entry, key) for key in ("name", "code", "letter")},
            "row": f'IF({code}<>"",{by_code},{by_name})',
            "repeated": f"COUNTIF({table.span('row')},{table.cell('row', row)})-1",
        }
        for key, expression in formulas.items():
            board.formula(row, table.columns[key], expression)


def _row_of(texts: str, wanted: str) -> str:
    """Return the row of the only cell with this very text; MATCH would see wildcards in it."""
    found = f"EXACT({texts},{wanted})"
    return f"IF(SUMPRODUCT(--{found})=1,SUMPRODUCT({found}*ROW({texts})),NA())"
