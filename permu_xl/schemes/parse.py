"""From the tables of a scheme file to a ``Scheme``, with every breach of the rules collected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar, cast, get_args

from permu_xl.engine import scheme as s
from permu_xl.engine.industries import is_code
from permu_xl.engine.score import split_labels
from permu_xl.errors import SchemeError

_T = TypeVar("_T")
_MISSING: Any = object()


class _Table:
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

    def choice(self, key: str, literal: Any) -> Any:
        choices = get_args(literal)
        value = self._take(key, str, f"其中之一：{'、'.join(choices)}", _MISSING)
        if value is not None and value not in choices:
            self.problem(key, f"只能是 {'、'.join(choices)}，实际是 {value!r}")
            value = None
        return value if value is not None else choices[0]

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._take(key, list, "文字的列表", _MISSING)
        if value is None:
            return ()
        if not value or not all(isinstance(item, str) for item in value):
            self.problem(key, f"应当是不空的文字列表，实际是 {value!r}")
            return ()
        return tuple(value)

    def text_map(self, key: str, default: Any = _MISSING) -> dict[str, str]:
        table = self.table(key, default)
        return {name: table.text(name) for name in table.values}

    def table(self, key: str, default: Any = _MISSING) -> _Table:
        value = self._take(key, dict, "表", default)
        path = ".".join(part for part in (self.path, key) if part)
        return _Table({} if value is None else value, path, self.problems)

    def each(self, key: str, default: Any = _MISSING) -> Iterator[tuple[str, _Table]]:
        """The tables inside a table, by name in file order, each checked for unknown keys."""
        outer = self.table(key, default)
        for name, value in outer.values.items():
            inner = _Table(value, f"{outer.path}.{name}", self.problems)
            yield name, inner
            inner.done()

    def items(self, key: str, default: Any = _MISSING) -> Iterator[_Table]:
        """The tables of a list of tables, each checked for unknown keys."""
        for position, value in enumerate(self._take(key, list, "列表", default) or ()):
            inner = _Table(value, f"{self.path}.{key}[{position}]".lstrip("."), self.problems)
            yield inner
            inner.done()

    def done(self) -> None:
        for key in self.values:
            if key not in self.asked:
                self.problem(key, "不认识的项，请核对拼写")

    def closing(self, build: Callable[[_Table], _T]) -> _T:
        """Build something from this table and complain of the keys that nobody asked for."""
        result = build(self)
        self.done()
        return result


def _finite(value: int | Decimal) -> bool:
    """Whether this is a number that can be compared: TOML has ``nan`` and ``inf``."""
    return Decimal(value).is_finite()


def parse_scheme(values: Mapping[str, Any], origin: str) -> s.Scheme:
    """Return the scheme in ``values`` (TOML tables, decimals as ``Decimal``).

    Raises SchemeError that lists every problem as "key：reason".
    """
    problems: list[str] = []
    top = _Table(values, "", problems)
    scheme = top.closing(_scheme)
    problems.extend(_inconsistencies(scheme))
    if problems:
        raise SchemeError(origin, problems)
    return scheme


def _scheme(top: _Table) -> s.Scheme:
    validity = top.table("validity")
    bonus = top.table("bonus")
    water = "water_fee" in top.values
    result = s.Scheme(
        id=top.text("id"),
        title=top.text("title"),
        document=top.text("document"),
        region=top.text("region"),
        issued=validity.date("issued"),
        valid_from=validity.date("from"),
        valid_until=validity.date("until"),
        validity_clause=validity.clause(),
        source=top.text("source"),
        scope=top.table("scope").closing(_scope),
        columns={id: _column(id, t) for id, t in top.each("columns")},
        indicators=tuple(_indicator(id, t) for id, t in top.each("indicators")),
        score_decimals=top.whole("score_decimals", None),
        bonus=bonus.closing(_bonus),
        flags={id: _flag(id, t) for id, t in top.each("flags", {})},
        classes=tuple(_class(letter, t) for letter, t in top.each("classes")),
        classification=top.table("classification").closing(_classification),
        measures=tuple(_measure(id, t) for id, t in top.each("measures", {})),
        water_fee=top.table("water_fee").closing(_water_fee) if water else None,
        targets=tuple(_target(id, t) for id, t in top.each("targets", {})),
        checks=top.table("checks").closing(_checks),
    )
    validity.done()
    return result


def _scope(t: _Table) -> s.Scope:
    return s.Scope(
        excluded_industries=t.text_map("excluded_industries", {}),
        new_firm_years=t.whole("new_firm_years"),
        clause=t.clause(),
    )


def _column(id: str, t: _Table) -> s.Column:
    return s.Column(
        id=id,
        name=t.text("name"),
        unit=t.text("unit", ""),
        source=t.text("source"),
        help=t.text("help"),
        clause=t.clause(),
        whole=t.flag("whole"),
        positive=t.flag("positive"),
        may_be_negative=t.flag("may_be_negative"),
    )


def _indicator(id: str, t: _Table) -> s.Indicator:
    return s.Indicator(
        id=id,
        name=t.text("name"),
        unit=t.text("unit"),
        numerator=t.text("numerator"),
        denominator=t.text("denominator"),
        scale=t.number("scale", above=0),
        weight=t.number("weight", above=0),
        cap=t.number("cap", above=0),
        without_denominator=t.choice("without_denominator", s.WithoutDenominator),
        baseline=t.table("baseline").closing(_baseline_rule),
        clause=t.clause(),
        score_clause=t.clause("score_clause"),
    )


def _baseline_rule(t: _Table) -> s.BaselineRule:
    method = t.choice("method", s.BaselineMethod)
    return s.BaselineRule(
        method=method,
        year=t.choice("year", s.BaselineYear),
        clause=t.clause(),
        manual=t.number("manual", None, above=0),
    )


def _bonus(t: _Table) -> s.Bonus:
    labels = {
        name: s.BonusLabel(name, inner.number("points"), inner.clause())
        for name, inner in t.each("labels", {})
    }
    return s.Bonus(labels=labels, cap=t.number("cap", None, minimum=0), clause=t.clause())


def _flag(id: str, t: _Table) -> s.Flag:
    return s.Flag(id=id, name=t.text("name"), help=t.text("help"), clause=t.clause())


def _class(letter: str, t: _Table) -> s.ClassDef:
    return s.ClassDef(letter, name=t.text("name"), meaning=t.text("meaning"), clause=t.clause())


def _classification(t: _Table) -> s.Classification:
    return s.Classification(
        upper_share=t.share("upper_share"),
        upper_rounding=t.choice("upper_rounding", s.Rounding),
        remainder=t.text("remainder"),
        remainder_clause=t.clause("remainder_clause"),
        tie_key=t.text("tie_key"),
        selections=tuple(_selection(id, inner) for id, inner in t.each("selections")),
        clause=t.clause(),
    )


def _selection(id: str, t: _Table) -> s.Selection:
    return s.Selection(
        id=id,
        half=t.choice("half", s.Half),
        take=t.choice("take", s.End),
        share=t.share("share"),
        rounding=t.choice("rounding", s.Rounding),
        letter=t.text("letter"),
        keys=t.texts("keys"),
        flagged=t.text_map("flagged", {}),
        clause=t.clause(),
    )


def _measure(id: str, t: _Table) -> s.Measure:
    return s.Measure(id, name=t.text("name"), texts=t.text_map("texts"), clause=t.clause())


def _water_fee(t: _Table) -> s.WaterFee:
    tiers = tuple(
        s.WaterTier(inner.number("up_to", None, above=0), inner.number("factor", minimum=0))
        for inner in t.items("tiers")
    )
    return s.WaterFee(tiers=tiers, clause=t.clause())


def _target(id: str, t: _Table) -> s.Target:
    return s.Target(
        id=id,
        name=t.text("name"),
        indicator=t.text("indicator"),
        year=t.whole("year", minimum=1990),
        minimum=t.number("minimum", None),
        growth_above_average=t.flag("growth_above_average"),
        clause=t.clause(),
    )


def _checks(t: _Table) -> s.Checks:
    ceilings = tuple(
        s.Ceiling(inner.text("column"), inner.text("limit")) for inner in t.items("ceilings", [])
    )
    floors = t.table("floors", {})
    return s.Checks(
        ceilings=ceilings,
        floors={column: floors.number(column) for column in floors.values},
        jump_factor=t.number("jump_factor", above=1),
        outlier_ratio=t.number("outlier_ratio", above=1),
        clause=t.clause(),
    )


def _inconsistencies(scheme: s.Scheme) -> Iterator[str]:
    """Yield what is wrong between parts that are each well-formed."""
    yield from _unknown_references(scheme)
    total = sum(Fraction(str(indicator.weight)) for indicator in scheme.indicators)
    if total != 100:
        yield f"indicators：各指标 weight 合计应为 100，实际是 {float(total):g}"
    for indicator in scheme.indicators:
        rule = indicator.baseline
        if rule.method == "manual" and rule.manual is None:
            yield f"indicators.{indicator.id}.baseline.manual：method 为 manual 时必须给出数值"
    if scheme.valid_until < scheme.valid_from:
        yield f"validity.until：{scheme.valid_until} 早于 from（{scheme.valid_from}）"
    names = [indicator.name for indicator in scheme.indicators]
    names += [column.name for column in scheme.columns.values()]
    names += [flag.name for flag in scheme.flags.values()]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"name：“{name}”用了不止一次，表头会分不清"
    for prefix in scheme.scope.excluded_industries:
        if not is_code(prefix):
            yield f"scope.excluded_industries.{prefix}：行业代码应当是2到4位数字，不带门类字母"
    for label in scheme.bonus.labels:
        if split_labels(label) != (label,):
            yield f"bonus.labels.{label}：名称里不能有空格、顿号、逗号、分号，它们用来隔开几项"
    for measure in scheme.measures:
        for letter in scheme.letters:
            if letter not in measure.texts:
                yield f"measures.{measure.id}.texts.{letter}：缺少这一类的措施"
    yield from _crowded_halves(scheme.classification)
    if scheme.water_fee is not None:
        ends = [tier.up_to for tier in scheme.water_fee.tiers]
        limits = [end for end in ends if end is not None]
        if not ends or ends[-1] is not None or None in ends[:-1] or limits != sorted(set(limits)):
            yield "water_fee.tiers：up_to 应当逐档增大，且只有最后一档不写"


def _crowded_halves(rule: s.Classification) -> Iterator[str]:
    """Yield where selections would overlap or ask for more firms than their half has."""
    room = {"upper": rule.upper_share, "lower": 1 - rule.upper_share}
    for half in get_args(s.Half):
        there = [selection for selection in rule.selections if selection.half == half]
        if len(there) > 1:
            ids = "、".join(selection.id for selection in there)
            yield f"classification.selections：{half} 半区只能有一个名单，实际有 {ids}"
        for selection in there:
            if selection.share > room[half]:
                yield (
                    f"classification.selections.{selection.id}.share：{float(selection.share):g} "
                    f"超过 {half} 半区的 {float(room[half]):g}"
                )


def _unknown_references(scheme: s.Scheme) -> Iterator[str]:
    columns, indicators = set(scheme.columns), {i.id for i in scheme.indicators}
    letters, selections = set(scheme.letters), scheme.classification.selections
    references: list[tuple[str, str, set[str]]] = []
    for i in scheme.indicators:
        references.append((f"indicators.{i.id}.numerator", i.numerator, columns))
        references.append((f"indicators.{i.id}.denominator", i.denominator, columns))
    for sel in selections:
        path = f"classification.selections.{sel.id}"
        references.append((f"{path}.letter", sel.letter, letters))
        references.extend((f"{path}.keys", key, indicators) for key in sel.keys)
        for flag, letter in sel.flagged.items():
            references.append((f"{path}.flagged", flag, set(scheme.flags)))
            references.append((f"{path}.flagged.{flag}", letter, letters))
    rule = scheme.classification
    references.append(("classification.remainder", rule.remainder, letters))
    references.append(("classification.tie_key", rule.tie_key, {sel.id for sel in selections}))
    for measure in scheme.measures:
        references.extend((f"measures.{measure.id}.texts", x, letters) for x in measure.texts)
    for target in scheme.targets:
        references.append((f"targets.{target.id}.indicator", target.indicator, indicators))
    for ceiling in scheme.checks.ceilings:
        references.append(("checks.ceilings.column", ceiling.column, columns))
        references.append(("checks.ceilings.limit", ceiling.limit, columns))
    references.extend(("checks.floors", column, columns) for column in scheme.checks.floors)
    for path, name, known in references:
        if name not in known:
            yield f"{path}：没有定义“{name}”"
