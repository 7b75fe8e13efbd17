"""From files to one table: a scheme file laid over the shipped ones that it extends."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from permu_xl.errors import FileAccessError, SchemeError
from permu_xl.schemes.parsing import shown
from permu_xl.schemes.syntax import syntax_problem

_DATA = Path(__file__).with_name("data")


@dataclass(frozen=True, slots=True)
class Layer:
    """One file of a scheme: its name, its text and its table."""

    origin: str
    text: str
    table: Mapping[str, Any]


def available() -> tuple[str, ...]:
    """Return the ids of the shipped schemes, sorted."""
    folder = _DATA
    return tuple(sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".toml")))


def shipped_file(id: str) -> Path:
    """Return the file of a shipped scheme; SchemeError when there is none."""
    if id not in available():
        raise SchemeError(id, [f"没有这个方案，现有方案：{'、'.join(available())}"])
    return _DATA / f"{id}.toml"


def read(file: Path, origin: str) -> Layer:
    """Return what stands in a file; ``origin`` is what messages call it: its name.

    Raises SchemeError where it is no TOML, FileAccessError where it cannot be read.
    """
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
        return Layer(origin, text, tomllib.loads(text, parse_float=Decimal))
    except (ValueError, RecursionError) as error:
        raise SchemeError(origin, [syntax_problem(error)]) from error


def layers(first: Layer) -> list[Layer]:
    """Return a file and those it builds on (``extends``), parents last.

    Raises SchemeError where there is no such parent.
    """
    found = [first]
    while (parent := found[-1].table.get("extends")) is not None:
        if not isinstance(parent, str) or parent not in available():
            known = "、".join(available())
            problem = f"extends：没有方案{shown(parent)}可供继承，现有方案：{known}"
            raise SchemeError(first.origin, [problem])
        name = f"{parent}.toml"
        if name in [layer.origin for layer in found[1:]]:
            raise SchemeError(first.origin, [f"extends：方案“{parent}”绕了一圈又继承自己"])
        found.append(read(_DATA / name, name))
    return found


def merged(found: Sequence[Layer]) -> dict[str, Any]:
    """Return the tables of layers as one; the first one wins.

    A layer first takes away what it names in ``remove``.  Raises SchemeError where that is not
    there.
    """
    result: dict[str, Any] = {}
    for layer in reversed(found):
        own = {key: value for key, value in layer.table.items() if key != "extends"}
        problems = list(_remove(result, own.pop("remove", []), layer is found[-1]))
        if problems:
            raise SchemeError(layer.origin, problems)
        result = _overlay(result, own)
    return result


def _remove(table: dict[str, Any], wanted: Any, alone: bool) -> Iterator[str]:
    """Take the dotted paths ``wanted`` out of a table; yield what is wrong with them."""
    if not isinstance(wanted, list) or not all(isinstance(path, str) for path in wanted):
        yield f"remove：应当是文字的列表，实际是 {shown(wanted)}"
        return
    if wanted and alone:
        yield "remove：没有写 extends，没有可以去掉的项"
        return
    for path in wanted:
        if not _take_out(table, path):
            yield f"remove：继承来的方案里没有“{path}”，请核对"


def _take_out(table: dict[str, Any], path: str) -> bool:
    """Remove what a dotted path leads to, copying the tables on the way; False if it is not there.

    Names may hold dots themselves, so every key is tried that the path begins with.
    """
    if path in table:
        del table[path]
        return True
    for key, inner in table.items():
        if path.startswith(f"{key}.") and isinstance(inner, Mapping):
            copy = dict(inner)
            if _take_out(copy, path[len(key) + 1 :]):
                table[key] = copy
                return True
    return False


def _overlay(base: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``base`` with the keys of ``patch``; tables merge, everything else is replaced.

    >>> _overlay({"a": {"x": 1, "y": 2}, "b": [1]}, {"a": {"y": 3}, "b": []})
    {'a': {'x': 1, 'y': 3}, 'b': []}
    """
    result = dict(base)
    for key, value in patch.items():
        old = result.get(key)
        nested = isinstance(old, Mapping) and isinstance(value, Mapping)
        result[key] = _overlay(old, value) if nested else value  # type: ignore[arg-type]
    return result
