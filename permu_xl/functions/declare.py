"""How a worksheet function is declared: once, for every host, the function list and the manual."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from permu_xl.functions.values import ErrorValue, Grid
from permu_xl.schemes import DEFAULT

__all__ = ["CATEGORY", "SCHEME", "Argument", "Function"]

CATEGORY = "亩均评价"
"""Where the functions stand in the host's list of functions."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: its name, help that reads on after the name, and what leaving it out means.

    ``default`` is in words; None makes the argument a required one.  ``dates`` marks one whose
    numbers are dates: a workbook may count days from another day than ours.
    """

    name: str
    help: str
    default: str | None = None
    dates: bool = False

    @property
    def optional(self) -> bool:
        """Whether the argument may be left out; a blank cell then means the same."""
        return self.default is not None


@dataclass(frozen=True, slots=True)
class Function:
    """A worksheet function.

    gives : what it returns, in words
    clause : where that stands in the policy, "" for nowhere
    result : the shape of the result, in words
    errors : when it shows which error, beyond what holds for all functions
    implementation : takes a block for each argument (None: left out), returns the result
    """

    name: str
    gives: str
    clause: str
    result: str
    errors: tuple[tuple[ErrorValue, str], ...]
    arguments: tuple[Argument, ...]
    implementation: Callable[..., Grid]
    category: str = CATEGORY

    @property
    def help(self) -> str:
        """What it returns and the clause, for the function list of a host."""
        return f"{self.gives}（{self.clause}）" if self.clause else self.gives

    @property
    def signature(self) -> str:
        """The call as in a manual: ``NAME(first, [second])``.

        >>> two = (Argument("a", ""), Argument("b", "", default="1"))
        >>> Function("F", "", "", "", (), two, list).signature
        'F(a, [b])'
        """
        shown = (f"[{a.name}]" if a.optional else a.name for a in self.arguments)
        return f"{self.name}({', '.join(shown)})"


SCHEME = Argument("scheme", "评价方案的代号；一个单元格。", DEFAULT)
"""The last argument of every function whose result depends on the scheme."""
