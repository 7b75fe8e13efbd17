"""The live template of every kind of scheme, calculated by Calc: every cell as a run writes it.

Beside the shipped schemes two made for tests have every piece that a scheme can be composed of.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl.utils import get_column_letter

import permu_xl
from permu_xl.engine.evaluation import Evaluation
from permu_xl.engine.model.scheme import CutPoints, Scheme, TwoStage
from permu_xl.hosts.calc.setup.build import extension
from permu_xl.hosts.calc.setup.installer import site_folders
from permu_xl.schemes import DEFAULT, available, files, load
from permu_xl.workbook import layout
from permu_xl.workbook.district import assess
from permu_xl.workbook.live.references import HELPER
from permu_xl.workbook.live.template import live_template
from permu_xl.workbook.look.save import save_workbook
from permu_xl.workbook.reading.opened import read_book
from permu_xl.workbook.results import result_blocks
from permu_xl.xlsx.cells.blocks import Block
from tests.engine.support import DATA
from tests.hosts.calc.live_books import differences
from tests.office import Document, Office
from tests.workbook.districts import fill
from tests.workbook.scheme_districts import scheme_firms

pytestmark = pytest.mark.office

TOYS = ("toy_tracks", "toy_rules")
FIRMS, SPARE = 60, 3


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a copy of the program that ships the test scheme too, known here as well."""
    folder = tmp_path_factory.mktemp("site")
    source = Path(permu_xl.__file__).parent
    shutil.copytree(source, folder / "permu_xl", ignore=shutil.ignore_patterns("__pycache__"))
    for id in TOYS:
        shutil.copy(DATA / f"{id}.toml", folder / "permu_xl" / "schemes" / "data")
    with pytest.MonkeyPatch.context() as patch:
        shipped = folder / "permu_xl" / "schemes" / "data"
        patch.setattr(files, "_DATA", shipped)
        load.cache_clear()
        yield folder
    load.cache_clear()


@pytest.fixture(scope="module")
def office(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    file = tmp_path_factory.mktemp("oxt") / "permu.oxt"
    # The add-in finds first what is named last.
    file.write_bytes(extension([*site_folders(), package]))
    with Office(extension=file) as running:
        yield running


def book_of(path: Path, scheme: Scheme, firms: int = FIRMS, seed: int = 1) -> Path:
    book = live_template(scheme, firms + SPARE, district="某区", year=scheme.valid_until.year)
    fields = layout.data_fields(scheme)
    this = scheme_firms(scheme, firms, seed)
    fill(book, layout.DATA, fields, this)
    fill(book, layout.PREVIOUS, fields, scheme_firms(scheme, firms, seed + 100))
    decided: list[Mapping[str, Any]] = [
        {
            "code": this[2]["code"],
            "letter": scheme.letters[0],
            "reason": "复核",
            "document": "会议",
        },
        {"name": this[5]["name"], "letter": scheme.letters[-1]},
    ]
    fill(book, layout.ADJUSTMENTS, layout.adjustment_fields(scheme), decided)
    save_workbook(book, path)
    return path


def expected(path: Path) -> tuple[Evaluation, dict[str, Block]]:
    outcome = assess(read_book(path))
    assert outcome.evaluation is not None, [f for f in outcome.findings if f.level.value == "错误"]
    found = result_blocks(outcome.book, outcome.evaluation)
    return outcome.evaluation, {title: block for title, (block,) in found.items()}


def no_errors(book: Document) -> bool:
    sheets = (layout.BASELINES, layout.SCORES, layout.CLASSES, HELPER)
    return not any(book.errors(title) for title in sheets)


@pytest.mark.parametrize("id", [*(id for id in available() if id != DEFAULT), *TOYS])
def test_calc_gives_what_a_run_writes(office: Office, tmp_path: Path, id: str) -> None:
    path = book_of(tmp_path / "live.xlsx", load(id))
    e, blocks = expected(path)
    assert set(e.final) >= set(e.scheme.graded_letters) or len(e.classes.units) > 4
    with office.open(path) as book:
        book.recalculate()
        assert differences(book, blocks) == []
        assert no_errors(book)
        last = layout.FIRST_ROW + FIRMS + SPARE - 1
        for title, fields in (
            (layout.SCORES, layout.score_fields(e.scheme)),
            (layout.CLASSES, layout.class_fields(e.scheme)),
        ):
            area = f"A{last}:{get_column_letter(len(fields))}{last}"
            assert set(book.values(title, area)[0]) == {""}


@pytest.fixture(scope="module")
def wenling(
    office: Office, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Document, Scheme]]:
    """Tracks, ranking units and cut points; one document, which keeps what each test changes."""
    scheme = load("wenling_2022")
    assert all(
        isinstance(track.rule, CutPoints) and track.ranking.within for track in scheme.tracks
    )
    with office.open(book_of(tmp_path_factory.mktemp("live") / "a.xlsx", scheme)) as book:
        book.recalculate()
        yield book, scheme


