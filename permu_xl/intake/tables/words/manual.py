"""The manual of recognised headers and units; ``make generated`` writes it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from permu_xl.intake.sources import ENDINGS
from permu_xl.xlsx.files import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from permu_xl.intake.tables.words.synonyms import Synonyms

__all__ = ["manual"]

_HEAD = """<!-- 本文件由 make generated 生成，请勿手工修改。 -->
# 导入时认得的列名和单位

`permu-xl import` 按列名认列，不看先后。比较时不管空格、标点、括号里的单位、全角半角、大小写，也不管
开头结尾的“本年”“全年”“2022年”之类；方案自己的列名总是认得的。不同的写法可以写进自己的
同义词文件，格式与 [`synonyms.toml`](../permu_xl/intake/tables/words/synonyms.toml) 相同，
用 `--synonyms` 指定，加在下面这些之上。

认得的文件：{endings}；工作簿是哪一种按内容判断，不看扩展名。
一张表最多{rows}行、{columns}列，一格最多{cell_chars}个字符，文件最大{file_mb} MB；
这些上限可以调整，坏文件和过大的文件怎样处理，见[遇到坏文件和恶意文件](reliability.md)。
"""


def manual(synonyms: Synonyms) -> str:
    """Return the manual's text."""
    head = _HEAD.format(endings="、".join(ENDINGS), **asdict(Limits()))
    parts = (part(synonyms) for part in (_columns, _beside, _kinds, _units))
    return "\n".join([head, *(line for lines in parts for line in lines), ""])


def _columns(synonyms: Synonyms) -> Iterator[str]:
    yield "## 列名\n"
    yield "“请确认”一栏的名称口径相近而不尽相同：表里没有更合适的列时采用，并给警告 W617。\n"
    yield "| 项目 | 认得的列名 | 请确认 |"
    yield "|---|---|---|"
    for item in synonyms.items.values():
        yield f"| `{item.id}` | {'、'.join(item.names)} | {'、'.join(item.check) or '–'} |"


def _beside(synonyms: Synonyms) -> Iterator[str]:
    yield "\n## 加起来的列和旁边的列\n"
    yield "一组里的几列都在表里时，加起来就是这一项；缺一列的不读，给错误 E683。旁边的列不计入，"
    yield "给警告 W682 说明取了哪一列。方案文件里可以用 `columns.*.sum_of` 写明加起来的列。\n"
    yield "| 项目 | 加起来的列 | 列名里有这些字的列不计入 |"
    yield "|---|---|---|"
    for item in synonyms.items.values():
        if item.add or item.beside:
            sums = "；".join(" + ".join(names) for names in item.add)
            yield f"| `{item.id}` | {sums or '–'} | {'、'.join(item.beside) or '–'} |"


def _kinds(synonyms: Synonyms) -> Iterator[str]:
    yield "\n## 加上还是减去\n"
    yield "一行一块地的表，用一列说明是自有、租入还是租出：\n"
    yield "| 项目 | 列名 | 加上 | 减去 |"
    yield "|---|---|---|---|"
    for kinds in synonyms.kinds.values():
        cells = ("、".join(words) for words in (kinds.headers, kinds.plus, kinds.minus))
        yield f"| `{kinds.item}` | {' | '.join(cells)} |"


def _units(synonyms: Synonyms) -> Iterator[str]:
    yield "\n## 单位\n"
    yield "换算用分数精确计算。同一类的单位之间可以换算，不同类的（如吨和吨标准煤）不能。\n"
    yield "| 类别 | 单位（相当于第一个的多少倍） | 也认得的写法 |"
    yield "|---|---|---|"
    for family in synonyms.families:
        units = "、".join(f"{unit}（{_factor(f)}）" for unit, f in family.units.items())
        aliases = "、".join(f"{alias}→{unit}" for alias, unit in family.aliases.items())
        yield f"| {family.name} | {units} | {aliases or '–'} |"


def _factor(factor: Fraction) -> str:
    return (
        f"{factor.numerator}/{factor.denominator}"
        if factor.denominator > 1
        else str(factor.numerator)
    )
