"""Participants that belong to no track or baseline group: without one nothing can be scored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.firms import (
    NO_TRACK,
    attribute_texts,
)
from permu_xl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from permu_xl.engine.measuring.year import Measured
    from permu_xl.engine.model import Attribute, BoolArray, IntArray, Roster, Scheme

__all__ = ["check_groups", "check_tracks"]


def check_tracks(scheme: Scheme, roster: Roster, tracks: IntArray, included: BoolArray) -> None:
    """Raise UsageError where a participant belongs to none of the scheme's tracks."""
    if not scheme.track_attribute:  # then the only track has them all
        return
    lost = (included & (tracks == NO_TRACK)).nonzero()[0]
    if len(lost):
        attribute = scheme.attributes[scheme.track_attribute]
        raise _unknown_text(attribute, roster, int(lost[0]), [t.name for t in scheme.tracks])


def check_groups(
    scheme: Scheme, roster: Roster, measured: Sequence[Measured], included: BoolArray
) -> None:
    """Raise UsageError where a participant belongs to no group with a baseline."""
    for m in measured:
        by = m.indicators[0].baseline.by
        if by:
            lost = np.flatnonzero(included & m.concerned & (m.group < 0))
            if len(lost):
                attribute = scheme.attributes[by]
                raise _unknown_text(attribute, roster, int(lost[0]), attribute.values)


def _unknown_text(
    attribute: Attribute, roster: Roster, firm: int, allowed: Sequence[str]
) -> UsageError:
    (text,) = attribute_texts(attribute, roster).texts(np.array([firm]))
    said = f"的{attribute.name}“{text}”不在方案之内" if text else f"没有填写{attribute.name}"
    return UsageError(f"{roster.label(firm)}{said}，应为{'、'.join(allowed)}之一")
