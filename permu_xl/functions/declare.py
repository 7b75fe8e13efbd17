"""How a worksheet function is declared: once, above its implementation.

Every host, the list of functions, the manual, the example workbook and the fuzzers go by it.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from permu_xl.functions.kinds import COLUMN, ONE, Kind, Result
from permu_xl.schemes import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable

    from permu_xl.functions.values import ErrorValue, Grid

__all__ = ["CATEGORY", "SCHEME", "Argument", "Example", "Function", "worksheet_function"]

CATEGORY = "亩均评价"
"""Where the functions stand in the host's list of functions."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument.

    name : in the formula's contract and in Visual Basic, a word of plain English letters
    title : its Chinese name, by which messages call it
    about : help that reads on after the title, punctuation first
    english : help in English
    default : what leaving it out means, in words; None makes it a required one
    kind : what it holds
    times : how often it may be given, each time as an argument of its own
    dates : whether its numbers are dates: a workbook may count days from another day than ours
    """

    name: str
    title: str
    about: str
    english: str
    default: str | None = None
    kind: Kind = COLUMN
    times: int = 1
    dates: bool = False

    @property
    def help(self) -> str:
        """The Chinese help, which begins with the Chinese name."""
        return self.title + self.about

    @property
    def optional(self) -> bool:
        """Whether the argument may be left out; a blank cell then means the same."""
        return self.default is not None


@dataclass(frozen=True, slots=True)
class Example:
    """A call that shows the function: its arguments, and a sentence on what it shows.

    A tuple of rows (or one row) stands in cells, of which None is a blank one; anything else is
    written into the formula; None leaves an argument out.
    """

    remark: str
    arguments: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """A worksheet function.

    gives : what it returns, in words
    english : the same in English
    clause : where that stands in the policy, "" for nowhere
    result : the shape of the result
    errors : when it shows which error, beyond what holds for all functions
    arguments : as declared; ``times`` are spelled out
    example : for the manual and the example workbook
    implementation : takes a block for each argument (None: left out), returns the result
    """

    name: str
    gives: str
    english: str
    clause: str
    result: Result
    errors: tuple[tuple[ErrorValue, str], ...]
    arguments: tuple[Argument, ...]
    example: Example
    implementation: Callable[..., Grid]
    category: str = CATEGORY

    @property
    def help(self) -> str:
        """What it returns and the clause, for the function list of a host."""
        return f"{self.gives}（{self.clause}）" if self.clause else self.gives

    @property
    def signature(self) -> str:
        """The call as in a manual: ``NAME(first, [second])``."""
        return self._call([a.name for a in self.arguments])

    @property
    def chinese_signature(self) -> str:
        """The call with the arguments' Chinese names."""
        return self._call([a.title for a in self.arguments])

    def _call(self, names: list[str]) -> str:
        shown = (
            f"[{name}]" if argument.optional else name
            for name, argument in zip(names, self.arguments, strict=True)
        )
        return f"{self.name}({', '.join(shown)})"


def worksheet_function(
    name: str,
    gives: str,
    *,
    english: str,
    result: Result,
    example: Example,
    arguments: tuple[Argument, ...],
    clause: str = "",
    errors: tuple[tuple[ErrorValue, str], ...] = (),
) -> Callable[[Callable[..., Grid]], Function]:
    """Declare the decorated function as the implementation of a worksheet function.

    Its parameters bear the arguments' names in their order, the one given several times as
    ``*name``.  What stands in place of the decorated function is a ``Function``, by which the
    registry finds it.

    >>> two = (Argument("a", "甲", "", "A"), Argument("b", "乙", "", "B", default="1", times=2))
    >>> @worksheet_function("F", "", english="", result=Result("", lambda g, s: (1, 1)),
    ...                     example=Example("", ()), arguments=two)
    ... def made(a, *b): ...
    >>> made.signature, made.chinese_signature
    ('F(a, [b1], [b2])', 'F(甲, [乙1], [乙2])')
    """
    spelled = tuple(each for argument in arguments for each in _spelled_out(argument))

    def declared(implementation: Callable[..., Grid]) -> Function:
        taken = list(inspect.signature(implementation).parameters)
        if taken != [argument.name for argument in arguments]:
            raise TypeError(f"{name}: the implementation takes {taken}")
        return Function(
            name, gives, english, clause, result, errors, spelled, example, implementation
        )

    return declared


def _spelled_out(argument: Argument) -> list[Argument]:
    if argument.times == 1:
        return [argument]
    return [
        replace(argument, name=f"{argument.name}{k}", title=f"{argument.title}{k}", times=1)
        for k in range(1, argument.times + 1)
    ]


SCHEME = Argument(
    "scheme",
    "评价方案",
    "的代号或名称，如 shenyang_2021、沈阳；一个单元格。",
    f"Id or region of the scheme; {DEFAULT} if left out.",
    DEFAULT,
    kind=ONE.of(DEFAULT, "沈阳", None),
)
"""The last argument of every function whose result depends on the scheme."""
