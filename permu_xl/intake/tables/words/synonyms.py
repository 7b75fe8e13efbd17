"""What departments call things: the table of synonyms, its own file and the district's on top."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from permu_xl.errors import UsageError
from permu_xl.intake.tables.words.units import Family, Units
from permu_xl.xlsx.files import cannot_read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from permu_xl.engine.model import Scheme

__all__ = [
    "ATTRIBUTES",
    "COUNTERPARTS",
    "IDENTITY",
    "LEASE_AREA",
    "Item",
    "Kinds",
    "Synonyms",
    "Words",
    "key",
    "load_synonyms",
    "part_id",
]

IDENTITY = ("code", "name")
ATTRIBUTES = ("industry", "start_date")
COUNTERPARTS = ("lessee", "lessee_code", "lessor", "lessor_code", "other_side")
"""The other side of a lease: who rents, who lets, or whichever of the two it is."""
LEASE_AREA = "lease_area"
"""Land of a lease, in a list of leases that names both sides."""

_TABLES = {
    "families": {"name", "units", "aliases", "plain"},
    "items": {"names", "check", "sum", "plus", "minus", "add", "beside"},
    "kinds": {"headers", "plus", "minus"},
}
_WORDS = ("neutral", "generic", "other", "nothing")


@dataclass(frozen=True, slots=True)
class Item:
    """A column that is wanted: ``names`` mean it, ``check`` mean nearly the same.

    ``summed``: a firm's rows are added up; ``plus`` and ``minus`` are the items that make it up,
    ``add`` sets of headers whose columns add up to it; ``beside`` are words of columns that stand
    beside it and are no part of it.
    """

    id: str
    names: tuple[str, ...]
    check: tuple[str, ...] = ()
    summed: bool = False
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    add: tuple[tuple[str, ...], ...] = ()
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kinds:
    """A column of words that say whether a row's figure of ``item`` adds or takes away."""

    item: str
    headers: tuple[str, ...]
    plus: tuple[str, ...]
    minus: tuple[str, ...]

    def sign(self, text: str) -> int | None:
        """Return 1 or -1; None for a word that says neither."""
        found = key(text)
        if found in {key(word) for word in self.plus}:
            return 1
        return -1 if found in {key(word) for word in self.minus} else None


@dataclass(frozen=True, slots=True)
class Words:
    """Words in headers and cells; see synonyms.toml."""

    neutral: tuple[str, ...]
    generic: tuple[str, ...]
    other: tuple[str, ...]
    nothing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Synonyms:
    """The whole table of synonyms."""

    units: Units
    families: tuple[Family, ...]
    items: Mapping[str, Item]
    kinds: Mapping[str, Kinds]
    words: Words

    def with_units(self, scheme: Scheme) -> Synonyms:
        """Return the same with the scheme's own units, which may be of no known family."""
        strange = {
            column.unit: Family(column.unit, column.unit, {column.unit: Fraction(1)}, {})
            for column in scheme.columns.values()
            if column.unit and self.units.find(column.unit) is None
        }
        families = (*self.families, *strange.values())
        return replace(self, units=Units(families), families=families)

    def wanted(self, scheme: Scheme) -> dict[str, Item]:
        """Return the items that a scheme asks for, the parts that make them up included.

        A column's own name always means the column, whatever the table of synonyms says.
        """
        leases = (*COUNTERPARTS, LEASE_AREA) if "land" in scheme.columns else ()
        common = [*IDENTITY, *ATTRIBUTES, *leases]
        found = {id: self.items[id] for id in common if id in self.items}
        owned = {key(column.name) for column in scheme.columns.values()}
        for column in scheme.columns.values():
            item = self.items.get(column.id, Item(column.id, ()))
            for part in (*item.plus, *item.minus):
                found[part] = self.items.get(part, Item(part, (), summed=True))
            if column.sum_of:
                item = replace(item, add=(*item.add, column.sum_of))
            for name in {name for names in item.add for name in names}:
                found[part_id(column.id, name)] = Item(part_id(column.id, name), (name,))
            found[column.id] = replace(
                item,
                names=(column.name, *(n for n in item.names if key(n) not in owned)),
                check=tuple(n for n in item.check if key(n) not in owned),
            )
        return found


def part_id(item: str, name: str) -> str:
    """Return the id of a column that is added to others to make up an item."""
    return f"{item}+{key(name)}"


def key(text: str) -> str:
    """Return a header without everything that does not matter when it is compared.

    >>> key("Ｒ＆Ｄ 经费（支出）") == key("R&D经费 支出")
    True
    """
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).lower()


