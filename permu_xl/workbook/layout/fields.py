"""What a column is, and the rows and words that all sheets share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from permu_xl.engine import Evaluation
from permu_xl.engine.model import Scheme, TwoStage

TITLE_ROW = 1

NOTE_ROW = 2

HEADER_ROW = 4

FIRST_ROW = HEADER_ROW + 1
"""Where the tables of a fresh template begin (1-based); one empty row above the header."""

LAST_ROW = 60000
"""How far down the lists, checks and colours of a fresh template reach."""

OUR_FUNCTIONS = "PERMU_"
"""A formula with this in it is the user's live use of our functions, whatever the prefix."""

YES, NO = "是", "否"

NOT_EVALUATED = "不参评"


Kind = Literal["text", "code", "date", "number", "integer", "points", "choice", "link"]


Values = Callable[[Evaluation], Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table.

    ``header`` is what the template writes: name and unit; ``unit`` alone as in the brackets.
    ``choices`` are the values a drop-down list offers; ``source`` is the delivering department.
    ``values`` gives what a run writes into a column of results, one value a firm or indicator;
    ``wording`` marks a column that only explains: a hash does not cover it, a comparison passes
    it over.
    """

    key: str
    name: str
    kind: Kind
    unit: str = ""
    width: float = 12
    note: str = ""
    source: str = ""
    choices: tuple[str, ...] = ()
    required: bool = True
    values: Values | None = field(default=None, compare=False)
    wording: bool = False

    @property
    def header(self) -> str:
        """The header text: the name, with the unit in full-width brackets."""
        return f"{self.name}（{self.unit}）" if self.unit else self.name


SERIAL = Field(
    "serial", "序号", "integer", width=6, required=False, note="可以不填，只供查看。",
    values=lambda e: range(1, e.roster.size + 1), wording=True,
)  # fmt: skip

CODE = Field(
    "code", "统一社会信用代码", "code", width=22, source="市场监管部门",
    note="18位，按文本填写；按数字填写会丢失末尾几位。",
    values=lambda e: e.roster.codes.tolist(),
)  # fmt: skip

NAME = Field(
    "name", "企业名称", "text", width=30, note="营业执照上的全称。",
    values=lambda e: e.roster.names.tolist(),
)  # fmt: skip


def has_units(scheme: Scheme) -> bool:
    """Return whether a scheme may rank firms in several units."""
    return len(scheme.tracks) > 1 or any(track.ranking.within for track in scheme.tracks)


def has_halves(scheme: Scheme) -> bool:
    """Return whether a track of the scheme has the two-stage rule."""
    return any(isinstance(track.rule, TwoStage) for track in scheme.tracks)


def selection_labels(scheme: Scheme) -> tuple[str, ...]:
    """Return the labels of all selections, each once: tracks share the columns of a label."""
    return tuple(dict.fromkeys(s.label for s in scheme.selections))
