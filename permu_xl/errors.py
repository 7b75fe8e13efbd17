"""Every exception permu_xl raises on purpose.

Bad figures in a workbook are not exceptions: they are findings (``permu_xl.findings.model``),
collected and listed together.  An exception means that the call itself cannot be carried out.
Each message is one Chinese sentence that a clerk can act on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "BaselineError",
    "BaselineFault",
    "BookError",
    "FileAccessError",
    "FunctionError",
    "PermuError",
    "SchemeError",
    "UnknownFirmError",
    "UsageError",
]


class PermuError(Exception):
    """Any error of this package; catch this to catch them all."""


class SchemeError(PermuError):
    """A scheme file breaks the rules for scheme files; ``problems`` lists every breach."""

    def __init__(self, origin: str, problems: list[str]) -> None:
        self.origin = origin
        self.problems = list(problems)
        super().__init__("\n".join(f"方案文件 {origin}：{problem}" for problem in self.problems))


FaultKind = Literal["", "growth", "manual", "not_positive", "no_way", "earlier", "method"]
"""What a baseline lacks: figures (""), last year's firms, a number that the district sets, a value
above 0, a way from the worst value to it, the earlier years of a mean, a method that finds one."""


@dataclass(frozen=True, slots=True)
class BaselineFault:
    """Why an indicator (by its id) has no usable baseline: of what kind, and in words."""

    indicator: str
    kind: FaultKind
    told: str


class BaselineError(PermuError):
    """One or more indicators have no usable baseline (reading R9), each for one reason or more."""

    def __init__(self, faults: Sequence[BaselineFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("；".join(self.problems.values()))

    @property
    def problems(self) -> dict[str, str]:
        """By the id of each indicator all its reasons, in words."""
        told: dict[str, list[str]] = {}
        for fault in self.faults:
            told.setdefault(fault.indicator, []).append(fault.told)
        return {indicator: "；".join(reasons) for indicator, reasons in told.items()}


class UsageError(PermuError):
    """The call itself is wrong: arguments that do not exist or do not fit together."""


class UnknownFirmError(UsageError):
    """No firm, or more than one, answers to the given code or name."""


class FunctionError(UsageError):
    """A worksheet function cannot be carried out at all; ``error`` is what its cell shows."""

    def __init__(self, error: str, message: str) -> None:
        self.error = error
        super().__init__(message)


class BookError(PermuError):
    """The file is not a workbook that can be used: a sheet or the package is missing or broken."""


class FileAccessError(PermuError):
    """A file cannot be read or written."""
