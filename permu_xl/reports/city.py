"""The city's view: districts read, checked against each other and against their own inputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

from permu_xl.book import layout
from permu_xl.book.atomic import backup_path
from permu_xl.book.district import Outcome, assess
from permu_xl.book.reader import read_book
from permu_xl.engine.baseline import METHOD_NAMES
from permu_xl.engine.evaluate import Evaluation
from permu_xl.engine.findings import Finding, Level, has_errors, show_number
from permu_xl.engine.scheme import Indicator, Scheme
from permu_xl.errors import PermuError
from permu_xl.reports.verdict import RESULTS, Verdict, judge
from permu_xl.reports.verify import Sheets
from permu_xl.reports.written import CHANGED, NEVER_RUN, stale

__all__ = ["City", "District", "gather", "problem", "without_backups"]

Progress = Callable[[str], None]

_SHOWN_ERRORS = 20
"""How many errors of one workbook are passed on; its own 数据核查 has all of them."""


@dataclass(frozen=True, slots=True)
class District:
    """A district's workbook; ``evaluation`` is None, and ``state`` says why, if it is left out."""

    path: Path
    name: str
    outcome: Outcome | None
    evaluation: Evaluation | None
    state: str


@dataclass(frozen=True, slots=True)
class City:
    """All districts in the order given; ``scheme`` and ``year`` are those of the sound ones.

    ``scheme`` is None where no district can be summed up.
    """

    scheme: Scheme | None
    year: int
    districts: tuple[District, ...]
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> tuple[tuple[str, Evaluation], ...]:
        """Name and evaluation of each district that is summed up."""
        return tuple((d.name, d.evaluation) for d in self.districts if d.evaluation is not None)

    @property
    def missing(self) -> tuple[str, ...]:
        """The districts that are left out, by name."""
        return tuple(d.name for d in self.districts if d.evaluation is None)

    def count(self, level: Level) -> int:
        """Return how many findings there are of a level."""
        return sum(finding.level is level for finding in self.findings)


def problem(
    level: Level, code: str, path: Path, item: str, text: str, remedy: str,
    *, value: str = "", sheet: str = "", cell: str = "", firm: tuple[str, str] = ("", ""),
) -> Finding:  # fmt: skip
    """Return a finding about a district's workbook; ``firm`` is code and name."""
    return Finding(
        level, code, "current", None, "", item, value, text, remedy,
        firm_code=firm[0], firm_name=firm[1], sheet=sheet, cell=cell, file=path.name,
    )  # fmt: skip


def gather(paths: Sequence[Path], progress: Progress = lambda step: None) -> City:
    """Read and recompute the districts; whatever is wrong with one leaves the others in.

    A district is left out where its workbook cannot be read or evaluated, where its results are
    not those of its inputs, and where scheme or year differ from those of most districts.
    """
    districts: list[District] = []
    paths, findings = without_backups(paths)
    for number, path in enumerate(paths, 1):
        progress(f"核对（{number}/{len(paths)}）{path.name}")
        district, found = _district(path)
        districts.append(district)
        findings += found
    for agree in (_once, _agreeing):
        districts, found = agree(districts)
        findings += found
    findings += _same_firms(districts)
    sound = [d.evaluation for d in districts if d.evaluation is not None]
    levels = list(Level)
    # What is wrong with a district as a whole is not lost among hundreds of firms.
    ordered = sorted(findings, key=lambda f: (levels.index(f.level), f.code == CHANGED))
    return City(
        sound[0].scheme if sound else None,
        sound[0].year if sound else 0,
        tuple(districts),
        tuple(ordered),
    )


def without_backups(paths: Sequence[Path]) -> tuple[list[Path], list[Finding]]:
    """Leave out the backups that the program made of other workbooks in the list.

    Whoever names all files of a folder names them too.
    """
    backups = {backup_path(path) for path in paths}
    kept = [path for path in paths if path.resolve() not in backups]
    told = [
        problem(Level.HINT, "H717", path, "工作簿", "这是程序留下的备份，没有使用", "不需要处理")
        for path in paths
        if path not in kept
    ]
    return kept, told


def _district(path: Path) -> tuple[District, list[Finding]]:
    try:
        outcome = assess(read_book(path))
    except PermuError as error:
        text = str(error).split("\n")[0].rstrip("。")
        told = problem(Level.ERROR, "E701", path, "工作簿", text, "换成能用的工作簿后重新汇总")
        return District(path, path.stem, None, None, "不能读取"), [told]
    book = outcome.book
    findings: list[Finding] = []
    name = book.parameters.district
    if not name:
        name = path.stem
        findings.append(
            problem(
                Level.WARNING, "W712", path, "地区", f"没有填写地区，按文件名“{name}”称呼",
                "在“参数”里填写地区", sheet=book.parameters.sheet,
                cell=book.parameters.cells.get("district", ""),
            )
        )  # fmt: skip
    evaluation, state = outcome.evaluation, "已汇总"
    if evaluation is None:
        errors = [f for f in outcome.findings if f.level is Level.ERROR]
        findings += [replace(f, file=path.name) for f in errors[:_SHOWN_ERRORS]]
        findings.append(
            problem(
                Level.ERROR, "E702", path, "数据", f"有{len(errors)}条错误，不能评价",
                "由该区改正、用 permu-xl run 评价后重新报送",
            )
        )  # fmt: skip
        state = "数据有错误"
    else:
        sheets = Sheets(book)
        verdict = judge(outcome, sheets)
        found = stale(outcome, verdict.differences, sheets)
        findings += found
        if not any(finding.code == NEVER_RUN for finding in found):
            findings += _unproven(path, verdict)
        if has_errors(found):
            evaluation, state = None, "结果与输入数据不一致"
    return District(path, name, outcome, evaluation, state), findings


def _unproven(path: Path, verdict: Verdict) -> Iterator[Finding]:
    """Yield where the record of the last run does not tell of these inputs and results."""
    for check in verdict.checks:
        if check.name == RESULTS or check.agrees:
            continue
        if check.agrees is None:
            yield problem(
                Level.HINT, "H716", path, layout.RUNS, f"{check.found}，不能证明是哪一次评价的结果",
                "由该区用现在的程序重新评价后重新报送", sheet=layout.RUNS,
            )  # fmt: skip
        else:
            yield problem(
                Level.WARNING, "W715", path, layout.RUNS,
                f"与运行记录核对，{check.name}不一致：{check.found}",
                "由该区用 permu-xl verify 查看、说明原因，重新评价后重新报送", sheet=layout.RUNS,
            )  # fmt: skip


def _agreeing(districts: Sequence[District]) -> tuple[list[District], list[Finding]]:
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


def _once(districts: Sequence[District]) -> tuple[list[District], list[Finding]]:
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


def _same_firms(districts: Sequence[District]) -> Iterator[Finding]:
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
