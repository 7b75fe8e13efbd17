"""Hostile workbooks given to all other commands: one sentence, little memory, nothing changed.

Each sheet that a command reads is hostile once: a cell in the last row and column, and entities
that grow.  ``check`` and ``run`` have tests/hostile/test_broken_books.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from permu_xl.cli.program import main
from permu_xl.reports.city.layout import CITY_BOOKS, CITY_DECISIONS
from permu_xl.reports.sensitivity.layout import SENSITIVITY
from permu_xl.workbook import layout
from permu_xl.xlsx.package.package import Package
from tests.hostile import books
from tests.hostile.commands import Commands, Done
from tests.intake.support import xlsx
from tests.reports.districts import body, code, evaluated, ten, workbook
from tests.xlsx.sheets import read_zip

REFUSED, DATA_ERRORS = 3, 1
PEAK_MB = 400
FIRST_SHEET = "xl/worksheets/sheet1.xml"

BOMBS: dict[str, tuple[Callable[[str], Callable[[books.Parts], books.Parts]], str]] = {
    "far": (lambda part: books.far("XFD1048576", part=part), "填到了第1048576行，超过200000行"),
    "laughs": (books.laughing, "已损坏：无法读取其中的"),
}


@dataclass(frozen=True, slots=True)
class Files:
    """A sound district with 数据来源 and 敏感性, another one, the city's workbook, a table."""

    district: Path
    other: Path
    city: Path
    table: Path

    def hostile(self, source: Path, sheet: str, bomb: str, target: Path) -> Path:
        """Write a copy of a workbook with one sheet made hostile."""
        change, _ = BOMBS[bomb]
        part = Package.open(source).sheet(sheet).part
        return books.write(target, change(part)(read_zip(source)))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("sound")
    district = workbook(folder / "甲区.xlsx", "甲区", ten(0), ten(0))
    rows = [["信用代码", "企业名称", "实缴税收（万元）"], [code(0, 1), "甲区第1厂", 20]]
    table = xlsx(folder / "税务.xlsx", rows)
    assert main(["import", str(table), "-o", str(district)]) == 0
    evaluated(district)
    assert main(["sensitivity", str(district), "--in-place", "--no-backup"]) == 0
    other = evaluated(workbook(folder / "乙区.xlsx", "乙区", ten(1), ten(1)))
    city = folder / "全市.xlsx"
    assert main(["city", str(district), str(other), "-o", str(city)]) == 0
    filled = openpyxl.load_workbook(city)
    sheet = filled[CITY_DECISIONS]
    column = [cell.value for cell in sheet[layout.HEADER_ROW]].index("市级意见") + 1
    for row in range(len(body(city, CITY_DECISIONS))):
        sheet.cell(layout.FIRST_ROW + row, column).value = "D"
    filled.save(city)
    return Files(district, other, city, table)


def unharmed(done: Done, folder: Path, listed: dict[Path, bytes]) -> None:
    assert done.peak_mb < PEAK_MB, done
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == listed


# ---- commands about one workbook -----------------------------------------------------------------

Call = Callable[[Path, Files, Path], list[str | Path]]

CALLS: dict[str, tuple[Call, tuple[str, ...]]] = {
    "verify": (
        lambda bad, files, out: ["verify", bad],
        (layout.DATA, layout.BASELINES, layout.SCORES, layout.CLASSES, layout.SUMMARY, layout.RUNS),
    ),
    "publish": (
        lambda bad, files, out: ["publish", bad, "-o", out / "上报.xlsx"],
        (layout.DATA, layout.SCORES, layout.CLASSES),
    ),
    "sensitivity": (
        lambda bad, files, out: ["sensitivity", bad, "-o", out / "新.xlsx"],
        (layout.PREVIOUS,),
    ),
    "compare, the old one": (
        lambda bad, files, out: ["compare", bad, files.district, "-o", out / "变动.xlsx"],
        (layout.DATA,),
    ),
    "compare, the new one": (
        lambda bad, files, out: ["compare", files.district, bad, "-o", out / "变动.xlsx"],
        (layout.ADJUSTMENTS,),
    ),
    "notices": (
        lambda bad, files, out: ["notices", bad, "-o", out / "确认单"],
        (layout.DATA, layout.PROVENANCE),
    ),
    "import, the workbook to fill": (
        lambda bad, files, out: ["import", files.table, "-o", bad],
        (layout.DATA, layout.PREVIOUS, layout.PROVENANCE),
    ),
    "import, last year's workbook": (
        lambda bad, files, out: [
            "import", files.table, "-o", out / "新.xlsx", "--last-year", bad, "--year", "2023",
        ],
        (layout.DATA, layout.PARAMETERS),
    ),
}  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize(
    ("name", "sheet"), [(name, sheet) for name, (_, sheets) in CALLS.items() for sheet in sheets]
)
def test_one_workbook(
    commands: Commands, files: Files, tmp_path: Path, name: str, sheet: str, bomb: str
) -> None:
    call, _ = CALLS[name]
    bad = files.hostile(files.district, sheet, bomb, tmp_path / "坏.xlsx")
    before = {bad: bad.read_bytes()}
    done = commands.run(*call(bad, files, tmp_path))
    assert done.status == REFUSED, done
    assert done.err.count("\n") == 1, done
    assert done.err.endswith("。\n")
    assert BOMBS[bomb][1] in done.err
    assert str(bad) in done.err
    assert done.out == ""
    unharmed(done, tmp_path, before)


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_table_to_import(commands: Commands, files: Files, tmp_path: Path, bomb: str) -> None:
    change, words = BOMBS[bomb]
    bad = books.write(tmp_path / "坏.xlsx", change(FIRST_SHEET)(read_zip(files.table)))
    before = {bad: bad.read_bytes()}
    done = commands.run("import", bad, "-o", tmp_path / "新.xlsx", "--year", "2022")
    assert (done.status, done.out, done.err.count("\n")) == (REFUSED, "", 1), done
    assert words in done.err
    unharmed(done, tmp_path, before)


