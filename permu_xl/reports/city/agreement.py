"""Whether districts fit together: year, scheme and its content, names, firms in two of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace

from permu_xl.engine import METHOD_NAMES, Evaluation
from permu_xl.engine.model import Indicator, Scheme
from permu_xl.findings import Finding, Level
from permu_xl.reports.city.model import District, problem
from permu_xl.text import show_number
from permu_xl.workbook import layout

__all__ = ["agreeing", "once", "same_firms"]


def agreeing(districts: Sequence[District]) -> tuple[list[District], list[Finding]]:
    """Leave out the districts whose year or scheme is not that of most (of the first, if equal)."""
    findings: list[Finding] = []
    left = list(districts)
    years = Counter(d.evaluation.year for d in left if d.evaluation is not None)
    year = years.most_common(1)[0][0] if years else 0
    for k, d in enumerate(left):
        if d.evaluation is not None and d.evaluation.year != year:
            text = f"评价年度是{d.evaluation.year}，其他区是{year}"
            findings.append(_parameter(d, "E705", "year", text, "确认报的是哪一年的工作簿"))
            left[k] = replace(d, evaluation=None, state="评价年度不同")
    schemes = Counter(d.evaluation.scheme.id for d in left if d.evaluation is not None)
    id = schemes.most_common(1)[0][0] if schemes else ""
    model: Evaluation | None = None
    for k, d in enumerate(left):
        if d.evaluation is None:
            continue
        scheme = d.evaluation.scheme
        if scheme.id == id and model is None:
            model = d.evaluation
        if scheme.id != id:
            text = f"方案是“{scheme.title}”（{scheme.id}），其他区是{id}"
        elif model is not None and (parts := _different_parts(scheme, model.scheme)):
            text = f"方案{id}的内容与其他区不同（{'、'.join(parts)}），不是同一个版本"
        else:
            findings += _own_parameters(d, scheme, model.scheme if model else scheme)
            continue
        findings.append(_parameter(d, "E706", "scheme", text, "各区换用同一个方案文件后重新评价"))
        left[k] = replace(d, evaluation=None, state="方案不同")
    return left, findings


def _parameter(d: District, code: str, key: str, text: str, remedy: str) -> Finding:
    assert d.outcome is not None  # only districts that were read get here
    parameters = d.outcome.book.parameters
    return problem(
        Level.ERROR, code, d.path, layout.PARAMETER_NAMES[key], text, remedy,
        sheet=parameters.sheet, cell=parameters.cells.get(key, ""),
    )  # fmt: skip


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
                yield problem(
                    Level.WARNING, "W713", d.path, f"{i.name}的{item}",
                    f"{i.name}的{item}与其他区不同，各区的得分不能直接相比",
                    "核实该区的文件依据", value=own, sheet=parameters.sheet,
                    cell="" if placed is None or entry is None else placed.cell(entry, key),
                )  # fmt: skip


def once(districts: Sequence[District]) -> tuple[list[District], list[Finding]]:
    """Leave out districts of a name that another one has: it would be counted twice."""
    first: dict[str, District] = {}
    left, findings = list(districts), []
    for k, d in enumerate(districts):
        if d.outcome is None:
            continue
        if d.name not in first:
            first[d.name] = d
            continue
        text = f"地区“{d.name}”与 {first[d.name].path.name} 相同，没有汇入"
        remedy = "一个区只报一个工作簿；确是两个区的，改正“参数”里的地区"
        findings.append(_parameter(d, "E707", "district", text, remedy))
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
            found = found or names.get(name)
            if found is None:
                continue
            other, row = found
            assert other.evaluation is not None
            assert other.outcome is not None
            there = other.outcome.book.current.placed.cell(row, "name")
            how = "代码相同" if by_code else "名称相同、代码不同或没有代码"
            yield problem(
                Level.WARNING, "W711", d.path, "企业名称",
                f"这户在{other.name}也参评（{other.path.name}的{there}，{how}）",
                "由两个区核实：同一户只在一个区参评，另一个区“是否参评”填“否”",
                value=name, sheet=placed.sheet, cell=placed.cell(firm, "name"), firm=(code, name),
            )  # fmt: skip
        for code, name, firm in here:
            if code:
                codes.setdefault(code, (d, firm))
            if name:
                names.setdefault(name, (d, firm))
