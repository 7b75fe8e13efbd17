"""The ranking units of the recomputation, and the lines their class rules draw (R13 to R15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.engine import Unit, half_names
from permu_xl.engine.explain import END_NAMES, ROUNDING_NAMES
from permu_xl.engine.model import CutPoint, CutPoints, Selection, TwoStage
from permu_xl.text import show_number
from permu_xl.workbook import formulas as f
from permu_xl.workbook import layout
from permu_xl.workbook.proof import needs
from permu_xl.workbook.proof.plan import LABEL, Plan

if TYPE_CHECKING:
    from permu_xl.workbook.proof.board import Board, Grid

__all__ = ["put_quotas", "put_units"]

_EVERYBODY = "全体"
_UNIT_HEADERS = {
    "name": "排名单元", "difference": "不一致数", "track": "赛道序号", "remark": "说明",
    "n": "户数", "end": "累计户数", "numerator": "前半区比例分子", "denominator": "前半区比例分母",
    "upper": "前半区户数", "first": "在下表的首行", "number": "序号",
    "base": "计算名额的户数",
}  # fmt: skip
_QUOTA_HEADERS = {
    "name": "名额", "difference": "不一致数", "half": "半区", "remark": "说明",
    "numerator": "比例分子", "denominator": "比例分母", "due": "应取户数（名次）",
    "pool": "半区户数", "end": "累计", "quota": "名额", "picked": "重算入选户数",
    "written": "结果表中户数",
}  # fmt: skip


def put_units(board: Board, plan: Plan) -> None:
    """Write the units: how many firms each ranks (R13), and where its upper half ends (R14)."""
    _put_headers(board, plan.units, _UNIT_HEADERS)
    for position, unit in enumerate(plan.ranked):
        _put_unit(board, plan, unit, position)


def _put_headers(board: Board, grid: Grid, headers: dict[str, str]) -> None:
    board.across(grid.header_row, LABEL, {k: headers[key] for k, key in enumerate(grid.columns)})


def _put_unit(board: Board, plan: Plan, unit: Unit, position: int) -> None:
    units, rule = plan.units, unit.rule

    def at(key: str) -> str:
        return units.cell(position, key)

    if plan.many:
        n = f.count_where(f"{plan.firms.span('unit_number')}={position + 1}")
        names = plan.written_span(layout.CLASSES, "unit")
        written = f.count_where(f"EXACT({names},{at('name')})")
    else:
        n = plan.count
        written = f"COUNT({plan.written_span(layout.CLASSES, 'rank')})"
    formulas = {
        "n": n,
        "end": f"SUM({units.span('n', 0, position + 1)})",
        "difference": f.count_differences([f"{at('n')}<>{written}"]),
    }
    if "base" in units.columns:
        formulas["base"] = f"{at('n')}+{_unranked(plan, unit, position)}"
    values: dict[str, str | int] = {
        "name": unit.name if plan.many else _EVERYBODY,
        "track": plan.scheme.tracks.index(unit.ranked.track) + 1,
        "first": plan.starts[position] + 1,
        "number": position + 1,
        "remark": f"依次按名次取类（{rule.clause}）",
    }
    if isinstance(rule, TwoStage):
        share = rule.upper_share
        formulas["upper"] = f.share_of(
            at("numerator"), at("denominator"), at("n"), rule.upper_rounding
        )
        values |= {
            "numerator": share.numerator,
            "denominator": share.denominator,
            "remark": f"{half_names(rule)['upper']}户数：n × 右边的分数，"
            f"{ROUNDING_NAMES[rule.upper_rounding]}（{rule.clause}）",
        }
    _put(board, units, position, values, formulas)


def _unranked(plan: Plan, unit: Unit, position: int) -> str:
    """Return how many firms are counted in a unit without being ranked there."""
    scheme, firms = plan.scheme, plan.firms
    if unit.ranked.track.ranking.counted == "ranked":
        return "0"
    if plan.many:
        there = [f"EXACT({firms.span(needs.COUNTED_UNIT)},{plan.units.cell(position, 'name')})"]
        if plan.needed.by_track:
            there.append(f"{firms.span('track')}={plan.units.cell(position, 'track')}")
        return f.count_where(*there)
    # A text, as of firms that do not take part, is above every number in some programs.
    ungraded = firms.span("ungraded") if scheme.ungraded else ""
    out = (
        [f.count_where(f"{firms.span('included')}={needs.RULED_OUT}")]
        if scheme.scope.letter
        else []
    )
    out += [f.count_where(f"{firms.span('included')}=1", f"{ungraded}>0")] if ungraded else []
    return "+".join(out) or "0"


def _put(
    board: Board,
    grid: Grid,
    position: int,
    values: dict[str, str | int],
    formulas: dict[str, str],
) -> None:
    row = grid.first_row + position
    for key, expression in formulas.items():
        board.formula(row, grid.column(key), expression)
    for key, value in values.items():
        board.put(row, grid.column(key), value)


def put_quotas(board: Board, plan: Plan) -> None:
    """Write the quotas (R15) and cut points: exact shares of n, how many firms lie within."""
    _put_headers(board, plan.quotas, _QUOTA_HEADERS)
    for position, unit in enumerate(plan.ranked):
        rule = unit.rule
        if isinstance(rule, TwoStage):
            for k, selection in enumerate(rule.selections):
                _Selected(board, plan, unit, position, k).put(rule, selection)
        else:
            for k, cut in enumerate(rule.cuts):
                _Cut(board, plan, unit, position, k).put(rule, cut)


class _Line:
    """A line of the table: one class or list of one unit."""

    def __init__(self, board: Board, plan: Plan, unit: Unit, unit_at: int, offset: int) -> None:
        self.board, self.plan, self.unit, self.unit_at = board, plan, unit, unit_at
        self.offset, self.position = offset, plan.starts[unit_at] + offset
        self.n = plan.units.cell(unit_at, "n")
        counted = "base" in plan.units.columns
        self.base = plan.units.cell(unit_at, "base") if counted else self.n

    def at(self, key: str) -> str:
        return self.plan.quotas.cell(self.position, key)

    def title(self, label: str) -> str:
        name = self.unit.name if self.plan.many else ""
        return f"{name}，{label}类" if name else f"{label}类"

    def written(self, letters: tuple[str, ...]) -> str:
        """Return how many firms of the unit have one of these classes on 分类结果."""
        classes = self.plan.written_span(layout.CLASSES, "proposed")
        inside = ""
        if self.plan.many:
            names = self.plan.written_span(layout.CLASSES, "unit")
            inside = f"*EXACT({names},{self.plan.units.cell(self.unit_at, 'name')})"
        each = "+".join(f"EXACT({classes},{f.text(letter)})" for letter in letters)
        return f"SUMPRODUCT(({each}){inside})" if inside else f"SUMPRODUCT(({each})*1)"

    def fill(self, values: dict[str, str | int], formulas: dict[str, str], *, alone: bool) -> None:
        """Write the line; ``alone`` says that the classes' firms can be counted on 分类结果."""
        conditions = [f"{self.at('picked')}<>{self.at('quota')}"]
        if alone and not self.plan.scheme.guards:
            conditions.append(f"{self.at('written')}<>{self.at('quota')}")
        elif alone:
            values = {**values, "remark": f"{values['remark']}；限定之前的户数，结果表中可以不同"}
        formulas = {**formulas, "difference": f.count_differences(conditions)}
        _put(self.board, self.plan.quotas, self.position, values, formulas)


