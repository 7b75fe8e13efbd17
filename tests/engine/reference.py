"""The policy once more, written for reading instead of speed: exact fractions, one firm at a time.

It shares nothing with the engine and takes every number from the policy's text, so that the
engine can be held against it on districts that nobody would work by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

Figures = dict[str, Fraction | None]

RATIOS = (  # 二（一）1：指标、分子、分母、基本分值
    ("tax_per_mu", "tax", "land", 30),
    ("output_per_mu", "output", "land", 15),
    ("rd_intensity", "rd", "revenue", 20),
    ("revenue_per_employee", "revenue", "employees", 5),
    ("output_per_energy", "output", "energy", 15),
    ("tax_per_emission", "tax", "emission", 15),
)
LIMIT = Fraction(12, 10)  # 二（一）3（1）：基本分值的1.2倍


@dataclass
class Firm:
    """A participant: figures, points on top, mark of the industrial policy; then the outcome."""

    code: str
    figures: Figures
    bonus: Fraction = Fraction(0)
    off_policy: bool = False
    scores: dict[str, Fraction] | None = None
    rank: int = 0
    letter: str = ""

    @property
    def total(self) -> Fraction:
        assert self.scores is not None
        return sum(self.scores.values(), self.bonus)

    def points(self, *indicators: str) -> Fraction:
        assert self.scores is not None
        return sum((self.scores[id] for id in indicators), Fraction(0))


def value(figures: Figures, top: str, bottom: str) -> Fraction | None:
    """R5: a blank figure or a denominator that is not above 0 makes the value missing."""
    a, b = figures[top], figures[bottom]
    return None if a is None or b is None or b <= 0 else a / b


def average(firms: list[Figures], top: str, bottom: str) -> Fraction:
    """R7: total over total of the firms that report both."""
    both = [f for f in firms if f[top] is not None and f[bottom] is not None]
    return sum((f[top] or Fraction(0) for f in both), Fraction(0)) / sum(
        (f[bottom] or Fraction(0) for f in both), Fraction(0)
    )


def score(
    figures: Figures, top: str, bottom: str, weight: int, baseline: Fraction | None
) -> Fraction:
    """二（一）3（1）, R5, R6, R10."""
    if bottom == "emission" and not figures["emission"]:
        tax = figures["tax"]
        return Fraction(weight if tax is not None and tax > 0 else 0)
    own = value(figures, top, bottom)
    if own is None or own < 0 or baseline is None:
        return Fraction(0)
    return min(own / baseline, LIMIT) * weight


def evaluate(firms: list[Firm], last_year: list[Figures]) -> None:
    """Fill in scores, ranks and classes of all participants."""
    for id, top, bottom, weight in RATIOS:
        if id == "tax_per_emission":
            reported = [v for f in firms if (v := value(f.figures, top, bottom)) is not None]
            baseline = max(reported, default=None)
        else:
            baseline = average(last_year, top, bottom)
        for firm in firms:
            firm.scores = firm.scores or {}
            firm.scores[id] = score(firm.figures, top, bottom, weight, baseline)

    def best(firm: Firm) -> Fraction:
        return firm.points("tax_per_mu", "rd_intensity")

    def green(firm: Firm) -> Fraction:
        return firm.points("output_per_energy", "tax_per_emission")

    n = len(firms)
    ordered = sorted(firms, key=lambda f: (-f.total, -best(f), f.code))
    for firm in firms:
        firm.rank = 1 + sum(other.total > firm.total for other in firms)
        firm.letter = "B"
    upper = sorted(ordered[: n // 2], key=lambda f: (-best(f), -f.total, f.code))
    lower = sorted(ordered[n // 2 :], key=lambda f: (-green(f), -f.total, f.code))
    for firm in upper[: (15 * n + 50) // 100]:  # 15 %, half up
        firm.letter = "A"
    for firm in lower[len(lower) - (10 * n + 50) // 100 :]:  # 10 %, half up
        firm.letter = "D" if firm.off_policy else "C"
