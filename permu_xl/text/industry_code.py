"""Industry codes of GB/T 4754-2017: how they are written, which exist (reading R1)."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECTION = re.compile(r"^[A-Za-z]\s*(?=[0-9])")
_HAN = r"[\u4e00-\u9fff]"
_NAMED = rf"([0-9]{{2,4}})[^0-9A-Za-z]*{_HAN}[^0-9]*"
_NAMED_FIRST = rf"[^0-9]*{_HAN}[^0-9]*?[A-Za-z]?([0-9]{{2,4}})[^0-9]*"
"""A code with its trade's name behind or before it; compiled only where somebody writes so."""
_CODE = re.compile(r"[0-9]{2,4}")
_WITHOUT_ZERO = re.compile(r"[6-9][0-9]{0,2}")


def normal_industry(text: str, *, was_number: bool, known: Mapping[str, str]) -> tuple[str, str]:
    """Return the code in ``text`` without section letter, and a hint when it was mended.

    Mining codes begin with a zero, which a number loses: 6 to 9 or 600 to 999 is mended unless the
    standard has that very code (772, 782).  As text, or with two digits, it is mended only where
    the standard has the code with the zero and has none without.  The name of the trade may stand
    beside the code.

    >>> normal_industry("C3421", was_number=False, known={})
    ('3421', '')
    >>> normal_industry("C3421 金属切削机床制造", was_number=False, known={})[0]
    '3421'
    >>> normal_industry("610", was_number=True, known={"0610": "烟煤和无烟煤开采洗选"})
    ('0610', '“610”少了前面的0，按0610处理')
    """
    code = _SECTION.sub("", unicodedata.normalize("NFKC", text).strip())
    named = (
        None if is_code(code) else re.fullmatch(_NAMED, code) or re.fullmatch(_NAMED_FIRST, code)
    )
    if named is not None:
        found, _ = normal_industry(named.group(1), was_number=False, known=known)
        return found, f"“{text.strip()}”按行业代码{found}处理"
    lost_zero = _WITHOUT_ZERO.fullmatch(code) is not None and code not in known
    if lost_zero and (f"0{code}" in known or (was_number and len(code) != 2)):
        return f"0{code}", f"“{text}”少了前面的0，按0{code}处理"
    return code, ""


def is_code(code: str) -> bool:
    """Return whether this looks like a division, group or class (2 to 4 digits)."""
    return _CODE.fullmatch(code) is not None


def longest_prefix(code: str, table: Mapping[str, str]) -> str | None:
    """Return what a table says of the longest beginning of a code, None where it has none.

    >>> longest_prefix("3421", {"34": "通用设备", "342": "机床"}), longest_prefix("35", {"34": "x"})
    ('机床', None)
    """
    beginnings = (code[:length] for length in range(len(code), 1, -1))
    return next((table[each] for each in beginnings if each in table), None)


def division_of(code: str) -> str:
    """Return the division (first two digits) of a code, "" for none."""
    return code[:2] if is_code(code) else ""
