"""Problems with their lines: ``permu-xl schemes check``."""

from __future__ import annotations

from pathlib import Path

import pytest

from permu_xl.errors import FileAccessError
from permu_xl.schemes import available
from permu_xl.schemes.files import shipped_file
from permu_xl.schemes.lint import audit


def checked(folder: Path, text: str) -> list[str]:
    path = folder / "本区.toml"
    path.write_text(text, encoding="utf-8")
    return [str(breach) for breach in audit(path)]


@pytest.mark.parametrize("id", available())
def test_the_shipped_files_are_right(id: str) -> None:
    with_path = Path(str(shipped_file(id)))
    assert audit(with_path) == []


HEAD = 'extends = "shenyang_2021"\n'
"""Line 1 of the overlays below."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            HEAD + "[indicators.tax_per_mu]\nweight = '30'",
            ["第3行　indicators.tax_per_mu.weight：应当是数字，实际是 “30”"],
        ),
        (
            HEAD + "[indicators.tax_per_mu]\nwieght = 30",
            ["第3行　indicators.tax_per_mu.wieght：不认识的项，请核对拼写"],
        ),
        (
            HEAD + "\n[indicators.tax_per_mu]\nweight = 31",
            ["第3行　indicators：各指标 weight 合计应为 100，实际是 101"],
        ),
        (
            HEAD + "[flags.x]\nname = '甲'\nclause = '一'",
            ["第2行　flags.x.help：缺少这一项（文字）"],
        ),
        (
            HEAD + "[classification]\nmethod = 'cut_points'\ncuts = [\n{ letter = 'A', "
            "up_to = 2, rounding = 'floor', clause = '一' },\n{ letter = 'E', clause = '一' },\n]\n"
            "upper_share = 0.4\nremove = 1",
            [
                "第2行　classification.upper_rounding：这里用不上，请写进 remove 去掉"
                "（这一项继承自 shenyang_2021.toml 第{upper_rounding}行）",
                "第5行　classification.cuts[0].up_to：应当在0到1之间，实际是 2",
                "第6行　classification.cuts[1].letter：没有定义“E”",
                "第9行　classification.remove：不认识的项，请核对拼写",
            ],
        ),
        (
            HEAD + "title = 3\nextra = 1",
            [
                "第2行　title：应当是文字，实际是 3",
                "第3行　extra：不认识的项，请核对拼写",
            ],
        ),
        (
            'extends = "atlantis"',
            ["第1行　extends：没有方案“atlantis”可供继承，现有方案："],
        ),
        (HEAD + 'remove = ["x"]', ["第2行　remove：继承来的方案里没有“x”，请核对"]),
        ("\na = \n", ["第2行第5列：等号后面的值写法不对"]),
    ],
)
def test_lines(tmp_path: Path, text: str, expected: list[str]) -> None:
    found = checked(tmp_path, text)
    lines = shipped_file("shenyang_2021").read_text(encoding="utf-8").splitlines()
    upper = next(k for k, line in enumerate(lines, 1) if line.startswith("upper_rounding"))
    for start in expected:
        start = start.format(upper_rounding=upper)
        assert [breach for breach in found if breach.startswith(start)], found
    numbers = [int(b[1 : b.index("行")]) for b in found if b.startswith("第")]
    assert numbers == sorted(numbers)


def test_what_is_inherited_says_from_where(tmp_path: Path) -> None:
    """The overlay takes a column away that the parent's indicators and checks name."""
    found = checked(
        tmp_path, HEAD + 'remove = ["columns.rd"]\n[indicators.rd_intensity]\nweight = 20'
    )
    lines = shipped_file("shenyang_2021").read_text(encoding="utf-8").splitlines()
    numerator = lines.index('numerator = "rd"') + 1
    ceiling = lines.index('    { column = "rd", limit = "revenue" },') + 1
    assert found == [
        "第3行　indicators.rd_intensity.numerator：没有定义“rd”"
        f"（这一项继承自 shenyang_2021.toml 第{numerator}行）",
        f"checks.ceilings[0].column：没有定义“rd”（这一项继承自 shenyang_2021.toml 第{ceiling}行）",
    ]


def test_grandparents_are_named_too(tmp_path: Path) -> None:
    """huangyan_2021 itself inherits the numerator from huangyan_2022."""
    found = checked(tmp_path, 'extends = "huangyan_2021"\nremove = ["columns.rd"]')
    assert len(found) == 1
    assert "indicators.rd_share.numerator" in found[0]
    assert "继承自 huangyan_2022.toml 第" in found[0]


def test_a_missing_part_of_a_whole_file_has_no_line(tmp_path: Path) -> None:
    found = checked(tmp_path, 'id = "x"')
    assert "title：缺少这一项（文字）" in found


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileAccessError, match="找不到方案文件"):
        audit(tmp_path / "没有.toml")
