"""The city's decisions carried back into 分类调整 of each district's workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from permu_xl.engine import Adjustment, Evaluation, match_adjustments
from permu_xl.errors import BookError, PermuError
from permu_xl.findings import At, Finding
from permu_xl.reports.city.decisions import Decision, read_decisions, read_scope
from permu_xl.reports.city.districts import without_backups
from permu_xl.reports.city.layout import CITY_BOOKS, CITY_DECISIONS
from permu_xl.text import day_number, fold, name_key
from permu_xl.workbook import assess, layout
from permu_xl.workbook.reading import (
    AdjustmentTable,
    Book,
    OpenedWorkbook,
    bare_letter,
    open_workbook,
)
from permu_xl.xlsx.cells import Block, Column, Value, is_blank
from permu_xl.xlsx.files import claimed
from permu_xl.xlsx.writing import write_blocks

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

__all__ = ["Applied", "AppliedBook", "InPlace", "apply"]

Progress = Callable[[str], None]

_CONFIRMED, _CHANGED = "市级确认", "市级改定"
"""The reasons that are noted where the city gives none."""


@dataclass(slots=True)
class AppliedBook:
    """How many decisions were written, were there already, and could not be written.

    ``backup`` says that the workbook as it was is kept beside it.
    """

    path: Path
    district: str
    added: int = 0
    present: int = 0
    refused: int = 0
    backup: bool = False


@dataclass(slots=True)
class Applied:
    """What became of the decisions; ``undecided`` firms on the list have none.

    Those of ``unread`` firms have a cell that cannot be read.
    """

    books: list[AppliedBook] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    undecided: int = 0
    unread: int = 0


@dataclass(frozen=True, slots=True)
class InPlace:
    """How workbooks are written back: as by ``permu-xl run --in-place``."""

    backup: bool = True
    ignore_office: bool = False


def apply(
    city: Path,
    districts: Sequence[Path],
    progress: Progress = lambda step: None,
    *,
    document: str = "",
    date: dt.date | None = None,
    in_place: InPlace | None = None,
) -> Applied:
    """Append the decisions of 待确认名单 to 分类调整 of the districts' workbooks.

    What is there already stays: the same class counts as present, another one is a finding.
    ``document`` and ``date`` are the grounds and the day of decisions that name none.  Raises
    BookError where the city's workbook cannot be used; a district that cannot be is a finding, and
    the others go on.
    """
    done, how = Applied(), in_place or InPlace()
    progress(f"读取 {city.name}")
    decisions, findings = read_decisions(city)
    scope = read_scope(city)
    done.findings += findings
    done.unread = len(findings)
    done.undecided = sum(not d.letter and d.unread is None for d in decisions)
    decided = [decision for decision in decisions if decision.letter]
    seen: set[str] = set()
    districts, skipped = without_backups(districts)
    done.findings += skipped
    for number, path in enumerate(districts, 1):
        progress(f"写回（{number}/{len(districts)}）{path.name}")
        try:
            with claimed(path, ignore_office=how.ignore_office):
                _one(path, decided, scope, (document, date), how, seen, done)
        except PermuError as error:
            text = str(error).split("\n")[0].rstrip("。")
            at = At.in_file(path.name, "", "", "工作簿")
            done.findings.append(Finding.of("E701", at, case="writing_back", problem=text))
    for name in dict.fromkeys(d.district for d in decided if fold(d.district) not in seen):
        number = sum(d.district == name for d in decided)
        at = At.in_file(city.name, CITY_DECISIONS, "", "地区", name)
        done.findings.append(Finding.of("W726", at, case="" if name else "nowhere", count=number))
    return done


def _one(
    path: Path,
    decided: Sequence[Decision],
    scope: Mapping[str, tuple[str, str]],
    grounds: tuple[str, dt.date | None],
    in_place: InPlace,
    seen: set[str],
    done: Applied,
) -> None:
    opened = open_workbook(path)
    package, book = opened.package, opened.book
    name = book.parameters.district or path.stem
    folded = fold(name)
    if folded in seen:
        raise BookError(f"地区“{name}”已有另一个工作簿，不知道写到哪一个")
    seen.add(folded)
    ours = (book.scheme.id, str(book.parameters.year))
    listed = {fold(district): of for district, of in scope.items()}.get(folded)
    if listed is None:
        raise BookError(f"地区“{name}”不在全市工作簿的“{CITY_BOOKS}”里")
    if listed != ours:
        raise BookError(
            f"方案和评价年度是{ours[0]}、{ours[1]}，汇总时是{'、'.join(listed)}，不是同一份"
        )
    table = book.adjustments
    if table is None:
        raise BookError(f"没有可用的工作表“{layout.ADJUSTMENTS}”，请从模板复制这张表")
    summary = AppliedBook(path, name)
    mine = [decision for decision in decided if fold(decision.district) == folded]
    work = _Work(path, book, table, assess(book).evaluation, summary)
    for decision in mine:
        work.take(decision, *grounds)
    if work.rows:
        write_blocks(
            package,
            {table.placed.sheet: [_block(opened, table, work.rows)]},
            kept=layout.OUR_FUNCTIONS,
        )
        package.save(path, backup=in_place.backup)
        summary.backup = in_place.backup
    done.findings += work.findings
    done.books.append(summary)


class _Work:
    """One district: decides about each decision, gathers the rows to append."""

    def __init__(
        self,
        path: Path,
        book: Book,
        table: AdjustmentTable,
        evaluation: Evaluation | None,
        summary: AppliedBook,
    ) -> None:
        self.path, self.book, self.table = path, book, table
        self.evaluation, self.summary = evaluation, summary
        self.rows: list[dict[str, Value]] = []
        self.findings: list[Finding] = []
        matches = match_adjustments(table.adjustments, book.current.roster)
        self.present = {
            firm: (adjustment, table.placed.cell(entry, "letter"))
            for entry, (firm, adjustment) in enumerate(zip(matches, table.adjustments, strict=True))
            if firm >= 0
        }

    def take(self, decision: Decision, document: str, date: dt.date | None) -> None:
        """Append a decision, or say why not."""
        scheme, roster = self.book.scheme, self.book.current.roster
        letter = next((x for x in scheme.letters if bare_letter(x) == decision.letter), "")
        if not letter:
            allowed = "、".join(scheme.letters)
            self._refuse(Finding.of("E722", decision.at, allowed=allowed))
            return
        decision = replace(decision, letter=letter)
        wanted = Adjustment(decision.code, decision.name, letter)
        (firm,) = match_adjustments([wanted], roster)
        if firm < 0:
            self._refuse(self._unknown(decision))
            return
        if firm in self.present:
            self._compare(decision, *self.present[firm])
            return
        self._note_change(decision, firm)
        confirmed = decision.letter == decision.final
        day = decision.date or date
        row: dict[str, Value] = {
            "code": decision.code,
            "name": decision.name,
            "letter": decision.letter,
            "reason": decision.reason or (_CONFIRMED if confirmed else _CHANGED),
            "document": decision.document or document,
            "date": None if day is None else day_number(day, from_1904=self.book.from_1904),
        }
        self.rows.append(row)
        self.present[firm] = (wanted, "")
        self.summary.added += 1

    def _unknown(self, decision: Decision) -> Finding:
        """Say that the firm is not in the district, and who of the same name is."""
        at, roster = decision.at, self.book.current.roster
        wanted = name_key(decision.name)
        same = [k for k, name in enumerate(roster.names) if name and name_key(name) == wanted]
        if not same:
            return Finding.of("E721", at, sheet=layout.DATA)
        if decision.code:
            codes = "、".join(str(roster.codes[k]) or "（没有代码）" for k in same)
            return Finding.of("E721", at, case="other_code", sheet=layout.DATA, codes=codes)
        return Finding.of("E721", at, case="several", sheet=layout.DATA, count=len(same))

    def _compare(self, decision: Decision, there: Adjustment, cell: str) -> None:
        if there.letter == decision.letter:
            self.summary.present += 1
            return
        at, title, letter = decision.at, layout.ADJUSTMENTS, there.letter
        if cell:
            self._refuse(Finding.of("E725", at, sheet=title, cell=cell, there=letter))
        else:
            self._refuse(Finding.of("E725", at, case="listed_twice", there=letter))

    def _note_change(self, decision: Decision, firm: int) -> None:
        """Say so where the rules give another class by now than when the list was made."""
        e = self.evaluation
        if e is None:
            return
        now = str(e.proposed[firm]) or layout.NOT_EVALUATED
        if now != decision.proposed:
            at = decision.at
            self.findings.append(Finding.of("W727", at, listed=decision.proposed, now=now))

    def _refuse(self, finding: Finding) -> None:
        self.summary.refused += 1
        self.findings.append(finding)


def _block(
    opened: OpenedWorkbook, table: AdjustmentTable, rows: Sequence[Mapping[str, Value]]
) -> Block:
    """Return the rows as a block below whatever stands in the table's columns."""
    columns = table.placed.at.columns
    cells = opened.grid(table.placed.sheet).rows
    used = [
        number
        for number, row in enumerate(cells, 1)
        if any(c < len(row) and not is_blank(row[c]) for c in columns.values())
    ]
    first = max([table.placed.first_row - 1, *used]) + 1
    return Block(
        first,
        [Column(columns[key] + 1, [row[key] for row in rows]) for key in rows[0] if key in columns],
        last_row=first + len(rows) - 1,
        template_row=False,
    )
