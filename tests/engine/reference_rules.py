"""The rules of toy_rules.toml once more, written for reading: exact fractions, firm by firm.

It shares nothing with the engine and does not read the scheme's file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction as F
from math import floor


@dataclass
class Firm:
    """A firm as told; then the outcome."""

    code: str
    tax: F | None
    land: F | None
    energy: F | None
    size: str
    trade: str = "其他"
    place: str = "县"
    electric: bool = False
    labels: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()
    total: F = F(0)
    by_place: str = ""
    letter: str = ""

    def per_mu(self, figure: F | None) -> F | None:
        if figure is None or self.land is None or self.land <= 0:
            return None
        return figure / self.land

    @property
    def tax_per_mu(self) -> F:
        """0 where it is missing, as conditions count it."""
        return self.per_mu(self.tax) or F(0)

    @property
    def ranked(self) -> bool:
        return not self.electric and "pause" not in self.flags


def half_up(share: F) -> int:
    return floor(share + F(1, 2))


def tax_points(value: F | None) -> F:
    """60 x value / 10, from 12 to 90; nothing where it is missing or below 0."""
    return F(0) if value is None or value < 0 else min(max(value * 6, F(12)), F(90))


def energy_points(value: F | None) -> F:
    """40 x (2 - value / 5), from 4 to 80; nothing where it is missing or below 0."""
    return F(0) if value is None or value < 0 else min(max(40 * (2 - value / 5), F(4)), F(80))


def evaluate(firms: list[Firm]) -> None:
    """Fill in total and letters."""
    for firm in firms:
        firm.total = tax_points(firm.per_mu(firm.tax)) + energy_points(firm.per_mu(firm.energy))
    for trade in ("纺织", "其他"):
        by_place([f for f in firms if f.size == "规上" and f.trade == trade], trade)
    for firm in firms:
        if firm.size == "规下" and firm.ranked:
            firm.by_place = by_points(firm.total)
    for firm in firms:
        firm.letter = moved(firm) if firm.ranked else "T"


def by_place(firms: list[Firm], trade: str) -> None:
    """A to 20 % (textiles 10 %), B before 60 %, D the last 10 % (textiles 20 %), of all here."""
    n = len(firms)
    ranked = sorted((f for f in firms if f.ranked), key=lambda f: (-f.total, -(f.tax or 0), f.code))
    best, last = (F(1, 10), F(2, 10)) if trade == "纺织" else (F(2, 10), F(1, 10))
    sixty = F(6, 10) * n
    a = min(half_up(best * n), len(ranked))
    b = min(max(int(sixty) - 1 if sixty.denominator == 1 else floor(sixty), a), len(ranked))
    c = max(len(ranked) - half_up(last * n), b)
    for place, firm in enumerate(ranked, 1):
        firm.by_place = "A" if place <= a else "B" if place <= b else "C" if place <= c else "D"


def by_points(total: F) -> str:
    """120 and more, above 90, 50 and more."""
    return "A" if total >= 120 else "B" if total > 90 else "C" if total >= 50 else "D"


def moved(firm: Firm) -> str:
    """The six guards in their order."""
    letter = firm.by_place
    if letter == "A" and firm.total < 100:
        letter = "B"
    if firm.tax_per_mu < (4 if firm.place == "城区" else 2):
        letter = max(letter, "C")
    if letter in "BC" and "示范" in firm.labels and "失信" not in firm.labels:
        letter = step(letter, -1)
    if "polluting" in firm.flags or "失信" in firm.labels:
        letter = step(letter, 1)
    if "listed" in firm.flags and "polluting" not in firm.flags:
        letter = "A"
    if firm.land is not None and firm.land > 500:
        letter = min(letter, "C")
    return letter


def step(letter: str, by: int) -> str:
    return "ABCD"[min(max("ABCD".index(letter) + by, 0), 3)]


def counts(firms: Iterable[Firm]) -> dict[str, int]:
    """How many firms have each letter."""
    letters = [firm.letter for firm in firms]
    return {letter: letters.count(letter) for letter in "ABCDT"}
