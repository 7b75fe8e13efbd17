"""Documents of which a part is generated from what the program knows."""

from __future__ import annotations

__all__ = ["BEGIN", "END", "between_marks"]

BEGIN = "<!-- 以下由 make generated 生成，请勿手工修改 -->"
END = "<!-- 生成的部分到此为止 -->"


def between_marks(document: str, part: str) -> str:
    """Return a document with the part between its two marks made anew.

    >>> between_marks(f"a {BEGIN} old {END} b", "new").splitlines()[2]
    'new'
    """
    head, _, rest = document.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n\n{part}\n{END}{tail}"
