"""The reference table of all keys of a scheme file, made from what the parser asks for.

``make generated`` puts it between the two marks in docs/schemes.md.
"""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from permu_xl.schemes.files import available, layers, merged, read, shipped_file
from permu_xl.schemes.parsing import Ask, asked_keys
from permu_xl.text import between_marks

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["keys", "manual", "reference"]

SECTIONS: Final = {
    "extends remove": "继承",
    "id title document region source full_marks score_decimals track_attribute": "总的说明",
    "validity": "有效期（validity）",
    "scope": "参评范围（scope）",
    "ungraded": "计分而不排名的企业（ungraded）",
    "columns": "填报的数据（columns）",
    "sums": "相加、折算的数（sums）",
    "attributes": "分组（attributes）",
    "joint": "合并评价（joint）",
    "flags": "标记（flags）",
    "indicators": "指标（indicators）",
    "bonus": "加分和扣分（bonus）",
    "classes": "类别（classes）",
    "tracks": "赛道（tracks）",
    "classification": "排名和分类（classification）",
    "guards": "否决、保护和升降档（guards）",
    "ranges": "各类户数的范围（ranges）",
    "measures": "分类措施（measures）",
    "water_fee": "超定额用水加价（water_fee）",
    "targets": "目标（targets）",
    "checks": "数据提醒（checks）",
}
"""The parts of the table: the outermost keys in each, and its heading."""

_REST = """
[attributes.trade]
prefixes = { "17" = "纺织" }
[indicators.x.baseline]
manual_by = { "纺织" = 1 }
earlier = { "2020" = 1 }
[bonus.groups.g]
name = "荣誉"
[sums.tax]
of = { "national" = 1 }
[joint]
by = "group"
[scope.limits.land]
minimum = 5
[classification]
method = "cut_points"
cuts = [{ up_to = 0.1, up_to_by = { "纺织" = 0.2 } }, { leave = 0.05, leave_by = { "纺织" = 0.1 } }]
[tracks.small.classification]
method = "score_cuts"
cuts = [{ points = 80 }]
[tracks.large.classification.selections.best]
share_by = { "纺织" = 0.2 }
[guards.low]
fixed = "C"
at_best = "C"
at_worst = "C"
up = 1
down = 1
figures = [
    { value = "x", below = 4, only = { trade = ["纺织"] } },
    { score = "x", at_most = 4 },
    { column = "x", above = 4 },
    { total = true, at_least = 4 },
]
[ranges.A]
at_most = 0.3
"""
"""The keys with names of one's own that no shipped scheme happens to use."""


_BEFORE_PARSING: Final = {
    "extends": Ask(
        "文字", "", "空", "继承哪个自带方案（代号）；本文件只写不同的项", absent="不继承"
    ),
    "remove": Ask(
        "文字的列表",
        "",
        "空",
        '从继承来的方案里去掉的项，如 `"indicators.rd_share"`；先去掉，再添本文件的项',
    ),
}
"""The keys that are taken out of a file before it is parsed."""


def keys() -> dict[str, Ask]:
    """Return every key that a scheme file can have, ``*`` standing for names of one's own.

    They are those that the parser asks for while it reads the shipped schemes and ``_REST``.
    """
    asked = dict(_BEFORE_PARSING)
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
            default = ask.absent or ask.default or "必写"
            yield f"| `{key}` | {kind} | {default} | {ask.means} |"
        yield ""


def _prefixes(key: str) -> list[str]:
    """Return a key and the tables around it, outermost first.

    >>> _prefixes("bonus.labels.*.points")
    ['bonus', 'bonus.labels', 'bonus.labels.*', 'bonus.labels.*.points']
    """
    parts = key.split(".")
    return [".".join(parts[: k + 1]) for k in range(len(parts))]


def manual(text: str) -> str:
    """Return a document with the part between the marks made anew."""
    return between_marks(text, reference())
