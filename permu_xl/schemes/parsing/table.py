"""A cursor over the tables of a scheme file that collects every breach of form.

It also notes what it is asked for, so that the list of all keys can be made from the parser.

Longer than other modules: one cursor, a method for each type of value.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar, cast

from permu_xl.schemes.parsing.choices import in_reference

_T = TypeVar("_T")
_MISSING: Any = object()

_CLAUSE = "依据的条款；没有依据的写“假定”"

UNKNOWN_KEY = "不认识的项，请核对拼写"
"""What is wrong with a key that nobody asked for."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A key that the parser asked for.

    what : which type it must be of
    limit : within which limits, in words
    default : what it is when it is left out, in words; "": it must be there
    means : what it means
    absent : what leaving it out means where the default does not say it
    usual : whether a scheme of one's own usually sets it
    """

    what: str
    limit: str
    default: str
    means: str
    absent: str = ""
    usual: bool = False


@dataclass(slots=True)
class Notes:
    """What comes to light while tables are read.

    problems : every breach as "key：reason"
    asked : the keys asked for, with ``*`` for names that a file is free to choose
    """

    problems: list[str] = field(default_factory=list)
    asked: dict[str, Ask] = field(default_factory=dict)


class Table:
    """A cursor over one TOML table that notes what is missing, mistyped or not known.

    Every reading of a key says what the key means, and may say ``absent`` and ``usual``
    (``Ask``).
    """

    def __init__(
        self, value: Any, notes: Notes, path: str = "", pattern: str | None = None
    ) -> None:
        self.path, self.notes = path, notes
        self.pattern = path if pattern is None else pattern
        if not isinstance(value, Mapping):
            self.problem("", f"应当是一个表，实际是 {shown(value)}")
            value = {}
        self.values: dict[str, Any] = dict(value)
        self.asked: set[str] = set()

    def problem(self, key: str, reason: str) -> None:
        """Note what is wrong with a key, "" for the table itself."""
        self.notes.problems.append(f"{_joined(self.path, key)}：{reason}")

    def _take(
        self,
        key: str,
        kind: type | tuple[type, ...],
        what: str,
        default: Any,
        limit: str = "",
        *,
        means: str,
        absent: str = "",
        usual: bool = False,
        named: bool = True,
    ) -> Any:
        """Return the value of a key if it is of the right kind, else None with a problem noted.

        ``named`` says that the key is one of the format's, not a name of the file's choice.
        """
        self.asked.add(key)
        pattern = _joined(self.pattern, key if named else "*")
        ask = Ask(what, limit, _default_in_words(default), means, absent, usual)
        self.notes.asked.setdefault(pattern, ask)
        value = self.values.get(key, _MISSING)
        if value is _MISSING:
            if default is _MISSING:
                self.problem(key, f"缺少这一项（{what}）")
                return None
            return default
        accepts_bool = kind is bool
        if not isinstance(value, kind) or (isinstance(value, bool) and not accepts_bool):
            self.problem(key, f"应当是{what}，实际是 {shown(value)}")
            return None
        return value

    def text(
        self, key: str, means: str, default: Any = _MISSING, *, named: bool = True, **said: Any
    ) -> str:
        """Return a text that is not blank."""
        value = self._take(key, str, "文字", default, means=means, named=named, **said)
        if isinstance(value, str) and not value.strip() and value != default:
            self.problem(key, "不能是空文字")
        return cast("str", value if value is not None else "")

    def clause(self, key: str = "clause", means: str = _CLAUSE, **said: Any) -> str:
        """The reference to the document; no value may go without."""
        return self.text(key, means, **said)

    def number(
        self,
        key: str,
        means: str,
        default: Any = _MISSING,
        *,
        minimum: float | None = None,
        above: float | None = None,
        **said: Any,
    ) -> Any:
        """Return a number within its limits."""
        limit = f"不小于{minimum:g}" if minimum is not None else ""
        limit = f"大于{above:g}" if above is not None else limit
        value = self._take(key, (int, Decimal), "数字", default, limit, means=means, **said)
        if value is None or value is default:
            return value if value is default else 0.0
        if not _finite(value):
            self.problem(key, f"应当是数字，实际是 {shown(value)}")
            return 0.0
        if minimum is not None and value < minimum:
            self.problem(key, f"不能小于 {minimum:g}，实际是 {value}")
        if above is not None and value <= above:
            self.problem(key, f"必须大于 {above:g}，实际是 {value}")
        return float(value)

    def whole(
        self, key: str, means: str, default: Any = _MISSING, *, minimum: int = 0, **said: Any
    ) -> Any:
        """Return a whole number within its limit."""
        value = self._take(key, int, "整数", default, f"不小于{minimum}", means=means, **said)
        if value is None or value is default:
            return value if value is default else minimum
        if value < minimum:
            self.problem(key, f"不能小于 {minimum}，实际是 {value}")
        return value

    def share(self, key: str, means: str, default: Any = _MISSING, **said: Any) -> Any:
        """An exact share between 0 and 1, as written in the file."""
        what = (int, Decimal)
        value = self._take(key, what, "数字", default, "0到1之间", means=means, **said)
        if value is None:
            return default if key not in self.values and default is None else Fraction(0)
        if not (_finite(value) and 0 <= value <= 1):
            self.problem(key, f"应当在0到1之间，实际是 {shown(value)}")
            return Fraction(0)
        return Fraction(value)

    def flag(self, key: str, means: str, default: bool = False, **said: Any) -> bool:
        """Return true or false."""
        return bool(self._take(key, bool, "true 或 false", default, means=means, **said))

    def date(self, key: str, means: str, **said: Any) -> dt.date:
        """Return a day."""
        what = "日期（如 2021-11-04）"
        value = self._take(key, dt.date, what, _MISSING, means=means, **said)
        if isinstance(value, dt.datetime):
            self.problem(key, f"应当是{what}，实际是 {value}")
            value = None
        return dt.date.min if value is None else cast("dt.date", value)

    def choice(
        self,
        key: str,
        means: str,
        words: Mapping[Any, str],
        default: Any = _MISSING,
        **said: Any,
    ) -> Any:
        """One of a few words, each with what it says."""
        only = f"只能是 {'、'.join(word for word in words if word)}"
        told = "：".join(filter(None, (means, in_reference(words))))
        value = self._take(key, str, "文字", default, only, means=told, **said)
        if value is not None and value not in words:
            self.problem(key, f"{only}，实际是 {shown(value)}")
            value = None
        return value if value is not None else next(iter(words))

    def texts(self, key: str, means: str, default: Any = _MISSING, **said: Any) -> tuple[str, ...]:
        """Return the texts of a list that is not empty."""
        value = self._take(key, list, "文字的列表", default, means=means, **said)
        if value is None or value is default:
            return ()
        if not value or not all(isinstance(item, str) for item in value):
            self.problem(key, f"应当是不空的文字列表，实际是 {shown(value)}")
            return ()
        return tuple(value)

    def text_map(
        self, key: str, means: str, inside: str, default: Any = _MISSING
    ) -> dict[str, str]:
        """A table of texts by names of the file's choice; ``inside`` says what these are."""
        table = self.table(key, means, default)
        return {name: table.text(name, inside, named=False) for name in table.values}

    def number_map(
        self, key: str, means: str, inside: str, *, above: float | None = None
    ) -> dict[str, float]:
        """Return a table of numbers by names of the file's choice; empty when it is not there."""
        table = self.table(key, means, {})
        return {name: table.number(name, inside, above=above, named=False) for name in table.values}

    def share_map(self, key: str, means: str, inside: str) -> dict[str, Fraction]:
        """Return a table of exact shares by names of the file's choice; empty without it."""
        table = self.table(key, means, {})
        return {name: table.share(name, inside, named=False) for name in table.values}

    def texts_map(self, key: str, means: str, inside: str) -> dict[str, tuple[str, ...]]:
        """Return a table of lists of texts by names of the file's choice; empty without it."""
        table = self.table(key, means, {})
        return {name: table.texts(name, inside, named=False) for name in table.values}

    def table(self, key: str, means: str, default: Any = _MISSING, **said: Any) -> Table:
        """Return a table inside this one."""
        value = self._take(key, dict, "表", default, means=means, **said)
        where = _joined(self.path, key), _joined(self.pattern, key)
        return Table({} if value is None else value, self.notes, *where)

    def each(
        self, key: str, means: str, default: Any = _MISSING, **said: Any
    ) -> Iterator[tuple[str, Table]]:
        """The tables inside a table, by name in file order, each checked for unknown keys."""
        outer = self.table(key, means, default, **said)
        for name, value in outer.values.items():
            inner = Table(value, self.notes, f"{outer.path}.{name}", f"{outer.pattern}.*")
            yield name, inner
            inner.done()

    def items(self, key: str, means: str, default: Any = _MISSING, **said: Any) -> Iterator[Table]:
        """The tables of a list of tables, each checked for unknown keys."""
        found = self._take(key, list, "列表", default, means=means, **said)
        for position, value in enumerate(found or ()):
            path, pattern = _joined(self.path, key), _joined(self.pattern, key)
            inner = Table(value, self.notes, f"{path}[{position}]", f"{pattern}[]")
            yield inner
            inner.done()

    def done(self) -> None:
        """Complain of the keys that nobody asked for."""
        for key in self.values:
            if key not in self.asked:
                self.problem(key, UNKNOWN_KEY)

    def closing(self, build: Callable[[Table], _T]) -> _T:
        """Build something from this table and complain of the keys that nobody asked for."""
        result = build(self)
        self.done()
        return result


def _joined(path: str, key: str) -> str:
    return ".".join(part for part in (path, key) if part)


def _default_in_words(default: Any) -> str:
    if default is _MISSING:
        return ""
    if default is None:
        return "不设"
    if isinstance(default, bool):
        return str(default).lower()
    return f"{default:g}" if isinstance(default, float) else str(default or "空")


def shown(value: Any) -> str:
    """Return a value as a file writes it.

    >>> shown("甲"), shown(True), shown([Decimal("1.5"), "甲"]), shown({"a": 1})
    ('“甲”', 'true', '[1.5, “甲”]', '一个表')
    """
    if isinstance(value, str):
        return f"“{value}”"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(shown(item) for item in value)}]"
    if isinstance(value, Decimal) and not value.is_finite():
        return str(float(value))
    return "一个表" if isinstance(value, Mapping) else str(value)


def _finite(value: int | Decimal) -> bool:
    """Whether this is a number that can be compared: TOML has ``nan`` and ``inf``."""
    return Decimal(value).is_finite()
