"""Every plain formula that is written has a form that unrelated programs read alike."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from permu_xl.schemes import available, load
from permu_xl.workbook.district import run
from permu_xl.workbook.template.workbook import build_template, save_workbook
from tests.engines.proofs import DISTRICTS, EVERY_FORM, district
from tests.forms import allowed_functions, calls, faults, pattern
from tests.workbook.odd_rules import KINDS, rules_book

_FORMULA = re.compile(r"<(f|formula|formula1|formula2)((?: [^>]*)?)>([^<]+)</\1>")


def written(path: Path) -> Iterator[tuple[str, bool]]:
    """Yield the formulas of all cells, input checks and conditional formats, each kind once."""
    seen: set[tuple[str, bool]] = set()
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if not name.startswith("xl/worksheets/sheet"):
                continue
            for kind, attributes, text in _FORMULA.findall(package.read(name).decode()):
                formula = html.unescape(text)
                if kind != "f" and re.fullmatch(r'"[^"]*"', formula):
                    continue  # a list of choices
                array = 't="array"' in attributes
                if (key := (pattern(formula), array)) not in seen:
                    seen.add(key)
                    yield formula, array


@pytest.mark.parametrize("name", DISTRICTS)
def test_results_keep_to_the_list(name: str) -> None:
    found = list(written(district(name).path))
    assert len(found) > 50
    assert {f: wrong for f, array in found if (wrong := faults(f, array=array))} == {}


def test_the_districts_for_slow_programs_have_every_form() -> None:
    asked = {
        name: set().union(*(calls(f, array=array) for f, array in written(district(name).path)))
        for name in DISTRICTS
    }
    together = set().union(*(asked[name] for name in EVERY_FORM))
    assert len(together) > 100
    assert {name: forms - together for name, forms in asked.items() if forms - together} == {}


def test_forms_differ_by_function_by_arguments_and_in_arrays() -> None:
    assert calls('IF(A1>2,SUM(B1:B9,-1),"x")') == {
        ("cell", "OPERATOR-INFIX", ">"),
        ("cell", "OPERATOR-PREFIX", "-"),
        ("cell", "SUM(", "RANGE", "expression"),
        ("cell", "IF(", "expression", "SUM(", "TEXT"),
    }
    assert calls("SUM(A1)", array=True) == {("array", "SUM(", "CELL")}


@pytest.mark.parametrize("kind", KINDS)
def test_the_rules_of_other_regions_keep_to_the_list(tmp_path: Path, kind: str) -> None:
    path = rules_book(tmp_path, KINDS[kind], 40, 1)
    run(path, path)
    found = list(written(path))
    assert len(found) > 50
    assert {f: wrong for f, array in found if (wrong := faults(f, array=array))} == {}


@pytest.mark.parametrize("id", available())
def test_templates_keep_to_the_list(tmp_path: Path, id: str) -> None:
    path = tmp_path / "t.xlsx"
    save_workbook(build_template(load(id), rows=3), path)
    found = list(written(path))
    assert len(found) > 5
    assert {f: wrong for f, array in found if (wrong := faults(f, array=array))} == {}


@pytest.mark.parametrize(
    ("formula", "fault"),
    [
        ("COUNTIF(A1:A9,1)", "function COUNTIF"),
        ("SUMPRODUCT(--(A1:A9=1))", "--"),
        ('IF(A1>1E-6,1,"1E-6")', "scientific notation"),
        ("0*-10^300", "a sign before a power"),
        (
            "SUMPRODUCT(1*EXACT(A1:A9,B1))",
            "a function over a range in SUMPRODUCT, no array formula",
        ),
        ("INDEX($A$1:$F$1,B2)", "INDEX of one row with one number"),
        ("MATCH(A1,B1:B9,1)", "MATCH among ties"),
        ("MATCH(A1,B1:B9)", "MATCH without 0 or 1"),
        ("A1=TRUE", "TRUE"),
        ("A1:A9", "the range A1:A9 as one value"),
        ("SUM(A1:A9=1)", "the range A1:A9 as one value"),
        ("SUMPRODUCT(IF(A1:A9=1,1,0))", "IF over a range in SUMPRODUCT"),
    ],
)
def test_other_forms_are_found(formula: str, fault: str) -> None:
    assert fault in faults(formula)


def test_what_is_allowed_is_no_fault() -> None:
    assert {"SUMPRODUCT", "EXACT", "TODAY"} <= allowed_functions()
    assert not {"COUNTIF", "SUMIFS", "VLOOKUP"} & allowed_functions()
    for formula in (
        "SUMPRODUCT((A1:A9=1)*(B1:B9<>\"\"),C1:C9)", "INDEX($A$1:$F$1,1,B2)",
        "MATCH(A1+0.5,B1:B9,1)", "MATCH(A1,$B$1:$F$1,1)", "MATCH(ROW(),B1:B9,0)",
        "IF(A1=\"--\",0-10^300,1)",
    ):  # fmt: skip
        assert faults(formula) == []
    assert faults("SUMPRODUCT(1*EXACT(A1:A9,B1))", array=True) == []
