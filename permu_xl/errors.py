"""Every exception permu_xl raises on purpose.

Bad figures in a workbook are not exceptions: they are findings (``permu_xl.findings.model``),
collected and listed together.  An exception means that the call itself cannot be carried out.
Each message is one Chinese sentence that a clerk can act on.
"""

from __future__ import annotations

__all__ = [
    "BaselineError",
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


class BaselineError(PermuError):
    """One or more indicators have no usable baseline (reading R9).

    ``problems`` maps the indicator's id to the reason in words.
    """

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("；".join(self.problems.values()))


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
