"""Districts with results, and the six ways in which somebody might change one by hand.

The districts of ``EVERY_FORM`` ask of a program whatever any asks of it; the others wait for
``make engines``.  A change in an open workbook costs a tenth of a second, and LibreOffice and the
newest ONLYOFFICE are shown every one in every district.  Opening a copy that was changed costs a
second and more, so the copies are spread (see ``in_turn``) or have several changes at once.
"""

from __future__ import annotations

import functools
import re
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import pytest
from openpyxl.utils import get_column_letter

from permu_xl.engine import first_part
from permu_xl.schemes import available, load, load_file
from permu_xl.workbook import layout
from permu_xl.workbook.district import run
from tests.engines.onlyoffice import Change
from tests.workbook.any_districts import any_firms
from tests.workbook.districts import firm
from tests.workbook.odd_districts import (
    OVERLAY,
    district_book,
    odd_adjustments,
    odd_firms,
    save,
    shift,
)
from tests.workbook.odd_pieces import pieces_book
from tests.workbook.proof.proving import CHECKS, OWN

UNTIDY = "untidy"
PIECES = "pieces"
EVERY_FORM = (
    "anyang_2018",
    "changle_2023",
    "huaian_2024",
    "huangyan_2021",
    "wenling_2022",
    UNTIDY,
    PIECES,
)
"""Those that together ask of a program whatever any asks of it; ``test_forms`` holds them to it."""
DISTRICTS = (*EVERY_FORM, *(id for id in available() if id not in EVERY_FORM))
ASKED = [
    name if name in EVERY_FORM else pytest.param(name, marks=pytest.mark.engines)
    for name in DISTRICTS
]
"""All districts, those whose forms others have too for ``make engines`` only."""
FIRMS = 24

CHECK_CELLS = tuple(
    (layout.PROOF, f"{get_column_letter(column)}{row}")
    for row, column in (layout.proof_cell(name) for name in CHECKS)
)
"""Where the checks stand, in the order of ``CHECKS``."""
ALL_TRUE = ["TRUE"] * len(CHECKS)


@dataclass(frozen=True)
class Tampering:
    """A change by hand, and which checks have to turn FALSE.

    ``only`` says that no others may: what was changed is a result that nothing rests on.
    """

    name: str
    change: Change
    failing: frozenset[str]
    only: bool

    def shows_in(self, values: list[str]) -> bool:
        """Return whether the texts of the checks are as they have to be."""
        return show_in((self,), values)


def show_in(tried: Sequence[Tampering], values: list[str]) -> bool:
    """Return whether the texts of the checks are as they have to be after several changes."""
    found = {name for name, value in zip(CHECKS, values, strict=True) if value != "TRUE"}
    expected = {"test_all"}.union(*(each.failing for each in tried))
    return found == expected if all(each.only for each in tried) else expected <= found


@dataclass(frozen=True)
class District:
    """A workbook with results and what may be done to it."""

    path: Path
    tamperings: tuple[Tampering, ...]


def in_turn(name: str, many: int, start: int = 0) -> tuple[Tampering, ...]:
    """Return some of a district's six changes, others for the next district.

    Over the districts of ``EVERY_FORM`` every change comes up.
    """
    at = DISTRICTS.index(name) * many + start
    found = district(name).tamperings
    return tuple(found[(at + k) % len(found)] for k in range(many))


@functools.cache
def folder() -> Path:
    """Return a folder for this process; pytest leads it below its own."""
    return Path(tempfile.mkdtemp(prefix="permu-xl-engines-"))


@functools.cache
def district(name: str) -> District:
    """Return a workbook with results under a shipped scheme, or the untidy one."""
    path = folder() / f"{name}.xlsx"
    if name == UNTIDY:
        (folder() / OWN).write_text(OVERLAY, encoding="utf-8")
        scheme = load_file(folder() / OWN)
        firms = [firm(90000, included="是"), *odd_firms(40, 6, labels=True)]
        book = district_book(
            scheme, firms, odd_firms(30, 1006, labels=False),
            odd_adjustments(firms, 6, scheme.letters), scheme_name=OWN, year="２０２２年",
        )  # fmt: skip
        shift(book)
    elif name == PIECES:
        run(path := pieces_book(folder(), FIRMS, 4), path)
        return District(path, tuple(_tamperings(path)))
    else:
        scheme = load(name)
        year = scheme.valid_from.year
        firms, last = (any_firms(scheme, FIRMS, k, year=year - k + 1) for k in (1, 2))
        book = district_book(scheme, firms, last, scheme_name=name, year=year)
    outcome = run(save(book, path), path)
    assert outcome.evaluation is not None, outcome.findings
    return District(path, tuple(_tamperings(path)))


