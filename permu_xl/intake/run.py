"""The import as a whole: read the tables, match, combine, fill the workbook, say what is odd.

Longer than other modules: the steps of an import in their order.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from permu_xl.errors import BookError, UsageError
from permu_xl.findings import At, Finding, Level, merged_by_cause
from permu_xl.intake import last_year as lastyear
from permu_xl.intake.choose_roster import choose_roster
from permu_xl.intake.combine import combine, missing_firms
from permu_xl.intake.conversion import Converter, load_factors
from permu_xl.intake.fill_cells import Work, complete, listed_origin, place
from permu_xl.intake.firm_table import Status, Target, open_target
from permu_xl.intake.leases import settle
from permu_xl.intake.matching import Firm, How, Match, Roster
from permu_xl.intake.provenance import Origin, merged, provenance_block, read_origins
from permu_xl.intake.sources import SourceFile, read_file
from permu_xl.intake.tables import (
    Reader,
    Synonyms,
    TableRead,
    Vocabulary,
    load_synonyms,
    source_at,
    understood,
)
from permu_xl.records import dataclass
from permu_xl.schemes import DEFAULT, available, load, load_file
from permu_xl.workbook import finding_block, layout
from permu_xl.workbook.look import save_workbook
from permu_xl.workbook.reading import (
    UNUSABLE_SCHEME,
    Book,
    OpenedWorkbook,
    open_workbook,
)
from permu_xl.workbook.template import build_template
from permu_xl.xlsx.cells import Block, is_blank
from permu_xl.xlsx.files import claimed
from permu_xl.xlsx.writing import write_blocks

if TYPE_CHECKING:
    from permu_xl.engine.model import Scheme

__all__ = ["Imported", "Request", "TableSummary", "import_tables"]

Progress = Callable[[str], None]
_LEVELS = list(Level)
_ROWS = 500


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be imported where; paths as the user wrote them.

    ``roster`` are those of ``tables`` that list the firms; ``prefer`` those that win where
    tables disagree.  ``district``, ``year`` and ``scheme`` are for a new workbook only.
    """

    book: Path
    tables: tuple[Path, ...] = ()
    last_year: Path | None = None
    synonyms: Path | None = None
    roster: tuple[Path, ...] = ()
    prefer: tuple[Path, ...] = ()
    assume_units: bool = False
    overwrite: bool = False
    district: str | None = None
    year: int | None = None
    scheme: str | None = None
    accept_year: bool = False
    factors: Path | None = None
    """Factors of the user's own by which raw amounts are converted."""
    all_pollutants: bool = False
    """Whether all pollutants count, not the largest few of each outlet by law."""
    firms: bool = False
    """Whether findings of one cause are listed firm by firm."""


@dataclass(frozen=True, slots=True)
class TableSummary:
    """What became of a table: ``matched`` rows, ``firms`` that they are about."""

    table: TableRead
    matched: int
    firms: int
    is_roster: bool


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did; ``findings`` gravest first."""

    book: Path
    is_new: bool
    tables: tuple[TableSummary, ...]
    findings: tuple[Finding, ...]
    firms: int
    added: int
    counts: dict[Status, int]
    previous: int
    """How many firms of last year's workbook were carried over."""
    details: tuple[Finding, ...] = ()
    """The findings firm by firm, where those of one cause are one."""

    def count(self, level: Level) -> int:
        """Return how many findings there are of a level."""
        return sum(finding.level is level for finding in self.findings)


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
        scheme, year = _scheme(request, last), _year(request, last)
        reader, tables = _read(request, files, synonyms, scheme, year)
        opening = _template(request, last, scheme, year, _listed(request, scheme, tables))
    else:
        opening = _existing(request)
    with claimed(request.book) if write else nullcontext(), opening as opened:
        book, package = opened.book, opened.package
        _refuse_unusable(book)
        if not is_new:
            reader, tables = _read(request, files, synonyms, book.scheme, book.parameters.year)
        at, old_origins = read_origins(package)
        work = Work([book.located(finding) for finding in book.findings])
        current = open_target(package, book, "current", overwrite=request.overwrite)
        assert current is not None  # read_book refuses a workbook without it
        work.findings += [finding for table in tables for finding in table.findings]
        summaries, added = _current(request, reader, tables, current, work)
        targets = [current]
        carried = 0
        classes: dict[str, list[Block]] = {}
        if last is not None:
            previous = open_target(package, book, "previous", overwrite=request.overwrite)
            outcome = lastyear.carry_over(last, book, previous)
            work.findings += outcome.findings
            work.origins += outcome.origins
            carried = outcome.firms
            if previous is not None:
                targets.append(previous)
            if carried and finished is not None:
                classes, odd = lastyear.carry_classes(finished, opened)
                work.findings += odd
        details = _ordered(work.findings)
        findings = details if request.firms else tuple(merged_by_cause(details))
        if write:
            progress("写入工作簿")
            blocks = {**_blocks(book, targets, findings), **classes}
            if work.origins:
                origins = merged(old_origins, work.origins, _locator(targets, reader))
                blocks[layout.PROVENANCE] = [provenance_block(package, book, at, origins)]
            write_blocks(package, blocks, kept=layout.OUR_FUNCTIONS)
            package.save(request.book, backup=not is_new)
    return Imported(
        request.book, is_new, tuple(summaries), findings, len(current.firms), added,
        work.counts, carried, details,
    )  # fmt: skip


