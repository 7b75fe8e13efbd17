"""The rules of toy_tracks.toml once more, written for reading: exact fractions, firm by firm.

It shares nothing with the engine and does not read the scheme's file, so that both can be held
against it on districts that nobody would work by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction as F
from math import ceil, floor

Figures = dict[str, F | None]


class NoBaselineError(Exception):
    """A baseline that somebody needs is missing or not above 0."""


@dataclass
class Firm:
    """A firm as told; then the outcome."""

    code: str
    figures: Figures
    size: str
    zone: str = ""
    industry: str = ""
    included: str = ""
    bonus: F = F(0)
    labels: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()
    scores: dict[str, F] = field(default_factory=dict)
    total: F = F(0)
    rank: int = 0
    by_place: str = ""
    letter: str = ""

    def ratio(self, top: str, bottom: str, scale: int = 1) -> F | None:
        a, b = self.figures[top], self.figures[bottom]
        return None if a is None or b is None or b <= 0 else a / b * scale

    @property
    def electric(self) -> bool:
        return self.industry.startswith("44")

    @property
    def takes_part(self) -> bool:
        return self.included == "是" or (self.included == "" and not self.electric)

    @property
    def ranked(self) -> bool:
        return self.takes_part and "utility" not in self.flags


def limited(points: F, most: F) -> F:
    return max(F(0), min(points, most))


def known(values: list[F | None]) -> list[F]:
    return [v for v in values if v is not None]


def evaluate(firms: list[Firm], last_year: list[tuple[F, F]]) -> None:
    """Fill in the outcome; ``last_year`` has tax and land of last year's participants."""
    part = [f for f in firms if f.takes_part]
    big, small = ([f for f in part if f.size == size] for size in ("规上", "规下"))
    tax(part, last_year)
    energy(big)
    waste(big)
    sales(small)
    for firm in part:
        firm.total = sum(firm.scores.values(), F(0)) + bonus(firm)
    for zone in ("西区", "东区"):
        cut_points([f for f in big if f.zone == zone and f.ranked])
    two_stages([f for f in small if f.ranked])
    for firm in firms:
        firm.letter = guarded(firm)


def tax(firms: list[Firm], last_year: list[tuple[F, F]]) -> None:
    """60 points against twice last year's average, at most 1.5 times."""
    taxes, lands = (sum(column, F(0)) for column in zip(*last_year, strict=True))
    for firm in firms:
        own = firm.ratio("tax", "land")
        against = own / (2 * taxes / lands) if own is not None else F(0)
        firm.scores["tax_per_mu"] = limited(60 * against, F(90))


def energy(firms: list[Firm]) -> None:
    """25 points, less is better; without energy 3 points are lost."""
    for firm in firms:
        own = firm.ratio("energy", "sales", 100)
        if not firm.figures["energy"]:
            points = F(-3)
        elif own is None or own < 0:
            points = F(0)
        else:
            points = limited(25 * (2 - own / norm(firm.industry)), F(30))
        firm.scores["energy_per_sales"] = points


def norm(industry: str) -> int:
    """Foods 2, machines (but for 349) 4, all others 5."""
    if industry[:2] in ("13", "14"):
        return 2
    return 4 if industry[:2] == "34" and industry[:3] != "349" else 5


def waste(firms: list[Firm]) -> None:
    """15 points, less is better, against the zone's mean; without waste the average points."""
    reported: list[F] = []
    for zone in {f.zone for f in firms}:
        here = [f for f in firms if f.zone == zone]
        values = known([f.ratio("waste", "sales", 100) for f in here])
        mean = sum(values, F(0)) / len(values) if values else None
        if mean is not None and mean <= 0:
            raise NoBaselineError(zone)
        for firm in here:
            own = firm.ratio("waste", "sales", 100)
            points = F(0)
            if own is not None and mean is not None and own >= 0:
                points = min(15 * mean / own, F(30)) if own else F(30)
            firm.scores["waste_per_sales"] = points
            if own is not None:
                reported.append(points)
    average = sum(reported, F(0)) / len(reported) if reported else F(0)
    for firm in firms:
        if firm.figures["waste"] is None:
            firm.scores["waste_per_sales"] = average


def sales(firms: list[Firm]) -> None:
    """40 points against the highest; without sales all of them."""
    values = known([f.ratio("sales", "land") for f in firms])
    if values and max(values) <= 0:
        raise NoBaselineError("sales")
    for firm in firms:
        own = firm.ratio("sales", "land")
        if firm.figures["sales"] is None:
            firm.scores["sales_per_mu"] = F(40)
        else:
            firm.scores["sales_per_mu"] = (
                F(0) if own is None else limited(40 * own / max(values), F(40))
            )


def bonus(firm: Firm) -> F:
    """One honour, brands up to 2, 5 % for quality, -4 for lies, -2 a tenant; from -8 to 6."""
    points = firm.bonus
    points += max((worth for name, worth in (("示范", 2), ("标杆", 3)) if name in firm.labels),
                  default=0)  # fmt: skip
    points += min(F(3, 2) * ("名牌" in firm.labels) + ("老字号" in firm.labels), F(2))
    points += F(1, 20) * sum(firm.scores.values(), F(0)) * ("品质" in firm.labels)
    points -= 4 * ("失信" in firm.labels)
    points -= 2 * max((firm.figures["tenants"] or F(0)) - 1, F(0))
    return max(F(-8), min(points, F(6)))


def in_order(firms: list[Firm], tie: Callable[[Firm], F]) -> list[Firm]:
    for firm in firms:
        firm.rank = 1 + sum(other.total > firm.total for other in firms)
    return sorted(firms, key=lambda f: (-f.total, -tie(f), f.code))


def cut_points(firms: list[Firm]) -> None:
    """A to 20 %, rounded up; B to 70 % exclusive, half up; C to 90 %, down; the rest is D."""
    n = len(firms)
    for r, firm in enumerate(in_order(firms, lambda f: f.ratio("tax", "land") or F(0)), 1):
        seventy = F(7, 10) * n
        if r <= ceil(F(2, 10) * n):
            firm.by_place = "A"
        elif r < seventy if seventy.denominator == 1 else r <= floor(seventy + F(1, 2)):
            firm.by_place = "B"
        else:
            firm.by_place = "C" if r <= F(9, 10) * n else "D"


def two_stages(firms: list[Firm]) -> None:
    """A: 20 % by tax from the upper half; C or D: 25 % by sales per mu from the lower half."""
    n = len(firms)
    ordered = in_order(firms, lambda f: f.figures["sales"] or F(0))
    for firm in firms:
        firm.by_place = "B"
    upper = sorted(ordered[: n // 2], key=lambda f: (-(f.figures["tax"] or F(0)), -f.total, f.code))
    lower = sorted(
        ordered[n // 2 :], key=lambda f: (-(f.ratio("sales", "land") or F(0)), -f.total, f.code)
    )
    for firm in upper[: floor(F(2, 10) * n + F(1, 2))]:
        firm.by_place = "A"
    for firm in lower[len(lower) - ceil(F(n, 4)) :]:
        firm.by_place = "D" if "off_policy" in firm.flags else "C"


def guarded(firm: Firm) -> str:
    """An accident that is not made up for: C at best; building without accident: C at worst."""
    if not firm.takes_part:
        return "T" if firm.electric and firm.included == "" else ""
    if not firm.ranked:
        return "S"
    if "accident" in firm.flags:
        best = firm.by_place if "remedied" in firm.flags else "C"
        return max(firm.by_place, best)
    return min(firm.by_place, "C") if "building" in firm.flags else firm.by_place
