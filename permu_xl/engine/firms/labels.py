"""Bonus labels as they are written in a cell."""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[、，,；;\s]+")


def split_labels(cell: str) -> tuple[str, ...]:
    """Return the labels written in a cell, separated by 、 , ; or white space, each once.

    >>> split_labels("专精特新、绿色工厂，专精特新")
    ('专精特新', '绿色工厂')
    """
    return tuple(dict.fromkeys(label for label in _SEPARATORS.split(cell) if label))
