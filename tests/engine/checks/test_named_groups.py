"""Groups with rules of their own that no firm names (H246)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from permu_xl.engine.checks import check_rosters
from permu_xl.engine.model import Scheme
from permu_xl.engine.model.roster import OUT
from tests.engine.support import by_code
from tests.engine.test_together import firm, roster_of, together

SAID = "方案对“行业分组”写着“{}”的企业另有规定，而没有一户参评企业这样写，这条规定没有用上"


def free_trade() -> Scheme:
    """纺织 has a share of its own, both trades have a guard; any trade may be written."""
    scheme = together()
    trade = replace(scheme.attributes["trade"], values=())
    return replace(scheme, attributes={**scheme.attributes, "trade": trade})


@pytest.mark.parametrize(
    ("trades", "missed"),
    [
        (("纺织", "其他"), []),
        (("纺织业", "其他"), ["纺织"]),  # which would get the share of all the others
        (("纺织", "食品"), ["其他"]),
        (("纺织业", "食品"), ["纺织", "其他"]),
    ],
)
def test_a_group_that_nobody_names(trades: tuple[str, str], missed: list[str]) -> None:
    roster = roster_of([firm(f"K{k}", 10, trade=each) for k, each in enumerate(trades)])
    found = by_code(check_rosters(free_trade(), roster, None, year=2030), "H246")
    assert [f.problem for f in found] == [SAID.format(text) for text in missed]


def test_one_who_is_out_is_in_no_group() -> None:
    roster = roster_of([firm("K1", 10, trade="纺织"), firm("K2", 10, trade="其他")])
    roster.included[0] = OUT
    found = by_code(check_rosters(free_trade(), roster, None, year=2030), "H246")
    assert [f.value for f in found] == ["纺织"]


def test_where_the_texts_are_listed_nobody_can_write_another() -> None:
    roster = roster_of([firm("K1", 10, trade="其他")])
    assert by_code(check_rosters(together(), roster, None, year=2030), "H246") == []
