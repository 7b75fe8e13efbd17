"""What differs between the inputs of two workbooks, cell by cell."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace

from permu_xl.engine import METHOD_NAMES
from permu_xl.engine.model import PRECISION, Roster, Scheme
from permu_xl.reports.comparison.mixtures import match_firms
from permu_xl.reports.procedure import objection_text
from permu_xl.text import show_number
from permu_xl.workbook import layout
from permu_xl.workbook.reading import Book, Figure, FirmTable, firm_columns

__all__ = [
    "ADDED",
    "CHANGED",
    "REMOVED",
    "Change",
    "changes",
    "differing",
    "item_names",
    "show_figure",
]

CHANGED, ADDED, REMOVED = "修改", "增加", "删除"
_UNSEEN = ("serial", "remark")
"""Columns that do not bear on the result."""
_IN_PARAMETERS = ("weight", "cap", "baseline.method", "baseline.manual", "baseline.manual_by")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: where it stands in either workbook, whose it is, and both figures.

    ``kind`` says whether something was changed, added or removed; ``item`` is the column's header
    or the parameter's name.  ``objection`` is the entry of 异议台账 that it comes from, in words.
    """

    kind: str
    sheet: str
    old_cell: str
    new_cell: str
    code: str
    name: str
    item: str
    old: Figure
    new: Figure
    objection: str = ""


def changes(old: Book, new: Book) -> list[Change]:
    """Return every difference of 参数, the scheme, 原始数据, 上年数据 and 分类调整."""
    entries = _Entries.of(new if new.objections is not None else old)
    return [
        *_parameters(old, new),
        *_scheme(old.scheme, new.scheme),
        *map(entries.linked, _firms(old, new, old.current, new.current, layout.DATA)),
        *_firms(old, new, old.previous, new.previous, layout.PREVIOUS),
        *_adjustments(old, new),
    ]


@dataclass(frozen=True, slots=True)
class _Entries:
    """The register of objections, by the firm (its code, and its name) and the item's name."""

    by_subject: Mapping[tuple[str, str], Sequence[str]]

    @classmethod
    def of(cls, book: Book) -> _Entries:
        found: dict[tuple[str, str], list[str]] = {}
        for row, each in enumerate(book.registered):
            assert book.objections is not None  # it has entries
            told = f"{book.objections.placed.sheet}第{book.objections.placed.rows[row]}行"
            text = f"{told}：{objection_text(each)}"
            for who in filter(None, dict.fromkeys((each.code, "" if each.code else each.name))):
                found.setdefault((who, layout.parse_header(each.item).name), []).append(text)
        return cls(found)

    def linked(self, change: Change) -> Change:
        """Return a change of a figure with the entries about it."""
        item = layout.parse_header(change.item).name
        known = [
            *self.by_subject.get((change.code, item), ()),
            *self.by_subject.get((change.name, item), ()),
        ]
        return replace(change, objection="；".join(known)) if known else change


def show_figure(figure: Figure) -> str:
    """Write a figure for a sentence; a blank one is 空.

    >>> show_figure(1200.5), show_figure(None), show_figure("是")
    ('1,200.5', '空', '是')
    """
    if figure is None or figure == "":
        return "空"
    return show_number(figure) if isinstance(figure, float) else str(figure)


# ---- 参数 and the scheme -------------------------------------------------------------------------


def _parameters(old: Book, new: Book) -> Iterator[Change]:
    a, b = old.parameters, new.parameters
    pairs: tuple[tuple[str, Figure, Figure], ...] = (
        ("district", a.district or None, b.district or None),
        ("year", str(a.year), str(b.year)),
        ("scheme", old.scheme.id, new.scheme.id),
    )
    for key, before, after in pairs:
        if before != after:
            yield Change(
                CHANGED, layout.PARAMETERS, a.cells.get(key, ""), b.cells.get(key, ""), "", "",
                layout.PARAMETER_NAMES[key], before, after,
            )  # fmt: skip
    if old.scheme.id != new.scheme.id:
        return
    first, second = _parameter_table(old), _parameter_table(new)
    for (name, field), (cell, before) in first.items():
        after_cell, after = second.get((name, field), ("", before))
        if not _same(before, after):
            item = f"{name}的{field}"
            yield Change(CHANGED, layout.PARAMETERS, cell, after_cell, "", "", item, before, after)


def _parameter_table(book: Book) -> dict[tuple[str, str], tuple[str, Figure]]:
    """Return cell and value of each parameter in force, by row name and column name."""
    p = book.parameters
    names = {field.key: field.name for field in layout.parameter_fields()}
    found: dict[tuple[str, str], tuple[str, Figure]] = {}

    def add(name: str, entry: int | None, key: str, value: Figure) -> None:
        cell = "" if p.placed is None or entry is None else p.placed.cell(entry, key)
        found[name, names[key]] = (cell, value)

    for i in book.scheme.indicators:
        entry = p.indicators.get(i.id)
        add(i.name, entry, "weight", i.weight)
        add(i.name, entry, "method", METHOD_NAMES[i.baseline.method])
        add(i.name, entry, "manual", i.baseline.manual)
        add(i.name, entry, "cap", i.cap)
        for group in book.scheme.baseline_groups(i):
            if group:
                name = i.named(group)
                row = p.groups.get(i.id, {}).get(group)
                add(name, row, "manual", i.baseline.manual_by.get(group))
    return found


