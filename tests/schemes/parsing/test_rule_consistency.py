"""Breaches of the rules of other regions: what the checker says, and on which line."""

from __future__ import annotations

from pathlib import Path

import pytest

from permu_xl.schemes import load_file
from permu_xl.schemes.files import layers, read
from permu_xl.schemes.lint import audit
from permu_xl.schemes.manual.in_words import summary
from tests.places import DATA

TOY = DATA / "toy_rules.toml"
TEXT = TOY.read_text(encoding="utf-8")


def problems(tmp_path: Path, *changes: tuple[str, str]) -> list[str]:
    text = TEXT
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = tmp_path / "本市.toml"
    path.write_text(text, encoding="utf-8")
    return [str(breach) for breach in audit(path)]


def test_it_is_right_as_it_is(tmp_path: Path) -> None:
    assert problems(tmp_path) == []


LARGE, SMALL = "tracks.large.classification", "tracks.small.classification"
ENOUGH = 'figures = [{ total = true, below = 100 }]\nclasses = ["A"]\nat_best = "B"'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        # the lowest score
        ("floor = 0.2", "floor = -0.1", "indicators.tax_per_mu.floor：不能小于 0，实际是 -0.1"),
        ("floor = 0.2", "floor = 1.6", "indicators.tax_per_mu.floor：1.6 超过 cap（1.5）"),
        # lines
        ("leave = 0.10,", "leave = 0.10, up_to = 0.9,",
         f"{LARGE}.cuts[2]：up_to、leave 只能写一项"),
        ("leave = 0.10,", "leave = 0.40,", f"{LARGE}.cuts：up_to 应当逐类增大，且只有最后一类不写"),
        ('leave_by = { "纺织" = 0.20 }', 'leave_by = { "纺织" = 0.40 }',
         f"{LARGE}.cuts：up_to 应当逐类增大，且只有最后一类不写（纺织）"),
        ('up_to_by = { "纺织" = 0.10 }', 'up_to_by = { "机械" = 0.10 }',
         f"{LARGE}.cuts[0].up_to_by：“机械”不在“trade”的 values 里"),
        ('up_to_by = { "纺织" = 0.10 }', 'up_to_by = { "纺织" = 10 }',
         f"{LARGE}.cuts[0].up_to_by.纺织：应当在0到1之间，实际是 10"),
        ('shares_by = "trade"\n', "",
         f"{LARGE}.cuts[0].up_to_by：没有写 shares_by，不知道按什么分组"),
        ('shares_by = "trade"', 'shares_by = "place"',
         f"{LARGE}.shares_by：“place”不在 within 里，分开排名的才能各有比例"),
        ('counted = "with_unranked"', 'counted = "all"',
         f"{LARGE}.counted：只能是 ranked、with_unranked，实际是 “all”"),
        ("points = 90,", "points = 120,", f"{SMALL}.cuts：points 应当逐类减小，且只有最后一类不写"),
        ('{ letter = "D", clause = "五8" }', '{ letter = "D", points = 10, clause = "五8" }',
         f"{SMALL}.cuts：最后一类不写 points，收下其余的企业"),
        ('points = 50,', 'points = 50, rounding = "floor",',
         f"{SMALL}.cuts[2].rounding：不认识的项，请核对拼写"),
        # guards
        (ENOUGH, 'at_best = "B"',
         "guards.enough：when、labels、figures 至少写一种，否则不知道对哪些企业"),
        (ENOUGH, ENOUGH.replace("total = true", 'total = true, value = "tax_per_mu"'),
         "guards.enough.figures[0]：应当写且只写 total、score、value、column 中的一项"),
        (ENOUGH, ENOUGH.replace(", below = 100", ""),
         "guards.enough.figures[0]：应当写且只写 below、at_most、above、at_least 中的一项"),
        (ENOUGH, ENOUGH.replace("true", "false"), "guards.enough.figures[0].total：只能写 true"),
        (ENOUGH, ENOUGH.replace('classes = ["A"]', 'classes = ["T"]'),
         "guards.enough.classes：没有定义“T”"),
        (ENOUGH, ENOUGH + '\nup = 1',
         "guards.enough：应当写且只写 at_best、at_worst、up、down、fixed 中的一项"),
        ('column = "land", above', 'column = "area", above',
         "guards.big_land.figures[0].column：没有定义“area”"),
        ('below = 4, only = { place = ["城区"] }', 'below = 4, only = { place = ["城"] }',
         "guards.tax.figures[0].only.place：“城”不在 values 里"),
        ('below = 4, only = { place = ["城区"] }', 'below = 4, only = { where = ["城区"] }',
         "guards.tax.figures[0].only.where：没有定义“where”"),
        ('labels = ["示范"]', 'labels = ["示范企业"]', "guards.model.labels：没有定义“示范企业”"),
        ("up = 1", "up = 0", "guards.model.up：不能小于 1，实际是 0"),
        ('fixed = "A"', 'fixed = "T"', "guards.listed.fixed：没有定义“T”"),
        # ranges
        ("at_most = 0.3", "at_most = 0.3\nat_least = 0.4",
         "ranges.A：at_least（0.4）大于 at_most（0.3）"),
        ("at_most = 0.3\n", "", "ranges.A：at_least、at_most 至少写一项"),
        ("at_most = 0.3", "at_most = 30", "ranges.A.at_most：应当在0到1之间，实际是 30"),
        ("[ranges.A]", "[ranges.E]", "ranges.E：没有定义“E”"),
        ("[ranges.A]", "[ranges.T]", "ranges.T：没有定义“T”"),
        ('[bonus]\n', '[bonus]\nkindred = "zz"\n', "bonus.kindred：没有自带的方案“zz”"),
    ],
)  # fmt: skip
def test_breach(tmp_path: Path, old: str, new: str, said: str) -> None:
    found = problems(tmp_path, (old, new))
    assert any(each.endswith(said) for each in found), found
    assert all(each.startswith("第") for each in found)


