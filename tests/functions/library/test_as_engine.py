"""PERMU_EVALUATE gives what the engine gives, cell by cell, for any firms under any scheme."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from permu_xl import functions, schemes
from permu_xl.engine.evaluation import Evaluation, evaluate
from permu_xl.engine.explain.indicators import notes_column
from permu_xl.engine.model.roster import IN, OUT, Roster
from permu_xl.engine.model.scheme import Attribute, BaselineRule, Scheme
from permu_xl.functions import arguments
from tests.engine.support import shenyang, toy, tracks_scheme
from tests.functions.support import column

SCHEMES = {"shenyang": shenyang, "toy": toy, "toy_tracks": tracks_scheme} | {
    id: (lambda id=id: schemes.load(id)) for id in schemes.available() if id != "shenyang_2021"
}

figures = st.one_of(
    st.none(),
    st.sampled_from([0.0, 1.0, 10.0, 100.0, -1.0]),
    st.floats(0.5, 200).map(lambda figure: round(figure, 2)),
)
codes = st.sampled_from(["1310", "1411", "3421", "3499", ""])


def texts(attribute: Attribute) -> st.SearchStrategy[str]:
    """A group that the scheme knows; blank only where that means something."""
    known = attribute.values or ("东区", "西区", "１区")
    return st.sampled_from([*known, *([""] if attribute.default else [])])


@st.composite
def districts(draw: st.DrawFn, scheme: Scheme) -> dict[str, Any]:
    n = draw(st.integers(1, 12))

    def each(cell: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(cell, min_size=n, max_size=n))

    return {
        "figures": {id: each(figures) for id in scheme.columns},
        "baselines": draw(
            st.lists(
                st.floats(0.1, 50),
                min_size=len(scheme.baseline_rows),
                max_size=len(scheme.baseline_rows),
            )
        ),
        "bonus": each(st.sampled_from([None, 0.0, 1.5, -3.0, 9.0])),
        "flags": {id: each(st.booleans()) for id in scheme.flags},
        "included": each(st.sampled_from([True, True, True, False])),
        "industries": each(codes),
        "attributes": {a.id: each(texts(a)) for a in scheme.asked_attributes},
    }


def by_engine(scheme: Scheme, d: dict[str, Any]) -> Evaluation:
    given: dict[str, dict[str, float]] = {}
    for (indicator, group), value in zip(scheme.baseline_rows, d["baselines"], strict=True):
        given.setdefault(indicator.id, {})[group] = value
    measured = scheme.with_indicators(
        tuple(
            replace(
                i,
                baseline=BaselineRule(
                    "manual", "current", "", given[i.id].get(""), 1.0, i.baseline.by, given[i.id]
                ),
            )
            for i in scheme.indicators
        )
    )
    size = len(d["included"])
    roster = Roster.from_columns(
        d["figures"],
        names=[f"{number:02d}" for number in range(size)],
        industries=d["industries"],
        bonus_points=d["bonus"],
        flags=d["flags"],
        included=[IN if inside else OUT for inside in d["included"]],
        attributes=d["attributes"],
    )
    return evaluate(measured, roster, year=scheme.valid_until.year)


def by_function(scheme: Scheme, d: dict[str, Any]) -> list[list[Any]]:
    def rows(columns: list[list[Any]]) -> list[list[Any]] | None:
        return [list(row) for row in zip(*columns, strict=True)] or None

    groups = list(d["attributes"].values())
    if any(a.derived for a in scheme.attributes.values()):
        groups.append(d["industries"])
    names = column(str(number) for number in range(len(d["included"])))
    args = [
        rows(list(d["figures"].values())),
        d["baselines"],
        column(d["bonus"]),
        rows(list(d["flags"].values())),
        column(d["included"]),
        scheme.id,
        rows(groups),
        None,
        None,
        names,
    ]
    with mock.patch.object(arguments, "load", return_value=scheme):
        return functions.call("PERMU_EVALUATE", args)


def shown(value: Any) -> Any:
    return "" if value != value else value


def columns_of(e: Evaluation) -> list[list[Any]]:
    """Return the columns that the function promises, blank for firms that are out."""
    inside = e.included
    ranks = [float(rank) or "" for rank in e.classes.rank]
    numbers = [
        *(np.where(inside, r.value, np.nan) for r in e.results),
        *(r.score for r in e.results),
        e.subtotal,
        np.where(inside, e.bonus.total, np.nan),
        e.total,
    ]
    found = [[shown(value) for value in numbers_of.tolist()] for numbers_of in numbers]
    letters = [str(letter) if part else "" for letter, part in zip(e.proposed, inside, strict=True)]
    return [*found, ranks, letters, notes_column(e)]


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=list(SCHEMES))
def test_the_function_gives_what_the_engine_gives(scheme: Callable[[], Scheme]) -> None:
    rules = scheme()

    @given(districts(rules))
    @settings(max_examples=40, deadline=None)
    def holds(d: dict[str, Any]) -> None:
        e = by_engine(rules, d)
        found = by_function(rules, d)
        for k, wanted in enumerate(columns_of(e)):
            assert [row[k] for row in found] == wanted, k

    holds()
