"""What a file is that is no workbook, by its first bytes."""

from __future__ import annotations

import pytest

from permu_xl.xlsx.files.kinds import SCRAMBLED, describe_no_zip


@pytest.mark.parametrize(
    "begins", [b"%TSD-Header-###%", b"b\x14#e\x02\x00\x01\x02\x00\x00\x00E-SafeNet\x00\x00LOCK"]
)
def test_what_an_encryption_agent_has_scrambled(begins: bytes) -> None:
    assert describe_no_zip(begins + bytes(range(256)) * 20) == SCRAMBLED


def test_an_agents_name_within_a_text_says_nothing() -> None:
    assert "文本文件" in describe_no_zip("企业名称".encode() * 200 + b"E-SafeNet")
