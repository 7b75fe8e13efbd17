"""Check digits of all credit codes at once: as of each alone."""

from __future__ import annotations

import pytest

from permu_xl.text import code_fault, code_faults
from permu_xl.workbook.example.firms import credit_code

# The example of GB 32100-2015 as python-stdnum has it.
GOOD = "91110000600037341L"


@pytest.mark.parametrize("code", [
    GOOD, GOOD[:-1] + "M", "A" + GOOD[1:], GOOD[:-1], GOOD + "0", GOOD[:9] + "I" + GOOD[10:],
    GOOD[:9] + "沈" + GOOD[10:], GOOD.lower(), "", "０" * 18, "0" * 18,
])  # fmt: skip
def test_as_one_alone(code: str) -> None:
    fault = code_fault(code)
    assert code_faults([GOOD, code]) == ({1: fault} if fault else {})


def test_every_slip_of_one_sign_is_seen() -> None:
    codes = [credit_code(serial) for serial in range(1, 200)]
    assert code_faults(codes) == {}
    for place in range(18):
        slipped = [c[:place] + ("2" if c[place] == "1" else "1") + c[place + 1 :] for c in codes]
        assert list(code_faults(slipped)) == list(range(len(codes)))


def test_of_none() -> None:
    assert code_faults([]) == {}
