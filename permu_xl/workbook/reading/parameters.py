"""Reading 参数."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from permu_xl.engine import METHOD_NAMES
from permu_xl.errors import PermuError, UsageError
from permu_xl.findings import Finding
from permu_xl.schemes import DEFAULT, available, load, load_file
from permu_xl.text import fold, show_number
from permu_xl.workbook import layout
from permu_xl.workbook.layout import find_table, parse_header
from permu_xl.workbook.reading.model import Parameters, Placed
from permu_xl.workbook.reading.notes import Notes
from permu_xl.xlsx import cells
from permu_xl.xlsx.cells import CellError, Grid, address, is_blank

if TYPE_CHECKING:
    from permu_xl.engine.model import Indicator, Scheme

NO_YEAR, UNUSABLE_SCHEME = "E111", "E114"
"""Codes of the errors about 评价年度 and 方案, the parameters that stand alone."""

_Where = Callable[[str], tuple[int, int] | None]
"""Returns where the value of a key stands on the sheet."""

_METHODS = {name: method for method, name in METHOD_NAMES.items()}


def read_parameters(
    grid: Grid, path: Path | None, findings: list[Finding]
) -> tuple[Parameters, Scheme]:
    """Read district, year, scheme and the indicators' parameters.

    Schemes of one's own are looked for beside ``path``; without one they cannot be had.

    The returned scheme carries the weights, methods, manual baselines and caps of the sheet.
    A cell that cannot be used is noted, and the scheme's own value stands in for it.
    """
    notes = Notes(grid, "parameters", findings)
    places = _pairs(grid)
    district = cells.show(_value(grid, places.get("district")))
    scheme = _scheme(notes, places.get("scheme"), path)
    year = _year(notes, places.get("year"), scheme)
    fields = layout.parameter_fields()
    at = find_table(grid.rows, fields)
    placed: Placed | None = None
    entries: dict[str, int] = {}
    groups: dict[str, dict[str, int]] = {}
    if at is None or "indicator" not in at.columns:
        notes.add(Finding.of("E112", notes.at(None, "指标")))
    else:
        rows = _indicator_rows(grid, at.first_row, at.columns["indicator"])
        placed = Placed(grid.sheet, at, tuple(row + 1 for row in rows))
        column = at.columns["indicator"]
        groups = _match_groups(scheme, grid, rows, column)
        taken = {entry for by_group in groups.values() for entry in by_group.values()}
        entries = _match(notes, scheme, rows, column, taken)
        scheme = scheme.with_indicators(
            tuple(
                _with_groups(
                    notes, _changed(notes, i, placed, entries[i.id]), placed, groups.get(i.id, {})
                )
                if i.id in entries
                else i
                for i in scheme.indicators
            )
        )
        _check_weights(notes, scheme, placed)
    cells_by_name = {key: address(*place) for key, place in places.items()}
    parameters = Parameters(
        grid.sheet, district, year, cells_by_name, placed, entries, notes.interpreted, groups
    )
    return parameters, scheme


def _pairs(grid: Grid) -> dict[str, tuple[int, int]]:
    """Return where the values stand: the first cell right of each name."""
    wanted = {name: key for key, name in layout.PARAMETER_NAMES.items()}
    places: dict[str, tuple[int, int]] = {}
    for r, row in enumerate(grid.rows):
        for c, cell in enumerate(row):
            key = wanted.get(parse_header(cell).name)
            if key and key not in places:
                places[key] = (r, c + 1)
    return places


def _value(grid: Grid, place: tuple[int, int] | None) -> Any:
    return "" if place is None else grid.cell(*place)


def _scheme(notes: Notes, place: tuple[int, int] | None, path: Path | None) -> Scheme:
    """Return the scheme named on the sheet: an id, a title, or a file beside the workbook."""
    wanted = cells.show(_value(notes.grid, place))
    notes.remember(place)
    if not wanted:
        notes.add(Finding.of("H113", notes.at(place, "方案"), scheme=DEFAULT))
        return load(DEFAULT)
    try:
        if wanted.lower().endswith(".toml"):
            if path is None:
                raise UsageError(f"实时公式只认自带的方案，读不到方案文件“{wanted}”")
            return load_file(path.parent / Path(wanted).name)
        if wanted in available():
            return load(wanted)
        titles = {load(id).title: id for id in available()}
        return load(titles.get(wanted, wanted))
    except PermuError as error:
        told = Finding.of(
            UNUSABLE_SCHEME,
            notes.at(place, "方案"),
            case="own_file" if wanted.lower().endswith(".toml") else "",
            problem=str(error).replace("\n", "；"),
        )
        notes.add(told)
        return load(DEFAULT)


def _year(notes: Notes, place: tuple[int, int] | None, scheme: Scheme) -> int:
    cell = _value(notes.grid, place)
    if is_blank(cell):
        notes.add(Finding.of(NO_YEAR, notes.at(place, "评价年度"), case="blank"))
        return scheme.issued.year
    if isinstance(cell, str):
        notes.remember(place)
    try:
        return cells.year(cell)
    except CellError as error:
        notes.unreadable(NO_YEAR, place, "评价年度", error)
        return scheme.issued.year


def _indicator_rows(grid: Grid, first: int, column: int) -> list[int]:
    """Return the table's rows: from the header down to the first blank name."""
    rows = []
    for row in range(first, len(grid.rows)):
        if is_blank(grid.cell(row, column)):
            break
        rows.append(row)
    return rows


