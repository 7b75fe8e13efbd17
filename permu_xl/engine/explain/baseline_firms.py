"""The firms that a baseline is taken from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.engine.groups import attribute_texts, concerned, track_index
from permu_xl.engine.scope import participation

if TYPE_CHECKING:
    from permu_xl.engine.evaluation import Evaluation
    from permu_xl.engine.model import BoolArray, Indicator, Roster

__all__ = ["members_of"]


def members_of(e: Evaluation, i: Indicator, group: str) -> tuple[Roster, BoolArray]:
    """Return the roster of the baseline's year, and which of its firms the baseline is over."""
    if i.baseline.year == "current" or e.previous is None:
        roster, included = e.roster, e.included
    else:
        roster = e.previous
        included = participation(e.scheme, roster, e.year - 1).included
    members = included & concerned(e.scheme, i.id, track_index(e.scheme, roster))
    if i.baseline.by:
        texts = attribute_texts(e.scheme.attributes[i.baseline.by], roster)
        members &= texts.take([text == group for text in texts.values])
    return roster, members
