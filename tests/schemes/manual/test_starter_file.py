"""The file that ``permu-xl schemes new`` writes."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from permu_xl.schemes import available, load, load_file
from permu_xl.schemes.files import layers, read, shipped_file
from permu_xl.schemes.lint import audit
from permu_xl.schemes.manual.starter_file import starter


def started(id: str) -> str:
    file = shipped_file(id)
    return starter(layers(read(file, file.name)))


@pytest.mark.parametrize("id", available())
def test_it_is_right_as_it_is_and_with_every_comment_taken_in(id: str, tmp_path: Path) -> None:
    """A comment without a blank after # is a key with its present value."""
    path, base = tmp_path / "本区.toml", load(id)
    expected = replace(
        base, id=f"my_{id}", title="（请填写方案名称）", region="（请填写地区）",
        source="（请填写依据和来源）",
    )  # fmt: skip
    path.write_text(started(id), encoding="utf-8")
    assert audit(path) == []
    assert load_file(path) == expected
    taken_in = re.sub(r"(?m)^#(?! (?! )|   \S)", "", started(id))
    assert taken_in.count("weight = ") == len(base.indicators)
    assert not re.search(r"(?m)^#\w", taken_in)
    path.write_text(taken_in, encoding="utf-8")
    assert audit(path) == []
    assert load_file(path) == expected


def test_keys_stand_under_their_tables() -> None:
    text = started("shenyang_2021")
    assert '\n# 亩均税收\n[indicators.tax_per_mu]\n#name = "亩均税收"\n#weight = 30\n' in text
    assert '\n[classification.selections.best]\n#share = 0.15\n#rounding = "half_up"\n' in text
    assert "假定" not in text.partition("# 以下几项不是")[0]
    assert text.startswith(
        "# 本地方案：在“沈阳市工业企业亩均综合评价（2021）”（shenyang_2021）上改。"
    )


def test_assumptions_are_mentioned() -> None:
    assert re.search(
        r"# 注意：原方案有\d+处没有公布、是假定，用 .*show anyang_2018", started("anyang_2018")
    )


def test_labels_and_cuts() -> None:
    text = started("wenling_2022")
    assert '[bonus.labels."规下出租首户"]\n#points = -10\n' in text
    assert '#    { letter = "A", up_to = 0.20, inclusive = true, rounding = "floor", ' in text
    assert '[tracks.small.classification]\n#within = ["trade"]\n' in text


def test_names_of_a_kindred_notice_are_offered_as_not_ones_own() -> None:
    """What the Zhengzhou notice of 2018 names, as the newspaper of 14 May 2018 tells it."""
    text = started("shenyang_2021")
    offered = text[text.index("# 以下几项不是沈阳市的规定，只供参考") :]
    offered = offered[: offered.index("# 排名和分类")]
    assert "《郑州市产业集聚区企业分类综合评价实施办法（试行）》" in offered
    assert "http://www.hnr.cn/finance/cjyw/201805/t20180514_3099550.html" in offered
    names = re.findall(r'#   \[bonus\.labels\."(.+)"\]', offered)
    assert names == [
        "上市公司", "战略性新兴产业企业", "高新技术企业", "省级以上研发平台", "政府质量奖",
    ]  # fmt: skip
    assert all(line.startswith("#") for line in offered.splitlines() if line)
    assert load("shenyang_2021").bonus.labels == {}
    assert "以下几项不是" not in started("anyang_2018")
