"""Names as people type them: official, by id, or by a usual other word (``aliases.toml``)."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from permu_xl.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from permu_xl.engine.model import ClassDef, Scheme

__all__ = ["aliases", "class_named", "named"]

_T = TypeVar("_T")


@cache
def aliases(kind: str) -> Mapping[str, tuple[str, ...]]:
    """Return the other words for the names of one kind, both folded as by ``text.fold``.

    >>> "平均" in aliases("methods")["企业均值"]
    True
    """
    text = Path(__file__).with_name("aliases.toml").read_text(encoding="utf-8")
    found: dict[str, list[str]] = tomllib.loads(text)[kind]
    return {fold(name): tuple(map(fold, words)) for name, words in found.items()}


def named(text: str, kind: str, known: Iterable[tuple[_T, Iterable[str]]]) -> _T | None:
    """Return what a text names among ``known`` things, each with its names; None for nothing.

    The names themselves go first, then the aliases of that kind.

    >>> methods = [("mean", ("mean", "企业均值")), ("max", ("max", "最高值"))]
    >>> named(" MEAN ", "methods", methods), named("平均值", "methods", methods)
    ('mean', 'mean')
    """
    wanted = fold(text)
    things = [(thing, [fold(name) for name in names]) for thing, names in known]
    for thing, names in things:
        if wanted in names:
            return thing
    others = aliases(kind)
    for thing, names in things:
        if any(wanted in others.get(name, ()) for name in names):
            return thing
    return None


def class_named(rules: Scheme, text: str) -> ClassDef | None:
    """Return the class that a text names by its letter, with or without 类, or by its name.

    >>> from permu_xl.schemes import load
    >>> [class_named(load(), text).letter for text in ("c", "C 类", "Ｃ类", "倒逼转型类")]
    ['C', 'C', 'C', 'C']
    """
    wanted = fold(text)
    for definition in rules.classes:
        if wanted in map(fold, (definition.letter, f"{definition.letter}类", definition.name)):
            return definition
    return None
