"""Findings and how figures are written in them."""

from __future__ import annotations

import pytest

from permu_xl.findings.model import Finding, Level, has_errors
from permu_xl.text.shown import show_number, show_points


def finding(level: Level) -> Finding:
    return Finding(level, "X", "current", None, "", "", "", "", "")


def test_only_errors_forbid_an_evaluation() -> None:
    assert has_errors([finding(Level.HINT), finding(Level.ERROR)])
    assert not has_errors([finding(Level.HINT), finding(Level.WARNING)])
    assert not has_errors([])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (100.0, "100"),
        (1234567.5, "1,234,567.5"),
        (-0.5, "-0.5"),
        (0.000001, "0.000001"),
        (0.0000009, "9e-07"),
        (-0.0000009, "-9e-07"),
        (1 / 3, "0.333333"),
        (2 / 3, "0.666667"),
        (float("nan"), "空"),
    ],
)
def test_show_number(value: float, text: str) -> None:
    assert show_number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.00"),
        (71.304, "71.30"),
        (71.305, "71.31"),
        (71.306, "71.31"),
        (2.675, "2.68"),
        (-2.675, "-2.68"),
        (-0.004, "0.00"),
        (-0.005, "-0.01"),
        (117.0, "117.00"),
        (0.1 + 0.2, "0.30"),
        (1234.5, "1234.50"),
        (999999999999999.0, "999999999999999.00"),
        (1e15, "1e+15"),
        (3e40, "3e+40"),
        (float("inf"), "inf"),
    ],
)
def test_show_points(value: float, text: str) -> None:
    assert show_points(value) == text