def _match_groups(
    scheme: Scheme, grid: Grid, rows: list[int], column: int
) -> dict[str, dict[str, int]]:
    """Return the rows for baselines of groups: by indicator id and group the entry in ``rows``."""
    names = {fold(cells.show(grid.cell(row, column))): entry for entry, row in enumerate(rows)}
    found: dict[str, dict[str, int]] = {}
    for indicator, group in layout.parameter_rows(scheme):
        entry = names.get(fold(indicator.named(group)))
        if group and entry is not None:
            found.setdefault(indicator.id, {})[group] = entry
    return found


def _with_groups(
    notes: Notes, i: Indicator, placed: Placed, entries: Mapping[str, int]
) -> Indicator:
    """Return an indicator with the manual baselines in the rows of its groups."""
    column = placed.at.columns.get("manual")
    if column is None or not entries:
        return i
    manual_by = dict(i.baseline.manual_by)
    for group, entry in entries.items():
        item = f"{i.named(group)}的人工核定基准值"
        value = notes.number((placed.rows[entry] - 1, column), item)
        if value is not None:
            manual_by[group] = value
    return replace(i, baseline=replace(i.baseline, manual_by=manual_by))


def _match(
    notes: Notes, scheme: Scheme, rows: list[int], column: int, taken: Set[int]
) -> dict[str, int]:
    """Match the table's names with the scheme's indicators; note strangers and absentees.

    ``taken`` are the rows that are about groups.
    """
    ids = {fold(i.name): i.id for i in scheme.indicators}
    entries: dict[str, int] = {}
    for entry, row in enumerate(rows):
        if entry in taken:
            continue
        written = cells.show(notes.grid.cell(row, column))
        # Brackets may be part of a name, or the unit after one.
        name = written if fold(written) in ids else parse_header(written).name
        id = ids.get(fold(name))
        if id is None or id in entries:
            told = Finding.of(
                "E115",
                notes.at((row, column), "指标"),
                case="" if id is None else "twice",
                name=name,
                indicators="、".join(i.name for i in scheme.indicators),
            )
            notes.add(told)
        else:
            entries[id] = entry
    for indicator in scheme.indicators:
        if indicator.id not in entries:
            notes.add(Finding.of("E116", notes.at(None, "指标"), name=indicator.name))
    return entries


def _changed(notes: Notes, i: Indicator, placed: Placed, entry: int) -> Indicator:
    """Return an indicator with the weight, method, manual baseline and cap of its row."""

    def at(key: str) -> tuple[int, int] | None:
        column = placed.at.columns.get(key)
        return None if column is None else (placed.rows[entry] - 1, column)

    def number(key: str, item: str) -> float | None:
        place = at(key)
        if place is None:
            return None
        value = notes.number(place, f"{i.name}的{item}")
        if value is not None and value <= 0 and key != "manual":
            notes.add(Finding.of("E117", notes.at(place, f"{i.name}的{item}"), what=item))
            return None
        return value

    weight, cap, manual = (
        number("weight", "权重"),
        number("cap", "封顶倍数"),
        number("manual", "人工核定基准值"),
    )
    rule = i.baseline
    place = at("method")
    written = cells.show(_value(notes.grid, place))
    if _value(notes.grid, place) not in _METHODS:
        notes.remember(place)
    method = _METHODS.get(written, rule.method)
    if written and written not in _METHODS:
        wrong = notes.at(place, f"{i.name}的基准方法")
        notes.add(Finding.of("E118", wrong, methods="、".join(_METHODS)))
    chosen = manual if method == "manual" and manual is not None else rule.manual
    changed = replace(
        i,
        weight=i.weight if weight is None else weight,
        cap=i.cap if cap is None else cap,
        baseline=replace(rule, method=method, manual=chosen),
    )
    _tell_changes(notes, at, i, changed, manual)
    return changed


def _tell_changes(
    notes: Notes, at: _Where, i: Indicator, changed: Indicator, manual: float | None
) -> None:
    """Note what a row has changed of the scheme, and a manual baseline that is of no use."""
    for key, item, ours, theirs in (
        ("weight", "权重", changed.weight, i.weight),
        ("cap", "封顶倍数", changed.cap, i.cap),
    ):
        if ours != theirs:
            own = notes.at(at(key), f"{i.name}的{item}")
            notes.add(Finding.of("W121", own, what=item, ours=ours, theirs=theirs))
    method = changed.baseline.method
    if method != i.baseline.method:
        own = notes.at(at("method"), f"{i.name}的基准方法")
        notes.add(Finding.of("W122", own, method=METHOD_NAMES[i.baseline.method]))
    if manual is not None and method != "manual":
        own = notes.at(at("manual"), f"{i.name}的人工核定基准值")
        notes.add(Finding.of("W123", own, shown=show_number(manual)))


def _check_weights(notes: Notes, scheme: Scheme, placed: Placed) -> None:
    for track in scheme.tracks:
        total = sum(Fraction(repr(scheme.indicator(id).weight)) for id in track.indicators)
        if total != Fraction(repr(scheme.full_marks)):
            column = placed.at.columns.get("weight", 0)
            at = notes.at((placed.at.header_row, column), "权重")
            full = scheme.full_marks
            notes.add(Finding.of("E119", at, track=track.name, total=float(total), full=full))
