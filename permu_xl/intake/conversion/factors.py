"""The factors by which raw amounts are converted: shipped ones with sources, and the user's own.

A factor that two independent sources do not confirm is not in the shipped file: the name alone is,
so that a table which has it is understood and the user is asked for the factor (``--factors``).
"""

from __future__ import annotations

import csv
import io
import tomllib
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from permu_xl.errors import UsageError
from permu_xl.intake.tables import AMOUNT, OUTLET, SUBSTANCE, AmountRules, Item, Units, key
from permu_xl.xlsx.files import cannot_read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from permu_xl.engine.model import Scheme

__all__ = ["Factors", "Kind", "Substance", "load_factors"]

_COLUMNS = ("类", "名称", "又名", "单位", "系数", "只计一项", "来源一", "来源二", "备注")
_OWN = ("类", "名称", "单位", "系数")
_NOT_TAXED = "不是应税污染物"
_YEAR = "年份"


@dataclass(frozen=True, slots=True)
class Substance:
    """A pollutant or fuel: one ``factor`` (None: to be given by the user) by ``unit``.

    ``one_of`` names a group of which only one counts at an outlet; ``year`` is the one that a
    factor is for (None: any); ``source`` says where the factor is from, ``note`` what to know.
    """

    kind: str
    name: str
    aliases: tuple[str, ...]
    unit: str
    factor: Fraction | None
    one_of: str = ""
    source: str = ""
    note: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Class:
    """A class of substances: its medium (水, 气), how many count at an outlet, its basis."""

    medium: str = ""
    count: int | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """What raw amounts of one kind become: an item of the scheme, counted in ``makes``.

    ``divides``: an amount in a substance's unit is divided by its factor, not multiplied.
    """

    item: str
    makes: str
    divides: bool
    law: str
    clause: str
    classes: Mapping[str, Class]
    substances: tuple[str, ...]
    amounts: tuple[str, ...]
    suffixes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Factors:
    """All kinds and substances, looked up by name."""

    kinds: Mapping[str, Kind]
    roles: Mapping[str, tuple[str, ...]]
    substances: tuple[Substance, ...]
    _found: dict[str, dict[str, list[Substance]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for substance in self.substances:
            for item in self.kinds:
                if substance.kind in self.kinds[item].classes or substance.kind == _NOT_TAXED:
                    for name in (substance.name, *substance.aliases):
                        named = self._found.setdefault(item, {}).setdefault(key(name), [])
                        named.append(substance)

    def named(self, item: str, text: str) -> list[Substance]:
        """Return the substances of a kind that a name means; none for one that is not known."""
        found = self._found.get(item, {})
        for suffix in sorted(self.kinds[item].suffixes, key=len, reverse=True):
            name = key(text).removesuffix(key(suffix)) if suffix else key(text)
            if name in found:
                return found[name]
        return []

    def is_taxed(self, substance: Substance) -> bool:
        """Return whether a substance counts at all by the law."""
        return substance.kind != _NOT_TAXED

    def wanted(self, scheme: Scheme, units: Units, taken: Mapping[str, Item]) -> dict[str, Item]:
        """Return what headers of raw amounts to look for, by id, for a scheme.

        ``taken`` are the items that the scheme asks for by itself: their names stay theirs.
        """
        owned = {key(n) for item in taken.values() for n in (*item.names, *item.check)}
        found: dict[str, Item] = {}
        for item, kind in self.kinds.items():
            column = scheme.columns.get(item)
            target = column.unit or kind.makes if column is not None else ""
            if column is None or units.factor(kind.makes, target) is None:
                continue
            spelled: dict[str, list[str]] = {}
            for substance in self.substances:
                if substance.kind in kind.classes:
                    names = [
                        name + suffix
                        for name in (substance.name, *substance.aliases)
                        for suffix in kind.suffixes
                    ]
                    spelled.setdefault(substance.name, []).extend(names)
            spelled |= {SUBSTANCE: list(kind.substances), AMOUNT: list(kind.amounts)}
            for name, headers in spelled.items():
                own = tuple(dict.fromkeys(n for n in headers if key(n) not in owned))
                found[f"{item}~{name}"] = Item(f"{item}~{name}", own)
        if found:
            for role, said in self.roles.items():
                own = tuple(name for name in said if key(name) not in owned)
                found[role] = Item(role, own)
        return found

    def rules(self, wanted: Mapping[str, Item], taken: Mapping[str, Item]) -> AmountRules:
        """Return how the columns of raw amounts that are looked for are to be read."""
        usual: dict[str, str] = {}
        also: dict[str, str] = {}
        for id in wanted:
            item, _, name = id.partition("~")
            if not item or name in (SUBSTANCE, AMOUNT):
                continue
            usual[id] = next(s.unit for s in self.named(item, name))
            names = {key(n) for s in self.named(item, name) for n in (*s.aliases, s.name)}
            for other, asked in taken.items():
                if other != item and {key(n) for n in asked.names} & names:
                    also[other] = id
        return AmountRules(usual, also)


def load_factors(own: Path | None = None) -> Factors:
    """Return the shipped factors, with the user's own in place of those of the same name.

    Raises FileAccessError where the file cannot be read, UsageError where it is wrong.
    """
    shipped = _shipped()
    if own is None:
        return shipped
    classes = {name for kind in shipped.kinds.values() for name in kind.classes} | {_NOT_TAXED}
    given = [_own(row, own.name, n, classes, shipped) for n, row in _rows(own)]
    replaced = {(s.kind, key(s.name)) for s in given}
    kept = [s for s in shipped.substances if (s.kind, key(s.name)) not in replaced]
    return replace(shipped, substances=(*given, *kept), _found={})


def _rows(path: Path) -> Sequence[tuple[int, dict[str, str]]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise cannot_read(path, error) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError as error:
            raise UsageError(f"系数文件 {path.name} 不是文本，请存成 CSV（UTF-8）") from error
    reader = csv.DictReader(io.StringIO(text))
    names = [name.strip() for name in reader.fieldnames or ()]
    missing = [name for name in _OWN if name not in names]
    unknown = [name for name in names if name not in (*_COLUMNS, _YEAR, "来源")]
    if missing or unknown:
        wrong = f"缺少“{'、'.join(missing)}”列" if missing else f"不认识“{'、'.join(unknown)}”列"
        raise UsageError(
            f"系数文件 {path.name} {wrong}；第一行应写{'、'.join(_OWN)}，可以加年份、又名、来源"
        )
    reader.fieldnames = names
    rows = []
    for number, row in enumerate(reader, 2):
        if None in row:
            raise UsageError(f"系数文件 {path.name} 第{number}行的格数比表头多")
        cells = {name: (value or "").strip() for name, value in row.items()}
        if any(cells.values()):
            rows.append((number, cells))
    return rows


def _own(
    row: Mapping[str, str], file: str, number: int, classes: set[str], shipped: Factors
) -> Substance:
    where = f"系数文件 {file} 第{number}行"
    if row["类"] not in classes:
        known = "、".join(sorted(classes))
        raise UsageError(f"{where}的“类”写的是“{row['类']}”，可以写的有{known}")
    if not row["名称"]:
        raise UsageError(f"{where}没有写名称")
    taxed = row["类"] != _NOT_TAXED
    factor = _factor(row["系数"])
    if taxed and (factor is None or factor <= 0):
        raise UsageError(f"{where}的系数“{row['系数']}”应是大于0的数")
    if taxed and not row["单位"]:
        raise UsageError(f"{where}没有写单位，如千克、立方米")
    year = row.get(_YEAR, "")
    if year and not (year.isdigit() and len(year) == 4):
        raise UsageError(f"{where}的年份“{year}”应是四位数的年份，如2022")
    before = [
        s
        for s in shipped.substances
        if s.kind == row["类"] and key(row["名称"]) in {key(n) for n in (s.name, *s.aliases)}
    ]
    names = [n for s in before for n in (s.name, *s.aliases)] + row.get("又名", "").split("、")
    source = row.get("来源", "") or row.get("来源一", "")
    return Substance(
        row["类"],
        before[0].name if before else row["名称"],
        tuple(dict.fromkeys(n for n in (row["名称"], *names) if n)),
        row["单位"],
        factor,
        before[0].one_of if before else row.get("只计一项", ""),
        f"{file}" + (f"：{source}" if source else ""),
        row.get("备注", ""),
        int(year) if year else None,
    )


def _factor(text: str) -> Fraction | None:
    try:
        return Fraction(text) if text else None
    except (ValueError, ZeroDivisionError):
        return None


@lru_cache
def _shipped() -> Factors:
    folder = Path(__file__).parent
    told = tomllib.loads((folder / "rules.toml").read_text(encoding="utf-8"))
    roles = {role: tuple(names) for role, names in told.pop("roles").items()}
    kinds = {item: _kind(item, entry) for item, entry in told.items()}
    text = (folder / "factors.csv").read_text(encoding="utf-8-sig")
    substances = tuple(
        Substance(
            row["类"],
            row["名称"],
            tuple(name for name in row["又名"].split("、") if name),
            row["单位"],
            _factor(row["系数"]),
            row["只计一项"],
            "；".join(filter(None, (row["来源一"], row["来源二"]))),
            row["备注"],
        )
        for row in csv.DictReader(io.StringIO(text))
    )
    assert set(roles) >= {OUTLET}
    return Factors(kinds, roles, substances)


def _kind(item: str, entry: Mapping[str, Any]) -> Kind:
    return Kind(
        item,
        entry["makes"],
        entry["divides"],
        entry["law"],
        entry["clause"],
        {name: Class(**each) for name, each in entry["classes"].items()},
        tuple(entry["substances"]),
        tuple(entry["amounts"]),
        tuple(entry["suffixes"]),
    )
