"""The table of synonyms: whole, and extended by a district's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from permu_xl.errors import FileAccessError, UsageError
from permu_xl.intake.tables.words.synonyms import key, load_synonyms
from permu_xl.intake.tables.words.vocabulary import Vocabulary
from permu_xl.schemes import load


def test_every_column_of_the_scheme_is_known_by_its_own_name() -> None:
    scheme, synonyms = load(), load_synonyms()
    vocabulary = Vocabulary(synonyms, synonyms.wanted(scheme))
    for column in scheme.columns.values():
        assert vocabulary.item([column.name]) == (column.id, False)


def test_no_synonym_is_listed_for_two_columns_of_the_scheme() -> None:
    wanted = load_synonyms().wanted(load())
    owners: dict[str, str] = {}
    for id, item in wanted.items():
        for name in {key(each) for each in item.names}:
            assert owners.setdefault(name, id) == id, name


def test_items_of_other_schemes_are_there() -> None:
    known = set(load_synonyms().items)
    assert {"added_value", "electricity", "sales", "profit", "water", "assets"} <= known


def test_own_synonyms_add_to_the_shipped_ones(tmp_path: Path) -> None:
    own = tmp_path / "本区.toml"
    own.write_text(
        '[items.tax]\nnames = ["财政贡献"]\n[families.money]\nunits = { "万块" = "10000" }\n'
        '[words]\nnothing = ["未报"]\n',
        encoding="utf-8-sig",
    )
    synonyms = load_synonyms(own)
    vocabulary = Vocabulary(synonyms, synonyms.wanted(load()))
    assert vocabulary.item(["财政贡献"]) == ("tax", False)
    assert vocabulary.item(["实缴税收"]) == ("tax", False)
    assert synonyms.units.factor("万块", "万元") == 1
    assert {"未报", "—"} <= set(synonyms.words.nothing)
    assert "未报" not in load_synonyms().words.nothing


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[item.tax]\nnames = ["x"]', "不认识“item”"),
        ('[items.tax]\nname = ["x"]', "不认识“name”"),
        ('[items.tax]\nnames = "x"', "“names”的写法不对"),
        ('[items]\ntax = "x"', "应写成 [items.tax]"),
        ('[families.money]\nunits = { "块" = "一" }', "换算系数“一”"),
        ('[families.money]\nunits = { "块" = "-1" }', "大于0"),
        ('[families.money]\naliases = { "块" = "银元" }', "没有“银元”"),
        ('[words]\nnone = ["x"]', "不认识“none”"),
        ("items = 3", "应写成 [items.…]"),
        ("[items", "不是正确的 TOML"),
    ],
)
def test_mistakes_in_own_synonyms_are_told(content: str, said: str, tmp_path: Path) -> None:
    own = tmp_path / "本区.toml"
    own.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_synonyms(own)
    assert said in str(caught.value)
    assert "本区.toml" in str(caught.value)


def test_own_synonyms_that_are_not_there_or_not_utf8(tmp_path: Path) -> None:
    with pytest.raises(FileAccessError):
        load_synonyms(tmp_path / "没有.toml")
    own = tmp_path / "本区.toml"
    own.write_bytes("[items]  # 税收".encode("gb18030"))
    with pytest.raises(UsageError, match="UTF-8"):
        load_synonyms(own)