def load_synonyms(own: Path | None = None) -> Synonyms:
    """Return the shipped table of synonyms with the district's own on top of it.

    Raises FileAccessError where the file cannot be read, UsageError where it is wrong.
    """
    if own is None:
        return _shipped()
    try:
        text = own.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise cannot_read(own, error) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"同义词文件 {own.name} 不是 UTF-8 编码的文本，请用 UTF-8 另存") from error
    try:
        more = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"同义词文件 {own.name} 不是正确的 TOML：{error}") from error
    _check(more, own.name)
    return _made(_joined(_shipped_table(), more), own.name)


@lru_cache
def _shipped() -> Synonyms:
    return _made(_shipped_table(), "synonyms.toml")


def _shipped_table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("synonyms.toml").read_text(encoding="utf-8"))


def _check(table: Mapping[str, Any], origin: str) -> None:
    """Refuse keys that nothing reads: a misspelt one would be silently without effect."""
    for name, content in table.items():
        if name != "words" and name not in _TABLES:
            known = "、".join((*_TABLES, "words"))
            raise UsageError(f"同义词文件 {origin}：不认识“{name}”，可以写的有{known}")
        if not isinstance(content, dict):
            raise UsageError(f"同义词文件 {origin}：“{name}”应写成 [{name}.…] 这样的表")
        if name == "words":
            _check_keys(content, set(_WORDS), f"{origin}：words")
            continue
        for id, entry in content.items():
            if not isinstance(entry, dict):
                raise UsageError(f"同义词文件 {origin}：“{name}.{id}”应写成 [{name}.{id}] 这样的表")
            _check_keys(entry, _TABLES[name], f"{origin}：{name}.{id}")


def _check_keys(table: Mapping[str, Any], known: set[str], where: str) -> None:
    for name, value in table.items():
        if name not in known:
            raise UsageError(
                f"同义词文件 {where} 里不认识“{name}”，可以写的有{'、'.join(sorted(known))}"
            )
        if name in ("units", "aliases"):
            right = isinstance(value, dict) and all(isinstance(v, str) for v in value.values())
        elif name == "sum":
            right = isinstance(value, bool)
        elif name in ("name", "plain"):
            right = isinstance(value, str)
        elif name == "add":
            right = isinstance(value, list) and all(
                isinstance(names, list)
                and len(names) > 1
                and all(isinstance(n, str) for n in names)
                for names in value
            )
        else:
            right = isinstance(value, list) and all(isinstance(each, str) for each in value)
        if not right:
            raise UsageError(f"同义词文件 {where} 里“{name}”的写法不对，请照自带的同义词表写")


def _joined(base: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``base`` with ``more`` added: tables merge, lists grow, the rest is replaced."""
    joined = dict(base)
    for name, value in more.items():
        old = joined.get(name)
        if isinstance(old, dict) and isinstance(value, dict):
            joined[name] = _joined(old, value)
        elif isinstance(old, list):
            joined[name] = [*old, *value]
        else:
            joined[name] = value
    return joined


def _made(table: Mapping[str, Any], origin: str) -> Synonyms:
    families = tuple(_family(id, entry, origin) for id, entry in table.get("families", {}).items())
    items = {
        id: Item(
            id,
            tuple(entry.get("names", ())),
            tuple(entry.get("check", ())),
            entry.get("sum", False),
            tuple(entry.get("plus", ())),
            tuple(entry.get("minus", ())),
            tuple(tuple(names) for names in entry.get("add", ())),
            tuple(entry.get("beside", ())),
        )
        for id, entry in table.get("items", {}).items()
    }
    kinds = {
        id: Kinds(id, *(tuple(entry.get(each, ())) for each in ("headers", "plus", "minus")))
        for id, entry in table.get("kinds", {}).items()
    }
    words = table.get("words", {})
    return Synonyms(
        Units(families), families, items, kinds,
        Words(*(tuple(_unique(words.get(each, ()))) for each in _WORDS)),
    )  # fmt: skip


def _unique(words: Iterable[str]) -> Sequence[str]:
    return list(dict.fromkeys(words))


def _family(id: str, entry: Mapping[str, Any], origin: str) -> Family:
    units: dict[str, Fraction] = {}
    for unit, factor in entry.get("units", {}).items():
        try:
            units[unit] = Fraction(factor)
        except (ValueError, ZeroDivisionError):
            units[unit] = Fraction(0)
        if units[unit] <= 0:
            raise UsageError(
                f"同义词文件 {origin}：单位“{unit}”的换算系数“{factor}”应是大于0的数或分数，"
                '如 "10000/15"'
            )
    aliases = dict(entry.get("aliases", {}))
    for spelled in (*aliases.values(), *filter(None, [entry.get("plain", "")])):
        if spelled not in units:
            raise UsageError(f"同义词文件 {origin}：families.{id} 的单位里没有“{spelled}”")
    return Family(id, entry.get("name", id), units, aliases, entry.get("plain", ""))
