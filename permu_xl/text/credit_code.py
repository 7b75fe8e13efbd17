"""The unified social credit code: what is wrong with one (R20)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_LENGTH, _DIGITS, _MODULUS = 18, 8, 31
_CHECKSUM = "统一社会信用代码的校验位不对"
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


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
        return _CHECKSUM
    except ValidationError:
        return "统一社会信用代码里有不该出现的字符"
    return ""


def code_faults(codes: Sequence[str]) -> dict[int, str]:
    """Return by position what is wrong with codes, as ``code_fault`` does, but all at once.

    >>> code_faults(["91110000600037341L", "91110000600037341M", ""])
    {1: '统一社会信用代码的校验位不对'}
    """
    import numpy as np

    values = np.full(128, -1, np.int64)
    values[[ord(sign) for sign in _ALPHABET]] = np.arange(_MODULUS)
    # One sign more, so that a longer code is not cut to a sound one.
    signs = np.array(codes, f"U{_LENGTH + 1}").reshape(-1, 1).view(np.uint32)
    found = values[np.minimum(signs[:, :_LENGTH], 127)]
    weights = np.array([pow(3, place, _MODULUS) for place in range(_LENGTH - 1)] + [1])
    whole = (found >= 0).all(axis=1) & (signs[:, _LENGTH] == 0)
    spelled = whole & (found[:, :_DIGITS] < 10).all(axis=1)
    faulty = ~spelled | (found @ weights % _MODULUS != 0)
    told = {
        place: _CHECKSUM if spelled[place] else code_fault(codes[place])
        for place in np.flatnonzero(faulty).tolist()
    }
    return {place: fault for place, fault in told.items() if fault}
