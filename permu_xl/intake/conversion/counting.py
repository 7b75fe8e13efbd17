"""Which amounts count at an outlet: the largest few of each class, of some only one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from permu_xl.intake.conversion.factors import Kind, Substance
    from permu_xl.intake.tables import Amount

__all__ = ["SMALLER", "Part", "counted_parts"]

SMALLER = "不在法律规定的前几项里"
"""Why an amount that would count does not."""


@dataclass(frozen=True, slots=True)
class Part:
    """An amount with its substance, as a part of the figure."""

    amount: Amount
    substance: Substance
    value: Fraction
    resolution: Fraction

    @property
    def place(self) -> tuple[str, str, str]:
        """What may occur once: a substance of a class at an outlet."""
        return self.substance.kind, self.substance.name, self.amount.outlet


def counted_parts(kind: Kind, parts: Sequence[Part]) -> tuple[list[Part], list[tuple[Part, str]]]:
    """Return the parts that count at their outlets, and the others with the reason."""
    barred: list[tuple[Part, str]] = []
    groups: dict[tuple[str, str], list[Part]] = defaultdict(list)
    largest = sorted(parts, key=lambda part: -part.value)
    seen: set[tuple[str, str, str]] = set()
    for part in largest:
        one = part.substance.one_of
        if one and (part.substance.kind, one, part.amount.outlet) in seen:
            barred.append((part, f"同一排放口的{one}只计一项"))
            continue
        seen.add((part.substance.kind, one, part.amount.outlet))
        groups[part.substance.kind, part.amount.outlet].append(part)
    counted: list[Part] = []
    for (name, _), same in groups.items():
        limit = kind.classes[name].count
        counted += same[:limit]
        barred += [] if limit is None else [(part, SMALLER) for part in same[limit:]]
    order = {id(part): place for place, part in enumerate(parts)}
    return sorted(counted, key=lambda part: order[id(part)]), barred
