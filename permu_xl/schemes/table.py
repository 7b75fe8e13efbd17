"""A cursor over the tables of a scheme file that collects every breach of form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar, cast, get_args

_T = TypeVar("_T")
_MISSING: Any = object()


class Table:
    """A cursor over one TOML table that notes what is missing, mistyped or not known."""

    def __init__(self, value: Any, path: str, problems: list[str]) -> None:
        self.path, self.problems = path, problems
        if not isinstance(value, Mapping):
            self.problem("", f"应当是一个表，实际是 {value!r}")
            value = {}
        self.values: dict[str, Any] = dict(value)
        self.asked: set[str] = set()

    def problem(self, key: str, reason: str) -> None:
        where = ".".join(part for part in (self.path, key) if part)
        self.problems.append(f"{where}：{reason}")

    def _take(self, key: str, kind: type | tuple[type, ...], what: str, default: Any) -> Any:
        self.asked.add(key)
        value = self.values.get(key, _MISSING)
        if value is _MISSING:
            if default is _MISSING:
                self.problem(key, f"缺少这一项（{what}）")
                return None
            return default
        accepts_bool = kind is bool
        if not isinstance(value, kind) or (isinstance(value, bool) and not accepts_bool):
            self.problem(key, f"应当是{what}，实际是 {value!r}")
            return None
        return value

    def text(self, key: str, default: Any = _MISSING) -> str:
        value = self._take(key, str, "文字", default)
        if isinstance(value, str) and not value.strip() and value != default:
            self.problem(key, "不能是空文字")
        return cast(str, value if value is not None else "")

    def clause(self, key: str = "clause") -> str:
        """The reference to the document; no value may go without."""
        return self.text(key)

    def number(
        self,
        key: str,
        default: Any = _MISSING,
        *,
        minimum: float | None = None,
        above: float | None = None,
    ) -> Any:
        value = self._take(key, (int, Decimal), "数字", default)
        if value is None or value is default:
            return value if value is default else 0.0
        if not _finite(value):
            self.problem(key, f"应当是数字，实际是 {value}")
            return 0.0
        if minimum is not None and value < minimum:
            self.problem(key, f"不能小于 {minimum:g}，实际是 {value}")
        if above is not None and value <= above:
            self.problem(key, f"必须大于 {above:g}，实际是 {value}")
        return float(value)

    def whole(self, key: str, default: Any = _MISSING, *, minimum: int = 0) -> Any:
        value = self._take(key, int, "整数", default)
        if value is None or value is default:
            return value if value is default else minimum
        if value < minimum:
            self.problem(key, f"不能小于 {minimum}，实际是 {value}")
        return value

    def share(self, key: str) -> Fraction:
        """An exact share between 0 and 1, as written in the file."""
        value = self._take(key, (int, Decimal), "0到1之间的数", _MISSING)
        if value is None:
            return Fraction(0)
        if not (_finite(value) and 0 <= value <= 1):
            self.problem(key, f"应当在0到1之间，实际是 {value}")
            return Fraction(0)
        return Fraction(value)

    def flag(self, key: str, default: bool = False) -> bool:
        return bool(self._take(key, bool, "true 或 false", default))

    def date(self, key: str) -> dt.date:
        what = "日期（如 2021-11-04）"
        value = self._take(key, dt.date, what, _MISSING)
        if isinstance(value, dt.datetime):
            self.problem(key, f"应当是{what}，实际是 {value}")
            value = None
        return dt.date.min if value is None else cast(dt.date, value)

    def choice(self, key: str, literal: Any, default: Any = _MISSING) -> Any:
        choices = get_args(literal)
        value = self._take(key, str, f"其中之一：{'、'.join(choices)}", default)
        if value is not None and value not in choices:
            self.problem(key, f"只能是 {'、'.join(choices)}，实际是 {value!r}")
            value = None
        return value if value is not None else choices[0]

    def texts(self, key: str, default: Any = _MISSING) -> tuple[str, ...]:
        value = self._take(key, list, "文字的列表", default)
        if value is None or value is default:
            return ()
        if not value or not all(isinstance(item, str) for item in value):
            self.problem(key, f"应当是不空的文字列表，实际是 {value!r}")
            return ()
        return tuple(value)

    def text_map(self, key: str, default: Any = _MISSING) -> dict[str, str]:
        table = self.table(key, default)
        return {name: table.text(name) for name in table.values}

    def table(self, key: str, default: Any = _MISSING) -> Table:
        value = self._take(key, dict, "表", default)
        path = ".".join(part for part in (self.path, key) if part)
        return Table({} if value is None else value, path, self.problems)

    def each(self, key: str, default: Any = _MISSING) -> Iterator[tuple[str, Table]]:
        """The tables inside a table, by name in file order, each checked for unknown keys."""
        outer = self.table(key, default)
        for name, value in outer.values.items():
            inner = Table(value, f"{outer.path}.{name}", self.problems)
            yield name, inner
            inner.done()

    def items(self, key: str, default: Any = _MISSING) -> Iterator[Table]:
        """The tables of a list of tables, each checked for unknown keys."""
        for position, value in enumerate(self._take(key, list, "列表", default) or ()):
            inner = Table(value, f"{self.path}.{key}[{position}]".lstrip("."), self.problems)
            yield inner
            inner.done()

    def done(self) -> None:
        for key in self.values:
            if key not in self.asked:
                self.problem(key, "不认识的项，请核对拼写")

    def closing(self, build: Callable[[Table], _T]) -> _T:
        """Build something from this table and complain of the keys that nobody asked for."""
        result = build(self)
        self.done()
        return result


def _finite(value: int | Decimal) -> bool:
    """Whether this is a number that can be compared: TOML has ``nan`` and ``inf``."""
    return Decimal(value).is_finite()
