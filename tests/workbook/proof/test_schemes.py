"""The proof sheet under schemes of other regions: all TRUE, and FALSE after any change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from permu_xl.engine.evaluation import Evaluation
from permu_xl.engine.model.arrays import BoolArray
from permu_xl.schemes import available, load, load_file
from permu_xl.workbook import layout
from tests.engines.proofs import EVERY_FORM
from tests.office import Office, Value
from tests.workbook.any_districts import any_firms
from tests.workbook.districts import firm
from tests.workbook.odd_districts import district_book, save
from tests.workbook.odd_tracks import TRACKS, YEAR, other_tracks, track_book
from tests.workbook.proof.proving import Proved, proved, spoken

needs_office = pytest.mark.office
KINDS: dict[str, Callable[[], str]] = {
    "as_is": lambda: TRACKS.read_text(encoding="utf-8"),
    "other": other_tracks,
}


@needs_office
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("n", "seed"), [(1, 3), (7, 4), (150, 5)])
def test_odd_districts_of_tracks_are_proved(
    office: Office, tmp_path: Path, kind: str, n: int, seed: int
) -> None:
    manual = {("energy_per_sales机械", "manual"): "３", ("energy_per_sales食品", "manual"): None}
    path = track_book(tmp_path, KINDS[kind](), n, seed, parameters=manual if seed > 2 else {})
    with proved(office, path) as p:
        assert p.failing() == set()
        assert p.document.errors(layout.PROOF) == {}


# Of few firms and of many in turn; 24 of each of the others are proved, and changed by hand, in
# tests/engines/test_libreoffice.py.
SIZES = ((9, 2), (120, 1))
SCHEMES = [id for id in available() if id not in EVERY_FORM]


@needs_office
@pytest.mark.parametrize(
    ("id", "n", "seed"), [(id, *SIZES[k % len(SIZES)]) for k, id in enumerate(SCHEMES)]
)
def test_every_shipped_scheme_is_proved(
    office: Office, tmp_path: Path, id: str, n: int, seed: int
) -> None:
    scheme = load(id)
    year = scheme.valid_from.year
    firms = any_firms(scheme, n, seed, year=year)
    last = any_firms(scheme, n + 5, seed + 50, year=year - 1)
    book = district_book(scheme, firms, last, scheme_name=id, year=year)
    with proved(office, save(book, tmp_path / "in.xlsx")) as p:
        assert p.failing() == set()
        assert p.document.errors(layout.PROOF) == {}


@pytest.fixture(scope="module", params=list(KINDS))
def tracked(
    office: Office, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Proved]:
    folder = tmp_path_factory.mktemp("tracked")
    with proved(office, track_book(folder, KINDS[request.param](), 90, 12)) as p:
        assert p.failing() == set()
        assert p.document.errors(layout.PROOF) == {}
        yield p


Condition = Callable[[Evaluation], BoolArray]


def big(e: Evaluation) -> BoolArray:
    return e.graded & (e.track == 0)


def small(e: Evaluation) -> BoolArray:
    return e.graded & (e.track == 1)


def reported(*columns: str) -> Condition:
    return lambda e: np.all([e.roster.number(id) > 0 for id in columns], axis=0)


def classed(letters: str) -> Condition:
    return lambda e: np.isin(e.classes.by_place, list(letters))


def unmarked(*flags: str) -> Condition:
    return lambda e: ~np.any([e.roster.flag(flag) for flag in flags], axis=0)


def little_bonus(e: Evaluation) -> BoolArray:
    return np.abs(e.bonus.total) < 1


def without_labels(e: Evaluation) -> BoolArray:
    return np.array(e.roster.bonus_labels.take([not x for x in e.roster.bonus_labels.values]))


def ungraded(e: Evaluation) -> BoolArray:
    return e.ungraded >= 0


def trade(prefix: str) -> Condition:
    def made(e: Evaluation) -> BoolArray:
        codes = e.roster.industries
        return np.array(codes.take([code.startswith(prefix) for code in codes.values]))

    return made


def between(indicator: str) -> Condition:
    """Its score is neither nothing nor the most there can be, so that the baseline matters."""

    def there(e: Evaluation) -> BoolArray:
        (result,) = (r for r in e.results if r.indicator.id == indicator)
        return (result.score > 0) & (result.score < result.indicator.maximum)

    return there


def regular(e: Evaluation) -> BoolArray:
    """No mark of 是否参评, no decision."""
    return (e.roster.included < 0) & (e.adjusted_by < 0)


def choose(p: Proved, *conditions: Condition) -> int:
    """Return the first firm of which all conditions hold."""
    found = np.flatnonzero(np.all([condition(p.evaluation) for condition in conditions], axis=0))
    assert len(found), "the district has no such firm"
    return int(found[0])


def guarded_by(position: int) -> Condition:
    return lambda e: e.classes.guard == position


def in_zone(zone: str) -> Condition:
    def there(e: Evaluation) -> BoolArray:
        told = e.roster.attribute("zone")
        return np.array(told.take([text == zone for text in told.values]))

    return there


def picked(e: Evaluation) -> BoolArray:
    """In the C list of the small firms."""
    return small(e) & np.isin(e.classes.by_place, ["C", "D"])


INPUTS: list[tuple[str, tuple[Condition, ...], str, Value, tuple[str, ...]]] = [
    ("another track", (big,), "size", "规下", ("indicators", "scores", "ranks")),
    ("no such track", (small,), "size", "中型", ("indicators", "ranks")),
    ("no track", (big,), "size", None, ("indicators", "ranks")),
    ("another unit", (big, in_zone("东区")), "zone", "西区", ("ranks",)),
    ("no such unit", (big,), "zone", "南区", ("ranks",)),
    ("another trade", (big, between("energy_per_sales"), trade("34")), "industry", "1310",
     ("scores", "totals")),
    ("longest prefix", (big, between("energy_per_sales"), trade("349")), "industry", "3411",
     ("scores", "totals")),
    ("more tenants", (big, little_bonus, without_labels), "tenants", 4, ("totals",)),
    ("no waste", (big, reported("waste", "sales")), "waste", None, ("indicators", "scores")),
    ("some waste", (big, lambda e: np.isnan(e.roster.number("waste")), reported("sales")),
     "waste", 12, ("indicators", "scores")),
    ("no energy", (big, reported("energy", "sales")), "energy", 0, ("indicators", "scores")),
    ("no sales", (small, reported("sales", "land")), "sales", None, ("indicators", "scores")),
    ("veto", (big, classed("AB"), unmarked("accident", "remedied", "building")), "accident", "是",
     ("classes", "quotas")),
    ("veto lifted", (guarded_by(0),), "remedied", "是", ("classes", "quotas")),
    ("sheltered", (classed("D"), unmarked("accident", "building")), "building", "是",
     ("classes", "quotas")),
    ("not ranked", (small,), "utility", "是", ("ranks", "classes", "quotas")),
    ("ranked", (ungraded,), "utility", None, ("ranks", "classes", "quotas")),
    ("flagged", (picked, unmarked("off_policy", "accident", "building")), "off_policy", "是",
     ("classes", "quotas")),
    ("label of a group", (small, little_bonus, without_labels), "bonus_labels", "标杆、示范",
     ("totals",)),
    ("label by ratio", (small, little_bonus, without_labels), "bonus_labels", "品质", ("totals",)),
    ("unknown label", (small, without_labels), "bonus_labels", "没有的", ("totals",)),
    ("let in by trade", (trade("44"), regular), "industry", "1711", ("participation",)),
    ("young", (big, regular), "start_date", 47600, ("participation",)),
]  # fmt: skip


@needs_office
@pytest.mark.parametrize(
    ("conditions", "key", "value", "checks"), [c[1:] for c in INPUTS], ids=[c[0] for c in INPUTS]
)
def test_a_changed_input_is_found(
    tracked: Proved,
    conditions: tuple[Condition, ...],
    key: str,
    value: Value,
    checks: tuple[str, ...],
) -> None:
    entry = choose(tracked, *conditions)
    failing = tracked.found(*tracked.input(entry, key), value)
    assert spoken(failing, *checks), (entry, failing)
    assert tracked.failing() == set()


RESULTS: list[tuple[tuple[Condition, ...], str, str, Value, str]] = [
    ((big,), layout.CLASSES, "unit", "规下", "ranks"),
    ((ungraded,), layout.CLASSES, "unit", "规下", "ranks"),
    ((ungraded,), layout.CLASSES, "rank", 1, "ranks"),
    ((ungraded,), layout.SCORES, "rank", 1, "ranks"),
    ((ungraded,), layout.SCORES, "total", None, "totals"),
    ((ungraded,), layout.CLASSES, "proposed", "B", "classes"),
    ((big,), layout.CLASSES, "half", "前50%", "halves"),
    ((small,), layout.CLASSES, "half", None, "halves"),
    ((big,), layout.CLASSES, "key:A", 1, "keys"),
    ((small,), layout.CLASSES, "key:A", None, "keys"),
    ((small,), layout.CLASSES, "key:C/D", 0.5, "keys"),
    ((big,), layout.SCORES, "value:sales_per_mu", 1, "indicators"),
    ((small,), layout.SCORES, "score:waste_per_sales", 1, "scores"),
    ((big, classed("A")), layout.CLASSES, "proposed", "C", "classes"),
    ((guarded_by(0),), layout.CLASSES, "proposed", "A", "quotas"),
    ((big,), layout.CLASSES, "rank", 99, "ranks"),
    ((small,), layout.CLASSES, "final", "X", "final"),
    ((trade("44"), regular), layout.CLASSES, "proposed", "B", "participation"),
    ((trade("44"), regular), layout.CLASSES, "total", 50, "totals"),
]


@needs_office
@pytest.mark.parametrize(("conditions", "title", "key", "value", "check"), RESULTS)
def test_a_changed_result_is_found(
    tracked: Proved,
    conditions: tuple[Condition, ...],
    title: str,
    key: str,
    value: Value,
    check: str,
) -> None:
    entry = choose(tracked, *conditions)
    failing = tracked.found(*tracked.result(title, key, entry), value)
    assert spoken(failing, check), (entry, failing)
    assert tracked.failing() == set()


@needs_office
def test_a_firm_ruled_out_keeps_its_class(tracked: Proved) -> None:
    entry = choose(tracked, trade("44"), regular)
    letter = tracked.book.scheme.scope.letter
    other = layout.NOT_EVALUATED if letter else "T"
    cell = tracked.result(layout.CLASSES, "proposed", entry)
    assert spoken(tracked.found(*cell, other), "participation", "classes")
    # A firm that 是否参评 keeps out has no class; where none has one that changes nothing.
    failing = tracked.found(*tracked.input(entry, "included"), "否")
    assert spoken(failing, "participation", "classes") if letter else not failing


@needs_office
def test_every_baseline_of_every_group_is_compared(tracked: Proved) -> None:
    rows = tracked.book.scheme.baseline_rows
    assert len(rows) == 7
    for row, (indicator, group) in enumerate(rows):
        for key in ("value", "highest", "indicator"):
            cell = tracked.result(layout.BASELINES, key, row)
            assert spoken(tracked.found(*cell, 0.123), "baselines"), (indicator.id, group, key)


@needs_office
def test_changed_parameters_are_found(tracked: Proved) -> None:
    manual = tracked.parameter("energy_per_sales", "manual", "食品")
    assert spoken(tracked.found(*manual, 2.6), "baselines")
    assert spoken(tracked.found(*tracked.parameter("energy_per_sales", "manual"), 7), "baselines")
    assert spoken(tracked.found(*tracked.parameter("waste_per_sales", "weight"), 14), "scores")
    for id, method in (("tax_per_mu", "企业均值"), ("waste_per_sales", "最高值")):
        assert spoken(tracked.found(*tracked.parameter(id, "method"), method), "baselines"), id


@needs_office
def test_a_change_of_last_year_counts_for_its_track_only(tracked: Proved) -> None:
    previous = tracked.book.previous
    assert previous is not None
    plain = ~np.isnan(previous.roster.number("tax")) & ~np.isnan(previous.roster.number("land"))
    entry = int(np.flatnonzero(plain & (previous.roster.included > 0))[0])
    assert spoken(tracked.found(*tracked.input(entry, "tax", last=True), 9e5), "baselines")
    # Only the small firms' 亩均销售 and the manual baselines look at sales, and not last year's.
    assert spoken(tracked.found(*tracked.input(entry, "sales", last=True), 9e5), "baselines")


KINDS_OF_FIRMS = (
    {"tax": 100.0, "land": 10.0}, {"tax": 300.0, "land": 10.0}, {"tax": 100.0, "land": 20.0},
)  # fmt: skip


@needs_office
@pytest.mark.parametrize(("kind", "named"), [("as_is", False), ("other", True)])
def test_ties_across_lines_of_units(office: Office, tmp_path: Path, kind: str, named: bool) -> None:
    (tmp_path / "scheme.toml").write_text(KINDS[kind](), encoding="utf-8")
    scheme = load_file(tmp_path / "scheme.toml")
    names = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章"
    firms = []
    for k in np.random.default_rng(4).permutation(40).tolist():
        cells: dict[str, Any] = {
            "code": None if named else firm(k)["code"],
            "name": f"{names[k]}氏",
            "industry": "3421",
            "size": "规上" if k % 2 else "规下",
            "zone": "东区" if k % 4 < 3 else "西区",
            "sales": 900.0, "energy": 40.0, "waste": 3.0,
            **KINDS_OF_FIRMS[k % 3],
        }  # fmt: skip
        if "village" in scheme.attributes:
            cells["village"] = "甲镇"
        firms.append(cells)
    book = district_book(scheme, firms, firms, scheme_name="scheme.toml", year=YEAR)
    with proved(office, save(book, tmp_path / "in.xlsx")) as p:
        assert p.failing() == set()
        units = p.evaluation.classes.units
        ranked = [unit for unit in units if unit.ranked.track.id == "big"]
        tied = [cut for unit in ranked for cut in unit.cuts if cut.tied]
        assert tied
        assert any(found.cut.tied for unit in units for found in unit.picked)
        # Two equal firms that change places: only the order of ties can tell.
        above, below = (p.result(layout.CLASSES, "proposed", x) for x in
                        (tied[0].above, tied[0].below))  # fmt: skip
        ((one,),), ((two,),) = (p.document.values(s, f"{c}:{c}") for s, c in (above, below))
        with p.changed(*above, two), p.changed(*below, one):
            assert {"test_classes", "test_all"} <= p.failing() <= {
                "test_classes", "test_final", "test_all",
            }  # fmt: skip


@needs_office
def test_an_added_firm_is_found(tracked: Proved) -> None:
    row = max(tracked.book.current.placed.rows) + 10
    sheet, cell = tracked.input(0, "name")
    assert spoken(tracked.found(sheet, re.sub(r"\d+", str(row), cell), "新来的"), "identity")
