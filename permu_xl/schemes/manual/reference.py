"""The reference table of all keys of a scheme file, made from what the parser asks for.

``make generated`` puts it between the two marks in docs/schemes.md.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from permu_xl.schemes.files import available, layers, merged, read, shipped_file
from permu_xl.schemes.manual.meanings import CONDITIONS, MEANINGS, SECTIONS
from permu_xl.schemes.parse import asked_keys
from permu_xl.schemes.table import Ask

__all__ = ["keys", "manual", "reference"]

BEGIN = "<!-- 以下由 make generated 生成，请勿手工修改 -->"
END = "<!-- 生成的部分到此为止 -->"

_REST = """
[attributes.trade]
prefixes = { "17" = "纺织" }
[indicators.x.baseline]
manual_by = { "纺织" = 1 }
[bonus.groups.g]
name = "荣誉"
"""
"""The keys with names of one's own that no shipped scheme happens to use."""


def keys() -> dict[str, Ask]:
    """Return every key that a scheme file can have, ``*`` standing for names of one's own.

    They are those that the parser asks for while it reads the shipped schemes and ``_REST``.
    ``extends`` and ``remove`` are taken out of a file before it is parsed.
    """
    asked = {"extends": Ask("文字", "", "空"), "remove": Ask("文字的列表", "", "空")}
    for values in (*map(_tables, available()), tomllib.loads(_REST, parse_float=Decimal)):
        for key, ask in asked_keys(values).items():
            known = asked.get(key)
            # Asked for in two ways, a key may be left out in one of them.
            asked[key] = ask if known is None or not known.default else known
    # A track's own rule is written like the common one.
    inside = re.compile(r"tracks\.\*\.classification\.")
    return {inside.sub("classification.", key): ask for key, ask in asked.items()}


def _tables(id: str) -> dict[str, Any]:
    file = shipped_file(id)
    return merged(layers(read(file, file.name)))


def reference() -> str:
    """Return the table of all keys in Markdown, a section for each part of the file."""
    return "\n".join(_sections())


def _sections() -> Iterator[str]:
    found = keys()
    order: dict[str, int] = {}
    for key in found:
        for around in _prefixes(key):
            order.setdefault(around, len(order))
    for section, title in SECTIONS.items():
        parts = section.split()
        inside = [key for key in found if key.split(".")[0] in parts]
        inside.sort(key=lambda key: [order[around] for around in _prefixes(key)])
        yield f"### {title}\n"
        yield "| 项 | 类型 | 不写时 | 含义 |\n|---|---|---|---|"
        for key in inside:
            ask = found[key]
            kind = ask.what + (f"，{ask.limit}" if ask.limit else "")
            default = CONDITIONS.get(key, ask.default or "必写")
            yield f"| `{key}` | {kind} | {default} | {meaning(key)} |"
        yield ""


def _prefixes(key: str) -> list[str]:
    """Return a key and the tables around it, outermost first.

    >>> _prefixes("bonus.labels.*.points")
    ['bonus', 'bonus.labels', 'bonus.labels.*', 'bonus.labels.*.points']
    """
    parts = key.split(".")
    return [".".join(parts[: k + 1]) for k in range(len(parts))]


def meaning(key: str) -> str:
    """Return what a key means; KeyError when nobody has said so."""
    last = key.rsplit(".", 1)[-1]
    return MEANINGS[key] if key in MEANINGS else MEANINGS[f"*.{last}"]


def manual(text: str) -> str:
    """Return a document with the part between the marks made anew."""
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n\n{reference()}\n{END}{tail}"
