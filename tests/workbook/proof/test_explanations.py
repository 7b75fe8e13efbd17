"""The remarks beside the checks say what this very scheme does, and nothing it does not."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from permu_xl.engine.model.scheme import CutPoint, CutPoints, Scheme
from permu_xl.schemes import available, load, load_file
from permu_xl.workbook import layout
from permu_xl.workbook.proof.explanations import explanations
from tests.workbook.odd_tracks import TRACKS
from tests.workbook.proof.proving import SHENYANG, TOY


def by_cuts(scheme: Scheme) -> Scheme:
    """Return a scheme with cut points in place of its two stages."""
    cuts = (
        CutPoint("A", Fraction("0.2"), True, "floor", "甲条"),
        CutPoint("B", Fraction(1), True, "floor", "乙条"),
    )
    return replace(
        scheme, tracks=tuple(replace(t, rule=CutPoints(cuts, "丙条")) for t in scheme.tracks)
    )


def test_every_check_is_explained_in_a_sentence() -> None:
    for scheme in (SHENYANG, load_file(TOY), load_file(TRACKS), *map(load, available())):
        told = explanations(scheme)
        assert list(told) == list(layout.PROOF_TESTS)
        assert all(text.endswith("。") and "None" not in text for text in told.values())


def test_a_scheme_without_halves_says_that_there_is_nothing_to_compare() -> None:
    told = explanations(by_cuts(SHENYANG))
    assert told["test_halves"] == "本方案按名次分类，不分前后半区，没有要核对的。"
    assert told["test_keys"] == "本方案没有另定的排序分，没有要核对的。"
    assert "半区" not in told["test_classes"]
    assert "甲条、乙条" in told["test_quotas"]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("test_participation", ["按规则不参评的列为T类", "规模、片区、行业类别也在这里读取"]),
        ("test_baselines", ["按行业类别、片区分组", "只算用到该指标的赛道", "有的再乘2倍"]),
        ("test_scores", ["（2 － 指标值 ÷ 基准值）× 权重", "没有固废数据的得有数据企业的平均分",
                         "没有能耗数据的扣分", "没有销售数据的得基本分", "1.5或1.2或2或1倍"]),
        ("test_totals", ["荣誉只计最高一项", "品牌各项相加、最多2分",
                         "厂房出租超过1的部分每1计-2分", "加分最多6分", "扣分最多8分"]),
        ("test_ranks", ["同一排名单元中", "公用事业企业只计分、不参加排名"]),
        ("test_halves", ["本单元户数的50%", "同分的依次按销售、代码"]),
        ("test_classes", ["同分的依次按亩均税收指标值、代码）逐类取到各类的线", "其余归B类",
                          "再依次按一票否决、在建保护限定、升降"]),
    ],
)  # fmt: skip
def test_what_a_scheme_of_every_piece_says(name: str, parts: list[str]) -> None:
    text = explanations(load_file(TRACKS))[name]
    assert [part for part in parts if part not in text] == []


def test_what_shenyang_says_has_no_word_of_other_schemes() -> None:
    told = "".join(explanations(SHENYANG).values())
    assert not [word for word in ("赛道", "单元", "分组", "扣分", "限定") if word in told]
    assert "前后半区" not in told
    assert "参评户数的50%划线" in told
