"""Questions about firms that are evaluated as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.checks.identity import firm_at
from permu_xl.engine.firms import (
    attribute_texts,
    used_attributes,
)
from permu_xl.findings import Finding, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from permu_xl.engine.firms import Participation
    from permu_xl.engine.model import Attribute, Roster, Scheme

__all__ = ["joint_findings"]


def joint_findings(
    scheme: Scheme, roster: Roster, part: Participation, table: Table
) -> Iterator[Finding]:
    """Point out groups of one, members that are out, and members sorted otherwise than the first.

    A group of one is most likely a name that is written in two ways.
    """
    if scheme.joint is None:
        return
    attribute = scheme.attributes[scheme.joint.by]
    told = attribute_texts(attribute, roster)
    sizes = np.bincount(told.index[part.included], minlength=len(told.values))
    for firm in np.flatnonzero(told.take([bool(text) for text in told.values])).tolist():
        text = told.values[told.index[firm]]
        at = firm_at(roster, firm, table, attribute.id, attribute.name, text)
        others = int(sizes[told.index[firm]])
        if not part.included[firm]:
            if others:
                yield Finding.of("W272", at)
        elif others == 1:
            yield Finding.of("W271", at)
        else:
            yield from _sorted_otherwise(scheme, roster, part, firm, table)


def _sorted_otherwise(
    scheme: Scheme, roster: Roster, part: Participation, firm: int, table: Table
) -> Iterator[Finding]:
    leader = int(part.joined.leader[firm])
    if leader == firm:
        return
    used = [id for id in used_attributes(scheme) if not scheme.joins_by(id)]
    for id in used:
        attribute = scheme.attributes[id]
        own, first = attribute_texts(attribute, roster).texts(np.array([firm, leader]))
        if own != first:
            at = firm_at(roster, firm, table, _column(attribute), attribute.name, own)
            yield Finding.of("W273", at, leader=roster.label(leader), first=first)


def _column(attribute: Attribute) -> str:
    return "industry" if attribute.derived else attribute.id
