"""The functions under the rules of other regions: what they compute, and what they refuse."""

from __future__ import annotations

from dataclasses import replace

import pytest

from permu_xl import functions
from permu_xl.engine.model import Condition, Guard, Key, Scheme
from tests.engine.support import rules_scheme, shenyang
from tests.functions.conftest import ship
from tests.functions.support import NA, one

CALLS = {
    "PERMU_CLASS": lambda id: ([[1.0, 1.0]], None, None, None, id, [["规下", "", ""]]),
    "PERMU_EVALUATE": lambda id: (
        [[1, 10, 5]], [[10, 5]], None, None, None, id, [["规下", "", ""]],
    ),
    "PERMU_NEED": lambda id: (
        [[1, 10, 5]], [[10, 5]], 1, "税收", "A", None, None, None, id, [["规下", "", ""]],
    ),
}  # fmt: skip


def shipped(monkeypatch: pytest.MonkeyPatch, scheme: Scheme) -> str:
    ship(monkeypatch, "shipped", scheme)
    return "shipped"


@pytest.mark.parametrize("name", CALLS)
def test_labels_decide_what_no_argument_says(name: str, rules: str) -> None:
    assert functions.call(name, CALLS[name](rules))[0][0] == NA
    assert "方案按加分项升降分类" in functions.last_error()
    assert "PERMU_DISTRICT" in functions.last_error()


@pytest.mark.parametrize("name", CALLS)
def test_firms_out_are_counted_that_no_argument_tells(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = shipped(monkeypatch, replace(rules_scheme(), guards=()))
    assert functions.call(name, CALLS[name](id))[0][0] == NA
    assert "方案的名额也算不纳入评价的企业" in functions.last_error()


def computed(monkeypatch: pytest.MonkeyPatch, *guards: Guard) -> str:
    """The rules without what functions refuse, ties by points."""
    rules = rules_scheme()
    ties = Key("scores", ("tax_per_mu",))
    tracks = tuple(
        replace(track, ranking=replace(track.ranking, ties=ties)) for track in rules.tracks
    )
    rules = replace(rules, tracks=tracks)
    return shipped(
        monkeypatch, replace(rules, guards=guards, scope=replace(rules.scope, letter=""))
    )


def test_points_and_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = rules_scheme()
    keep = [g for g in rules.guards if not (g.labels or g.unless_labels)]
    id = computed(monkeypatch, *keep)
    data = [[1, 3.9, 0], [1, 4, 0], [1, 15, 5]]
    groups = [["规下", "", "城区"], ["规下", "", "城区"], ["规下", "", ""]]
    found = functions.call("PERMU_EVALUATE", [data, [[10, 5]], None, None, None, id, groups])
    # 23.4 + 80, below 4 in town; 24 + 80; 90 + 40
    assert [row[6] for row in found] == pytest.approx([103.4, 104, 130])
    assert [row[8] for row in found] == ["C", "B", "A"]


def test_classes_from_scores_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    low = Condition("score", "tax_per_mu", "below", 30.0)
    id = computed(monkeypatch, Guard("g", "条", (), (), "at_best", "C", "六", figures=(low,)))
    scores = [[29.9, 80], [30, 80], [90, 80]]
    groups = [["规下", "", ""]] * 3
    found = functions.call("PERMU_CLASS", [scores, None, None, None, id, groups])
    assert found == [["C"], ["B"], ["A"]]
    value = Condition("value", "tax_per_mu", "below", 3.0)
    id = computed(monkeypatch, Guard("g", "条", (), (), "at_best", "C", "六", figures=(value,)))
    assert functions.call("PERMU_CLASS", [scores, None, None, None, id, groups])[0][0] == NA
    assert "PERMU_EVALUATE" in functions.last_error()


def test_ungraded_firms_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """20 % and 60 % are of 5 firms, where 3 are ranked."""
    id = computed(monkeypatch)
    scores = [[90, 80], [80, 80], [70, 80], [60, 60], [60, 60]]
    flags = [[None, None, None]] * 3 + [["是", None, None]] * 2
    groups = [["规上", "其他", ""]] * 5
    found = functions.call("PERMU_CLASS", [scores, None, flags, None, id, groups])
    # A 1, before 60 % of 5: 2 places; one of three stays below, as 10 % of 5 is 0.5
    assert [row[0] for row in found] == ["A", "B", "D", "T", "T"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("亩均税收下限倍数", 0.2),
        ("亩均税收最低得分", 12),
        ("tracks.large.classification.cuts.1.up_to_by.纺织", 0.1),
        ("规上A类截至比例（纺织）", 0.1),
        ("规上C类以下比例", 0.1),
        ("规上C类以下比例（纺织）", 0.2),
        ("规下A类分数线", 120),
        ("guards.enough.figures.1.below", 100),
        ("A类最低总分界限", 100),
        ("亩均税收门槛第2条界限", 2),
        ("A类户数最高比例", 0.3),
        ("C类户数最低比例", 0.1),
    ],
)
def test_parameters(name: str, value: float, rules: str) -> None:
    assert one("PERMU_PARAM", name, rules) == value


def test_shenyang_has_none_of_it() -> None:
    assert all(i.floor == 0 for i in shenyang().indicators)
    assert (shenyang().guards, shenyang().ranges) == ((), ())
