"""What the city's reports are made from: the districts' workbooks and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from permu_xl.workbook import moves_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from permu_xl.engine import Evaluation
    from permu_xl.engine.model import Scheme
    from permu_xl.findings import Finding, Level
    from permu_xl.workbook import Moves, Outcome

__all__ = ["City", "District"]


@dataclass(frozen=True, slots=True)
class District:
    """A district's workbook; ``evaluation`` is None, and ``state`` says why, if it is left out."""

    path: Path
    name: str
    outcome: Outcome | None
    evaluation: Evaluation | None
    state: str


@dataclass(frozen=True, slots=True)
class City:
    """All districts in the order given; ``scheme`` and ``year`` are those of the sound ones.

    ``scheme`` is None where no district can be summed up.
    """

    scheme: Scheme | None
    year: int
    districts: tuple[District, ...]
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> tuple[tuple[str, Evaluation], ...]:
        """Name and evaluation of each district that is summed up."""
        return tuple((d.name, d.evaluation) for d in self.districts if d.evaluation is not None)

    @property
    def moves(self) -> tuple[tuple[str, Moves], ...]:
        """Name and both years' classes of each district that knows last year's."""
        found = (
            (d.name, moves_of(d.outcome.book, d.evaluation))
            for d in self.districts
            if d.outcome is not None and d.evaluation is not None
        )
        return tuple((name, moves) for name, moves in found if moves.known)

    @property
    def missing(self) -> tuple[str, ...]:
        """The districts that are left out, by name, each once.

        Of one that is summed up from another workbook the file says which one is left out.
        """
        there = {name for name, _ in self.sound}
        left_out = [d for d in self.districts if d.evaluation is None]
        return tuple(
            dict.fromkeys(
                f"{d.name}（{d.path.name}）" if d.name in there else d.name for d in left_out
            )
        )

    def noting(self, findings: Iterable[Finding]) -> City:
        """Return the city with further findings."""
        return replace(self, findings=(*self.findings, *findings))

    def count(self, level: Level) -> int:
        """Return how many findings there are of a level."""
        return sum(finding.level is level for finding in self.findings)
