"""docs/functions.md has what the registry says."""

from __future__ import annotations

from permu_xl.functions import REGISTRY
from permu_xl.functions.manual import manual


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
