"""The indicators of the recomputation: weights, both years' statistics, baselines (R7 to R9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.engine import METHOD_NAMES, YEAR_NAMES
from permu_xl.workbook import formulas as f
from permu_xl.workbook import layout
from permu_xl.workbook.proof import needs
from permu_xl.workbook.proof.board import Board, Table, absolute, on_sheet
from permu_xl.workbook.proof.inputs import ParameterCells
from permu_xl.workbook.proof.plan import LABEL, Plan

if TYPE_CHECKING:
    from permu_xl.engine.model import BaselineRule, Indicator

__all__ = ["put_indicators"]

_STATISTICS = {
    "numerator": "分子合计",
    "denominator": "分母合计",
    "aggregate": METHOD_NAMES["aggregate"],
    "mean": METHOD_NAMES["mean"],
    "highest": METHOD_NAMES["max"],
    "median": METHOD_NAMES["median"],
    "lowest": METHOD_NAMES["min"],
}
_HEADERS = {
    "name": "指标", "difference": "不一致数", "method": "基准方法", "remark": "说明",
    "group": "分组序号",
    "weight": "权重", "cap": "封顶倍数", "maximum": "最高分", "scale": "换算系数",
    "times": "基准倍数", "manual": METHOD_NAMES["manual"],
    **{f"previous:{key}": f"上年{name}" for key, name in _STATISTICS.items()},
    **{f"current:{key}": f"本年{name}" for key, name in _STATISTICS.items()},
    "picked": "按方法取数", "baseline": "基准值", "penalty": "没有数据扣分",
    "average": "平均得分",
}  # fmt: skip


def put_indicators(board: Board, plan: Plan) -> None:
    """Write weights, both years' statistics and the baselines (R7 to R9)."""
    board.across(
        plan.indicators.header_row,
        LABEL,
        {k: _HEADERS[key] for k, key in enumerate(plan.indicators.columns)},
    )
    for i in plan.scheme.indicators:
        for number, group in enumerate(plan.scheme.baseline_groups(i), 1):
            _Row(board, plan, i, number, group).put()


