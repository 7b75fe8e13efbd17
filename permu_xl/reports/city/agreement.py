"""Whether districts fit together: year, scheme and its content, names, firms in two of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from permu_xl.engine import METHOD_NAMES, Evaluation
from permu_xl.engine.model import Indicator, Scheme
from permu_xl.findings import At, Finding
from permu_xl.text import fold, name_key, show_number
from permu_xl.workbook import layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from permu_xl.reports.city.model import District

__all__ = ["agreeing", "once", "same_firms"]


def agreeing(districts: Sequence[District]) -> tuple[list[District], list[Finding]]:
    """Leave out the districts whose year or scheme is not that of most (of the first, if equal)."""
    findings: list[Finding] = []
    left = list(districts)
    years = Counter(d.evaluation.year for d in left if d.evaluation is not None)
    year = years.most_common(1)[0][0] if years else 0
    for k, d in enumerate(left):
        if d.evaluation is not None and d.evaluation.year != year:
            at = _parameter(d, "year")
            findings.append(Finding.of("E705", at, year=d.evaluation.year, others=year))
            left[k] = replace(d, evaluation=None, state="评价年度不同")
    schemes = Counter(d.evaluation.scheme.id for d in left if d.evaluation is not None)
    id = schemes.most_common(1)[0][0] if schemes else ""
    model: Evaluation | None = None
    for k, d in enumerate(left):
        if d.evaluation is None:
            continue
        scheme, at = d.evaluation.scheme, _parameter(d, "scheme")
        if scheme.id == id and model is None:
            model = d.evaluation
        if scheme.id != id:
            told = Finding.of("E706", at, title=scheme.title, scheme=scheme.id, others=id)
        elif model is not None and (parts := _different_parts(scheme, model.scheme)):
            told = Finding.of("E706", at, case="content", scheme=id, parts="、".join(parts))
        else:
            findings += _own_parameters(d, scheme, model.scheme if model else scheme)
            continue
        findings.append(told)
        left[k] = replace(d, evaluation=None, state="方案不同")
    return left, findings


def _parameter(d: District, key: str) -> At:
    assert d.outcome is not None  # only districts that were read get here
    parameters = d.outcome.book.parameters
    cell = parameters.cells.get(key, "")
    return At.in_file(d.path.name, parameters.sheet, cell, layout.PARAMETER_NAMES[key])


def _different_parts(scheme: Scheme, model: Scheme) -> list[str]:
    """Return the keys of a scheme in which two versions differ, but for a district's parameters."""
    ours, theirs = _plain(scheme), _plain(model)
    return [f.name for f in fields(Scheme) if getattr(ours, f.name) != getattr(theirs, f.name)]


def _plain(scheme: Scheme) -> Scheme:
    """Return a scheme without what a district may set on 参数."""

    def plain(i: Indicator) -> Indicator:
        rule = replace(i.baseline, method="manual", manual=None, manual_by={})
        return replace(i, weight=0.0, cap=0.0, baseline=rule)

    return scheme.with_indicators(tuple(plain(i) for i in scheme.indicators))


def _own_parameters(d: District, scheme: Scheme, model: Scheme) -> Iterator[Finding]:
    """Yield the weights, caps and methods that a district does not share with the first one."""
    assert d.outcome is not None
    parameters = d.outcome.book.parameters
    for i, theirs in zip(scheme.indicators, model.indicators, strict=True):
        for key, item, own, other in (
            ("weight", "权重", show_number(i.weight), show_number(theirs.weight)),
            ("cap", "封顶倍数", show_number(i.cap), show_number(theirs.cap)),
            (
                "method",
                "基准方法",
                METHOD_NAMES[i.baseline.method],
                METHOD_NAMES[theirs.baseline.method],
            ),
        ):
            if own != other:
                entry = parameters.indicators.get(i.id)
                placed = parameters.placed
                cell = "" if placed is None or entry is None else placed.cell(entry, key)
                item = f"{i.name}的{item}"
                at = At.in_file(d.path.name, parameters.sheet, cell, item, own)
                yield Finding.of("W713", at)


def once(districts: Sequence[District]) -> tuple[list[District], list[Finding]]:
    """Leave out districts of a name that another one has: it would be counted twice.

    Spaces and widths make no other name.
    """
    first: dict[str, District] = {}
    left, findings = list(districts), []
    for k, d in enumerate(districts):
        if d.outcome is None:
            continue
        known = first.setdefault(fold(d.name), d)
        if known is d:
            continue
        at, other = _parameter(d, "district"), known.path.name
        findings.append(Finding.of("E707", at, district=d.name, other=other))
        left[k] = replace(d, evaluation=None, state="与另一个工作簿同名")
    return left, findings


def same_firms(districts: Sequence[District]) -> Iterator[Finding]:
    """Yield the firms that two districts evaluate: the same code, or else the same name."""
    codes: dict[str, tuple[District, int]] = {}
    names: dict[str, tuple[District, int]] = {}
    for d in districts:
        e = d.evaluation
        if e is None or d.outcome is None:
            continue
        placed = d.outcome.book.current.placed
        here: list[tuple[str, str, int]] = []
        for firm in range(e.roster.size):
            if not e.included[firm]:
                continue
            code, name = str(e.roster.codes[firm]), str(e.roster.names[firm])
            here.append((code, name, firm))
            found = codes.get(code) if code else None
            by_code = found is not None
            found = found or (names.get(name_key(name)) if name else None)
            if found is None:
                continue
            other, row = found
            assert other.evaluation is not None
            assert other.outcome is not None
            cell = placed.cell(firm, "name")
            yield Finding.of(
                "W711",
                At.in_file(d.path.name, placed.sheet, cell, "企业名称", name, (code, name)),
                case="" if by_code else "by_name",
                district=other.name,
                book=other.path.name,
                cell=other.outcome.book.current.placed.cell(row, "name"),
            )
        for code, name, firm in here:
            if code:
                codes.setdefault(code, (d, firm))
            if name:
                names.setdefault(name_key(name), (d, firm))
