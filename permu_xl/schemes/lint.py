"""``permu-xl schemes check``: every problem of a scheme file with the line it stands on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from permu_xl.errors import SchemeError
from permu_xl.schemes.files import Layer, layers, merged, read
from permu_xl.schemes.line_numbers import places, surrounding
from permu_xl.schemes.parsing import UNKNOWN_KEY, parse_scheme

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Breach:
    """One problem: the line in the user's file (None where it has none), and the problem.

    ``inherited`` says which file, on which line, gives the key when it is not the user's own.
    """

    line: int | None
    problem: str
    inherited: str = ""

    def __str__(self) -> str:
        place = "" if self.line is None else f"第{self.line}行　"
        tail = f"（这一项继承自 {self.inherited}）" if self.inherited else ""
        return f"{place}{self.problem}{tail}"


def audit(path: Path) -> list[Breach]:
    """Return what is wrong with a scheme file, in the order of its lines; empty if nothing is.

    Raises FileAccessError when the file cannot be read.
    """
    try:
        found = [read(path, path.name)]
    except SchemeError as error:
        return [Breach(None, problem) for problem in error.problems]
    try:
        found = layers(found[0])
        parse_scheme(merged(found), path.name)
    except SchemeError as error:
        breaches = located(found, error.problems)
        return sorted(breaches, key=lambda b: (b.line is None, b.line))
    return []


def located(found: Sequence[Layer], problems: Sequence[str]) -> list[Breach]:
    """Return problems ("key：reason") with their places in a file (the first layer)."""
    (_, own), *inherited = [(layer.origin, places(layer.text)) for layer in found]
    breaches = []
    for problem in problems:
        key = problem.partition("：")[0]
        nearest, giver = own.nearest(key), ""
        if nearest != key:
            lines = ((origin, there.lines.get(key)) for origin, there in inherited)
            giver = next((f"{origin} 第{line}行" for origin, line in lines if line), "")
        if giver:
            problem = problem.replace(UNKNOWN_KEY, "这里用不上，请写进 remove 去掉")
        # Of what is inherited, only the table right around the key has to do with the problem.
        related = not giver or nearest == surrounding(key)
        breaches.append(Breach(own.lines.get(nearest) if related else None, problem, giver))
    return breaches