class _Row:
    """One baseline: that of an indicator, or of one of its groups."""

    def __init__(self, board: Board, plan: Plan, i: Indicator, number: int, group: str) -> None:
        self.board, self.plan, self.i = board, plan, i
        self.number, self.group = number, group
        self.position = plan.baseline_rows[i.id, group]
        self.cells = ParameterCells(plan.book.parameters)

    def at(self, key: str) -> str:
        return self.plan.indicator(self.i.id, key, self.group)

    def put(self) -> None:
        """Write the row; weight and cap stand in the indicator's first one only."""
        i, first = self.i, self.number == 1
        formulas = {
            "method": self.cells.method(i),
            "manual": self._manual(),
            "picked": self._picked(),
            "baseline": self._baseline(),
            "difference": self._differences(),
        }
        if first:
            formulas |= {
                "weight": self.cells.number(i, "weight", i.weight),
                "cap": self.cells.number(i, "cap", i.cap),
                "maximum": f"{self.at('cap')}*{self.at('weight')}",
            }
            if i.id in self.plan.averaged:
                points = self.plan.firms.span(f"points:{i.id}")
                formulas["average"] = f"IF(COUNT({points})=0,0,SUM({points})/COUNT({points}))"
        for year, table in (("previous", self.plan.previous), ("current", self.plan.firms)):
            if table is not None:
                for key, expression in self._statistics(table, year).items():
                    if f"{year}:{key}" in self.plan.indicators.columns:
                        formulas[f"{year}:{key}"] = expression
        row = self.plan.indicators.first_row + self.position
        for key, expression in formulas.items():
            self.board.formula(row, self.plan.indicators.column(key), expression)
        for key, value in self._constants(first).items():
            self.board.put(row, self.plan.indicators.column(key), value)

    def _constants(self, first: bool) -> dict[str, str | float]:
        i = self.i
        found: dict[str, str | float] = {
            "name": i.named(self.group),
            "remark": f"基准按{YEAR_NAMES[i.baseline.year]}参评企业（{i.baseline.clause}）",
            "group": self.number,
            "scale": i.scale,
            "times": i.baseline.times,
        }
        if first and i.missing is not None and i.missing.score == "penalty":
            found["penalty"] = i.missing.points
        return found

    def _manual(self) -> str:
        own = self.cells.number(self.i, "manual", self.i.baseline.manual)
        return self.cells.group_manual(self.i, self.group, own) if self.group else own

    def _members(self, table: Table) -> str:
        """Return the condition that a firm is a member of this group."""
        key = self.plan.members[self.i.id]
        number = "1" if key == needs.INCLUDED else self.at("group")
        return f"{table.span(key)}={number}"

    def _valued(self, table: Table) -> str:
        """Return the condition that a firm has a value of the indicator."""
        return f'{table.span(f"value:{self.i.id}")}<>""'

    def _statistics(self, table: Table, year: str) -> dict[str, str]:
        """Return the formulas over one year's participants; "" where nothing can be said."""
        i = self.i
        top, bottom = table.span(f"figure:{i.numerator}"), table.span(f"figure:{i.denominator}")
        values = table.span(f"value:{i.id}")
        numerator, denominator, scale = (
            self.at(key) for key in (f"{year}:numerator", f"{year}:denominator", "scale")
        )
        members = self._members(table)
        both = [members, f'{top}<>""', f'{bottom}<>""']
        if i.zero_is_blank:
            both.append(f"{top}<>0")
        found = {
            "numerator": f'IF({f.count_where(*both)}=0,"",{f.sum_where(top, *both)})',
            "denominator": f'IF({f.count_where(*both)}=0,"",{f.sum_where(bottom, *both)})',
            "aggregate": f'IF(N({denominator})>0,{numerator}/{denominator}*{scale},"")',
        }
        if i.growth:
            found["aggregate"] = '""'
        key = self.plan.members[i.id]
        if key == needs.INCLUDED:
            return found | {
                "mean": f'IF(COUNT({values})=0,"",SUM({values})/COUNT({values}))',
                "highest": f'IF(COUNT({values})=0,"",MAX({values}))',
                "median": f'IF(COUNT({values})=0,"",MEDIAN({values}))',
                "lowest": f'IF(COUNT({values})=0,"",MIN({values}))',
            }
        valued = (members, self._valued(table))
        count = f.count_where(*valued)
        ranked = (table.span(f"highest:{i.id}"), table.span(key), self.at("group"))
        two = (f.nth_where(*ranked, f"INT(({count}+{k})/2)") for k in (1, 2))
        return found | {
            "mean": f'IF({count}=0,"",{f.sum_where(values, *valued)}/{count})',
            "highest": f'IF({count}=0,"",{f.highest_where(*ranked)})',
            "median": f'IF({count}=0,"",({"+".join(two)})/2)',
            "lowest": f'IF({count}=0,"",{f.nth_where(*ranked, count)})',
        }

    def _picked(self) -> str:
        """Return the formula that picks by the name of the method."""
        year = self.i.baseline.year
        sources = {
            "aggregate": f"{year}:aggregate",
            "mean": f"{year}:mean",
            "median": f"{year}:median",
            "max": f"{year}:highest",
            "min": f"{year}:lowest",
            "manual": "manual",
        }
        rule, picked = self.i.baseline, "NA()"
        for method in reversed(needs.methods(self.i)):
            source = self.at(sources[method])
            if method != "manual" and (rule.times != 1 or rule.years > 1):
                times = "" if rule.times == 1 else f"*{self.at('times')}"
                mean = _mean_of_years(rule, self.plan.year, source)
                source = f'IF({source}="","",{mean}{times})'
            picked = f"IF({self.at('method')}={f.text(METHOD_NAMES[method])},{source},{picked})"
        return picked

    def _baseline(self) -> str:
        """A baseline must be above 0 (R9) where any firm of the group is measured against it.

        Over this year it is not needed either when nobody has a value.
        """
        picked, table = self.at("picked"), self.plan.firms
        members = self._members(table)
        unneeded = f"{f.count_where(members)}=0"
        if self.i.baseline.year == "current":
            manual = f.text(METHOD_NAMES["manual"])
            unvalued = f"{f.count_where(members, self._valued(table))}=0"
            unneeded = f"OR({unneeded},AND({unvalued},{self.at('method')}<>{manual}))"
        usable = f"ISNUMBER({picked})" if self.i.spans else f"N({picked})>0"
        return f'IF({usable},{picked},IF({unneeded},"",NA()))'

    def _differences(self) -> str:
        """Compare a row of 基准值."""
        book = self.plan.book
        at, sheet = book.outputs[layout.BASELINES], book.sheets[layout.BASELINES]
        row = at.first_row + 1 + self.position

        def written(key: str) -> str:
            return on_sheet(sheet, absolute(row, at.columns[key] + 1))

        compared = {
            "numerator": "previous:numerator",
            "denominator": "previous:denominator",
            "aggregate": "previous:aggregate",
            "mean": "previous:mean",
            "highest": "current:highest",
            "value": "baseline",
        }
        conditions = [
            f"NOT(EXACT({self.at('name')},{written('indicator')}))",
            f"NOT(EXACT({self.at('method')},{written('method')}))",
        ]
        for key, ours in compared.items():
            expected = self.at(ours)
            conditions.append(f.differs(expected, written(key), f.relative(expected)))
        return f.count_differences(conditions)


def _mean_of_years(rule: BaselineRule, year: int, picked: str) -> str:
    """Return the mean of what the method finds and of the earlier years' values."""
    earlier = [rule.earlier[before] for before in rule.years_before(year)]
    if not earlier:
        return picked
    told = "+".join(map(f.number, earlier))
    return f"({picked}+{told})/{len(earlier) + 1}"