def _last_year(request: Request, progress: Progress) -> OpenedWorkbook | None:
    if request.last_year is None:
        return None
    progress(f"读取 {request.last_year.name}")
    opened = open_workbook(request.last_year)
    _refuse_unusable(opened.book)
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


@contextmanager
def _existing(request: Request) -> Iterator[OpenedWorkbook]:
    """Yield the user's workbook."""
    for given, name in (
        (request.year, "--year"), (request.scheme, "--scheme"), (request.district, "--district")
    ):  # fmt: skip
        if given is not None:
            raise UsageError(f"{request.book} 已经存在，{name} 以它的“参数”表为准，不用再写")
    yield open_workbook(request.book)


@contextmanager
def _template(
    request: Request, last: Book | None, scheme: Scheme, year: int, firms: int
) -> Iterator[OpenedWorkbook]:
    """Yield a new template for some firms, in a folder of its own that is gone afterwards."""
    wanted = request.scheme or ""
    own = Path(wanted) if wanted.lower().endswith(".toml") else None
    workbook = build_template(
        scheme,
        rows=max(_ROWS, min(firms, layout.LAST_ROW - layout.FIRST_ROW)),
        district=request.district or (last.parameters.district if last is not None else ""),
        year=year,
        scheme_name="" if own is None else own.name,
    )
    with tempfile.TemporaryDirectory(prefix="permu-xl-") as folder:
        # Empty but for the template: no firm's data is ever in it.
        blank = Path(folder) / request.book.name
        save_workbook(workbook, blank)
        if own is not None:
            (Path(folder) / own.name).write_bytes(own.read_bytes())
        yield open_workbook(blank)


def _year(request: Request, last: Book | None) -> int:
    if request.year is not None:
        return request.year
    if last is None:
        raise UsageError(f"{request.book} 还没有，新建时请用 --year 写明评价年度")
    return last.parameters.year + 1


def _scheme(request: Request, last: Book | None) -> Scheme:
    wanted = request.scheme
    if wanted is None:
        if last is None:
            return load(DEFAULT)
        named = last.parameters.interpreted.get(last.parameters.cells.get("scheme", ""), "")
        if str(named).lower().endswith(".toml") or last.scheme.id not in available():
            raise UsageError(
                f"{last.path.name} 用的是自己的方案文件，新建工作簿请用 --scheme 写明用哪个方案"
            )
        return load(last.scheme.id)
    return load_file(Path(wanted)) if wanted.lower().endswith(".toml") else load(wanted)


def _refuse_unusable(book: Book) -> None:
    for finding in book.findings:
        if finding.code == UNUSABLE_SCHEME:
            raise BookError(f"{book.path.name} 的“参数”：{finding.problem}；{finding.remedy}。")


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
    return Finding.of("H639", source_at(table.name, sheet, cell, "企业名单", name, (code, name)))


def _locator(targets: Sequence[Target], reader: Reader) -> Callable[[Origin], str]:
    """Return what finds the cell that an earlier origin is about: rows may have been moved."""
    keys = {name: key for key, name in reader.names.items()}
    firms = {
        (target.sheet, identity): (target, number)
        for target in targets
        for number, firm in enumerate(target.firms)
        for identity in (firm.code or firm.name,)
    }

    def locate(origin: Origin) -> str:
        found = firms.get((origin.sheet, origin.firm_code or origin.firm_name))
        key = keys.get(origin.item)
        if found is None or key is None:
            return ""
        return found[0].cell(found[1], key)

    return locate


def _ordered(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings by level, code, file, sheet and row."""

    def order(finding: Finding) -> tuple[int, str, str, str, int]:
        level = _LEVELS.index(finding.level)
        return level, finding.code, finding.file, finding.sheet, finding.first_row

    return tuple(sorted(findings, key=order))
