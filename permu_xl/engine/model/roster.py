"""The firms of one district and year, as immutable columns."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from permu_xl.engine.model.arrays import (
    PRECISION,
    BoolArray,
    CodeArray,
    DateArray,
    FloatArray,
    IntArray,
    TextArray,
    filled,
    texts,
)
from permu_xl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

DECIDE, OUT, IN = -1, 0, 1
"""What the column 是否参评 says: nothing (the scope decides), out, in."""

_NESTED = ("numbers", "flags", "attributes")
"""What of a roster holds columns by their ids."""

MARKS = ("industries", "start_dates", "flags", "attributes")
"""Columns that sort a firm, against those that say what it reported; 是否参评 is neither."""


@dataclass(frozen=True, slots=True)
class Categories:
    """A text column in which few texts recur: distinct ``values`` and each firm's ``index``.

    >>> Categories.of(["C13", "", "C13"])
    Categories(values=('', 'C13'), index=array([1, 0, 1]))
    """

    values: tuple[str, ...]
    index: IntArray

    @classmethod
    def of(cls, column: Sequence[str]) -> Categories:
        """Encode a column of strings; the empty string stands for a blank cell."""
        known: dict[str, int] = {"": 0}
        index = [known.setdefault(text, len(known)) for text in column]
        return cls(tuple(known), np.array(index, dtype=np.int64))

    def mapped(self, change: Callable[[str], str]) -> Categories:
        """Return the column with every text changed; ``change`` sees each distinct text once."""
        known: dict[str, int] = {}
        places = [known.setdefault(change(text), len(known)) for text in self.values]
        return Categories(tuple(known), np.array(places, dtype=np.int64)[self.index])

    def texts(self, firms: IntArray) -> list[str]:
        """Return the texts of some firms."""
        return [self.values[k] for k in self.index[firms]]

    def take(self, per_value: Any) -> Any:
        """Spread a value for each distinct text to an array with one value a firm."""
        return np.asarray(per_value)[self.index]

    def rows(self, index: IntArray) -> Categories:
        """Return the column with some of its rows, in the order of ``index``."""
        return Categories(self.values, self.index[index])

    def concat(self, other: Categories) -> Categories:
        """Return this column with another below it.

        >>> Categories.of(["甲"]).concat(Categories.of(["乙", "甲"]))
        Categories(values=('', '甲', '乙'), index=array([1, 2, 1]))
        """
        known = {text: k for k, text in enumerate(dict.fromkeys((*self.values, *other.values)))}
        parts = [
            np.array([known[text] for text in side.values], dtype=np.int64)[side.index]
            for side in (self, other)
        ]
        return Categories(tuple(known), np.concatenate(parts))


Column: TypeAlias = TextArray | FloatArray | DateArray | CodeArray | BoolArray | Categories


@dataclass(frozen=True, slots=True)
class Roster:
    """Firms as columns of equal length n, in the order of the sheet.

    codes, names : object arrays of str, "" where blank
    industries : GB/T 4754-2017 codes without section letter
    start_dates : datetime64[D], NaT where blank
    numbers : by column id, float64, NaN where blank (0 is a reported figure; reading R5)
    bonus_points : float64, NaN where blank
    bonus_labels : labels as written in the cell, separated by 、 , ; or spaces
    flags : by flag id, bool
    included : int8, ``DECIDE``, ``OUT`` or ``IN``
    attributes : by attribute id, the texts that sort firms into groups
    """

    codes: TextArray
    names: TextArray
    industries: Categories
    start_dates: DateArray
    numbers: Mapping[str, FloatArray]
    bonus_points: FloatArray
    bonus_labels: Categories
    flags: Mapping[str, BoolArray]
    included: CodeArray
    attributes: Mapping[str, Categories] = field(default_factory=dict)
    size: int = field(init=False)

    def __post_init__(self) -> None:
        size = len(self.codes)
        object.__setattr__(self, "size", size)
        for name, column in self.columns().items():
            shape = np.shape(column.index if isinstance(column, Categories) else column)
            if shape != (size,):
                raise UsageError(f"列 {name} 的长度是 {shape}，应为 {size}")

    @classmethod
    def from_columns(
        cls,
        numbers: Mapping[str, Any],
        *,
        names: Sequence[str] | None = None,
        codes: Sequence[str] | None = None,
        industries: Sequence[str] | None = None,
        start_dates: Any = None,
        bonus_points: Any = None,
        bonus_labels: Sequence[str] | None = None,
        flags: Mapping[str, Any] | None = None,
        included: Any = None,
        attributes: Mapping[str, Sequence[str]] | None = None,
    ) -> Roster:
        """Build a roster from plain sequences; what is left out is blank for every firm.

        ``numbers`` maps column ids of the scheme to sequences of float (None or NaN is blank).

        >>> r = Roster.from_columns({"tax": [10, None], "land": [2, 4]}, names=["甲", "乙"])
        >>> r.size, r.numbers["tax"]
        (2, array([10., nan]))
        """
        lengths = {len(column) for column in numbers.values()}
        if len(lengths) > 1:
            raise UsageError(f"各列长短不一：{sorted(lengths)}")
        size = lengths.pop() if lengths else len(names or codes or ())
        blank = [""] * size
        no_text = Categories(("",), np.zeros(size, dtype=np.int64))
        no_number = np.full(size, np.nan)
        dates = np.full(size, "NaT", dtype="datetime64[D]") if start_dates is None else start_dates
        return cls(
            codes=texts(blank if codes is None else codes),
            names=texts([f"企业{i + 1}" for i in range(size)] if names is None else names),
            industries=no_text if industries is None else Categories.of(industries),
            start_dates=np.asarray(dates, dtype="datetime64[D]"),
            numbers={id: np.asarray(column, dtype=np.float64) for id, column in numbers.items()},
            bonus_points=(
                no_number if bonus_points is None else np.asarray(bonus_points, dtype=np.float64)
            ),
            bonus_labels=no_text if bonus_labels is None else Categories.of(bonus_labels),
            flags={id: np.asarray(column, dtype=bool) for id, column in (flags or {}).items()},
            included=(
                np.full(size, DECIDE, dtype=np.int8)
                if included is None
                else np.asarray(included, dtype=np.int8)
            ),
            attributes={id: Categories.of(column) for id, column in (attributes or {}).items()},
        )

    def columns(self) -> dict[str, Column]:
        """Return every column by its name, those that have ids by their ids."""
        found: dict[str, Column] = {}
        for each in fields(self):
            if each.init:
                value = getattr(self, each.name)
                found |= value if each.name in _NESTED else {each.name: value}
        return found

    def rows(self, index: IntArray) -> Roster:
        """Return some of the firms, in the order of ``index``; a firm may come twice.

        >>> r = Roster.from_columns({"tax": [1, 2, 3]}, names=["甲", "乙", "丙"])
        >>> r.rows(np.array([2, 0])).names.tolist()
        ['丙', '甲']
        """
        return self._made(self, lambda column, _: _rows(column, index))

    def concat(self, other: Roster) -> Roster:
        """Return these firms with those of another roster below them.

        A column that one of the two lacks is blank for its firms.

        >>> a = Roster.from_columns({"tax": [1]}, names=["甲"])
        >>> a.concat(Roster.from_columns({"land": [2]}, names=["乙"])).numbers["land"].tolist()
        [nan, 2.0]
        """
        return self._made(other, _below)

    def with_marks(self, other: Roster, included: CodeArray) -> Roster:
        """Return these firms' figures with the marks of another roster, firm by firm."""
        return replace(self, included=included, **{name: getattr(other, name) for name in MARKS})

    def differing(self, other: Roster) -> tuple[BoolArray, BoolArray]:
        """Return which firms differ from those of a roster of the same firms, row by row.

        First in what they report, then in their marks; two blanks do not differ, nor does a figure
        that another program has written with 15 digits.
        """
        both = self.concat(other)
        found = np.zeros((2, self.size), dtype=bool)
        for each in fields(both):
            if not each.init or each.name == "included":
                continue
            value = getattr(both, each.name)
            for column in value.values() if each.name in _NESTED else (value,):
                plain = column.index if isinstance(column, Categories) else column
                before, after = plain[: self.size], plain[self.size :]
                same = (before == after) | ((before != before) & (after != after))
                if plain.dtype.kind == "f":
                    same |= np.isclose(before, after, rtol=PRECISION, atol=0.0)
                found[int(each.name in MARKS)] |= ~same
        return found[0], found[1]

    def digest(self) -> str:
        """Return a hash of all that the roster says, the same for equal rosters."""
        hashed = hashlib.sha256()
        for name, column in sorted(self.columns().items()):
            values = column.take(column.values) if isinstance(column, Categories) else column
            text = json.dumps(values.tolist(), default=str)
            hashed.update(json.dumps([name, text]).encode("utf-8", "surrogatepass"))
        return hashed.hexdigest()

    def _made(self, other: Roster, change: Callable[[Any, Any], Any]) -> Roster:
        """Return a roster whose columns come from those of two."""
        made: dict[str, Any] = {}
        for each in fields(self):
            a, b = getattr(self, each.name), getattr(other, each.name)
            if each.name in _NESTED:
                get = _GETTERS[each.name]
                made[each.name] = {
                    id: change(get(self, id), get(other, id)) for id in dict.fromkeys((*a, *b))
                }
            elif each.init:
                made[each.name] = change(a, b)
        return Roster(**made)

    def number(self, column: str) -> FloatArray:
        """Return a number column; all blank when the roster does not have it."""
        found = self.numbers.get(column)
        return filled(self.size, np.nan, np.float64) if found is None else found

    def flag(self, flag: str) -> BoolArray:
        """Return a flag column; all False when the roster does not have it."""
        found = self.flags.get(flag)
        return np.zeros(self.size, dtype=bool) if found is None else found

    def attribute(self, attribute: str) -> Categories:
        """Return an attribute column; all blank when the roster does not have it."""
        found = self.attributes.get(attribute)
        return Categories(("",), np.zeros(self.size, dtype=np.int64)) if found is None else found

    def identity(self) -> TextArray:
        """Return what identifies each firm: its credit code, or its name without one (R20)."""
        return self.identity_of(np.arange(self.size))

    def identity_of(self, firms: IntArray) -> TextArray:
        """Return what identifies some firms, as ``identity`` does."""
        codes = self.codes[firms]
        return np.where(codes.astype(bool), codes, self.names[firms])

    def keys(self) -> list[tuple[str, str]]:
        """Return code and name of each firm."""
        return list(zip(self.codes.tolist(), self.names.tolist(), strict=True))

    def label(self, firm: int) -> str:
        """Return a firm's name and code for messages."""
        code, name = self.codes[firm], self.names[firm]
        return f"{name}（{code}）" if code and name else str(name or code or f"第{firm + 1}户")


_GETTERS: Mapping[str, Callable[[Roster, str], Any]] = {
    "numbers": Roster.number,
    "flags": Roster.flag,
    "attributes": Roster.attribute,
}


def _rows(column: Any, index: IntArray) -> Any:
    return column.rows(index) if isinstance(column, Categories) else column[index]


def _below(a: Any, b: Any) -> Any:
    return a.concat(b) if isinstance(a, Categories) else np.concatenate([a, b])
