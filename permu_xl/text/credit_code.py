"""The unified social credit code: what is wrong with one (R20)."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=1 << 16)
def code_fault(code: str) -> str:
    """Return what is wrong with a unified social credit code; "" when nothing is.

    >>> code_fault("91210100MA0000000X")
    '统一社会信用代码的校验位不对'
    >>> code_fault("9121010"), code_fault("")
    ('统一社会信用代码是7位，应为18位', '')
    """
    from stdnum.cn import uscc
    from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

    if not code:
        return ""
    try:
        uscc.validate(code)
    except InvalidLength:
        return f"统一社会信用代码是{len(code)}位，应为18位"
    except InvalidChecksum:
        return "统一社会信用代码的校验位不对"
    except ValidationError:
        return "统一社会信用代码里有不该出现的字符"
    return ""
