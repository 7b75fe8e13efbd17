"""The tables of all codes in docs/rules.md, made from the catalogue.

``make generated`` puts them between the file's two marks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from permu_xl.findings.catalogue import SECTIONS
from permu_xl.findings.kinds import COMMAND_LINE, Kind
from permu_xl.text import between_marks

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["manual"]

_TOLD = "照提示办"
"""What to do where each case is told by whoever found it."""


def manual(text: str) -> str:
    """Return a document with the tables between the marks made anew."""
    return between_marks(text, "\n".join(_sections()))


def _sections() -> Iterator[str]:
    for title, kinds in SECTIONS.items():
        yield f"### {title}\n"
        yield "| 代码 | 含义 | 怎么办 | 依据 |\n|---|---|---|---|"
        for kind in sorted(kinds, key=lambda kind: kind.code[1:]):
            yield f"| {kind.code} | {kind.meaning} | {_remedy(kind)} | {kind.clause or '–'} |"
        yield ""


def _remedy(kind: Kind) -> str:
    """Return what to do, in all cases; what each finding fills in is left open."""
    told = (said.remedy for said in (kind.said, *kind.cases.values()))
    return "<br>".join(dict.fromkeys(_open(remedy) for remedy in told))


def _open(remedy: str) -> str:
    if remedy == "{remedy}":
        return _TOLD
    return re.sub(r"\{(\w+)[^}]*\}", lambda word: COMMAND_LINE.get(word[1], "……"), remedy)