class _Selected(_Line):
    """The quota of a selection (R15)."""

    def put(self, rule: TwoStage, s: Selection) -> None:
        """Write the exact share, the size of the half, how many were picked."""
        plan, table = self.plan, self.plan.firms
        listed = f"{table.span('pool_list')}={self.position + 1}"
        places, quota = table.span("pool_place"), self.at("quota")
        # A text, as of firms on no list, is above every number.
        inside = (
            f"{places}<={quota}" if s.take == "first" else f"{places}>{self.at('pool')}-{quota}"
        )
        formulas = {
            "due": f.share_of(self.at("numerator"), self.at("denominator"), self.base, s.rounding),
            "pool": f.count_where(listed),
            "end": f"SUM({plan.quotas.span('pool', 0, self.position + 1)})",
            "quota": f"MIN({self.at('due')},{self.at('pool')})",
            "picked": f.count_where(listed, inside),
            "written": self.written(s.letters),
        }
        values: dict[str, str | int] = {
            "name": self.title(s.label),
            "half": half_names(rule)[s.half],
            "remark": f"n × {show_number(float(100 * s.share))}%，{ROUNDING_NAMES[s.rounding]}，"
            f"从{END_NAMES[s.take]}取（{s.clause}）",
            "numerator": s.share.numerator,
            "denominator": s.share.denominator,
        }
        others = {x for other in rule.selections if other is not s for x in other.letters}
        alone = not set(s.letters) & {rule.remainder, *others}
        self.fill(values, formulas, alone=alone)


