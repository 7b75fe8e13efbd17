"""docs/functions.md is what the registry says."""

from __future__ import annotations

from pathlib import Path

import pytest

from permu_xl.functions import REGISTRY
from permu_xl.functions.manual import main, manual
from tests.places import DOCS

MANUAL = DOCS / "functions.md"


def test_the_manual_is_fresh() -> None:
    assert MANUAL.read_text(encoding="utf-8") == manual(), (
        "docs/functions.md 已过期，请运行 make generated"
    )


def test_the_manual_has_everything() -> None:
    text = manual()
    for function in REGISTRY.values():
        assert f"](#{function.name.lower()})" in text
        assert f"\n## {function.name}\n" in text
        assert f"`{function.signature}`" in text
        assert function.gives in text
        assert f"={function.name}(" in text
        for argument in function.arguments:
            assert f"| `{argument.name}` | {argument.help} |" in text


def test_writing_the_manual(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "functions.md"
    assert main([str(target)]) == 0
    assert target.read_text(encoding="utf-8") == manual()
    assert main([]) == 2
    assert "用法" in capsys.readouterr().err
