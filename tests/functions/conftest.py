"""A second scheme for the worksheet functions: nothing in it is like Shenyang's."""

from __future__ import annotations

import pytest

from permu_xl import schemes
from permu_xl.engine.scheme import Scheme
from permu_xl.functions import arguments
from tests.engine.support import toy


@pytest.fixture
def toy_scheme(monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of a scheme with three indicators, caps of its own, and classes 甲 乙 丙."""

    def load(id: str) -> Scheme:
        return toy() if id == "toy" else schemes.load(id)

    monkeypatch.setattr(arguments, "load", load)
    return "toy"
