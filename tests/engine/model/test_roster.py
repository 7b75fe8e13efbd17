"""The firms as columns."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from typing import Any

import numpy as np
import pytest

from permu_xl.engine.model.roster import DECIDE, IN, OUT, Categories, Roster
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


def roster(**columns: Any) -> Roster:
    numbers = {"tax": columns.pop("tax", [1.0, 2.0])}
    return Roster.from_columns(numbers, names=columns.pop("names", ["甲", "乙"]), **columns)


class TestTwoRosters:
    def test_rows_keep_every_column(self) -> None:
        firms = roster(
            codes=["A", "B"],
            industries=["C13", "C14"],
            start_dates=["2001-01-01", "2002-02-02"],
            bonus_points=[1, None],
            bonus_labels=["", "专精特新"],
            flags={"polluting": [True, False]},
            included=[OUT, IN],
            attributes={"zone": ["东", "西"]},
        )
        one = firms.rows(np.array([1]))
        assert (one.size, one.codes[0], one.names[0], one.numbers["tax"][0]) == (1, "B", "乙", 2.0)
        assert one.industries.texts(np.array([0])) == ["C14"]
        assert str(one.start_dates[0]) == "2002-02-02"
        assert np.isnan(one.bonus_points[0])
        assert one.bonus_labels.texts(np.array([0])) == ["专精特新"]
        assert (one.flags["polluting"][0], one.included[0]) == (False, IN)
        assert one.attributes["zone"].texts(np.array([0])) == ["西"]

    def test_what_one_side_lacks_is_blank_below(self) -> None:
        first = roster(flags={"polluting": [True, True]}, attributes={"zone": ["东", "西"]})
        both = first.concat(Roster.from_columns({"land": [5.0]}, names=["丙"]))
        assert both.size == 3
        assert np.isnan(both.numbers["tax"][2])
        assert both.numbers["land"][2] == 5.0
        assert both.flags["polluting"].tolist() == [True, True, False]
        assert both.attributes["zone"].texts(np.arange(3)) == ["东", "西", ""]

    @pytest.mark.parametrize(
        ("change", "figures", "marks"),
        [
            ({"tax": [1.0, 9.0]}, [False, True], [False, False]),
            ({"tax": [1.0, None]}, [False, True], [False, False]),
            ({"names": ["甲", "丙"]}, [False, True], [False, False]),
            ({"bonus_labels": ["专精特新", ""]}, [True, False], [False, False]),
            ({"industries": ["C13", ""]}, [False, False], [True, False]),
            ({"start_dates": ["NaT", "2001-01-01"]}, [False, False], [False, True]),
            ({"flags": {"polluting": [True, False]}}, [False, False], [True, False]),
            ({"attributes": {"zone": ["", "东"]}}, [False, False], [False, True]),
            ({"included": [OUT, IN]}, [False, False], [False, False]),
        ],
    )
    def test_where_they_differ(
        self, change: dict[str, Any], figures: list[bool], marks: list[bool]
    ) -> None:
        found = roster().differing(roster(**change))
        assert [column.tolist() for column in found] == [figures, marks]

    def test_two_blanks_do_not_differ(self) -> None:
        blank = roster(tax=[None, 1.0])
        assert not np.any(blank.differing(roster(tax=[None, 1.0])))

    def test_a_figure_written_with_fifteen_digits_does_not_differ(self) -> None:
        long = roster(tax=[1234.5678901234567, 0.1 + 0.2])
        assert not np.any(long.differing(roster(tax=[1234.56789012346, 0.3])))
        assert np.any(long.differing(roster(tax=[1234.56789012347, 0.3])))

    def test_the_digest_is_that_of_what_is_said(self) -> None:
        assert roster().digest() == roster().digest()
        assert roster().digest() != roster(tax=[1.0, 2.5]).digest()
        assert roster().digest() != roster(names=["甲", "乙乙"]).digest()
        assert roster().digest() != roster(included=[DECIDE, OUT]).digest()
