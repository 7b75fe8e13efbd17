"""Dataclasses that are made quickly behave like those of Python."""

from __future__ import annotations

import copy
import dataclasses
import pickle

import pytest

from permu_xl.records import dataclass


@dataclass(frozen=True, slots=True)
class Firm:
    name: str
    mu: float = 0.0
    years: list[int] = dataclasses.field(default_factory=list, hash=False)
    seen: str = dataclasses.field(default="", compare=False)
    cache: dict[str, int] = dataclasses.field(init=False, default_factory=dict, hash=False)
    whole: str = dataclasses.field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "whole", f"{self.name}{self.mu}")


@dataclasses.dataclass(frozen=True, slots=True)
class Usual:
    name: str
    mu: float = 0.0


@dataclass(frozen=True, slots=True)
class Quick:
    name: str
    mu: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Own:
    mu: float

    def __repr__(self) -> str:
        return f"{self.mu}亩"


@dataclass(frozen=True, slots=True)
class Special(Quick):
    kind: str = "特"


@dataclass(slots=True)
class Counter:
    count: int = 0


def test_arguments_and_defaults() -> None:
    firm = Firm("甲", years=[2022])
    assert (firm.name, firm.mu, firm.years, firm.seen, firm.cache, firm.whole) == (
        "甲", 0.0, [2022], "", {}, "甲0.0",
    )  # fmt: skip
    assert Firm("甲").years is not Firm("甲").years
    assert Firm("甲").cache is not Firm("甲").cache
    with pytest.raises(TypeError, match="name"):
        Firm()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Firm("甲", cache={})  # type: ignore[call-arg]


def test_nothing_can_be_changed() -> None:
    firm = Quick("甲")
    for change in (
        lambda: setattr(firm, "name", "乙"),
        lambda: setattr(firm, "other", 1),
        lambda: delattr(firm, "name"),
    ):
        with pytest.raises(dataclasses.FrozenInstanceError):
            change()
    assert firm.name == "甲"


def test_compared_by_what_is_to_be_compared() -> None:
    assert Firm("甲", seen="A") == Firm("甲", seen="B")
    assert Firm("甲", years=[1]) != Firm("甲", years=[2])
    assert hash(Firm("甲", years=[1])) == hash(Firm("甲", years=[2]))
    assert hash(Quick("甲")) == hash(Quick("甲")) != hash(Quick("乙"))
    assert Quick("甲") != Usual("甲")
    assert Quick("甲") != Special("甲")
    one, other = Own(1.0), Own(1.0)
    assert one != other
    assert len({one, other}) == 2


def test_shown_as_python_does() -> None:
    assert repr(Quick("甲", 1.5)) == repr(Usual("甲", 1.5)).replace("Usual", "Quick")
    assert repr(Own(2.0)) == "2.0亩"
    assert "whole" not in repr(Firm("甲"))
    assert repr(Special("甲")) == "Special(name='甲', mu=0.0, kind='特')"


def test_what_dataclasses_offers() -> None:
    firm = Quick("甲", 2.0)
    assert dataclasses.replace(firm, mu=3.0) == Quick("甲", 3.0)
    assert dataclasses.asdict(firm) == {"name": "甲", "mu": 2.0}
    assert [field.name for field in dataclasses.fields(Special)] == ["name", "mu", "kind"]
    for again in (copy.copy(firm), copy.deepcopy(firm), pickle.loads(pickle.dumps(firm))):
        assert again == firm
    match firm:
        case Quick(name, mu):
            assert (name, mu) == ("甲", 2.0)


def test_what_may_be_changed_is_as_ever() -> None:
    counter = Counter()
    counter.count += 1
    assert counter == Counter(1)
