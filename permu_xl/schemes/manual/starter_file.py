"""``permu-xl schemes new``: a file to start one's own scheme from."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from permu_xl.schemes.files import Layer, layers, merged, read, shipped_file
from permu_xl.schemes.manual.in_words import assumptions
from permu_xl.schemes.parsing import asked_keys, parse_scheme

if TYPE_CHECKING:
    from permu_xl.engine.model import Scheme

_Usual = dict[str, list[str]]
"""Keys by the table they stand in, ``*`` for names of one's own."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")

_HEAD = """\
# 本地方案：在“{title}”（{id}）上改。这里只写与它不同的项，没有写的都照它。
# 改法：去掉行首的 #，改等号后面的值；文字要加英文双引号，比例写小数（15%写0.15）。
# 改完用 permu-xl schemes check 文件名 核对，用 permu-xl schemes show 文件名 查看全部内容。
# 全部的项见 docs/schemes.md。{assumed}

extends = "{id}"
id = "my_{id}"
title = "（请填写方案名称）"
region = "（请填写地区）"
source = "（请填写依据和来源）"
"""
_ASSUMED = """
# 注意：原方案有{count}处没有公布、是假定，用 permu-xl schemes show {id} 查看，请逐一核对、改掉。"""


def starter(found: Sequence[Layer]) -> str:
    """Return the text of an overlay on a shipped scheme, with the usual keys as comments.

    ``found`` are the layers of the shipped scheme.
    """
    table = merged(found)
    scheme = parse_scheme(table, found[0].origin)
    count = sum(map(len, assumptions(found).values()))
    assumed = _ASSUMED.format(count=count, id=scheme.id) if count else ""
    head = _HEAD.format(title=scheme.title, id=scheme.id, assumed=assumed)
    return head + "".join(f"{line}\n" for line in _body(scheme, table))


def _body(scheme: Scheme, table: Mapping[str, Any]) -> Iterator[str]:
    usual = _usual(table)
    yield from _entries(table, *usual[""])
    yield '# 不要原方案里的哪一项，就写进 remove，例如 remove = ["measures", "indicators.x"]'
    yield from _section("validity", table["validity"], *usual["validity"])
    yield from _section("scope", table["scope"], *usual["scope"])
    yield "# 合并评价（joint）、几列相加折算（sums）的写法见 docs/schemes.md“少数地方才有的规定”。"
    yield "# 按用地等数值决定是否参评，照下面五行写："
    yield "#   [scope.limits.land]"
    yield '#   name = "用地不足5亩"'
    yield f'#   figure = "{next(iter(scheme.columns))}"'
    yield "#   minimum = 5"
    yield '#   clause = "依据的条款"'
    yield ""
    yield "# 指标：同一赛道各项 weight（基本分）合计应为满分。人工核定的基准写成："
    yield '#   baseline = { method = "manual", manual = 12.5, clause = "依据的条款" }'
    for indicator in scheme.indicators:
        own = table["indicators"][indicator.id]
        yield ""
        yield f"# {indicator.name}"
        yield from _section(f"indicators.{quoted(indicator.id)}", own, *usual["indicators.*"])[1:]
    yield from _bonus(scheme.region, table["bonus"], usual)
    yield ""
    yield "# 排名和分类"
    for path in dict.fromkeys(track.rule_path for track in scheme.tracks):
        yield from _rule(path, _at(table, path) or table["classification"], usual)
    yield from _section("checks", table["checks"], *usual["checks"])


def _usual(table: Mapping[str, Any]) -> _Usual:
    """Return by table the keys that a scheme of one's own usually sets, in the parser's order."""
    found: _Usual = defaultdict(list)
    for pattern, ask in asked_keys(table).items():
        around, _, key = pattern.removeprefix("tracks.*.").rpartition(".")
        if ask.usual and key not in found[around]:
            found[around].append(key)
    return found


def _bonus(region: str, bonus: Mapping[str, Any], usual: _Usual) -> Iterator[str]:
    yield from _section("bonus", bonus, *usual["bonus"])
    for name, label in bonus.get("labels", {}).items():
        yield from _section(f"bonus.labels.{quoted(name)}", label, *usual["bonus.labels.*"])
    yield "# 添一个加分项（扣分写负数），照下面三行写，名称换成自己的："
    yield '#   [bonus.labels."专精特新"]'
    yield "#   points = 2"
    yield '#   clause = "依据的条款"'
    if "kindred" in bonus:
        yield from _kindred(region, _shipped(bonus["kindred"]))


def _shipped(id: str) -> Scheme:
    file = shipped_file(id)
    return parse_scheme(merged(layers(read(file, file.name))), file.name)


def _kindred(region: str, other: Scheme) -> Iterator[str]:
    """Yield the bonus labels of a scheme of like kind, as what they are: not this region's."""
    yield ""
    yield f"# 以下几项不是{region}的规定，只供参考，名称取自{other.region}同类的办法："
    yield f"# {other.document}。"
    yield "# 本地文件里有的才照上面三行写；分值、条款按本地文件填。来源："
    yield from (f"# {sentence}。" for sentence in other.source.split("。") if sentence.strip())
    for name in other.bonus.labels:
        yield f"#   [bonus.labels.{quoted(name)}]"
        yield "#   points = 0  # 按本地文件填"
        yield '#   clause = "依据的条款"'


def _rule(path: str, rule: Mapping[str, Any], usual: _Usual) -> Iterator[str]:
    yield from _section(path, rule, *usual["classification"])
    for id, selection in rule.get("selections", {}).items():
        keys = usual["classification.selections.*"]
        yield from _section(f"{path}.selections.{quoted(id)}", selection, *keys)


def _at(table: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    for name in path.split("."):
        table = table.get(name, {})
    return table


def _section(header: str, table: Mapping[str, Any], *keys: str) -> list[str]:
    return ["", f"[{header}]", *_entries(table, *keys)]


def _entries(table: Mapping[str, Any], *keys: str) -> Iterator[str]:
    """Yield the keys that a table has as comments, ready to be taken in."""
    for key in keys:
        if key in table:
            text = f"{key} = {written(table[key])}"
            yield from (f"#{line}" for line in text.split("\n"))


def quoted(name: str) -> str:
    """Return a name as a TOML key.

    >>> quoted("tax_per_mu"), quoted("专精特新")
    ('tax_per_mu', '"专精特新"')
    """
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def written(value: Any) -> str:
    """Return a value in TOML; a list of tables has a line for each.

    >>> written({"manual": 1.5, "clause": "二"})
    '{ manual = 1.5, clause = "二" }'
    """
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        inner = (f"{quoted(key)} = {written(item)}" for key, item in value.items())
        return f"{{ {', '.join(inner)} }}"
    if isinstance(value, list):
        if value and isinstance(value[0], Mapping):
            return "[\n" + "".join(f"    {written(item)},\n" for item in value) + "]"
        return f"[{', '.join(map(written, value))}]"
    return str(value)
