"""运行记录: what is remembered of each run, so that an auditor can check it later.

It stands on a very hidden sheet of the workbook and not in a file beside it: it then travels with
the results it tells about, cannot be mixed up or left behind, and an open document that was never
saved has one too.
"""

from __future__ import annotations

import datetime as dt
import getpass
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from permu_xl import __version__
from permu_xl.errors import UsageError
from permu_xl.findings import Finding, Level
from permu_xl.workbook import layout
from permu_xl.workbook.record.hashed_texts import (
    Cells,
    digest,
    line,
    results_text,
    scheme_text,
)
from permu_xl.xlsx.cells import Block, Column, Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from permu_xl.engine import Evaluation
    from permu_xl.workbook.reading import Book

__all__ = ["NAMES_OFF", "Stamp", "cells_of", "make_entry", "run_blocks", "seal", "stamp"]

NAMES_OFF = "PERMU_NO_NAMES"
"""Environment variable: anything but empty or 0 keeps user names out of 运行记录."""
FIXED_CLOCK = "SOURCE_DATE_EPOCH"
WITHHELD = "（不记姓名）"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who ran the program, and when (UTC)."""

    who: str
    when: dt.datetime


def stamp(*, names: bool = True) -> Stamp:
    """Return the stamp of a run that takes place now.

    Without ``names``, or where PERMU_NO_NAMES is set, nobody is named.  SOURCE_DATE_EPOCH stands
    for the clock where it is set.  Raises UsageError where that is no whole number of seconds.
    """
    named = names and os.environ.get(NAMES_OFF, "").strip() in ("", "0")
    return Stamp(_user() if named else WITHHELD, _now())


def _user() -> str:
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return ""


def _now() -> dt.datetime:
    fixed = os.environ.get(FIXED_CLOCK, "").strip()
    if not fixed:
        return dt.datetime.now(dt.UTC)
    try:
        return dt.datetime.fromtimestamp(int(fixed), dt.UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(
            f"环境变量 {FIXED_CLOCK} 应是1970年以来的整数秒，现在是“{fixed}”，请改正或取消它"
        ) from error


def cells_of(book: Book, blocks: Mapping[str, Sequence[Block]]) -> Cells:
    """Return the result tables that are to be written, by title and column."""
    return {
        title: {column.number: column.values for block in blocks[name] for column in block.columns}
        for title, name in book.sheets.items()
        if title in (layout.BASELINES, layout.SCORES, layout.CLASSES)
    }


def make_entry(
    book: Book,
    e: Evaluation,
    findings: Sequence[Finding],
    results: Cells,
    stamp: Stamp,
    inputs_hash: str,
) -> dict[str, str]:
    """Return the row of a run, sealed onto the row before it; ``results`` are what it writes."""
    counts = [f"{letter} {e.count(letter)}" for letter in e.scheme.letters]
    counts.append(f"{layout.NOT_EVALUATED} {int((e.final == '').sum())}")
    previous = book.runs.entries[-1]["seal"] if book.runs and book.runs.entries else ""
    entry = {
        "time": stamp.when.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "who": stamp.who,
        "version": __version__,
        "year": str(e.year),
        "scheme": e.scheme.id,
        "scheme_hash": digest(scheme_text(e.scheme)),
        "inputs_hash": inputs_hash,
        "results_hash": digest(results_text(book, results)),
        "firms": str(e.roster.size),
        "participants": str(e.firms_ranked),
        "classes": "、".join(counts),
        "findings": "、".join(
            f"{level.value} {sum(f.level is level for f in findings)}" for level in Level
        ),
        "previous": previous,
    }
    return entry | {"seal": seal(entry)}


def seal(entry: Mapping[str, str]) -> str:
    """Return the hash over all other cells of a row; it guards against slips, not against fraud."""
    keys = [field.key for field in layout.run_fields() if field.key != "seal"]
    return digest(line([entry[key] for key in keys]))


def run_blocks(book: Book, entry: Mapping[str, str], rows: Sequence[str]) -> dict[str, list[Block]]:
    """Return what 运行记录 is to hold after a run; nothing where the sheet is not ours.

    ``rows`` are the hashes of the rows of the inputs.

    A run that equals the last one in everything, its time included, is not noted twice.
    """
    if book.runs is None:
        return {}
    at, known = book.runs.at, list(book.runs.entries)
    bare = [{k: v for k, v in each.items() if k not in ("previous", "seal")} for each in known[-1:]]
    if bare != [{k: v for k, v in entry.items() if k not in ("previous", "seal")}]:
        known.append(entry)
    known = known[-layout.RUNS_KEPT :]
    fields = layout.run_fields()
    places = {f.key: n for n, f in enumerate(fields)} if at is None else at.columns
    first_row = layout.FIRST_ROW if at is None else at.first_row + 1
    body = Block(
        first_row, [Column(places[f.key] + 1, [each[f.key] for each in known]) for f in fields]
    )
    inputs = Column(book.runs.inputs_at, [layout.RUN_INPUTS, *rows])
    blocks = [body, Block(first_row - 1, [inputs])]
    return {book.runs.sheet: blocks if at is not None else [_head(), *blocks]}


def _head() -> Block:
    """Return title, note and header of the sheet."""
    columns: list[Column] = []
    for n, field in enumerate(layout.run_fields(), 1):
        head: list[Value] = [None] * layout.HEADER_ROW
        head[-1] = field.header
        if n == 1:
            head[layout.TITLE_ROW - 1], head[layout.NOTE_ROW - 1] = (
                layout.RUNS_TITLE,
                layout.RUNS_NOTE,
            )
        columns.append(Column(n, head))
    return Block(1, columns, last_row=layout.HEADER_ROW, template_row=False)
