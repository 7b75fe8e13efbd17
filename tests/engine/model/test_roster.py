"""The firms as columns."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest

from permu_xl.engine.model.roster import DECIDE, Categories, Roster
from permu_xl.errors import UsageError


def two() -> Roster:
    return Roster.from_columns(
        {"tax": [1.0, None]},
        names=["甲厂", "乙厂"],
        codes=["K1", ""],
        industries=["3421", ""],
        flags={"off_policy": [True, False]},
    )


def test_what_is_left_out_is_blank() -> None:
    roster = Roster.from_columns({"tax": [1.0, 2.0]})
    assert roster.names.tolist() == ["企业1", "企业2"]
    assert roster.codes.tolist() == ["", ""]
    assert np.isnat(roster.start_dates).all()
    assert np.isnan(roster.bonus_points).all()
    assert roster.bonus_labels.take(["无"]).tolist() == ["无", "无"]
    assert roster.included.tolist() == [DECIDE, DECIDE]
    assert np.isnan(roster.number("land")).all()
    assert roster.number("land").shape == (2,)
    assert roster.flag("off_policy").tolist() == [False, False]


def test_given_columns_are_found() -> None:
    roster = two()
    assert roster.size == 2
    assert roster.number("tax")[0] == 1.0
    assert np.isnan(roster.number("tax")[1])
    assert roster.flag("off_policy").tolist() == [True, False]


def test_identity_is_the_code_or_else_the_name() -> None:
    assert two().identity().tolist() == ["K1", "乙厂"]


@pytest.mark.parametrize(
    ("code", "name", "label"),
    [
        ("K1", "甲厂", "甲厂（K1）"),
        ("", "甲厂", "甲厂"),
        ("K1", "", "K1"),
        ("", "", "第1户"),
    ],
)
def test_label(code: str, name: str, label: str) -> None:
    assert Roster.from_columns({}, names=[name], codes=[code]).label(0) == label


def test_a_roster_of_nobody() -> None:
    assert Roster.from_columns({}).size == 0
    assert Roster.from_columns({"tax": []}).identity().tolist() == []
    assert Roster.from_columns({}, codes=["K1", "K2"]).size == 2


def test_columns_of_unequal_length() -> None:
    with pytest.raises(UsageError, match=r"各列长短不一：\[1, 2\]"):
        Roster.from_columns({"tax": [1.0], "land": [1.0, 2.0]})


WRONG = {
    "codes": ["K1"],
    "names": ["甲厂"],
    "industries": ["3421"],
    "start_dates": np.array(["NaT"], dtype="datetime64[D]"),
    "bonus_points": [1.0],
    "bonus_labels": ["绿色工厂"],
    "included": [1],
}


@pytest.mark.parametrize("name", WRONG)
def test_every_column_is_measured(name: str) -> None:
    # ``codes`` sets the size, so that the names are the first to be found wrong.
    blamed = "names" if name == "codes" else name
    with pytest.raises(UsageError, match=rf"列 {blamed} 的长度是 \(\d,\)，应为 \d"):
        Roster.from_columns({"tax": [1.0, 2.0]}, **{name: WRONG[name]})


def test_flags_and_numbers_are_measured() -> None:
    with pytest.raises(UsageError, match=r"列 off_policy 的长度是 \(1,\)，应为 2"):
        Roster.from_columns({"tax": [1.0, 2.0]}, flags={"off_policy": [True]})
    with pytest.raises(UsageError, match="列 tax"):
        Roster.from_columns({"tax": [[1.0], [2.0]]})


def test_the_measured_columns_are_all_columns() -> None:
    listed = set(WRONG) | {"numbers", "flags", "attributes", "size"}
    assert {f.name for f in fields(Roster)} == listed


def test_rosters_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        two().names = np.array([])  # type: ignore[misc]


def test_categories_keep_order_and_blanks() -> None:
    found = Categories.of(["b", "", "a", "b"])
    assert found.values == ("", "b", "a")
    assert found.index.tolist() == [1, 0, 2, 1]
    assert found.take([0, 10, 20]).tolist() == [10, 0, 20, 10]
    assert Categories.of([]).take([True]).tolist() == []
