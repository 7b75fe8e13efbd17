"""The rules of toy_together.toml once more, written for reading: exact fractions, group by group.

It shares nothing with the engine and does not read the scheme's file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction as F
from math import floor

Figure = F | None


@dataclass
class Firm:
    """A firm as told; then the outcome."""

    code: str
    land: Figure
    national: Figure
    local: Figure
    output: Figure
    patents: Figure = None
    trade: str = "其他"
    group: str = ""
    electric: bool = False
    labels: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()
    total: Figure = None
    by_place: str = ""
    letter: str = ""


@dataclass
class Joined:
    """Firms that are evaluated as one; most often a single one."""

    members: list[Firm]
    total: F = F(0)
    by_output: F = F(0)
    letter: str = ""
    labels: set[str] = field(default_factory=set)
    flags: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.labels = {label for firm in self.members for label in firm.labels}
        self.flags = {flag for firm in self.members for flag in firm.flags}

    @property
    def trade(self) -> str:
        return self.members[0].trade

    def sum(self, *names: str) -> Figure:
        told = [x for f in self.members for name in names if (x := getattr(f, name)) is not None]
        return sum(told, F(0)) if told else None

    @property
    def tax(self) -> Figure:
        return self.sum("national", "local")

    def per_mu(self, figure: Figure) -> Figure:
        land = self.sum("land")
        return None if figure is None or land is None or land <= 0 else figure / land

    @property
    def small(self) -> bool:
        land = self.sum("land")
        return land is not None and land < 3

    @property
    def ranked(self) -> bool:
        return not self.small and "pause" not in self.flags


def evaluate(firms: list[Firm]) -> dict[str, tuple[int, int]]:
    """Fill in totals and letters; return of each unit how many are ranked, and the base."""
    groups: dict[str, Joined] = {}
    for firm in firms:
        if firm.electric:
            firm.letter = "T"
        elif firm.group and firm.group in groups:
            found = groups[firm.group]
            groups[firm.group] = Joined([*found.members, firm])
        else:
            groups[firm.group or f"own {firm.code}"] = Joined([firm])
    judged = list(groups.values())
    _add_up([one for one in judged if not one.small])
    units = {}
    for trade in ("纺织", "其他"):
        here = [one for one in judged if one.trade == trade]
        ranked = [one for one in here if one.ranked]
        base = sum(len(one.members) for one in here)
        base += sum(firm.electric and firm.trade == trade for firm in firms)
        if ranked:
            units[trade] = len(ranked), base
            _by_place(ranked, base, trade)
    for one in judged:
        for firm in one.members:
            firm.total = None if one.small else one.total
            firm.by_place = one.letter
            firm.letter = _guarded(one) if one.ranked else "T"
    return units


def _add_up(taking_part: list[Joined]) -> None:
    outputs = [v for one in taking_part if (v := one.per_mu(one.sum("output"))) is not None]
    for one in taking_part:
        tax, output = one.per_mu(one.tax), one.per_mu(one.sum("output"))
        points = F(0) if tax is None or tax < 0 else min(max(6 * tax, F(12)), F(90))
        one.by_output = F(0) if output is None else _way(output, min(outputs), max(outputs))
        bonus = F(2) if "示范" in one.labels else F(0)
        bonus += max((one.sum("patents") or F(0)) - 2, F(0)) / 2
        one.total = points + one.by_output + min(bonus, F(6))


def _way(value: F, worst: F, best: F) -> F:
    """10 points for the worst, 40 for the best."""
    return F(40) if best == worst else 10 + 30 * (value - worst) / (best - worst)


def half_up(share: F) -> int:
    return floor(share + F(1, 2))


def _by_place(ranked: list[Joined], base: int, trade: str) -> None:
    """A to 20 % (textiles 40 %), B before 60 %, D the last 10 % (textiles 20 %), of the base."""
    ranked.sort(key=lambda one: (-one.total, -(one.tax or 0), one.members[0].code))
    best, last = (F(4, 10), F(2, 10)) if trade == "纺织" else (F(2, 10), F(1, 10))
    sixty, n = F(6, 10) * base, len(ranked)
    a = min(half_up(best * base), n)
    b = max(min(int(sixty) - 1 if sixty.denominator == 1 else floor(sixty), n), a)
    c = max(n - half_up(last * base), b)
    for place, one in enumerate(ranked, 1):
        one.letter = "A" if place <= a else "B" if place <= b else "C" if place <= c else "D"


def _guarded(one: Joined) -> str:
    """The six guards in their order."""
    letter = one.letter
    if letter == "A" and one.total < 80:
        letter = "B"
    little = (one.tax or 0) < 20 if one.trade == "其他" else (one.per_mu(one.tax) or 0) <= 2
    if little and "示范" not in one.labels:
        letter = max(letter, "C")
    if one.by_output <= 10:
        letter = _step(letter, 1)
    if letter in "BC" and "示范" in one.labels and not ("失信" in one.labels or _bad(one)):
        letter = _step(letter, -1)
    if _bad(one) or "失信" in one.labels:
        letter = _step(letter, 1)
    if (one.sum("patents") or 0) >= 20:
        letter = min(letter, "B")
    return letter


def _bad(one: Joined) -> bool:
    return "polluting" in one.flags


def _step(letter: str, by: int) -> str:
    return "ABCD"[min(max("ABCD".index(letter) + by, 0), 3)]
