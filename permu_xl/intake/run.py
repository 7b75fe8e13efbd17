"""The import as a whole: read the tables, match, combine, fill the workbook, say what is odd."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING

from permu_xl.findings import At, Finding, Level, merged_by_cause
from permu_xl.intake.conversion import Converter, load_factors
from permu_xl.intake.deciding import (
    Firm,
    How,
    Match,
    Roster,
    choose_roster,
    combine,
    missing_firms,
    settle,
)
from permu_xl.intake.filling import (
    Target,
    Work,
    carry_classes,
    carry_over,
    complete,
    existing_book,
    listed_origin,
    locator,
    merged,
    new_book,
    open_target,
    place,
    provenance_block,
    read_origins,
    refuse_unusable,
    scheme_of,
    year_of,
)
from permu_xl.intake.request import Imported, Request, TableSummary
from permu_xl.intake.sources import SourceFile, read_file
from permu_xl.intake.tables import (
    Reader,
    Synonyms,
    TableRead,
    Vocabulary,
    load_synonyms,
    understood,
)
from permu_xl.workbook import finding_block, layout
from permu_xl.workbook.reading import (
    Book,
    OpenedWorkbook,
    open_workbook,
)
from permu_xl.xlsx.cells import Block, is_blank
from permu_xl.xlsx.files import claimed, opened_by
from permu_xl.xlsx.writing import write_blocks

if TYPE_CHECKING:
    from permu_xl.engine.model import Scheme

__all__ = ["import_tables"]

Progress = Callable[[str], None]
_LEVELS = list(Level)


def import_tables(
    request: Request, progress: Progress = lambda step: None, *, write: bool = True
) -> Imported:
    """Fill a workbook, new or not, from departments' tables and last year's workbook.

    The workbook is replaced in one step by the complete new one; the one before is kept as a
    backup.  Without ``write`` nothing is written: what is returned tells what would be.  Raises
    UsageError for calls that do not fit together, BookError and FileAccessError for files that
    cannot be used; the workbook then is as it was.
    """
    synonyms = load_synonyms(request.synonyms)
    files = []
    for path in request.tables:
        progress(f"读取 {path.name}")
        files.append(read_file(path))
    finished = _last_year(request, progress)
    last = None if finished is None else finished.book
    is_new = not request.book.exists()
    progress("匹配企业")
    if is_new:
        scheme, year = scheme_of(request, last), year_of(request, last)
        reader, tables = _read(request, files, synonyms, scheme, year)
        opening = new_book(request, last, scheme, year, _listed(request, scheme, tables))
    else:
        opening = existing_book(request)
    with claimed(request.book) if write else nullcontext(), opening as opened:
        book, package = opened.book, opened.package
        refuse_unusable(book)
        if not is_new:
            reader, tables = _read(request, files, synonyms, book.scheme, book.parameters.year)
        at, old_origins = read_origins(package)
        work = Work([book.located(finding) for finding in book.findings])
        current = open_target(package, book, "current", overwrite=request.overwrite)
        assert current is not None  # read_book refuses a workbook without it
        work.findings += [finding for table in tables for finding in table.findings]
        work.findings += _open_elsewhere(request)
        summaries, added = _current(request, reader, tables, current, work)
        targets = [current]
        carried = 0
        classes: dict[str, list[Block]] = {}
        if last is not None:
            previous = open_target(package, book, "previous", overwrite=request.overwrite)
            outcome = carry_over(last, book, previous)
            work.findings += outcome.findings
            work.origins += outcome.origins
            carried = outcome.firms
            if previous is not None:
                targets.append(previous)
            if carried and finished is not None:
                classes, odd = carry_classes(finished, opened)
                work.findings += odd
        details = _ordered(work.findings)
        findings = details if request.firms else tuple(merged_by_cause(details))
        if write:
            progress("写入工作簿")
            blocks = {**_blocks(book, targets, findings), **classes}
            if work.origins:
                origins = merged(old_origins, work.origins, locator(targets, reader.names))
                blocks[layout.PROVENANCE] = [provenance_block(package, book, at, origins)]
            write_blocks(package, blocks, kept=layout.OUR_FUNCTIONS)
            package.save(request.book, backup=not is_new)
    return Imported(
        request.book, is_new, tuple(summaries), findings, len(current.firms), added,
        work.counts, carried, details,
    )  # fmt: skip


def _open_elsewhere(request: Request) -> list[Finding]:
    """Return a warning for each file that a program has open: what it shows may be newer."""
    last_year = () if request.last_year is None else (request.last_year,)
    return [
        Finding.of("W668", At("current", item="文件", file=path.name), who=who)
        for path in (*request.tables, *last_year)
        if (who := opened_by(path))
    ]


def _last_year(request: Request, progress: Progress) -> OpenedWorkbook | None:
    if request.last_year is None:
        return None
    progress(f"读取 {request.last_year.name}")
    opened = open_workbook(request.last_year)
    refuse_unusable(opened.book)
    return opened


def _blocks(
    book: Book, targets: Sequence[Target], findings: Sequence[Finding]
) -> dict[str, list[Block]]:
    """Return what is written to the sheets of firms and to 数据核查."""
    blocks = {target.sheet: target.blocks() for target in targets if target.written}
    findings_at = book.outputs.get(layout.FINDINGS)
    if findings_at is not None:
        blocks[book.sheets[layout.FINDINGS]] = [finding_block(findings_at, findings)]
    return blocks


def _read(
    request: Request, files: Sequence[SourceFile], synonyms: Synonyms, scheme: Scheme, year: int
) -> tuple[Reader, list[TableRead]]:
    words, asked = synonyms.with_units(scheme), synonyms.wanted(scheme)
    factors = load_factors(request.factors)
    raw = factors.wanted(scheme, words.units, asked)
    reader = Reader(
        scheme,
        year,
        Vocabulary(words, asked | raw),
        assume_units=request.assume_units,
        accept_year=request.accept_year,
        amounts=factors.rules(raw, asked),
    )
    return reader, [reader.read(number, file) for number, file in enumerate(files)]


def _listed(request: Request, scheme: Scheme, tables: Sequence[TableRead]) -> int:
    """Return how many firms a new workbook will list."""
    roster = Roster([])
    for number in choose_roster(request, scheme, tables, has_firms=False) if tables else []:
        roster.grow(tables[number].rows)
    return len(roster.firms)


def _current(
    request: Request,
    reader: Reader,
    tables: Sequence[TableRead],
    target: Target,
    work: Work,
) -> tuple[list[TableSummary], int]:
    """Fill 原始数据; return what became of each table and how many firms were added."""
    if not tables:
        return [], 0
    chosen = choose_roster(request, reader.scheme, tables, has_firms=bool(target.firms))
    if not target.firms and not request.roster and chosen:
        work.findings.append(_roster_told(tables[chosen[0]]))
    roster = Roster(target.firms)
    before = len(target.firms)
    for number in chosen:
        for row in roster.grow(tables[number].rows):
            listed = target.append(Firm(row.code, row.name))
            work.origins.append(listed_origin(tables[number], row, target, listed))
            if before:
                work.findings.append(
                    _added(tables[number], row.sheet, row.cell, row.code, row.name)
                )
    matches: list[Match] = []
    summaries: list[TableSummary] = []
    for number, table in enumerate(tables):
        found, findings = roster.match(table)
        matches += found
        work.findings += findings
        firms = {match.firm for match in found}
        summaries.append(TableSummary(table, len(found), len(firms), number in chosen))
    work.findings += _useless(reader, tables, matches, chosen)
    credited, findings = settle(tables, matches, roster)
    matches += credited
    work.findings += findings
    converter = Converter(
        load_factors(request.factors),
        reader.vocabulary.synonyms.units,
        reader.asked.year,
        reader.names,
        reader.asked.units,
        reader.asked.bases,
        request.all_pollutants,
    )
    converted = converter.convert(tables, matches)
    work.findings += converter.findings
    whole = {part: id for part, (id, _) in reader.whole.items()}
    numbers = [request.tables.index(path) for path in request.prefer]
    figures, findings = combine(
        tables, matches, roster, reader.vocabulary.wanted, whole, reader.names, numbers, converted
    )
    work.findings += findings
    items = {k: v for k, v in reader.names.items() if k not in ("code", "name")}
    work.findings += missing_firms(
        tables, matches, roster, items, lambda firm, item: is_blank(target.present(firm, item))
    )
    for figure in figures:
        place(figure, reader.names, reader.asked.units, tables, target, work)
    complete([m for m in matches if m.how is not How.LEASE], tables, target, work)
    return summaries, len(target.firms) - before


def _useless(
    reader: Reader, tables: Sequence[TableRead], matches: Sequence[Match], chosen: Sequence[int]
) -> list[Finding]:
    """Return an error for each table none of whose figures is used, unless an error says why."""
    used = {
        match.row.table
        for match in matches
        if match.row.readings or match.row.broken or match.row.amounts
    }
    listing = {number for number in chosen if tables[number].rows}
    findings = []
    for number, table in enumerate(tables):
        why = any(finding.level is Level.ERROR for finding in table.findings)
        if number in used | listing or why:
            continue
        seen = [h for sheet in table.sheets for h, _ in sheet.columns.values()]
        unused = [h for sheet in table.sheets for h in sheet.unused]
        told = Finding.of(
            "E609",
            At("current", item="表头", file=table.name),
            case="headings" if unused or seen else "",
            rows=len(table.rows),
            matched=sum(match.row.table == number for match in matches),
            seen="、".join(f"“{each}”" for each in dict.fromkeys((*unused, *seen))),
            known=understood(reader.names, reader.scheme),
        )
        findings.append(told)
    return findings


def _roster_told(table: TableRead) -> Finding:
    at = At("current", item="企业名单", value=table.name, file=table.name)
    return Finding.of("H638", at)


def _added(table: TableRead, sheet: str, cell: str, code: str, name: str) -> Finding:
    return Finding.of("H639", At.in_file(table.name, sheet, cell, "企业名单", name, (code, name)))


def _ordered(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings by level, code, file, sheet and row."""

    def order(finding: Finding) -> tuple[int, str, str, str, int]:
        level = _LEVELS.index(finding.level)
        return level, finding.code, finding.file, finding.sheet, finding.first_row

    return tuple(sorted(findings, key=order))
