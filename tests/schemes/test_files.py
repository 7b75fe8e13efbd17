"""Scheme files on disk: overlays that take things away, and where a file cannot be taken apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from permu_xl.engine.model.scheme import CutPoints, Scheme
from permu_xl.errors import SchemeError
from permu_xl.schemes import load, load_file
from permu_xl.schemes.syntax import syntax_problem


@pytest.fixture
def overlay(tmp_path: Path) -> Callable[[str], Scheme]:
    def write(text: str) -> Scheme:
        path = tmp_path / "本区.toml"
        path.write_text(text, encoding="utf-8")
        return load_file(path)

    return write


def problems(overlay: Callable[[str], Scheme], text: str) -> list[str]:
    with pytest.raises(SchemeError) as caught:
        overlay(text)
    assert caught.value.origin == "本区.toml"
    return caught.value.problems


def test_remove_takes_away_tables_and_values(overlay: Callable[[str], Scheme]) -> None:
    scheme = overlay("""
extends = "shenyang_2021"
remove = ["water_fee", "measures.land", "scope.excluded_industries.442", "targets"]
""")
    base = load("shenyang_2021")
    assert scheme.water_fee is None
    assert [m.id for m in scheme.measures] == ["power", "water", "funds", "credit"]
    assert set(base.scope.excluded_industries) - set(scheme.scope.excluded_industries) == {"442"}
    assert scheme.targets == ()
    assert load("shenyang_2021").water_fee is not None


def test_remove_comes_before_what_the_overlay_adds(overlay: Callable[[str], Scheme]) -> None:
    scheme = overlay("""
extends = "shenyang_2021"
remove = ["classification", "measures"]
[classification]
method = "cut_points"
ties = { scores = ["tax_per_mu"] }
cuts = [
    { letter = "A", up_to = 0.2, rounding = "floor", clause = "一" },
    { letter = "D", clause = "一" },
]
clause = "一"
""")
    (track,) = scheme.tracks
    assert isinstance(track.rule, CutPoints)
    assert [cut.letter for cut in track.rule.cuts] == ["A", "D"]


def test_names_with_dots_can_be_removed(overlay: Callable[[str], Scheme], tmp_path: Path) -> None:
    """A label may be called 3.0版; the path to it is still told apart."""
    from permu_xl.schemes.files import Layer, merged

    base = {"bonus": {"labels": {"3.0版": {"points": 1}, "3": {"0版": 1}}}, "id": "x"}
    layers = [Layer("b", "", {"remove": ["bonus.labels.3.0版"]}), Layer("a", "", base)]
    assert merged(layers) == {"bonus": {"labels": {"3": {"0版": 1}}}, "id": "x"}
    layers = [Layer("b", "", {"remove": ["bonus.labels.3.0版"] * 2}), Layer("a", "", base)]
    assert merged(layers) == {"bonus": {"labels": {"3": {}}}, "id": "x"}
    assert base["bonus"]["labels"]["3.0版"] == {"points": 1}  # type: ignore[index]


@pytest.mark.parametrize("path", ["indicators.x", "flags.y", "id.z", "", "indicators."])
def test_removing_what_is_not_there(overlay: Callable[[str], Scheme], path: str) -> None:
    text = f'extends = "shenyang_2021"\nremove = ["{path}"]'
    assert problems(overlay, text) == [f"remove：继承来的方案里没有“{path}”，请核对"]


@pytest.mark.parametrize("wrong", ['"measures"', "[1]", "true"])
def test_remove_is_a_list_of_texts(overlay: Callable[[str], Scheme], wrong: str) -> None:
    (found,) = problems(overlay, f'extends = "shenyang_2021"\nremove = {wrong}')
    assert found.startswith("remove：应当是文字的列表，实际是 ")


def test_remove_without_a_parent(overlay: Callable[[str], Scheme]) -> None:
    assert problems(overlay, 'remove = ["measures"]') == [
        "remove：没有写 extends，没有可以去掉的项"
    ]


def test_a_file_named_like_its_parent(tmp_path: Path) -> None:
    path = tmp_path / "shenyang_2021.toml"
    path.write_text('extends = "shenyang_2021"\ntitle = "某区"', encoding="utf-8")
    assert load_file(path).title == "某区"


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ('id = "a"\ntitle = 铁西', "第2行第9列", "文字要加英文双引号"),
        ('标题 = "a"', "第1行第1列", "中文的项名、带点或空格的项名要加英文双引号"),
        ("[a]\nb = 1 c", "第2行第7列", "后面还有多余的内容"),
        ("b 1", "第1行第3列", "项名后面缺少等号"),
        ("b", "文件末尾", "项名后面缺少等号"),
        ("[a]\n[a]", "第2行第3列", "这个表前面已经写过"),
        ("b = 1\nb = 2\n", "第2行第6列", "这一项前面已经写过"),
        ("a = { b = 1, b = 2 }", "第1行", "这一项前面已经写过"),
        ("a = { b = 1 }\n[a.c]", "第2行", "这个表前面已经写过"),
        ("a = { b = 1 }\na.c = 2\n", "第2行", "前面已经用花括号或带点的项名写完"),
        ("a = [1, 2", "文件末尾", "方括号没有收尾"),
        ("a = { b = 1", "文件末尾", "花括号没有收尾"),
        ("[a", "文件末尾", "表名的方括号没有收尾"),
        ('a = "C:\\data"', "第1行", "反斜杠要写成两个"),
        ('a = "甲', "文件末尾", "引号没有收尾"),
        ('a = "甲\nb = 1', "第1行", "引号没有收尾"),
        ("a = '''甲", "文件末尾", "引号没有收尾"),
        ("a = 2024-02-30", "第1行第5列", "没有这样的日期"),
        ("a = \x01", "第1行", "文字要加英文双引号"),
    ],
)
def test_what_is_no_toml_is_told_in_chinese(
    overlay: Callable[[str], Scheme], text: str, place: str, words: str
) -> None:
    (found,) = problems(overlay, text)
    assert found.startswith(place)
    assert words in found
    assert "at line" not in found


def test_texts_too_deep_to_read(overlay: Callable[[str], Scheme]) -> None:
    (found,) = problems(overlay, "a = " + "[" * 100_000)
    assert found == "不是正确的 TOML：写法不合规定，请对照 docs/schemes.md 的例子核对"


def test_every_message_of_the_parser_is_known() -> None:
    """Whatever the parser of this Python can say has a sentence of its own."""
    import inspect
    import re
    from tomllib import _parser

    source = inspect.getsource(_parser)
    said = re.findall(r"suffixed_err\(\s*src,\s*\w+,\s*f?([\"'])(.+?)\1\s*\)", source, re.S)
    assert len(said) > 20
    texts = [text.replace("\\'", "'").replace("{expect!r}", repr("'")) for _, text in said]
    known = [syntax_problem(ValueError(text)) for text in texts]
    assert not [text for text in known if "docs/schemes.md" in text]
