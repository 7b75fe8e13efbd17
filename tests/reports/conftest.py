"""The three districts, evaluated once for all tests of reports; every test gets copies."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from permu_xl.cli.program import main
from tests.reports.districts import three


@pytest.fixture(scope="session")
def evaluated_districts(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return three(tmp_path_factory.mktemp("districts"))


@pytest.fixture
def districts(evaluated_districts: list[Path], tmp_path: Path) -> list[Path]:
    """Three evaluated workbooks that a test may change."""
    return [Path(shutil.copy(path, tmp_path / path.name)) for path in evaluated_districts]


@pytest.fixture(scope="session")
def summed_up(evaluated_districts: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The city's workbook of the three districts; every test gets a copy."""
    out = tmp_path_factory.mktemp("city") / "全市.xlsx"
    assert main(["city", *map(str, evaluated_districts), "-o", str(out)]) == 0
    return out