class _Cut(_Line):
    """The places of a class by cut points: down to a share, to a last share, or to points."""

    def put(self, rule: CutPoints, cut: CutPoint) -> None:
        """Write the last place of the class and how many firms stand above it."""
        last = cut is rule.cuts[-1]
        due = self.n if last else self._due(rule, cut)
        before = self.plan.quotas.cell(self.position - 1, "due") if self.offset else "0"
        if self.offset:
            # Rounded another way, a class may reach less far than the one above it.
            due = f"MAX({before},{due})"
        places = self.plan.firms.span("place")
        within = [f"{places}>{before}", f"{places}<={self.at('due')}"]
        if self.plan.many:
            within.insert(0, f"{self.plan.firms.span('unit_number')}={self.unit_at + 1}")
        formulas = {
            "due": due,
            "pool": "0",
            "end": f"SUM({self.plan.quotas.span('pool', 0, self.position + 1)})",
            "quota": f"{self.at('due')}-{before}",
            "picked": f.count_where(*within),
            "written": self.written((cut.letter,)),
        }
        values: dict[str, str | int] = {
            "name": self.title(cut.letter),
            "remark": f"{'其余' if last else self._line(rule, cut)}（{cut.clause}）",
        }
        if rule.by == "place":
            share = cut.up_to if cut.leave is None else cut.leave
            values |= {"numerator": share.numerator, "denominator": share.denominator}
        letters = [other.letter for other in rule.cuts]
        self.fill(values, formulas, alone=letters.count(cut.letter) == 1)

    def _due(self, rule: CutPoints, cut: CutPoint) -> str:
        """Return how many places lie above the line."""
        if rule.by == "total":
            return self._reaching(cut)
        top, bottom = self.at("numerator"), self.at("denominator")
        rounded = f.share_of(top, bottom, self.base, cut.rounding)
        if cut.leave is not None:
            return f"MAX({self.n}-{rounded},0)"
        due = rounded
        if not cut.inclusive:
            # base*top/bottom is whole exactly where rounding it down and up give the same.
            floored = f.share_of(top, bottom, self.base, "floor")
            whole = f"{floored}*{bottom}={self.base}*{top}"
            due = f"IF({whole},MAX({rounded}-1,0),{rounded})"
        return due if self.base == self.n else f"MIN({due},{self.n})"

    def _reaching(self, cut: CutPoint) -> str:
        """Return how many ranked firms of the unit have the points."""
        points, totals = f.number(cut.points), self.plan.firms.span("total")
        reached = (
            f"{totals}>={points}-{f.EPSILON}" if cut.inclusive else f"{totals}>{points}+{f.EPSILON}"
        )
        # A text is above every number: firms that do not take part have one in place of a total.
        conditions = [f"ISNUMBER({totals})", reached]
        if self.plan.many:
            conditions.insert(0, f"{self.plan.firms.span('unit_number')}={self.unit_at + 1}")
        elif self.plan.scheme.ungraded:
            conditions.insert(0, f"ISNUMBER({self.plan.firms.span('place')})")
        return f.count_where(*conditions)

    def _line(self, rule: CutPoints, cut: CutPoint) -> str:
        if rule.by == "total":
            word = "含" if cut.inclusive else "不含"
            return f"总分{show_number(cut.points)}分以上（{word}）"
        rounded = f"，{ROUNDING_NAMES[cut.rounding]}"
        if cut.leave is not None:
            share = show_number(float(100 * cut.leave))
            return f"到 n 减去后面的{share}%{rounded}"
        exact = "" if cut.inclusive else "，恰好是整数的不含该名"
        return f"到第 n × {show_number(float(100 * cut.up_to))}% 名{rounded}{exact}"
