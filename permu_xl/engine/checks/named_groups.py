"""Groups that the scheme has rules of their own for, and that nobody is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.firms import attribute_texts
from permu_xl.engine.model import TwoStage
from permu_xl.findings import At, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from permu_xl.engine.firms import Participation
    from permu_xl.engine.model import Scheme

__all__ = ["named_group_findings"]


def named_group_findings(scheme: Scheme, part: Participation) -> Iterator[Finding]:
    """Point out shares and conditions of a group that no participant names.

    Only where any text may be written: then the scheme or the firms most likely write it otherwise,
    and the rule for all the others is applied to them.
    """
    named = dict.fromkeys([*_shares(scheme), *_conditions(scheme)])
    for id, text in named:
        attribute = scheme.attributes[id]
        if attribute.values or attribute.derived:
            continue
        told = attribute_texts(attribute, part.joined.roster)
        there = told.take([each == text for each in told.values]) & part.included
        if not np.any(there):
            at = At("current", item=attribute.name, column=id, value=text)
            yield Finding.of("H246", at)


def _shares(scheme: Scheme) -> Iterator[tuple[str, str]]:
    """Yield attribute and text of the groups whose classes have shares of their own."""
    for track in scheme.tracks:
        rule = track.rule
        if isinstance(rule, TwoStage):
            shares = [selection.share_by for selection in rule.selections]
        else:
            shares = [own for cut in rule.cuts for own in (cut.up_to_by, cut.leave_by)]
        yield from ((rule.shares_by, text) for each in shares for text in each)


def _conditions(scheme: Scheme) -> Iterator[tuple[str, str]]:
    """Yield attribute and text of the firms that conditions of guards are about."""
    for condition in scheme.conditions:
        for id, texts in condition.only.items():
            yield from ((id, text) for text in texts)
