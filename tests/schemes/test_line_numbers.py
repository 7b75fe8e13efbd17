"""Lines of keys and the assumptions in comments."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from permu_xl.schemes import available
from permu_xl.schemes.files import shipped_file
from permu_xl.schemes.line_numbers import places


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("a = 1\n\nb = 2", {"a": 1, "b": 3}),
        ("[a]\nb = 1", {"a": 1, "a.b": 2}),
        ("[a.b.c]\nd = 1", {"a": 1, "a.b": 1, "a.b.c": 1, "a.b.c.d": 2}),
        ("[a.b]\nc = 1\n[a]\nd = 2", {"a": 3, "a.b": 1, "a.b.c": 2, "a.d": 4}),
        ("a.b.c = 1", {"a": 1, "a.b": 1, "a.b.c": 1}),
        ('["甲.乙"."丙"]\n"丁" = 1', {"甲.乙": 1, "甲.乙.丙": 1, "甲.乙.丙.丁": 2}),
        ("a = { b = 1, c.d = 2 }", {"a": 1, "a.b": 1, "a.c": 1, "a.c.d": 1}),
        ("a = [\n1,\n# x\n2]", {"a": 1, "a[0]": 2, "a[1]": 4}),
        (
            "a = [\n  { b = 1 },\n  { b = 2 },\n]",
            {"a": 1, "a[0]": 2, "a[0].b": 2, "a[1]": 3, "a[1].b": 3},
        ),
        (
            "[[a]]\nb = 1\n[a.c]\nd = 1\n[[a]]\n[[a.e]]\nf = 1",
            {
                "a": 1, "a[0]": 1, "a[0].b": 2, "a[0].c": 3, "a[0].c.d": 4,
                "a[1]": 5, "a[1].e": 6, "a[1].e[0]": 6, "a[1].e[0].f": 7,
            },
        ),
        ('a = """\n[b]\nc = 1\n"""\nd = 2', {"a": 1, "d": 5}),
        ("a = 1\r\nb = 2\r\n", {"a": 1, "b": 2}),
    ],
)  # fmt: skip
def test_lines(text: str, expected: dict[str, int]) -> None:
    tomllib.loads(text)
    assert places(text).lines == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = 1 # 假定：没有公布", {"a": "没有公布"}),
        ("# 假定：没有公布\na = 1", {"a": "没有公布"}),
        ("#假定：一\n# 二\n\na = 1\n# 三\nb = 2", {"a": "一二"}),
        ("# 假定：一\n[a.b]\nc = 1", {"a.b": "一"}),
        ("[a.b] # 假定：一\nc = 1", {"a.b": "一"}),
        ("a = 1\n# 假定：一\n[b]\nc = 1", {"b": "一"}),
        ("a = [ # x\n  { b = 1 }, # 假定：一\n  { b = 2 },\n]", {"a[0]": "一"}),
        ("a = [\n  # 假定：一\n  { b = 1 },\n]", {"a[0]": "一"}),
        ("a = [\n1,\n] # 假定：一", {"a": "一"}),
        ("a = 1 # 据假定\n# 说明\nb = 2", {}),
        ('a = "# 假定：不是注释"', {}),
        ("a = 1\n# 假定：没有下文", {}),
    ],
)
def test_assumptions(text: str, expected: dict[str, str]) -> None:
    assert places(text).assumed == expected


def test_a_comment_beside_a_key_ends_what_was_said_before() -> None:
    assert places("# 假定：一\na = 1 # 二\nb = 2").assumed == {"a": "一"}


def paths(value: Any, path: str = "") -> Iterator[str]:
    """Yield the path of everything in a TOML document."""
    if isinstance(value, dict):
        for key, inner in value.items():
            here = f"{path}.{key}" if path else key
            yield here
            yield from paths(inner, here)
    elif isinstance(value, list):
        for k, inner in enumerate(value):
            yield f"{path}[{k}]"
            yield from paths(inner, f"{path}[{k}]")


@pytest.mark.parametrize("id", available())
def test_every_key_of_the_shipped_files_has_a_line(id: str) -> None:
    text = shipped_file(id).read_text(encoding="utf-8")
    found = places(text).lines
    assert set(found) == set(paths(tomllib.loads(text)))
    lines = text.splitlines()
    for key, line in found.items():
        last = key.rsplit(".", 1)[-1].split("[")[0]
        assert last in lines[line - 1] or "[" in key
