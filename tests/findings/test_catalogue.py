"""The catalogue of findings and the calls that make findings say the same."""

from __future__ import annotations

import ast
import re
import string
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import get_args

import pytest

from permu_xl.errors import FaultKind
from permu_xl.findings.catalogue import CATALOGUE, SECTIONS
from permu_xl.findings.kinds import COMMAND_LINE, Kind, Level, Said
from permu_xl.findings.manual import manual
from permu_xl.findings.model import At, Finding
from permu_xl.text.generated import BEGIN, END
from tests.places import PACKAGE

TOLD = re.compile(r"\{(problem|hint)\}")
"""What is told by whoever found it: often by a function that is told the code as well."""

GIVEN = {"item", "value", *COMMAND_LINE}
CODE = re.compile(r"[EWH]\d{3}")


@cache
def modules() -> list[tuple[Path, ast.Module]]:
    """All modules that make findings or look for them."""
    codes, example = PACKAGE / "findings" / "codes", PACKAGE / "intake" / "example.py"
    return [
        (path, ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.parent != codes and path != example
    ]


def constants(tree: ast.AST) -> set[str]:
    nodes = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {value for value in nodes if isinstance(value, str)}


def named(tree: ast.Module) -> dict[str, str]:
    """Return the codes to which a module gives names."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            names, values = node.targets[0], node.value
            if isinstance(names, ast.Tuple) and isinstance(values, ast.Tuple):
                pairs = zip(names.elts, values.elts, strict=True)
            else:
                pairs = zip([names], [values], strict=True)
            found |= {
                name.id: value.value
                for name, value in pairs
                if isinstance(name, ast.Name) and isinstance(value, ast.Constant)
            }
    return found


TYPED = {"kind": get_args(FaultKind)}
"""Variables that hold a case, with all that their type allows."""


def cases_in(expression: ast.expr) -> set[str]:
    """Return the codes or cases that a call may name; they are written out in the call."""
    if isinstance(expression, ast.IfExp):
        return cases_in(expression.body) | cases_in(expression.orelse)
    if ast.unparse(expression) in TYPED:
        return set(TYPED[ast.unparse(expression)])
    assert isinstance(expression, ast.Constant), ast.unparse(expression)
    return {expression.value}


@dataclass(frozen=True)
class Call:
    """A ``Finding.of(...)`` whose code is written there: its place, its cases, its words."""

    place: str
    code: str
    cases: set[str]
    words: set[str]


@cache
def calls() -> list[Call]:
    found = []
    for path, tree in modules():
        names = named(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or ast.unparse(node.func) != "Finding.of":
                continue
            first, words = node.args[0], {word.arg: word.value for word in node.keywords}
            cases = cases_in(words.pop("case", ast.Constant("")))
            place = f"{path.relative_to(PACKAGE)}:{node.lineno}"
            if isinstance(first, ast.Name):
                # A function may be told the code: then there is none to be found here.
                codes = {names[first.id]} if first.id in names else set()
            else:
                codes = cases_in(first)
            found += [Call(place, code, cases, set(words)) for code in sorted(codes)]
    return found


def words_of(said: Said) -> set[str]:
    parts = chain(string.Formatter().parse(said.problem), string.Formatter().parse(said.remedy))
    return {name for _, name, _, _ in parts if name} - GIVEN


def all_said(kind: Kind) -> dict[str, Said]:
    return {"": kind.said, **kind.cases}


def test_every_code_that_is_used_is_in_the_catalogue_and_every_one_in_it_is_used() -> None:
    used = {text for _, tree in modules() for text in constants(tree) if CODE.fullmatch(text)}
    assert used == set(CATALOGUE)


def test_a_code_is_a_letter_for_its_level_and_three_digits() -> None:
    letters = {"E": Level.ERROR, "W": Level.WARNING, "H": Level.HINT}
    for code, kind in CATALOGUE.items():
        assert CODE.fullmatch(code)
        assert kind.code == code
        assert kind.level is letters[code[0]]


def test_no_code_stands_for_two_things() -> None:
    assert sum(map(len, SECTIONS.values())) == len(CATALOGUE)


def test_every_kind_says_what_it_means_what_is_wrong_and_what_to_do() -> None:
    for kind in CATALOGUE.values():
        assert kind.meaning
        for said in all_said(kind).values():
            assert said.problem
            assert said.remedy
            for text in (kind.meaning, said.problem, said.remedy):
                assert not text.endswith(("。", "；"))


def test_every_finding_is_made_with_the_words_of_its_sentence() -> None:
    wrong = []
    for call in calls():
        said = all_said(CATALOGUE[call.code])
        needed = set().union(*(words_of(said[case]) for case in call.cases))
        if needed != call.words:
            wrong.append(f"{call.place} {call.code}: {sorted(needed ^ call.words)}")
    assert len(calls()) > 60
    assert wrong == []


def test_every_sentence_is_said() -> None:
    used = {(call.code, case) for call in calls() for case in call.cases}
    unused = {
        (code, case)
        for code, kind in CATALOGUE.items()
        for case, said in all_said(kind).items()
        if (code, case) not in used and not TOLD.search(said.problem)
    }
    assert unused == set()


@pytest.mark.parametrize(
    ("found", "problem", "remedy"),
    [
        (
            Finding.of("E112", At("parameters")),
            "找不到“指标、权重、基准方法……”这张表",
            "从模板复制“参数”工作表",
        ),
        (
            Finding.of("W417", At("parameters", item="运行记录")),
            "工作表“运行记录”不是程序写的那种表，没有留下运行记录",
            "把这张表改名后重新运行",
        ),
        (
            Finding.of("W712", At("current"), name="甲区"),
            "没有填写地区，按文件名“甲区”称呼",
            "在“参数”里填写地区",
        ),
        (
            Finding.of("E119", At("parameters"), track="全部企业", total=99.5, full=100.0),
            "全部企业各指标权重合计99.5，应为100",
            "改正权重",
        ),
        (
            Finding.of(
                "W243",
                At("current", item="用地面积"),
                times=1000.4,
                before="3",
                unit="亩",
                together="",
            ),
            "用地面积是上年的1,000倍（上年3）",
            "核对单位是否为“亩”",
        ),
    ],
)
def test_sentences(found: Finding, problem: str, remedy: str) -> None:
    assert (found.problem, found.remedy) == (problem, remedy)


def test_the_rules_list_the_catalogue() -> None:
    text = manual(f"头\n{BEGIN}\n旧\n{END}\n尾\n")
    assert text.startswith(f"头\n{BEGIN}\n\n### 参数\n")
    assert text.endswith(f"{END}\n尾\n")
    assert all(f"| {kind.code} | {kind.meaning} |" in text for kind in CATALOGUE.values())
    assert "| E703 | 还没有评价结果 | 先用 permu-xl run 评价 | – |" in text
    assert "| W225 | 参评企业的数空着 | 向……补要；确实没有的可以留空 | R5 |" in text