def test_a_table_with_merges_over_merges(commands: Commands, files: Files, tmp_path: Path) -> None:
    merges = '<mergeCell ref="A1:XFD1048576"/>' * 200_000
    bad = books.write(
        tmp_path / "坏.xlsx",
        books.changed(
            read_zip(files.table), FIRST_SHEET,
            "</sheetData>", f"</sheetData><mergeCells>{merges}</mergeCells>",
        ),
    )  # fmt: skip
    done = commands.run("import", bad, "-o", tmp_path / "新.xlsx", "--year", "2022", seconds=20)
    assert (done.status, done.err.count("\n"), done.peak_mb < PEAK_MB) == (REFUSED, 1, True), done
    assert "合并的单元格互相重叠" in done.err


def test_an_array_formula_that_claims_the_whole_sheet(
    commands: Commands, files: Files, tmp_path: Path
) -> None:
    target = tmp_path / "区.xlsx"
    part = Package.open(files.district).sheet(layout.DATA).part
    formula = b'<row r="900"><c r="R900"><f t="array" ref="A1:XFD1048576">1</f><v>1</v></c></row>'
    books.write(target, books.rows_before_end(read_zip(files.district), part, formula))
    done = commands.run("import", files.table, "-o", target)
    # Every cell counts as a formula's, so nothing is written over.
    assert (done.status, done.peak_mb < PEAK_MB) == (0, True), done
    assert [row["实缴税收（万元）"] for row in body(target, layout.DATA)][:2] == [20, 40]


def test_a_sheet_that_is_replaced_is_looked_at_only_at_its_top(
    commands: Commands, files: Files, tmp_path: Path
) -> None:
    call, _ = CALLS["sensitivity"]
    bad = files.hostile(files.district, SENSITIVITY, "far", tmp_path / "坏.xlsx")
    done = commands.run(*call(bad, files, tmp_path))
    assert (done.status, done.peak_mb < PEAK_MB) == (0, True), done
    bad = files.hostile(files.district, SENSITIVITY, "laughs", tmp_path / "坏.xlsx")
    done = commands.run(*call(bad, files, tmp_path))
    assert (done.status, done.err.count("\n"), done.peak_mb < PEAK_MB) == (REFUSED, 1, True), done


# ---- the city ------------------------------------------------------------------------------------


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("sheet", [layout.DATA, layout.SCORES, layout.CLASSES])
def test_a_hostile_district_is_left_out_of_the_city(
    commands: Commands, files: Files, tmp_path: Path, sheet: str, bomb: str
) -> None:
    bad = files.hostile(files.district, sheet, bomb, tmp_path / "坏区.xlsx")
    out = tmp_path / "全市.xlsx"
    done = commands.run("city", bad, files.other, "-o", out)
    assert (done.status, done.err) == (DATA_ERRORS, ""), done
    (told,) = [line for line in done.out.splitlines() if "E701" in line]
    assert BOMBS[bomb][1] in told
    assert "没有汇入：坏区" in done.out
    assert [row["状态"] for row in body(out, CITY_BOOKS)] == ["不能读取", "已汇总"]
    assert done.peak_mb < PEAK_MB


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("sheet", [CITY_DECISIONS, CITY_BOOKS])
def test_a_hostile_list_of_decisions(
    commands: Commands, files: Files, tmp_path: Path, sheet: str, bomb: str
) -> None:
    bad = files.hostile(files.city, sheet, bomb, tmp_path / "全市.xlsx")
    district = tmp_path / "甲区.xlsx"
    district.write_bytes(files.district.read_bytes())
    before = {path: path.read_bytes() for path in (bad, district)}
    done = commands.run("city", "apply", bad, district)
    assert done.status == REFUSED, done
    assert (done.out, done.err.count("\n")) == ("", 1), done
    assert BOMBS[bomb][1] in done.err
    unharmed(done, tmp_path, before)


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("sheet", [layout.DATA, layout.ADJUSTMENTS])
def test_decisions_for_a_hostile_district(
    commands: Commands, files: Files, tmp_path: Path, sheet: str, bomb: str
) -> None:
    bad = files.hostile(files.district, sheet, bomb, tmp_path / "坏区.xlsx")
    before = {bad: bad.read_bytes()}
    done = commands.run("city", "apply", files.city, bad)
    assert (done.status, done.err) == (DATA_ERRORS, ""), done
    (told,) = [line for line in done.out.splitlines() if "E701" in line]
    assert BOMBS[bomb][1] in told
    unharmed(done, tmp_path, before)