def _scheme(old: Scheme, new: Scheme) -> Iterator[Change]:
    """Yield what differs between schemes of one id besides what 参数 says (own scheme files)."""
    if old.id != new.id:
        return
    for path, before, after in _differences("", old, new):
        if not any(path.endswith(f".{end}") for end in _IN_PARAMETERS):
            yield Change(
                CHANGED, "方案", "", "", "", "", path, _shown(before), _shown(after)
            )  # fmt: skip


def _differences(path: str, a: object, b: object) -> Iterator[tuple[str, object, object]]:
    if a == b:
        return
    if is_dataclass(a) and type(a) is type(b):
        for field in fields(a):
            at = f"{path}.{field.name}" if path else field.name
            yield from _differences(at, getattr(a, field.name), getattr(b, field.name))
    elif isinstance(a, Mapping) and isinstance(b, Mapping):
        for key in dict.fromkeys((*a, *b)):
            yield from _differences(f"{path}.{key}", a.get(key), b.get(key))
    elif isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
        for number, (x, y) in enumerate(zip(a, b, strict=True)):
            name = getattr(x, "id", None) or getattr(x, "letter", None) or number + 1
            yield from _differences(f"{path}.{name}", x, y)
    else:
        yield path, a, b


def _shown(value: object) -> Figure:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if is_dataclass(value):
        return str(getattr(value, "name", "") or getattr(value, "id", "") or "有")
    if isinstance(value, tuple):
        return "、".join(str(_shown(each) or "") for each in value)
    return str(value)


# ---- tables of firms -----------------------------------------------------------------------------


def _firms(
    old: Book, new: Book, before: FirmTable | None, after: FirmTable | None, title: str
) -> Iterator[Change]:
    if before is None and after is None:
        return
    empty = Roster.from_columns({}, names=())
    a, b = (empty if table is None else table.roster for table in (before, after))
    old_at, new_at = match_firms(a, b)
    headers = item_names(old.scheme, new.scheme)
    old_items, new_items = firm_columns(a, old.scheme), firm_columns(b, new.scheme)

    def cell(table: FirmTable | None, firm: int, key: str) -> str:
        if table is None or firm < 0 or table.placed.column(key) is None:
            return ""
        return table.placed.cell(firm, key)

    for i, j in zip(old_at.tolist(), new_at.tolist(), strict=True):
        roster, firm = (b, j) if j >= 0 else (a, i)
        code, name = str(roster.codes[firm]), str(roster.names[firm])
        if i < 0 or j < 0:
            kind = ADDED if i < 0 else REMOVED
            place = cell(before, i, "code"), cell(after, j, "code")
            there: Figure = "有这户企业"
            pair = (None, there) if i < 0 else (there, None)
            yield Change(kind, title, *place, code, name, "整行", *pair)
            continue
        for key, (x, y) in differing(old_items, new_items, i, j).items():
            place = cell(before, i, key), cell(after, j, key)
            yield Change(CHANGED, title, *place, code, name, headers[key], x, y)


def differing(
    before: Mapping[str, Sequence[Figure]], after: Mapping[str, Sequence[Figure]], i: int, j: int
) -> dict[str, tuple[Figure, Figure]]:
    """Return by field key both figures of what differs about a firm, of columns both sides have."""
    return {
        key: (column[i], after[key][j])
        for key, column in before.items()
        if key in after and not _same(column[i], after[key][j])
    }


def _same(before: Figure, after: Figure) -> bool:
    """Return whether a figure is the one before, though another program wrote it with 15 digits."""
    if isinstance(before, float) and isinstance(after, float):
        return math.isclose(before, after, rel_tol=PRECISION)
    return before == after


def item_names(*schemes: Scheme) -> dict[str, str]:
    """Return the names of the columns that bear on the result, by field key."""
    return {
        field.key: field.name
        for scheme in schemes
        for field in layout.data_fields(scheme)
        if field.key not in _UNSEEN
    }


# ---- 分类调整 ------------------------------------------------------------------------------------


def _adjustments(old: Book, new: Book) -> Iterator[Change]:
    before, after = _decisions(old), _decisions(new)
    names = {field.key: field.name for field in layout.adjustment_fields(new.scheme)}
    keys = ("letter", "reason", "document", "date")
    for who in dict.fromkeys((*before, *after)):
        first, second = before.get(who), after.get(who)
        kind = ADDED if first is None else REMOVED if second is None else CHANGED
        for key in keys:
            x = None if first is None else first[key]
            y = None if second is None else second[key]
            if x != y:
                places = tuple("" if d is None else str(d[f"{key} at"]) for d in (first, second))
                known = second or first or {}
                yield Change(
                    kind, layout.ADJUSTMENTS, places[0], places[1],
                    str(known["code"] or ""), str(known["name"] or ""), names[key], x, y,
                )  # fmt: skip


def _decisions(book: Book) -> dict[str, dict[str, Figure]]:
    table = book.adjustments
    if table is None:
        return {}
    found: dict[str, dict[str, Figure]] = {}
    for row, a in enumerate(table.adjustments):
        entry: dict[str, Figure] = {
            "code": a.code, "name": a.name, "letter": a.letter or None,
            "reason": a.reason or None, "document": a.document or None, "date": a.date,
        }  # fmt: skip
        for key in ("letter", "reason", "document", "date"):
            known = table.placed.column(key) is not None
            entry[f"{key} at"] = table.placed.cell(row, key) if known else ""
        found[a.code or a.name] = entry
    return found
