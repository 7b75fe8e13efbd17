"""What a person types without the manual: several ranges, RANK's order, other names."""

from __future__ import annotations

from typing import Any

import pytest

from permu_xl import functions
from permu_xl.functions.names import aliases
from permu_xl.schemes import available, called, load
from tests.engine.support import toy
from tests.functions.support import DIV0, NA, VALUE, column, flat, one


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ((30, 15, 20), [65.0]),
        ((30, 15, 20, 5, 15, 15), [100.0]),
        ((30, 15, 20, 5, 15, 15, "沈阳"), [100.0]),
        ((30, None, 20), [50.0]),
        (([[30, 15]], [[20, 5]]), [70.0]),
        (([[30, 15], [1, 2]], column([20, 3]), column([5, 4])), [70.0, 10.0]),
        ((30, 15, "#DIV/0!", 1), [DIV0]),
        ((None, None, None), [""]),
        # As ever: the second is the bonus, the third the scheme.
        (([[30, 15]], 2, "shenyang_2021"), [47.0]),
        ((column([30, 1]), column([2, -1])), [32.0, 0.0]),
    ],
)
def test_totals_of_several_ranges(args: tuple[Any, ...], expected: list[Any]) -> None:
    assert flat("PERMU_TOTAL", *args) == expected


def test_ranges_of_different_heights_have_no_total() -> None:
    assert one("PERMU_TOTAL", column([1, 2]), column([1, 2]), column([1])) is VALUE
    assert functions.last_error() == "PERMU_TOTAL：各片得分的行数应相同，如 J5:L24、N5:O24。"


def test_a_limited_bonus_cannot_be_told_from_scores(toy_scheme: str) -> None:
    cap = toy().bonus.cap
    assert cap is not None
    assert one("PERMU_TOTAL", 60, 20, 15, toy_scheme) is VALUE
    assert "上限" in functions.last_error()
    assert one("PERMU_TOTAL", 60, 1000, toy_scheme) == 60.0 + cap


TOTALS = column([70, 90, 90, None, 60])


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ((90, TOTALS), [1.0]),
        ((70, TOTALS, 0), [3.0]),
        ((70, TOTALS, 1), [2.0]),
        ((TOTALS, TOTALS), [3.0, 1.0, 1.0, "", 4.0]),
        ((TOTALS, None, 1), [2.0, 3.0, 3.0, "", 1.0]),
        ((column([60, 65, None]), TOTALS), [4.0, NA, ""]),
        # Not a whit apart: float noise is no other total.
        ((0.1 + 0.2, column([0.3, 0.4])), [2.0]),
        ((1, column([None, None])), [NA]),
        ((1, column([1, "约"])), [VALUE]),
    ],
)
def test_ranks_in_the_order_of_excels_own(args: tuple[Any, ...], expected: list[Any]) -> None:
    assert flat("PERMU_RANK", *args) == expected


@pytest.mark.parametrize(
    ("name", "args", "official"),
    [
        ("PERMU_BASELINE", (column([1, 9]), column([1, 3]), "平均"), "企业均值"),
        ("PERMU_BASELINE", (column([1, 9]), column([1, 3]), " 最大值 "), "最高值"),
        ("PERMU_BASELINE", (column([1, 9]), column([1, 3]), "全区平均"), "总量法"),
        ("PERMU_SCORE", (5, 10, 30, None, None, "正向指标"), "正向"),
    ],
)
def test_other_names_of_methods(name: str, args: tuple[Any, ...], official: str) -> None:
    assert flat(name, *args) == flat(name, *args[:-1], official)


@pytest.mark.parametrize("letter", ["C", "c", "C类", "Ｃ 类", "倒逼转型类"])
@pytest.mark.parametrize("field", ["用地", "土地", "land"])
def test_other_names_of_classes_and_fields(letter: str, field: str) -> None:
    assert one("PERMU_MEASURE", letter, field) == one("PERMU_MEASURE", "C", "用地") != ""


@pytest.mark.parametrize("name", ["亩均税收权重", "亩均税收基本分", "亩均税收基本分值"])
def test_other_names_of_parameters(name: str) -> None:
    assert one("PERMU_PARAM", name, "沈阳") == 30.0


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("沈阳", ("shenyang_2021",)),
        ("沈阳市", ("shenyang_2021",)),
        ("沈政办发〔2021〕27号", ("shenyang_2021",)),
        ("SHENYANG_2021", ("shenyang_2021",)),
        ("温岭", ("wenling_2022",)),
        ("昌乐县", ("changle_2023",)),
        ("黄岩", ("huangyan_2021", "huangyan_2022")),
        ("黄岩2021", ("huangyan_2021",)),
        ("台州", ()),
        ("", ()),
    ],
)
def test_schemes_by_the_names_of_their_regions(text: str, ids: tuple[str, ...]) -> None:
    assert called(text) == ids


def test_a_name_of_several_schemes_is_no_scheme() -> None:
    assert one("PERMU_PARAM", "前半区比例", "黄岩") is NA
    assert "有几个这样的方案" in functions.last_error()


def test_no_alias_means_two_things() -> None:
    for kind in ("methods", "forms", "fields", "columns", "parameters"):
        words = [word for words in aliases(kind).values() for word in words]
        assert len(set(words)) == len(words)
        assert not set(words) & set(aliases(kind)) - {"用地"}


def test_every_alias_is_for_a_name_that_some_scheme_has() -> None:
    schemes = [load(id) for id in available()]
    columns = {column.name for scheme in schemes for column in scheme.columns.values()}
    assert set(aliases("columns")) <= columns
    assert set(aliases("fields")) <= {m.name for scheme in schemes for m in scheme.measures}
