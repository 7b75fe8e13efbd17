"""The manual of the worksheet functions, made from the registry; ``make generated`` writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from permu_xl.functions.library import named_parameters
from permu_xl.functions.names import aliases
from permu_xl.functions.registry import REGISTRY
from permu_xl.functions.worked_examples import worked_example
from permu_xl.schemes import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from permu_xl.functions.declare import Function

__all__ = ["manual"]

_PREFACE = """\
# 工作表函数

<!-- 本文件由 make generated 生成，请勿手工修改。 -->

函数在 Excel 和 LibreOffice Calc 里写法相同；每个函数的例子在 `workbook/函数示例.xlsx` 里。
条款指{document}（方案 `{scheme}`），“R5”等口径见 [rules.md](rules.md)。

## 通用约定

- 参数可以是单元格、区域、常数；方括号里的参数可以不填，填空白单元格等于不填。
- 空白是缺数据，0是报来的数，两者不同。
- 写成文字的数（`1,234.5`、全角数字、夹空格）按数字读；数字处的其他文字和TRUE/FALSE是 `#VALUE!`，
  太大的数是 `#NUM!`。日期和日期序号等同。
- 单元格里的错误值只影响用到它的结果，不影响其他行。名次和分类取决于全体参评企业，
  所以一户参评企业的总分成了错误值，全部名次和分类都显示这个错误。
- 各参数大小相同，或只有一格、一行、一列（自动扩展到同样大小）；配不上的是 `#VALUE!`。
- 不认识的名称（方法、方案、领域、参数）是 `#N/A`；基准值空缺或不大于0是 `#DIV/0!`；
  负的权重是 `#NUM!`。
- 结果占多格时，新版 Excel 自动铺开；旧版 Excel、WPS 和 Calc 先选好区域，再按 Ctrl+Shift+Enter。
- 整个调用无法进行时只返回一个错误值。
"""


def manual() -> str:
    """Return the manual as Markdown."""
    scheme = load()
    parts = [_PREFACE.format(document=scheme.document, scheme=scheme.id), "## 函数一览\n"]
    parts.append("| 函数 | 用途 |\n|---|---|")
    parts += [
        f"| [{f.name}](#{f.name.lower()}) | {f.gives.split('。')[0].split('：')[0]} |"
        for f in REGISTRY.values()
    ]
    for function in REGISTRY.values():
        parts += ["", *_section(function)]
    parts += ["", *_alias_table(), "", *_parameter_table()]
    return "\n".join(parts) + "\n"


def _section(function: Function) -> Iterator[str]:
    example = worked_example(function)
    yield f"## {function.name}\n"
    yield f"`{function.signature}`\n"
    yield f"{function.gives}\n"
    if function.clause:
        yield f"- 依据：{function.clause}"
    yield f"- 写法：`{function.chinese_signature}`"
    yield f"- 结果：{function.result.words}"
    for error, when in function.errors:
        yield f"- `{error}`：{when}"
    yield "\n| 参数 | 含义 | 不填时 |\n|---|---|---|"
    for a in function.arguments:
        yield f"| `{a.name}` | {a.help} | {'必填' if a.default is None else a.default} |"
    yield f"\n例：{function.example.remark}\n"
    letters = [get_column_letter(k) for k in range(1, len(example.titles) + 1)]
    above = [example.titles, example.headers] if example.headers else [example.titles]
    yield from _table(letters, [*above, *example.rows], numbered=True)
    yield f"\n```text\n{example.formula}\n```\n"
    yield from _table(list(map(str, range(1, len(example.result[0]) + 1))), example.result)


def _table(
    heads: Sequence[str], rows: Iterable[Sequence[object]], *, numbered: bool = False
) -> Iterator[str]:
    """Yield rows of cells as a table, with the numbers of rows as a sheet has them."""
    heads = ["", *heads] if numbered else heads
    yield f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}"
    for number, row in enumerate(rows, 1):
        shown = [str(number)] * numbered + [_shown(cell, numbered) for cell in row]
        yield f"| {' | '.join(shown)} |"


def _shown(cell: object, given: bool) -> str:
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return f"{cell:.10g}"
    if cell is None or cell == "":
        return "" if given else "（空白）"
    return str(cell)


_ALIAS_TITLES = {
    "methods": "基准方法",
    "forms": "计分方式",
    "fields": "领域",
    "columns": "数据项",
    "parameters": "参数名称的结尾",
}


def _alias_table() -> Iterator[str]:
    yield "## 也认得的写法\n"
    yield (
        "名称不管空格、全角半角、大小写；分类写 A、A类 或类别名称都可以；"
        "评价方案可以写代号、名称、文号、地区，同一地区有几个方案的加年份，如“黄岩2022”。\n"
    )
    yield "| 用在 | 名称 | 也认得 |\n|---|---|---|"
    for kind, title in _ALIAS_TITLES.items():
        for name, words in aliases(kind).items():
            yield f"| {title} | {name} | {'、'.join(words)} |"


def _parameter_table() -> Iterator[str]:
    scheme = load()
    yield "## 参数的名称\n"
    yield f"`PERMU_PARAM` 认识的名称和代号（方案 `{scheme.id}`）：\n"
    yield "| 名称 | 代号 | 值 | 条款 |\n|---|---|---|---|"
    for p in named_parameters(scheme):
        yield f"| {p.name} | `{p.id}` | {p.value:g} | {p.clause} |"