DERIVED = """[attributes.trade]
name = "行业分组"
help = "按行业代码。"
default = "其他"
prefixes = { "17" = "纺织业" }
clause = "二2"
"""


def test_a_group_that_no_industry_is_in(tmp_path: Path) -> None:
    """Without values the texts are those of the industry codes."""
    listed = TEXT[TEXT.index("[attributes.trade]") : TEXT.index("[attributes.place]")]
    found = problems(tmp_path, (listed, DERIVED + "\n"))
    assert any("up_to_by：“纺织”不在“trade”的 prefixes 里" in each for each in found), found
    assert problems(tmp_path, (listed, DERIVED.replace("纺织业", "纺织") + "\n")) == []


def test_in_words() -> None:
    """Everything is shown, and the guards with the order in which they work."""
    text = list(summary(load_file(TOY), layers(read(TOY, TOY.name))))
    for line in (
        "规上：各种比例按参加排名的、和不排名而有类别的企业一起的户数算",
        "规上：各行业分组的比例可以不同",
        "规上：A类：名次到20%（纺织10%）（含；不是整数的四舍五入）",
        "规上：C类：60%以后到只剩后10%为止（后10%（纺织20%）的户数四舍五入）",
        "规下：A类：总分120分以上（含）",
        "规下：B类：总分90分以上（不含）的其余企业",
        "按下列次序，一条一条执行，名额不递补；最后才是“分类调整”",
        "1. A类最低总分：A类中总分低于100分的最高列B类",
        "2. 亩均税收门槛：亩均税收低于4万元/亩（所在地为城区）的、"
        "或者亩均税收低于2万元/亩（所在地为县）的最高列C类",
        "3. 示范企业提档：B、C类中有示范的提高1类，同时有失信的除外",
        "4. 环境违法降档：有环境违法、失信之一的降低1类",
        "5. 重点企业定档：有重点企业的定为A类，同时有环境违法的除外",
        "A类户数不超过30%，不符的提醒；依据：七1",
        "C类户数不低于10%（每个排名单元各自核对），不符的提醒；依据：七2",
    ):
        assert f"  {line}" in text, line
    assert any("有数据且不为负的最少0.2倍，即12分" in line for line in text)
