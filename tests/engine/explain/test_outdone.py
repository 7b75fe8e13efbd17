"""Where one trial speaks for others, each of them made says the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from permu_xl.engine.evaluation import Evaluation, evaluate
from permu_xl.engine.explain.outdone import are_outdone
from permu_xl.engine.explain.trials import Trials
from permu_xl.engine.model.scheme import ClassRule, Missing, Scheme
from permu_xl.schemes import available, load
from tests.engine.explain.made_districts import made_district
from tests.engine.support import rules_scheme, toy, tracks_scheme, two_stage, with_rule
from tests.reports.notices.districts import by_hand


def outdone(e: Evaluation, firm: int, alone: dict[str, float]) -> bool:
    trials = Trials(e, firm)
    kept = trials.keeping_scores(alone)
    return are_outdone(trials, kept, trials.evaluated(kept), trials.evaluated(alone))


@pytest.mark.parametrize(
    "scheme",
    [*(load(id) for id in available()), toy(), tracks_scheme(), rules_scheme()],
    ids=lambda scheme: scheme.id,
)
def test_no_figure_on_the_way_leads_to_a_better_class_than_the_one_that_outdoes_it(
    scheme: Scheme,
) -> None:
    places = {letter: k for k, letter in enumerate(scheme.letters)}
    shown = 0
    for seed in range(4):
        e = made_district(scheme, seed)
        if e is None:
            continue
        draw = np.random.default_rng(seed)
        for firm in draw.permutation(np.flatnonzero(e.graded))[:4]:
            trials = Trials(e, firm)
            for result in trials.by_room:
                id = result.indicator.numerator
                end = trials.best(id, [result])
                kept = trials.keeping_scores({id: end})
                best = trials.evaluated(kept)
                if not are_outdone(trials, kept, best, trials.evaluated({id: end})):
                    continue
                shown += 1
                at_best = places[str(best.proposed[firm])]
                start = float(np.nan_to_num(trials.own(id)))
                for part in (0.01, 0.2, 0.5, 0.8, 0.99):
                    on_the_way = trials.evaluated({id: start + part * (end - start)})
                    assert places[str(on_the_way.proposed[firm])] >= at_best, (seed, firm, id)
    assert shown or scheme.id != "shenyang_2021"


def test_more_revenue_with_the_research_it_takes_outdoes_less_revenue() -> None:
    # Revenue 100 is below R&D of 1, 1 % and 20 points; with 120 and 1.2 these are kept.
    e = by_hand([100.0] * 10 + [50.0] * 10)
    assert outdone(e, 19, {"revenue": 120.0})
    trials = Trials(e, 19)
    alone = trials.evaluated({"revenue": 120.0})
    # Without it there are but 16.7 points at the end of the way, and 20 at its beginning.
    assert not are_outdone(trials, {"revenue": 120.0}, alone, alone)


def with_scheme(e: Evaluation, scheme: Scheme) -> Evaluation:
    return evaluate(scheme, e.roster, year=e.year)


def with_missing(scheme: Scheme, place: int, missing: Missing | None) -> Scheme:
    indicators = list(scheme.indicators)
    indicators[place] = replace(indicators[place], missing=missing)
    return scheme.with_indicators(tuple(indicators))


def test_nothing_follows_where_other_firms_are_touched() -> None:
    e = by_hand([100.0] * 10 + [50.0] * 10)
    assert outdone(e, 19, {"tax": 60.0})
    # The highest of the year: it may be the firm's own.
    first, *rest = e.scheme.indicators
    rule = replace(first.baseline, method="max", year="current", manual=None)
    highest = e.scheme.with_indicators((replace(first, baseline=rule), *rest))
    assert not outdone(with_scheme(e, highest), 19, {"tax": 60.0})
    # Firms without a figure get the mean of the others' points.
    average = with_missing(e.scheme, 0, Missing("tax", "average", False, ""))
    assert not outdone(with_scheme(e, average), 19, {"tax": 60.0})


def a_worse_upper_half(scheme: Scheme) -> ClassRule:
    """The last of the upper half in place of the last of the lower."""
    rule = two_stage(scheme)
    first, last = rule.selections
    return replace(rule, selections=(first, replace(last, half="upper")))


def test_nothing_follows_where_a_higher_place_may_be_a_worse_class() -> None:
    e = by_hand([100.0] * 10 + [50.0] * 10)
    assert not outdone(
        with_scheme(e, with_rule(e.scheme, a_worse_upper_half(e.scheme))), 19, {"tax": 60.0}
    )
    rule = two_stage(e.scheme)
    twice = replace(rule, selections=(*rule.selections, rule.selections[0]))
    assert not outdone(with_scheme(e, with_rule(e.scheme, twice)), 19, {"tax": 60.0})


def test_nothing_follows_without_a_denominator() -> None:
    # With none there is no value, with a small one a large value: revenue 1 is better than 120.
    e = by_hand([100.0] * 10 + [50.0] * 10)
    revenue = e.roster.number("revenue").copy()
    revenue[19] = np.nan
    numbers = {**e.roster.numbers, "revenue": revenue}
    e = evaluate(e.scheme, replace(e.roster, numbers=numbers), year=e.year)
    assert not outdone(e, 19, {"revenue": 120.0})
