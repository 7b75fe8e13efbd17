"""The shipped scheme files and how they become ``Scheme`` objects.

>>> from permu_xl.schemes import available, load
>>> available()
('shenyang_2021',)
>>> load("shenyang_2021").indicator("tax_per_mu").weight
30.0
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from permu_xl.engine.scheme import Scheme
from permu_xl.errors import FileAccessError, SchemeError
from permu_xl.schemes.parse import parse_scheme

__all__ = ["DEFAULT", "available", "industries", "load", "load_file"]

DEFAULT = "shenyang_2021"


def available() -> tuple[str, ...]:
    """Return the ids of the shipped schemes, sorted."""
    folder = resources.files(__package__)
    return tuple(sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".toml")))


@lru_cache
def load(id: str = DEFAULT) -> Scheme:
    """Return the shipped scheme with this id; SchemeError when there is none.

    >>> load("atlantis")
    Traceback (most recent call last):
    permu_xl.errors.SchemeError: 方案文件 atlantis：没有这个方案，现有方案：shenyang_2021
    """
    if id not in available():
        raise SchemeError(id, [f"没有这个方案，现有方案：{'、'.join(available())}"])
    file = resources.files(__package__) / f"{id}.toml"
    return parse_scheme(_merged(file, id, ()), f"{id}.toml")


@lru_cache
def industries() -> Mapping[str, str]:
    """Return the industrial codes of GB/T 4754-2017 with their names.

    >>> industries()["3421"]
    '金属切削机床制造'
    """
    text = (resources.files(__package__) / "industries.csv").read_text(encoding="utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(text.splitlines())}


def load_file(path: Path) -> Scheme:
    """Return the scheme in a file of the user's own, usually an overlay on a shipped one.

    Raises SchemeError for a breach of the rules, FileAccessError when it cannot be read.
    """
    return parse_scheme(_merged(path, path.name, ()), path.name)


def _merged(file: Traversable, origin: str, children: tuple[str, ...]) -> dict[str, Any]:
    """Return the file's table laid over its parents' (``extends``), parents first."""
    table = _read(file, origin)
    parent = table.pop("extends", None)
    if parent is None:
        return table
    if not isinstance(parent, str) or parent not in available():
        known = "、".join(available())
        raise SchemeError(origin, [f"extends：没有方案“{parent}”可供继承，现有方案：{known}"])
    if parent in children:
        raise SchemeError(origin, [f"extends：方案“{parent}”绕了一圈又继承自己"])
    base = resources.files(__package__) / f"{parent}.toml"
    return _overlay(_merged(base, parent, (*children, parent)), table)


def _overlay(base: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``base`` with the keys of ``patch``; tables merge, everything else is replaced.

    >>> _overlay({"a": {"x": 1, "y": 2}, "b": [1]}, {"a": {"y": 3}, "b": []})
    {'a': {'x': 1, 'y': 3}, 'b': []}
    """
    merged = dict(base)
    for key, value in patch.items():
        old = merged.get(key)
        nested = isinstance(old, Mapping) and isinstance(value, Mapping)
        merged[key] = _overlay(old, value) if nested else value  # type: ignore[arg-type]
    return merged


def _read(file: Traversable, origin: str) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise FileAccessError(f"找不到方案文件 {origin}，请核对文件名和所在文件夹") from error
    except OSError as error:
        raise FileAccessError(
            f"方案文件 {origin} 读不出来，请核对它是不是文件、有没有读取权限"
        ) from error
    except UnicodeDecodeError as error:
        raise SchemeError(origin, ["不是 UTF-8 编码的文本，请用 UTF-8 另存"]) from error
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise SchemeError(origin, [f"不是正确的 TOML：{error}"]) from error
