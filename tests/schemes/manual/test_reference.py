"""docs/schemes.md: the table of all keys is fresh and whole, and its examples are right."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest

from permu_xl.engine.evaluation import evaluate
from permu_xl.engine.model.roster import Roster
from permu_xl.schemes import available, load_file
from permu_xl.schemes.manual.reference import SECTIONS, keys, manual
from permu_xl.schemes.parsing import firms, indicators, rules, scheme
from permu_xl.text.generated import BEGIN, END
from tests.places import DOCS

DOCUMENT = DOCS / "schemes.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", TEXT, re.S)


def test_only_the_part_between_the_marks_is_written() -> None:
    text = manual(f"头\n{BEGIN}\n旧\n{END}\n尾\n")
    assert text.startswith(f"头\n{BEGIN}\n\n### 继承\n")
    assert text.endswith(f"{END}\n尾\n")
    assert "旧" not in text


def test_every_key_has_a_meaning_and_a_section() -> None:
    found = keys()
    assert all(ask.means for ask in found.values())
    assert {key.split(".")[0] for key in found} == set(" ".join(SECTIONS).split())


@pytest.mark.parametrize(
    ("key", "row"),
    [
        ("indicators.*.form", "`mirrored` （2-值÷基准）×基本分，越低越好"),
        ("indicators.*.missing.score", "`penalty` 扣points 分"),
        ("bonus.groups.*.stacking", "`highest` 只计最高一项"),
        ("classification.upper_rounding", "`half_up` 四舍五入"),
    ],
)
def test_choices_are_told_in_the_words_of_a_shown_scheme(key: str, row: str) -> None:
    (line,) = (line for line in TEXT.splitlines() if line.startswith(f"| `{key}` |"))
    assert row in line


def test_no_key_of_the_parser_is_left_out() -> None:
    """Every key that stands in the parser's source is in the table."""
    methods = {
        "text", "clause", "number", "whole", "share", "flag", "date", "choice", "texts",
        "text_map", "number_map", "table", "each", "items",
    }  # fmt: skip
    asked = {
        node.args[0].value
        for module in (scheme, firms, indicators, rules)
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in methods
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(asked) > 60
    assert asked <= {part.rstrip("[]") for key in keys() for part in key.split(".")}


@pytest.mark.parametrize(
    ("key", "row"),
    [
        ("bonus.cap", "数字，不小于0 | 不设 |"),
        ("indicators.*.weight", "数字，大于0 | 必写 |"),
        (
            "indicators.*.form",
            "文字，只能是 ratio、mirrored、reciprocal、min_max、max_min | ratio |",
        ),
        ("columns.*.basis", "文字，只能是 当量值、等价值 | 空 |"),
        (
            "classification.cuts[].up_to",
            "数字，0到1之间 | cut_points 的各类写 up_to 或 leave，只有最后一类不写 |",
        ),
        ("columns.*.whole", "true 或 false | false |"),
        ("scope.excluded_industries.*", "文字 | 必写 |"),
        ("remove", "文字的列表 | 空 |"),
        ("full_marks", "数字，大于0 | 100 |"),
    ],
)
def test_rows(key: str, row: str) -> None:
    assert f"| `{key}` | {row}" in TEXT


@pytest.mark.parametrize("text", EXAMPLES, ids=["overlay", "whole"])
def test_the_examples_are_right(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(text, encoding="utf-8")
    load_file(path)


def test_the_example_that_is_worked_out(tmp_path: Path) -> None:
    """48 + 50 = 98 points; without energy 48 - 3."""
    path = tmp_path / "x.toml"
    path.write_text(EXAMPLES[1], encoding="utf-8")
    scheme = load_file(path)
    figures = {"land": [50, 50], "tax": [800, 800], "energy": [600, None], "added": [2000, 2000]}
    firms = Roster.from_columns(figures, attributes={"size": ["规上", "规上"]})
    before = Roster.from_columns(
        {"land": [1], "tax": [1], "energy": [4], "added": [10]}, attributes={"size": ["规上"]}
    )
    e = evaluate(scheme, firms, before, year=2024)
    assert [r.score[0] for r in e.results[:2]] == pytest.approx([48, 50])
    assert list(e.total) == pytest.approx([98, 45])


def test_every_shipped_scheme_is_described() -> None:
    for id in available():
        assert f"| `{id}` " in TEXT
