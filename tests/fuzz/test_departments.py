"""Mutated department tables: imported or one sentence, in bounds, and nothing else changed.

A fixed number of inputs, always the same; ``python -m tests.fuzz.run --departments`` tries new
ones for as long as it is told.  What it finds is to be kept in ``found_tables``.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.department_trial import FOUND, judge, mutated, seeds
from tests.hostile.commands import Commands

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")


@pytest.mark.parametrize("name", sorted(seeds()))
def test_the_seeds_themselves(commands: Commands, tmp_path: Path, name: str) -> None:
    faults, done = judge(commands, Path(name).suffix, seeds()[name], tmp_path / "trial")
    assert faults == ()
    assert done.status in (0, 1)


@given(st.integers(0, 2**32))
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_mutations(commands: Commands, tmp_path: Path, seed: int) -> None:
    kind, ending, raw = mutated(Random(seed))
    assert judge(commands, ending, raw, tmp_path / "trial")[0] == (), kind


def test_what_was_found_before(commands: Commands, tmp_path: Path) -> None:
    for path in sorted(FOUND.glob("*.*")):
        faults, done = judge(commands, path.suffix, path.read_bytes(), tmp_path / path.stem)
        assert faults == (), (path.name, done.err)
