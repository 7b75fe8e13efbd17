"""From many rows to one figure a firm: sums, rows written twice, tables that disagree."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from permu_xl.findings import Finding, Level
from permu_xl.intake.matching import How, Match, Roster
from permu_xl.intake.tables import Content, Item, Reading, TableRead, source_finding
from permu_xl.text import day_number, show_number

__all__ = ["Claim", "Figure", "as_cell", "combine", "missing_firms", "show_content"]


@dataclass(frozen=True, slots=True)
class Claim:
    """What one table says of one item of a firm, and the cells it says it with."""

    table: int
    value: Content
    resolution: Fraction
    readings: tuple[Reading, ...]
    how: How


@dataclass(frozen=True, slots=True)
class Figure:
    """An item of a firm: the claim that is taken, None where the tables disagree, and the others.

    ``conflict`` says in words why none is taken.
    """

    firm: int
    item: str
    taken: Claim | None
    others: tuple[Claim, ...]
    conflict: str = ""


def show_content(value: Content) -> str:
    """Return a value in words."""
    return show_number(float(value)) if isinstance(value, Fraction) else str(value)


def combine(
    tables: Sequence[TableRead],
    matches: Sequence[Match],
    roster: Roster,
    wanted: Mapping[str, Item],
    whole: Mapping[str, str],
    names: Mapping[str, str],
    prefer: Sequence[int] = (),
) -> tuple[list[Figure], list[Finding]]:
    """Return the figures of all firms and what is odd about them.

    ``whole`` gives for a part the item that it makes up, ``names`` the items in words; where
    tables disagree the first of ``prefer`` is taken, and nothing without one.
    """
    joiner = _Joiner(tables, roster, wanted, whole, names, prefer)
    by_firm: dict[int, list[Match]] = defaultdict(list)
    for match in matches:
        by_firm[match.firm].append(match)
    figures: list[Figure] = []
    for firm in sorted(by_firm):
        figures += joiner.firm(firm, by_firm[firm])
    return figures, joiner.findings


class _Joiner:
    def __init__(
        self,
        tables: Sequence[TableRead],
        roster: Roster,
        wanted: Mapping[str, Item],
        whole: Mapping[str, str],
        names: Mapping[str, str],
        prefer: Sequence[int],
    ) -> None:
        self.tables, self.roster, self.wanted, self.whole = tables, roster, wanted, whole
        self.names, self.prefer = names, prefer
        self.findings: list[Finding] = []

    def note(self, level: Level, code: str, reading: Reading, item: str, firm: int,
             problem: str, remedy: str) -> None:  # fmt: skip
        known = self.roster.firms[firm]
        self.findings.append(
            source_finding(
                level, code, self.tables[reading.table].name, reading.sheet, reading.cell,
                self.names.get(item, item), reading.raw, problem, remedy, (known.code, known.name),
            )
        )  # fmt: skip

    def firm(self, firm: int, matches: Sequence[Match]) -> list[Figure]:
        by_table: dict[int, list[Match]] = defaultdict(list)
        for match in matches:
            by_table[match.row.table].append(match)
        claims: dict[str, list[Claim]] = defaultdict(list)
        barred: dict[str, str] = {}
        for table, own in by_table.items():
            self._table(firm, table, own, claims, barred)
        figures = []
        for item in dict.fromkeys((*claims, *barred)):
            if item in barred:
                figures.append(Figure(firm, item, None, tuple(claims[item]), barred[item]))
            else:
                figures.append(self._decide(firm, item, claims[item]))
        return figures

    def _table(
        self, firm: int, table: int, matches: Sequence[Match], claims: dict[str, list[Claim]],
        barred: dict[str, str],
    ) -> None:  # fmt: skip
        found: dict[str, list[tuple[Match, Reading]]] = defaultdict(list)
        for match in matches:
            for item in match.row.broken:
                barred.setdefault(item, "有单元格看不懂")
            for reading in match.row.readings:
                found[self.whole.get(reading.item, reading.item)].append((match, reading))
        twice = False
        for item, cells in found.items():
            readings = [reading for _, reading in cells]
            how = cells[0][0].how
            if self.wanted[item].summed:
                self._parcels_twice(firm, matches, item)
                claims[item].append(self._sum(firm, item, table, cells, barred))
                continue
            values = {reading.value for reading in readings}
            if len(values) > 1:
                barred[item] = "同一张表里不一致"
                shown = "、".join(f"{r.sheet}!{r.cell} 是{r.raw}{r.unit}" for r in readings[:4])
                self.note(
                    Level.ERROR, "E643", readings[-1], item, firm,
                    f"这户在同一份文件里有几行，“{self._name(item)}”不一样（{shown}），没有导入",
                    "请部门核对，只留一行后重新导入",
                )  # fmt: skip
            elif len(readings) > 1:
                twice = True
            claims[item].append(
                Claim(table, readings[0].value, readings[0].resolution, tuple(readings), how)
            )
        if twice and not any(item in barred for item in found):
            places = "、".join(f"{m.row.sheet}!{m.row.cell}" for m in matches[:4])
            some = next(r for cells in found.values() if len(cells) > 1 for _, r in cells[1:])
            self.note(
                Level.WARNING, "W644", some, "name", firm,
                f"这户在同一份文件里有{len(matches)}行（{places}），数据相同，只取一次",
                "请部门核对是否重复",
            )  # fmt: skip

    def _sum(
        self, firm: int, item: str, table: int, cells: Sequence[tuple[Match, Reading]],
        barred: dict[str, str],
    ) -> Claim:  # fmt: skip
        """Add up a firm's rows; where a row has parts and their sum, the parts count."""
        total, slack = Fraction(0), Fraction(0)
        kept: list[Reading] = []
        rows: dict[tuple[str, int], list[Reading]] = defaultdict(list)
        for match, reading in cells:
            rows[match.row.sheet, match.row.row].append(reading)
        for readings in rows.values():
            parts = [reading for reading in readings if reading.item != item]
            sums = [reading for reading in readings if reading.item == item]
            used = parts or sums
            here, rounding = _added(used)
            if parts and sums:
                told, coarse = _added(sums)
                if abs(told - here) > max(rounding, coarse):
                    barred[item] = "合计与分项不符"
                    self.note(
                        Level.ERROR, "E645", sums[0], item, firm,
                        f"这一行的“{sums[0].header}”（{show_content(told)}）不等于自有加租入减租出"
                        f"（{show_content(here)}），没有导入",
                        "请部门核对后重新导入",
                    )  # fmt: skip
            total, slack = total + here, max(slack, rounding)
            kept += used
        if total < 0:
            self.note(
                Level.WARNING, "W646", kept[0], item, firm,
                f"“{self._name(item)}”加减的结果是负数（{show_content(total)}）",
                "核对是否漏了自有的地块",
            )  # fmt: skip
        return Claim(table, total, slack, tuple(kept), cells[0][0].how)

    def _parcels_twice(self, firm: int, matches: Sequence[Match], item: str) -> None:
        seen: dict[tuple[str, ...], Match] = {}
        for match in matches:
            own = [r for r in match.row.readings if self.whole.get(r.item, r.item) == item]
            if not own:
                continue
            look = (match.row.sheet, *match.row.look)
            first = seen.setdefault(look, match)
            if first is not match:
                self.note(
                    Level.WARNING, "W647", own[0], item, firm,
                    f"这一行与第{first.row.row + 1}行完全相同，两行都计入了",
                    "核对地块是否重复；重复的删掉一行后重新导入",
                )  # fmt: skip

    def _name(self, item: str) -> str:
        return self.names.get(item, item)

    def _decide(self, firm: int, item: str, claims: Sequence[Claim]) -> Figure:
        first, *rest = claims
        if all(claim.value == first.value for claim in rest):
            return Figure(firm, item, first, tuple(rest))
        shown = "；".join(
            f"{self.tables[c.table].name} {c.readings[0].sheet}!{c.readings[0].cell} 是"
            f"{show_content(c.value)}"
            for c in claims
        )
        finest = min(claims, key=lambda claim: claim.resolution)
        if all(_rounds_to(finest, claim) for claim in claims):
            others = tuple(claim for claim in claims if claim is not finest)
            self.note(
                Level.HINT, "H642", finest.readings[0], item, firm,
                f"几张表的“{self._name(item)}”只差在取整（{shown}），取位数多的", "请确认",
            )  # fmt: skip
            return Figure(firm, item, finest, others)
        for table in self.prefer:
            for claim in claims:
                if claim.table == table:
                    self.note(
                        Level.WARNING, "W640", claim.readings[0], item, firm,
                        f"几张表的“{self._name(item)}”不一致（{shown}），按 --prefer 取"
                        f"{self.tables[table].name}的", "请与部门核对",
                    )  # fmt: skip
                    others = tuple(each for each in claims if each is not claim)
                    return Figure(firm, item, claim, others)
        self.note(
            Level.ERROR, "E641", first.readings[0], item, firm,
            f"几张表的“{self._name(item)}”不一致（{shown}），没有导入",
            "请部门核对后重新导入；确定以哪张表为准的，用 --prefer 指定",
        )  # fmt: skip
        return Figure(firm, item, None, tuple(claims), f"几张表不一致（{shown}）")


