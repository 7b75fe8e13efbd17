"""From returned notices to 异议台账: the sheets that are lacking, and a row for each objection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from permu_xl.engine import Objection, find_firms
from permu_xl.engine.checks import claimed_figure, is_as_claimed, item_column
from permu_xl.errors import BookError
from permu_xl.findings import At, Finding
from permu_xl.reports.notices.data import clean
from permu_xl.reports.notices.returned import Returned, read_returned
from permu_xl.text import day_number
from permu_xl.workbook import add_moves_sheet, add_register, appended_rows, layout
from permu_xl.xlsx.files import kept_note, same_file
from permu_xl.xlsx.writing import write_blocks

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from permu_xl.workbook.reading import Book, OpenedWorkbook

__all__ = ["Registered", "register", "registered"]

_OTHER = "其他"
"""The item of an objection that names none."""


@dataclass(frozen=True, slots=True)
class Registered:
    """What was done: the entries added, those known before, the sheets added, what is odd."""

    added: tuple[Objection, ...]
    known: int
    sheets: tuple[str, ...]
    findings: tuple[Finding, ...]


def register(
    opened: OpenedWorkbook,
    files: Sequence[Path],
    target: Path,
    received: dt.date,
    *,
    backup: bool = False,
    progress: Callable[[str], None] = lambda name: None,
    tell: Callable[[str], None] = lambda text: None,
) -> Registered:
    """Write an opened workbook to ``target`` with the objections in ``files`` on 异议台账.

    Sheets of the procedure that it lacks are added; nothing that stands on a sheet changes.
    ``received`` is the day on which the notices came.  What cannot be registered is told; an
    objection that is on the register already is not entered again.
    Raises BookError where a sheet of this name is another one.
    """
    book, package = opened.book, opened.package
    opened.refuse_changed()
    if book.objections is None and layout.OBJECTIONS in book.sheets:
        raise BookError(
            f"{book.path.name} 里已有工作表“{layout.OBJECTIONS}”，但不是模板里的那种表，"
            "请改名后再试。"
        )
    added: list[Objection] = []
    findings: list[Finding] = []
    seen = set(_subjects(book, book.registered))
    known = 0
    for path in files:
        progress(path.name)
        notices, odd = read_returned(path)
        findings += odd
        for notice in notices:
            entries, odd = _entries(book, notice, path, received)
            findings += odd
            subjects = dict(zip(_subjects(book, entries), entries, strict=True))
            fresh = [each for subject, each in subjects.items() if subject not in seen]
            known += len(entries) - len(fresh)
            seen |= {*subjects}
            added += fresh
    lacking = [title for title in (*layout.REGISTERS, layout.MOVES) if title not in book.sheets]
    for title in lacking:
        if title == layout.MOVES:
            add_moves_sheet(package, book)
        else:
            add_register(package, book, title)
    if added:
        name = book.sheets.get(layout.OBJECTIONS, layout.OBJECTIONS)
        placed = None if book.objections is None else book.objections.placed
        grid = None if placed is None else opened.grid(name)
        day = day_number(received, from_1904=book.from_1904)
        rows = [
            {key: getattr(each, key) or None for key in _TEXTS} | {"received": day}
            for each in added
        ]
        block = appended_rows(grid, placed, layout.objection_fields(), rows)
        write_blocks(package, {name: [block]})
    made = not same_file(target, book.path)
    kept = package.save(target, backup=backup and not made, made=made)
    if made and kept is not None:
        tell(kept_note(target, kept))
    return Registered(tuple(added), known, tuple(lacking), tuple(findings))


_TEXTS = ("code", "name", "item", "claimed", "evidence")


def _subjects(book: Book, entries: Sequence[Objection]) -> list[tuple[str, ...]]:
    """Return what makes two entries one objection; a date or a decision does not."""
    keys = book.current.roster.keys()
    firms = find_firms([(each.code, each.name) for each in entries], keys)
    found: list[tuple[str, ...]] = []
    for each, firm in zip(entries, firms, strict=True):
        code, name = (each.code, each.name) if firm < 0 else keys[firm]
        figure = claimed_figure(each, item_column(book.scheme, each.item))
        claim = each.claimed or each.evidence if figure is None else f"{figure:.15g}"
        found.append((code or name, each.item, claim))
    return found


def _entries(
    book: Book, notice: Returned, path: Path, received: dt.date
) -> tuple[list[Objection], list[Finding]]:
    """Return the objections of one notice; what is odd about it are findings."""
    at = At(
        "objections", item="确认单", value=notice.name or notice.code, file=path.name,
        firm_code=notice.code, firm_name=notice.name,
    )  # fmt: skip
    ours = (clean(book.parameters.district), str(book.parameters.year))
    if notice.title != ours:
        theirs = (
            f"{notice.title[0]}{notice.title[1]}年度" if any(notice.title) else "地区和年度不明"
        )
        return [], [Finding.of("E292", at, theirs=theirs, ours=f"{ours[0]}{ours[1]}年度")]
    roster = book.current.roster
    (firm,) = find_firms([(notice.code, notice.name)], roster.keys())
    if firm < 0:
        return [], [Finding.of("E293", at)]
    code, name = roster.keys()[firm]
    found = []
    for item, claimed in notice.claims:
        each = Objection(code, name, item, claimed, notice.words, received)
        if not _is_ours_already(book, each, firm):
            found.append(each)
    if not found and (notice.words or notice.objects):
        words = notice.words or "勾选了“有异议”，没有写内容"
        found = [Objection(code, name, _OTHER, "", words, received)]
    return found, [] if found else [Finding.of("H294", at)]


def _is_ours_already(book: Book, each: Objection, firm: int) -> bool:
    """Return whether a firm writes down the figure that stands in the workbook anyway."""
    column = item_column(book.scheme, each.item)
    figure = claimed_figure(each, column)
    if column is None or figure is None:
        return False
    there = float(book.current.roster.number(column.id)[firm])
    return is_as_claimed(there, figure)


def registered(done: Registered, files: int) -> str:
    """Return the sentence after notices have been registered."""
    firms = len({each.code or each.name for each in done.added})
    told = f"读了{files}份确认单，登记异议{len(done.added)}条"
    told += f"（{firms}户）" if firms else ""
    known = f"，原已登记的{done.known}条没有重复登记" if done.known else ""
    sheets = f"，补上了工作表“{'”、“'.join(done.sheets)}”" if done.sheets else ""
    return f"{told}{known}{sheets}；"