EDITS: list[tuple[str, float | str]] = [
    ("size", "规下"),
    ("trade", " 泵阀动力机械 通用设备 "),
    ("tax", "1,234.5"),
    ("tenants", 9.0),
    ("bonus_labels", "规下出租首户"),
    ("bonus_points", -30.0),
    ("included", "否"),
]


def test_edited_inputs_change_what_depends_on_them(
    wenling: tuple[Document, Scheme], tmp_path: Path
) -> None:
    """The last one for another firm, so that it hides none; compared once all are there."""
    book, scheme = wenling
    keys = [field.key for field in layout.data_fields(scheme)]
    for key, value in EDITS:
        before = book.values(layout.CLASSES, "A5:K64")
        row = 14 if key == "included" else 13
        book.set(layout.DATA, f"{get_column_letter(keys.index(key) + 1)}{row}", value)
        assert book.values(layout.CLASSES, "A5:K64") != before, key
    edited = tmp_path / "改.xlsx"
    book.save(edited)
    assert differences(book, expected(edited)[1]) == []


def test_weights_and_methods_on_the_parameter_sheet_are_followed(
    wenling: tuple[Document, Scheme], tmp_path: Path
) -> None:
    book, scheme = wenling
    rows = {i.id: layout.PARAMETER_HEADER_ROW + 1 + k for k, i in enumerate(scheme.indicators)}
    first, second = scheme.tracks[0].indicators[:2]
    book.set(layout.PARAMETERS, f"B{rows[first]}", scheme.indicator(first).weight + 5)
    book.set(layout.PARAMETERS, f"B{rows[second]}", scheme.indicator(second).weight - 5)
    book.set(layout.PARAMETERS, f"C{rows[first]}", "企业均值")
    book.set(layout.PARAMETERS, f"C{rows[second]}", "人工核定")
    book.set(layout.PARAMETERS, f"D{rows[second]}", 0.5)
    book.set(layout.PARAMETERS, f"E{rows[first]}", 1.1)
    edited = tmp_path / "改.xlsx"
    book.save(edited)
    assert differences(book, expected(edited)[1]) == []


def test_a_group_the_scheme_does_not_know_leaves_no_class_and_is_named(
    wenling: tuple[Document, Scheme],
) -> None:
    book, scheme = wenling
    keys = [field.key for field in layout.data_fields(scheme)]
    cell = f"{get_column_letter(keys.index('trade') + 1)}13"
    book.set(layout.DATA, f"{get_column_letter(keys.index('included') + 1)}13", "是")
    book.set(layout.DATA, cell, "航天")
    assert str(book.values(layout.CLASSES, "A2")[0][0]).startswith(f"“原始数据”{cell}（")
    assert set(book.values(layout.CLASSES, "A5:H5")[0]) == {""}


def test_the_schemes_of_this_test_have_every_rule() -> None:
    schemes = [load(id) for id in available()]
    rules = {type(track.rule) for scheme in schemes for track in scheme.tracks}
    assert rules == {CutPoints, TwoStage}
    assert any(scheme.guards for scheme in schemes)
    assert any(scheme.ungraded for scheme in schemes)