def _added(readings: Sequence[Reading]) -> tuple[Fraction, Fraction]:
    """Return the sum of some figures and the coarsest resolution among them."""
    values = [r.value for r in readings if isinstance(r.value, Fraction)]
    return sum(values, Fraction(0)), max((r.resolution for r in readings), default=Fraction(0))


def _rounds_to(fine: Claim, coarse: Claim) -> bool:
    """Return whether ``coarse`` is ``fine`` with fewer decimals."""
    one, other = fine.value, coarse.value
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        rounded = fine.resolution < coarse.resolution
        return one == other or (rounded and abs(one - other) <= coarse.resolution / 2)
    return one == other


def missing_firms(
    tables: Sequence[TableRead],
    matches: Sequence[Match],
    roster: Roster,
    names: Mapping[str, str],
    is_blank: Callable[[int, str], bool],
) -> list[Finding]:
    """Return, firm by firm, the tables that do not have it and what it therefore lacks.

    A firm that another table with the same item has is not missing.  ``is_blank`` says whether
    the workbook has nothing for a firm and item; what it has stays, which is told once for all.
    """
    has: dict[int, set[int]] = defaultdict(set)
    for match in matches:
        has[match.firm].add(match.row.table)
    providers: dict[str, set[int]] = defaultdict(set)
    for number, table in enumerate(tables):
        for item in table.items:
            if item in names:
                providers[item].add(number)
    findings = []
    kept: dict[tuple[int, ...], set[int]] = defaultdict(set)
    for firm, known in enumerate(roster.firms):
        lacking: dict[tuple[int, ...], list[str]] = defaultdict(list)
        for item, offering in providers.items():
            if offering & has[firm]:
                continue
            without = tuple(sorted(offering))
            if is_blank(firm, item):
                lacking[without].append(names[item])
            else:
                kept[without].add(firm)
        for missing, items in lacking.items():
            files = "、".join(tables[number].name for number in missing)
            findings.append(
                source_finding(
                    Level.WARNING, "W648", files, "", "", "、".join(items), "",
                    f"{files}里没有这户企业，它的“{'、'.join(items)}”空着",
                    "请部门核对是否漏报；确实没有数据的留空",
                    (known.code, known.name),
                )
            )  # fmt: skip
    for without, firms in kept.items():
        files = "、".join(tables[number].name for number in without)
        findings.append(
            source_finding(
                Level.HINT, "H649", files, "", "", "企业", "",
                f"{files}里没有的企业中，{len(firms)}户在工作簿里已有这些数，保持不变",
                "只是补报、更正的不用管；是重新报送全部企业的，请部门核对是否漏报",
            )
        )  # fmt: skip
    return findings


def as_cell(value: Content, *, from_1904: bool = False) -> float | str | int:
    """Return a value as a cell of the workbook holds it: dates as day numbers.

    ``from_1904`` says that the workbook counts its days from 1904.

    >>> as_cell(Fraction(1, 10)), as_cell(dt.date(2019, 5, 1))
    (0.1, 43586)
    """
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 and abs(value) < 10**15 else float(value)
    if isinstance(value, dt.date):
        return day_number(value, from_1904=from_1904)
    return value
