"""One way to read what the text of a scheme leaves open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from permu_xl.engine import Adjustment, Evaluation
    from permu_xl.engine.model import Roster, Scheme

__all__ = ["Alternative", "Inputs", "on_scheme"]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What an evaluation is made from."""

    scheme: Scheme
    roster: Roster
    previous: Roster | None
    adjustments: tuple[Adjustment, ...]

    @classmethod
    def of(cls, e: Evaluation) -> Inputs:
        """Return the inputs of an evaluation."""
        return cls(e.scheme, e.roster, e.previous, e.adjustments)


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another way to read the text.

    ``reading`` is the number in docs/rules.md, ``question`` what is open, ``now`` how it is read
    and ``then`` how it might be; ``make`` returns the inputs so read, None where they cannot be.
    """

    reading: str
    clause: str
    question: str
    now: str
    then: str
    make: Callable[[Evaluation], Inputs | None]


def on_scheme(change: Callable[[Scheme], Scheme]) -> Callable[[Evaluation], Inputs]:
    """Return what makes the inputs of an evaluation with a changed scheme."""
    return lambda e: replace(Inputs.of(e), scheme=change(e.scheme))
