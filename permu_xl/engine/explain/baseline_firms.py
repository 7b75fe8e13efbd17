"""The firms that a baseline is taken from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from permu_xl.engine.firms import (
    all_figures,
    attribute_texts,
    concerned,
    of_last_year,
    participation,
    track_index,
)
from permu_xl.engine.measuring import table_values

if TYPE_CHECKING:
    from permu_xl.engine.evaluation import Evaluation
    from permu_xl.engine.firms import Joined
    from permu_xl.engine.measuring import Values
    from permu_xl.engine.model import BoolArray, Indicator, Roster

__all__ = ["Sample", "sample_of"]


@dataclass(frozen=True, slots=True)
class Sample:
    """The firms of the baseline's year as they are judged, which of them count, their values."""

    roster: Roster
    members: BoolArray
    values: Values
    joined: Joined

    def name(self, firm: int) -> str:
        """Return a firm's name or code, and that it stands for others where it does."""
        others = len(self.joined.members(firm)) > 1
        name = str(self.roster.names[firm] or self.roster.codes[firm])
        return f"{name}等合并评价的企业" if others else name


def sample_of(e: Evaluation, i: Indicator, group: str) -> Sample:
    """Return whom the baseline of an indicator, or of one of its groups, is taken from."""
    last = None
    if i.baseline.year == "current" or e.previous is None:
        part = e.participation
        if i.growth and e.previous is not None:
            last = of_last_year(part.joined, e.previous)
    else:
        part = participation(e.scheme, e.previous, e.year - 1)
    roster = part.joined.roster
    members = part.counted & concerned(e.scheme, i.id, track_index(e.scheme, roster))
    if i.baseline.by:
        texts = attribute_texts(e.scheme.attributes[i.baseline.by], roster)
        members &= texts.take([text == group for text in texts.values])
    before = None if last is None else all_figures(e.scheme, last)
    values = table_values((i,), all_figures(e.scheme, roster), before).row(0)
    return Sample(roster, members, values, part.joined)