def _tamperings(path: Path) -> Iterable[Tampering]:
    from permu_xl.workbook.district import assess
    from permu_xl.workbook.reading import read_book

    outcome = assess(read_book(path))
    book, e = outcome.book, outcome.evaluation
    assert e is not None
    assert book.previous is not None
    first = e.results[0]
    column = first_part(e.scheme, first.indicator.numerator)
    # A firm that is ranked, with a value of the first indicator that is read where it stands.
    entry = next(
        int(k)
        for k in np.flatnonzero(e.graded & ~np.isnan(first.value))
        if not any(at == k for at, _ in book.current.interpreted)
    )
    placed, before = book.current.placed, book.previous.placed
    known = np.flatnonzero(~np.isnan(book.previous.roster.number(column)))
    earlier = next(
        int(k)
        for k in known
        if not any(at == k for at, _ in book.previous.interpreted)
        and not np.isnan(book.previous.roster.number(first.indicator.denominator)[k])
    )

    def result(title: str, key: str, offset: int) -> tuple[str, str]:
        at = book.outputs[title]
        return book.sheets[title], f"{get_column_letter(at.columns[key] + 1)}{offset}"

    row = placed.rows[entry] - placed.first_row
    below = {title: at.first_row + 1 for title, at in book.outputs.items()}
    other = next(letter for letter in e.scheme.letters if letter != str(e.final[entry]))
    for name, (sheet, cell), value, failing, only in (
        ("final class", result(layout.CLASSES, "final", below[layout.CLASSES] + row), other,
         "final", True),
        ("score", result(layout.SCORES, f"score:{first.indicator.id}", below[layout.SCORES] + row),
         float(first.score[entry]) + 1, "scores", True),
        ("tax", (placed.sheet, placed.cell(entry, column)), 98765.0, "indicators", False),
        ("last year's tax", (before.sheet, before.cell(earlier, column)), 98765.0, "baselines",
         False),
        ("name", (placed.sheet, placed.cell(entry, "name")), "另一家公司", "identity", False),
        ("baseline", result(layout.BASELINES, "value", below[layout.BASELINES]), 98765.0,
         "baselines", True),
    ):  # fmt: skip
        change = Change(sheet, cell, value)
        yield Tampering(name, change, frozenset({f"test_{failing}"}), only)


def tampered(path: Path, *changes: Change) -> Path:
    """Return a copy of a workbook in which one cell or some were changed in the file."""
    target = folder() / f"tampered-{path.name}"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as made:
        parts = [_part(source, change.sheet) for change in changes]
        for name in source.namelist():
            content = source.read(name)
            for part, change in zip(parts, changes, strict=True):
                if name == part:
                    content = _changed(content, change)
            made.writestr(name, content)
    return target


def _part(package: zipfile.ZipFile, sheet: str) -> str:
    workbook = package.read("xl/workbook.xml").decode()
    found = re.search(rf'<sheet [^>]*name="{sheet}"[^>]*id="(\w+)"', workbook)
    assert found is not None
    relations = package.read("xl/_rels/workbook.xml.rels").decode()
    (one,) = [x for x in re.findall(r"<Relationship [^>]*>", relations) if f'"{found[1]}"' in x]
    target = re.search(r'Target="([^"]*)"', one)
    assert target is not None
    return f"xl/{target[1]}"


def _changed(sheet: bytes, change: Change) -> bytes:
    cell = re.compile(rf'<c r="{change.cell}"((?: s="\d+")?)[^>]*?(?:/>|>.*?</c>)', re.DOTALL)

    def written(found: re.Match[str]) -> str:
        head = f'<c r="{change.cell}"{found[1]}'
        if isinstance(change.value, str):
            return f'{head} t="inlineStr"><is><t>{escape(change.value)}</t></is></c>'
        return f"{head}><v>{change.value!r}</v></c>"

    text, count = cell.subn(written, sheet.decode())
    assert count == 1
    return text.encode()
