"""Whatever is wrong with a scheme file, checking it ends in a list, never in a crash."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from permu_xl.errors import SchemeError
from permu_xl.schemes import available, load_file
from permu_xl.schemes.files import shipped_file
from permu_xl.schemes.lint import audit

TEXTS = {id: shipped_file(id).read_text(encoding="utf-8") for id in available()}
VALUES = ["3", "-1", "nan", "true", '"甲"', '""', "[]", "{}", '["tax"]', "[[1]]", "2024-01-01"]


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A shipped file with lines lost, doubled or given other values."""
    lines = TEXTS[draw(st.sampled_from(sorted(TEXTS)))].splitlines()
    for _ in range(draw(st.integers(1, 4))):
        k = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["lose", "double", "value", "header", "cut"])):
            case "lose":
                del lines[k]
            case "double":
                lines.insert(k, lines[draw(st.integers(0, len(lines) - 1))])
            case "value":
                value = draw(st.sampled_from(VALUES))
                lines[k] = re.sub(r"^(\w+ = ).*", lambda m, v=value: m[1] + v, lines[k])  # type: ignore[misc]
            case "header":
                lines[k] = re.sub(r"^\[[\w.]+", "[x", lines[k])
            case _:
                lines[k] = lines[k][: draw(st.integers(0, len(lines[k])))]
        if not lines:
            break
    return "\n".join(lines)


@given(damaged())
@settings(max_examples=150, deadline=None)
def test_a_damaged_file_is_told_apart(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "本区.toml"
        path.write_text(text, encoding="utf-8")
        breaches = audit(path)
        problems: list[str] = []
        try:
            load_file(path)
        except SchemeError as error:
            problems = error.problems
    assert len(problems) == len(breaches)
    for breach in breaches:
        assert breach.line is None or 1 <= breach.line <= text.count("\n") + 1
        assert re.search("[\u4e00-\u9fff]", breach.problem)
