"""Help and errors of click in Chinese: its messages through gettext, and lines that fit.

The messages stand in ``locale/zh_CN/LC_MESSAGES/permu_xl.po``; ``make generated`` renews the
``.mo`` beside it, which gettext reads.
"""

from __future__ import annotations

import gettext
import os
import re
import unicodedata
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["DOMAIN", "LOCALE", "Formatter", "cells", "in_chinese"]

LOCALE = os.path.join(os.path.dirname(__file__), "locale")
DOMAIN = "permu_xl"
# A word of ASCII, or one other character; closing marks stay with it, opening ones with the next.
_PIECES = r"\s+|[“（《〔]*(?:[!-~]+|\S)[，。、；：！？”）》〕…]*"


@contextmanager
def in_chinese() -> Iterator[None]:
    """Let click speak Chinese, whatever language the system is set to."""
    before = gettext.textdomain(), os.environ.get("LANGUAGE")
    gettext.bindtextdomain(DOMAIN, LOCALE)
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = "zh_CN"
    try:
        yield
    finally:
        gettext.textdomain(before[0])
        if before[1] is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = before[1]


def cells(text: str) -> int:
    """Return how many columns of a terminal a text takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _columns(most: int) -> int:
    """Return how wide a help is: as the terminal, within bounds."""
    try:
        columns = int(os.environ.get("COLUMNS") or os.get_terminal_size().columns)
    except (OSError, ValueError):
        columns = most
    return max(min(columns, most) - 2, 50)


def _wrapped(text: str, width: int) -> list[str]:
    """Return a text as lines of at most ``width`` columns."""
    lines = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for piece in re.findall(_PIECES, paragraph):
            if line and cells(line + piece.rstrip()) > width:
                lines.append(line.rstrip())
                line = ""
            line += piece if line else piece.lstrip()
        lines.append(line.rstrip())
    return lines


class Formatter(click.HelpFormatter):
    """The usual help of click, measured by what Chinese characters take on a terminal."""

    def __init__(
        self,
        indent_increment: int = 2,
        width: int | None = None,
        max_width: int | None = None,
    ) -> None:
        super().__init__(indent_increment, width or _columns(max_width or 80))

    def write_heading(self, heading: str) -> None:
        """Write a heading with a Chinese colon."""
        self.write(f"{'':>{self.current_indent}}{heading}：\n")

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line that shows how a command is called."""
        head = f"{prefix or '用法：'}{prog} "
        lines = _wrapped(args, max(self.width - cells(head), 20))
        self.write("\n".join((head + lines[0], *(" " * cells(head) + line for line in lines[1:]))))
        self.write("\n")

    def write_text(self, text: str) -> None:
        """Write a text, wrapped."""
        indent = " " * self.current_indent
        for line in _wrapped(text, self.width - self.current_indent):
            self.write(f"{indent}{line}\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write terms and what they mean in two columns."""
        rows = list(rows)
        first = min(max(cells(term) for term, _ in rows), col_max) + col_spacing
        indent = " " * self.current_indent
        for term, meaning in rows:
            lines = _wrapped(meaning, max(self.width - self.current_indent - first, 20))
            gap = first - cells(term)
            head = f"{term}{' ' * gap}" if gap >= col_spacing else f"{term}\n{indent}{' ' * first}"
            self.write(f"{indent}{head}{lines[0]}\n")
            for line in lines[1:]:
                self.write(f"{indent}{' ' * first}{line}\n")
