"""Which of last year's firms each firm comes from, worked by hand."""

from __future__ import annotations

import pytest

from permu_xl.engine.records.lineage import (
    FirmEvent,
    FirmKey,
    Lineage,
    trace_firms,
)

OLD: list[FirmKey] = [("1", "甲"), ("2", "乙"), ("3", "丙"), ("", "丁")]


def traced(new: list[FirmKey], *events: FirmEvent) -> Lineage:
    return trace_firms(OLD, new, events)


def test_a_firm_is_its_own_successor_by_code_else_by_name() -> None:
    found = traced([("2", "新名"), ("", "丁"), ("9", "甲"), ("", "")])
    assert found.parents == ((1,), (3,), (), ())
    assert found.explained == frozenset()


@pytest.mark.parametrize(
    ("kind", "parents", "explained"),
    [
        ("合并", ((0, 1),), {1}),
        ("分立", ((0, 1),), {1}),
        ("更名", ((0, 1),), {1}),
        ("注销", ((0,),), {1}),
        ("迁出", ((0,),), {1}),
        ("新设", ((0,),), set()),
        ("迁入", ((0,),), set()),
        ("改制", ((0,),), set()),
    ],
)
def test_only_successions_link_and_only_what_ends_a_firm_explains_that_it_is_gone(
    kind: str, parents: tuple[tuple[int, ...], ...], explained: set[int]
) -> None:
    found = traced([("1", "甲")], FirmEvent(kind, ("2", "乙"), ("1", "甲")))
    assert found.parents == parents
    assert found.explained == explained


def test_an_event_finds_firms_by_name_where_it_has_no_code() -> None:
    found = traced([("8", "新")], FirmEvent("更名", ("", "丙"), ("", "新")))
    assert found.parents == ((2,),)


def test_an_event_about_an_unknown_firm_changes_nothing() -> None:
    found = traced([("1", "甲")], FirmEvent("合并", ("77", ""), ("1", "")))
    assert (found.parents, found.explained) == (((0,),), frozenset())


def test_families_are_who_belongs_together() -> None:
    merged = Lineage(((0, 1), ()), frozenset())
    assert merged.families() == [([0, 1], [0])]
    split = Lineage(((0,), (0,), (1,)), frozenset())
    assert split.families() == [([0], [0, 1]), ([1], [2])]
    # 0 and 1 stand apart until the third firm, which comes from both.
    chained = Lineage(((0,), (1,), (0, 1), (2,)), frozenset())
    assert chained.families() == [([0, 1], [0, 1, 2]), ([2], [3])]
