"""Mixtures of two evaluations: nothing put back is the newer one, everything the older one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from permu_xl.engine.evaluation import Evaluation, evaluate
from permu_xl.engine.model.roster import Roster
from permu_xl.engine.records.adjustments import Adjustment
from permu_xl.errors import BaselineError
from permu_xl.reports.comparison.mixtures import Mixer, Part, match_firms
from tests.engine.reference_tracks import Firm
from tests.engine.support import tracks_scheme
from tests.engine.test_properties_tracks import LAST, as_roster, districts, last_roster

moderate = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def listed(*firms: tuple[str, str]) -> Roster:
    return Roster.from_columns({}, codes=[code for code, _ in firms], names=[n for _, n in firms])


@pytest.mark.parametrize(
    ("old", "new", "pairs"),
    [
        # by code, whatever the names
        ([("1", "甲"), ("2", "乙")], [("2", "甲"), ("1", "乙")], [(1, 0), (0, 1)]),
        # by name where one side has no code
        ([("", "甲")], [("1", "甲")], [(0, 0)]),
        # a code that was corrected
        ([("1", "甲")], [("2", "甲")], [(0, 0)]),
        # two of one name: neither
        ([("", "甲"), ("", "甲")], [("1", "甲")], [(-1, 0), (0, -1), (1, -1)]),
        # a name whose firm is taken by its code is another firm
        ([("1", "甲")], [("1", "甲"), ("2", "甲")], [(0, 0), (-1, 1)]),
        ([], [("1", "甲")], [(-1, 0)]),
        ([("1", "甲")], [], [(0, -1)]),
    ],
)
def test_firms_are_matched_by_code_else_by_name(old: Any, new: Any, pairs: Any) -> None:
    old_at, new_at = match_firms(listed(*old), listed(*new))
    assert list(zip(old_at.tolist(), new_at.tolist(), strict=True)) == pairs


def run(firms: list[Firm], last: Any, adjusted: Any) -> Evaluation:
    adjustments = [Adjustment(code, "", letter) for code, letter in adjusted]
    try:
        return evaluate(
            tracks_scheme(), as_roster(firms), last_roster(last), year=2030,
            adjustments=adjustments,
        )  # fmt: skip
    except BaselineError:
        assume(False)
        raise


@moderate
@given(districts(), LAST, districts(), LAST, st.booleans(), st.booleans())
def test_all_put_back_is_the_older_and_nothing_the_newer(
    firms: list[Firm], last: Any, others: list[Firm], other_last: Any, decide: bool, decided: bool
) -> None:
    letter = tracks_scheme().letters[0]
    adjusted = [("K00", letter)] if decide else []
    old, new = run(firms, last, []), run(others, other_last, adjusted)
    mixer = Mixer.of(old, new)
    for firm in range(0, mixer.size, 7):
        changed = mixer.changed_parts(firm)
        for restored, side in (((), True), (changed, False), (tuple(Part), False)):
            expected = mixer.letters(side, decided=decided)[firm]
            assert mixer.letter(firm, restored, decided=decided) == expected


@moderate
@given(districts(), LAST)
def test_the_same_twice_has_no_parts_that_differ(firms: list[Firm], last: Any) -> None:
    e = run(firms, last, [])
    mixer = Mixer.of(e, e)
    assert not any(mixer.changed_parts(firm) for firm in range(mixer.size))
    assert not np.any(mixer.figures_differ | mixer.marks_differ | mixer.part_differs)
