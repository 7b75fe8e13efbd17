"""What stands where a firm's code is asked for: a code, one with a licence's suffix, or none."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["is_identity_code", "is_placeholder_code", "plain_text", "without_licence_suffix"]

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−─"), "-")
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")

_PLACEHOLDER = re.compile(
    r"[无暂未待不].*|没有|空|缺失?|否|略|同上|尚无|查无|个体户?|自然人|个人|NULL|NONE|NAN|#?N/?A|TBD|UNKNOWN"
)
_IDENTITY_CODE = re.compile(r"[0-9A-Z]{8,}(?:-[0-9A-Z])?")


def plain_text(text: str) -> str:
    """Return a text without spaces, invisible characters and full-width forms, dashes alike.

    >>> plain_text("合　计（ 120户 ）")
    '合计(120户)'
    """
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_DASHES)


def is_placeholder_code(text: str) -> bool:
    """Return whether something stands for a credit code that is not known.

    >>> is_placeholder_code("待补"), is_placeholder_code("000000000000000000")
    (True, True)
    >>> is_placeholder_code("91210199MA0TE5T16M"), is_placeholder_code("9999999-X")
    (False, True)
    """
    plain = plain_text(text).upper()
    if not plain:
        return False
    if _PLACEHOLDER.fullmatch(plain):
        return True
    if "XXXX" in plain or "***" in plain:
        return True
    bare = re.sub(r"[^0-9A-Z]+", "", plain)
    if not bare:
        return True
    core = bare.removesuffix("X") or bare
    # Repeated or running digits are typed to get past a form that insists on a code.
    repeated = len(set(core)) == 1 and (len(core) > 3 or core[0] == "0")
    return repeated or bare in _RUNNING


_RUNNING = {
    ("1234567890" * 3)[start : start + length] for start in (0, 9) for length in range(9, 21)
}


def is_identity_code(text: str) -> bool:
    """Return whether a text may be a firm's code of any kind: eight letters and digits or more.

    >>> is_identity_code("91210199MA0TE5T16M"), is_identity_code("栏次"), is_identity_code("0" * 18)
    (True, False, False)
    """
    plain = plain_text(text).upper()
    return _IDENTITY_CODE.match(plain) is not None and not is_placeholder_code(plain)


_SUFFIX = re.compile(
    r"^(?:统一社会信用代码[:]?)?([0-9A-Z]{18})"
    r"(?:[(\[]?(?:[(\[]?\d{1,2}[-/]\d{1,2}[)\]]?|正本|副本|三证合一|[123]/[123])+[)\]]?|-\d{1,2})+$"
)


def without_licence_suffix(code: str) -> str:
    """Return a credit code without what a licence prints behind it.

    >>> without_licence_suffix("91210199MA0TE5T16M(1-1)"), without_licence_suffix("9121")
    ('91210199MA0TE5T16M', '9121')
    """
    found = _SUFFIX.match(code)
    return found.group(1) if found is not None else code
