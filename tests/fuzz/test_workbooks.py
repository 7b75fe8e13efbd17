"""Mutated workbooks: a result that opens or one sentence, in bounds, and nothing else changed.

The suite tries a fixed number of inputs, always the same; ``python -m tests.fuzz.run`` tries new
ones for as long as it is told.  What it has ever found stands in ``found`` and is tried as well.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.trial import FOUND, judge, mutated, seeds
from tests.hostile.commands import Commands

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")


@pytest.mark.parametrize("name", sorted(seeds()))
def test_the_seeds_themselves(commands: Commands, tmp_path: Path, name: str) -> None:
    verdict = judge(commands, seeds()[name], tmp_path / "trial")
    assert verdict.faults == ()
    # The formulas of the live template are not calculated, which its results do not depend on.
    assert (verdict.check.status, verdict.run.status) == (0, 0)


@given(st.integers(0, 2**32))
@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_mutations(commands: Commands, tmp_path: Path, seed: int) -> None:
    kind, raw = mutated(Random(seed))
    assert judge(commands, raw, tmp_path / "trial").faults == (), kind


@pytest.mark.parametrize("path", sorted(FOUND.glob("*.xlsx")), ids=lambda path: path.stem)
def test_what_was_found_before(commands: Commands, tmp_path: Path, path: Path) -> None:
    verdict = judge(commands, path.read_bytes(), tmp_path / "trial")
    assert verdict.faults == (), (verdict.check.err, verdict.run.err)
