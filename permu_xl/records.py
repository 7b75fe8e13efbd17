"""Dataclasses that are made quickly: at the start of a command there are more than a hundred.

For each frozen dataclass with slots Python writes and compiles six methods; here it is one,
``__init__``, and the others are shared.  To type checkers, to ``fields`` and ``replace`` they
are dataclasses like any other.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass

__all__ = ["dataclass"]

_NONE = dataclasses.MISSING

if not TYPE_CHECKING:

    def dataclass(*, slots, frozen=False, eq=True):
        """Return a decorator like that of ``dataclasses``; only classes with slots are made.

        >>> @dataclass(frozen=True, slots=True)
        ... class Firm:
        ...     name: str
        ...     mu: float = 0.0
        >>> Firm("甲", 2.5), Firm("甲") == Firm("甲", 0.0)
        (Firm(name='甲', mu=2.5), True)
        """
        assert slots
        if not frozen:
            return dataclasses.dataclass(slots=True, eq=eq)

        def decorate(cls):
            made = dataclasses.dataclass(slots=True, init=False, repr=False, eq=False)(cls)
            for method in (_init(made), *_SHARED, *(_comparing(made) if eq else ())):
                # A class that compares in a way of its own has None for a hash.
                if made.__dict__.get(method.__name__) is None:
                    setattr(made, method.__name__, method)
            return made

        return decorate


class _Absent:
    """Stands for an argument whose default is made for each instance."""

    def __repr__(self) -> str:
        return "<factory>"


def _init(cls: Any) -> Callable[..., None]:
    """Compile an ``__init__`` that fills the slots past ``__setattr__``."""
    known: dict[str, Any] = {"_absent": _Absent()}
    given, body = ["self"], []
    for field in dataclasses.fields(cls):
        name, default, make = field.name, field.default, field.default_factory
        known[f"_put_{name}"] = getattr(cls, name).__set__
        known[f"_of_{name}"] = default if make is _NONE else make
        value = name
        if field.init:
            given.append(name)
            if make is not _NONE:
                given[-1] += "=_absent"
                value = f"_of_{name}() if {name} is _absent else {name}"
            elif default is not _NONE:
                given[-1] += f"=_of_{name}"
        elif make is not _NONE or default is not _NONE:
            value = f"_of_{name}" if make is _NONE else f"_of_{name}()"
        else:
            continue
        body.append(f" _put_{name}(self, {value})")
    if hasattr(cls, "__post_init__"):
        body.append(" self.__post_init__()")
    exec(f"def __init__({', '.join(given)}):\n" + "\n".join(body or [" pass"]), known)
    made: Callable[..., None] = known["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _comparing(cls: Any) -> tuple[Callable[..., Any], ...]:
    """Return how instances are compared and hashed: by the fields that are to be."""
    fields = [field for field in dataclasses.fields(cls) if field.compare]
    compared = attrgetter("__class__", *(field.name for field in fields))
    hashed = attrgetter("__class__", *(field.name for field in fields if field.hash is not False))

    def __eq__(self: object, other: object) -> Any:  # noqa: N807
        same = other.__class__ is self.__class__
        return compared(self) == compared(other) if same else NotImplemented

    def __hash__(self: object) -> int:  # noqa: N807
        return hash(hashed(self))

    return __eq__, __hash__


def _fields(instance: Any) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(instance)


class _Frozen:
    """What all classes share."""

    def __repr__(self) -> str:
        fields = (field for field in _fields(self) if field.repr)
        shown = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in fields)
        return f"{type(self).__qualname__}({shown})"

    def __setattr__(self, name: str, value: object) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")

    def __getstate__(self) -> list[Any]:
        return [getattr(self, field.name) for field in _fields(self)]

    def __setstate__(self, state: list[Any]) -> None:
        for field, value in zip(_fields(self), state, strict=True):
            object.__setattr__(self, field.name, value)


_SHARED = [method for method in vars(_Frozen).values() if callable(method)]
