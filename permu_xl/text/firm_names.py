"""Names of firms without what is only a way of writing."""

from __future__ import annotations

import re
import unicodedata

_LIMITED = re.compile(r"有限责任公司|有限公司")


def name_key(name: str) -> str:
    """Return a name without what is only a way of writing: width, spaces, capitals.

    >>> name_key("示例（沈阳） 机床有限公司") == name_key("示例(沈阳)机床有限公司")
    True
    """
    text = unicodedata.normalize("NFKC", name).translate(_BRACKETS)
    return "".join(text.split()).upper()


_BRACKETS = str.maketrans({"〔": "(", "〕": ")", "[": "(", "]": ")", "【": "(", "】": ")"})


def variant_key(name: str) -> str:
    """Return a name's key with 有限责任公司 and 有限公司 alike; 股份有限公司 stays another thing.

    >>> variant_key("甲有限责任公司") == variant_key("甲有限公司") != variant_key("甲股份有限公司")
    True
    """
    return _LIMITED.sub("有限公司", name_key(name))
