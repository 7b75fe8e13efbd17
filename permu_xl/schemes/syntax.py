"""What is wrong with a text that is no TOML, in Chinese: the parser speaks English only."""

from __future__ import annotations

import re

_MEANINGS = {
    r"Invalid statement|Invalid initial character": (
        "这一行不是“项 = 值”或“[表名]”；中文的项名、带点或空格的项名要加英文双引号"
    ),
    r"Expected newline or end of document": (
        "值的后面还有多余的内容；文字要加英文双引号，注释以 # 开头"
    ),
    r"Expected '=' after a key": "项名后面缺少等号；中文的项名要加英文双引号",
    r"Invalid value": "等号后面的值写法不对：文字要加英文双引号，是否写 true 或 false",
    r"Cannot declare|Cannot redefine": "这个表前面已经写过，同一个表只能写一次",
    r"Cannot overwrite|Duplicate inline": "这一项前面已经写过，同一项只能写一次",
    r"Cannot mutate": "这个表前面已经用花括号或带点的项名写完，不能再添",
    r"Unclosed array": "方括号没有收尾，或列表里缺少逗号",
    r"Unclosed inline table": "花括号没有收尾，或各项之间缺少逗号",
    r"Expected '\]": "表名的方括号没有收尾",
    r"Unescaped|Invalid hex|Escaped character": "双引号里的反斜杠要写成两个，或整段改用英文单引号",
    r"Unterminated string|Expected ['\"]+|Illegal character|Found invalid": (
        "引号没有收尾，或文字里有看不见的控制字符"
    ),
    r"Invalid date": "没有这样的日期或时间",
}
_PLACE = re.compile(r"line (\d+), column (\d+)\)$")


def syntax_problem(error: Exception) -> str:
    """Return where and why a text is no TOML, from what ``tomllib`` raised.

    >>> syntax_problem(ValueError("Invalid value (at line 2, column 9)"))
    '第2行第9列：等号后面的值写法不对：文字要加英文双引号，是否写 true 或 false'
    >>> syntax_problem(RecursionError())
    '不是正确的 TOML：写法不合规定，请对照 docs/schemes.md 的例子核对'
    """
    told = str(error)
    reasons = (text for pattern, text in _MEANINGS.items() if re.match(pattern, told))
    reason = next(reasons, "写法不合规定，请对照 docs/schemes.md 的例子核对")
    place = _PLACE.search(told)
    if place:
        return f"第{place[1]}行第{place[2]}列：{reason}"
    return f"文件末尾：{reason}" if "end of document)" in told else f"不是正确的 TOML：{reason}"
