"""Averages of a district and of its industries, for comparison; never of a few firms only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine import Evaluation, statistics
from permu_xl.text import division_of

if TYPE_CHECKING:
    from permu_xl.engine.model import BoolArray, TextArray

FEWEST = 3
"""Of fewer firms no average is told: it would give away the figures of a single one."""


@dataclass(slots=True)
class Averages:
    """Total over total by indicator, over this year's participants that report both figures."""

    evaluation: Evaluation
    divisions: TextArray = field(init=False)
    _found: dict[tuple[int, str], float] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        industries = self.evaluation.roster.industries
        divisions = [division_of(code) for code in industries.values]
        self.divisions = np.array(divisions, dtype=object)[industries.index]

    def district(self, position: int) -> float:
        """Return the district's average of the indicator at ``position``; NaN for few firms."""
        return self._average(position, "")

    def industry(self, position: int, firm: int) -> float:
        """Return the average of the firm's division (two digits); NaN for few firms or no code."""
        division = str(self.divisions[firm])
        return self._average(position, division) if division else float("nan")

    def _average(self, position: int, division: str) -> float:
        place = position, division
        if place not in self._found:
            e = self.evaluation
            firms = e.participation.counted & e.results[position].concerned
            if division:
                firms = firms & (self.divisions == division)
            self._found[place] = self._of(position, firms)
        return self._found[place]

    def _of(self, position: int, firms: BoolArray) -> float:
        r = self.evaluation.results[position]
        found = statistics(r.values, firms, r.indicator.scale)
        return found.aggregate if found.both >= FEWEST else float("nan")
