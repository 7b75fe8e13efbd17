"""What a careful clerk asks about the figures before believing them.

Nothing here changes a score.  Errors are what the rules cannot be applied to; warnings what is
probably a slip; hints what was read in a way the clerk should know of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache

import numpy as np

from permu_xl.engine.arrays import BoolArray, TextArray
from permu_xl.engine.evaluate import Adjustment, match_adjustments
from permu_xl.engine.findings import Finding, Level, Table, show_number
from permu_xl.engine.groups import attribute_texts, concerned, sorted_by, track_index
from permu_xl.engine.industries import is_code
from permu_xl.engine.roster import DECIDE, Roster
from permu_xl.engine.scheme import Checks, Column, Scheme
from permu_xl.engine.scope import participation
from permu_xl.engine.score import unknown_labels

YEAR = {"current": "本年", "previous": "上年"}


def check_rosters(
    scheme: Scheme,
    roster: Roster,
    previous: Roster | None,
    *,
    year: int,
    industries: Mapping[str, str] | None = None,
) -> list[Finding]:
    """Return everything odd about both years' figures, in no particular order.

    ``industries`` are the codes of GB/T 4754-2017 with their names; without them industry codes
    are checked for form only.
    """
    known = industries or {}
    findings = [*_check_one(scheme, roster, "current", known)]
    included = participation(scheme.scope, roster, year).included
    if not included.any():
        findings.append(_nobody(roster))
    findings += _scope_figures(scheme, roster, year)
    findings += _attributes(scheme, roster, "current", included)
    findings += _blank_figures(scheme, roster, included)
    findings += _below_floors(scheme, roster, included)
    if previous is not None:
        findings += _check_one(scheme, previous, "previous", known)
        last_included = participation(scheme.scope, previous, year - 1).included
        findings += _attributes(scheme, previous, "previous", last_included)
        findings += _year_on_year(scheme, roster, previous)
    return findings


def firm_finding(
    roster: Roster,
    firm: int,
    level: Level,
    code: str,
    table: Table,
    column: str,
    item: str,
    value: str,
    problem: str,
    remedy: str,
) -> Finding:
    """Make a finding about one firm, with its code and name filled in."""
    return Finding(
        level, code, table, firm, column, item, value, problem, remedy,
        firm_code=str(roster.codes[firm]), firm_name=str(roster.names[firm]),
    )  # fmt: skip


def _check_one(
    scheme: Scheme, roster: Roster, table: Table, industries: Mapping[str, str]
) -> Iterator[Finding]:
    yield from _identities(roster, table)
    yield from _industry_codes(roster, table, industries)
    rules = [i.missing for i in scheme.indicators if i.missing is not None]
    excused = {rule.column for rule in rules if rule.zero_counts}
    for column in scheme.columns.values():
        yield from _single_figures(roster, table, column, column.id in excused)
    yield from _ceilings(scheme, roster, table)
    yield from _bonus(scheme, roster, table)


def _identities(roster: Roster, table: Table) -> Iterator[Finding]:
    """R20: duplicates are errors, a missing or implausible code is a warning."""

    def finding(firm: int, level: Level, code: str, key: str, *rest: str) -> Finding:
        item = "统一社会信用代码" if key == "code" else "企业名称"
        value = str(roster.codes[firm] if key == "code" else roster.names[firm])
        problem, remedy = rest
        return firm_finding(roster, firm, level, code, table, key, item, value, problem, remedy)

    for firm, same in _repeated(roster.codes):
        others = [i for i in same[:4] if i != firm][:3]
        names = "、".join(str(roster.names[i]) for i in others if roster.names[i])
        problem = f"统一社会信用代码重复，另有{len(same) - 1}户用同一代码"
        yield finding(
            firm, Level.ERROR, "E201", "code",
            problem + (f"（{names}）" if names else ""),
            "核对后改正代码，或删除重复的行",
        )  # fmt: skip
    unidentified = np.array([not code for code in roster.codes], dtype=bool)
    names_without_code = np.where(unidentified, roster.names, "")
    for firm, _ in _repeated(names_without_code):
        yield finding(
            firm, Level.ERROR, "E202", "name",
            "没有统一社会信用代码，企业名称又与另一户重复，分不清是哪一户",
            "补上统一社会信用代码，或删除重复的行",
        )  # fmt: skip
    codes_by_name: dict[str, set[str]] = {}
    for name, code in zip(roster.names, roster.codes, strict=True):
        codes_by_name.setdefault(name, set()).add(code)
    for firm, _ in _repeated(roster.names):
        if len(codes_by_name[roster.names[firm]]) > 1:
            yield finding(
                firm, Level.WARNING, "W203", "name",
                "企业名称与另一户相同而代码不同", "核对是否同一户企业填了两行",
            )  # fmt: skip
    for firm in np.flatnonzero(unidentified).tolist():
        yield finding(
            firm, Level.WARNING, "W204", "code",
            "没有统一社会信用代码，按企业名称识别", "补上18位统一社会信用代码",
        )  # fmt: skip
    for firm in np.flatnonzero([not name for name in roster.names]).tolist():
        yield finding(firm, Level.WARNING, "W205", "name", "企业名称是空的", "补上企业名称")
    for firm, fault in _faulty_codes(roster.codes):
        yield finding(firm, Level.WARNING, "W206", "code", fault, "与营业执照核对；确实如此可不改")


def _repeated(column: TextArray) -> Iterator[tuple[int, list[int]]]:
    """Yield each firm whose text occurs again, with all firms that have it."""
    counts = Counter(column)
    places: dict[str, list[int]] = {}
    for i, text in enumerate(column):
        if text and counts[text] > 1:
            places.setdefault(text, []).append(i)
    for firms in places.values():
        for firm in firms:
            yield firm, firms


@lru_cache(maxsize=1 << 16)
def code_fault(code: str) -> str:
    """Return what is wrong with a unified social credit code; "" when nothing is.

    >>> code_fault("91210100MA0000000X")
    '统一社会信用代码的校验位不对'
    >>> code_fault("9121010"), code_fault("")
    ('统一社会信用代码是7位，应为18位', '')
    """
    from stdnum.cn import uscc
    from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

    if not code:
        return ""
    try:
        uscc.validate(code)
    except InvalidLength:
        return f"统一社会信用代码是{len(code)}位，应为18位"
    except InvalidChecksum:
        return "统一社会信用代码的校验位不对"
    except ValidationError:
        return "统一社会信用代码里有不该出现的字符"
    return ""


def _faulty_codes(codes: TextArray) -> Iterator[tuple[int, str]]:
    for firm, code in enumerate(codes):
        fault = code_fault(code)
        if fault:
            yield firm, fault


def _industry_codes(roster: Roster, table: Table, known: Mapping[str, str]) -> Iterator[Finding]:
    def fault(code: str) -> str:
        if not code:
            return ""
        if not is_code(code):
            return "行业代码不是2到4位数字"
        if known and code not in known:
            return "行业代码不在国民经济行业分类（GB/T 4754-2017）的工业门类里"
        return ""

    faults = [fault(code) for code in roster.industries.values]
    for firm in np.flatnonzero(roster.industries.take([bool(f) for f in faults])):
        k = roster.industries.index[firm]
        yield firm_finding(
            roster, int(firm), Level.WARNING, "W211", table, "industry", "行业代码",
            roster.industries.values[k], faults[k], "按统计登记的行业代码改正；它决定是否参评",
        )  # fmt: skip


def _single_figures(
    roster: Roster, table: Table, column: Column, excused: bool
) -> Iterator[Finding]:
    """Figures that cannot be right by themselves: zero land, negative energy, half an employee.

    ``excused`` says that an indicator takes 0 in this column for a figure not reported.
    """
    figures = roster.number(column.id)

    def finding(firm: int, level: Level, code: str, problem: str, remedy: str) -> Finding:
        return firm_finding(
            roster, firm, level, code, table, column.id, column.name,
            show_number(float(figures[firm])), problem, remedy,
        )  # fmt: skip

    if not column.may_be_negative:
        for firm in np.flatnonzero(figures < 0):
            yield finding(
                int(firm), Level.WARNING, "W221", f"{column.name}是负数，相关指标记0分",
                f"向{column.source}核实{column.name}",
            )  # fmt: skip
    if column.positive:
        outcome = "按没有数据计分" if excused else "算不出来，记0分"
        for firm in np.flatnonzero(figures == 0):
            yield finding(
                int(firm), Level.WARNING, "W222", f"{column.name}是0，相关指标{outcome}",
                f"向{column.source}核实；不知道应留空，不填0",
            )  # fmt: skip
    if column.whole:
        for firm in np.flatnonzero(np.isfinite(figures) & (figures != np.floor(figures))):
            yield finding(
                int(firm), Level.WARNING, "W223", f"{column.name}不是整数",
                f"核对单位是否为“{column.unit}”",
            )  # fmt: skip


def _ceilings(scheme: Scheme, roster: Roster, table: Table) -> Iterator[Finding]:
    for ceiling in scheme.checks.ceilings:
        column, limit = scheme.columns[ceiling.column], scheme.columns[ceiling.limit]
        figures, limits = roster.number(column.id), roster.number(limit.id)
        for firm in np.flatnonzero((figures > limits) & (figures > 0)):
            yield firm_finding(
                roster, int(firm), Level.WARNING, "W224", table, column.id, column.name,
                show_number(float(figures[firm])),
                f"{column.name}高于{limit.name}（{show_number(float(limits[firm]))}{limit.unit}）",
                f"核对两项的单位，向{column.source}核实",
            )  # fmt: skip


def _bonus(scheme: Scheme, roster: Roster, table: Table) -> Iterator[Finding]:
    """R12: a label that the scheme does not know earns nothing, so it must not pass silently."""
    if table == "previous":
        return
    unknown = [unknown_labels(cell, scheme.bonus) for cell in roster.bonus_labels.values]
    for firm in np.flatnonzero(roster.bonus_labels.take([bool(u) for u in unknown])):
        k = roster.bonus_labels.index[firm]
        known = "、".join(scheme.bonus.labels) or "（方案没有列出任何加分项）"
        yield firm_finding(
            roster, int(firm), Level.ERROR, "E231", table, "bonus_labels", "加分项",
            roster.bonus_labels.values[k],
            f"加分项“{'、'.join(unknown[k])}”不在方案的加分表里，无法计分",
            f"改用方案里的名称：{known}；或把分数填在“加分”列",
        )  # fmt: skip


def _nobody(roster: Roster) -> Finding:
    problem = "没有一户企业参评" if roster.size else "没有填写任何企业"
    return Finding(
        Level.ERROR, "E241", "current", None, "", "企业", str(roster.size), problem,
        "填写企业数据，并核对行业代码、投产日期和“是否参评”",
    )  # fmt: skip


def _scope_figures(scheme: Scheme, roster: Roster, year: int) -> Iterator[Finding]:
    """What decides on taking part (R1, R2): a start yet to come, a blank where others have none."""
    end = np.datetime64(f"{year}-12-31")
    for firm in np.flatnonzero(roster.start_dates > end):
        yield firm_finding(
            roster, int(firm), Level.WARNING, "W212", "current", "start_date", "投产日期",
            str(roster.start_dates[firm]), f"投产日期晚于{end}，评价年度还没有投产",
            "核对年份是否写错",
        )  # fmt: skip
    blanks = (
        ("industry", "行业代码", roster.industries.take([not v for v in roster.industries.values])),
        ("start_date", "投产日期", np.isnat(roster.start_dates)),
    )
    for key, item, blank in blanks:
        decides = key == "industry" or scheme.scope.new_firm_years > 0
        if not decides or blank.all():
            continue
        for firm in np.flatnonzero(blank & (roster.included == DECIDE)):
            yield firm_finding(
                roster, int(firm), Level.HINT, "H213", "current", key, item, "",
                f"{item}是空的，不能据此判断是否参评", f"补上{item}，或在“是否参评”填“是”或“否”",
            )  # fmt: skip


def _attributes(
    scheme: Scheme, roster: Roster, table: Table, included: BoolArray
) -> Iterator[Finding]:
    """What sorts firms into tracks, units and baseline groups must be told, in the right words."""
    tracks = track_index(scheme, roster)
    for attribute in scheme.asked_attributes:
        asked = included & sorted_by(scheme, attribute.id, tracks, last_year=table == "previous")
        if not asked.any():
            continue
        if attribute.id not in roster.attributes and not attribute.default:
            yield Finding(
                Level.ERROR, "E214", table, None, "", attribute.name, "",
                f"没有“{attribute.name}”这一列，不知道各户企业和谁一起评价",
                f"补上“{attribute.name}”一列并逐户填写",
            )  # fmt: skip
            continue
        told = attribute_texts(attribute, roster)
        allowed = set(attribute.values)
        wrong = told.take([not t or bool(allowed and t not in allowed) for t in told.values])
        for firm in np.flatnonzero(wrong & asked):
            text = told.values[told.index[firm]]
            choices = (
                f"填写{'、'.join(attribute.values)}之一" if allowed else f"补上{attribute.name}"
            )
            yield firm_finding(
                roster, int(firm), Level.ERROR, "E214", table, attribute.id, attribute.name, text,
                f"“{text}”不是方案里的{attribute.name}" if text else f"没有填写{attribute.name}",
                f"{choices}；它决定这户企业和谁一起评价",
            )  # fmt: skip


def _blank_figures(scheme: Scheme, roster: Roster, included: BoolArray) -> Iterator[Finding]:
    """A participant's blank figure costs points (R5), unless the scheme says what it gets (R6)."""
    tracks = track_index(scheme, roster)
    for column in scheme.columns.values():
        costly = np.zeros(roster.size, dtype=bool)
        for indicator in scheme.indicators:
            excused = indicator.missing is not None and indicator.missing.column == column.id
            if column.id in (indicator.numerator, indicator.denominator) and not excused:
                costly |= concerned(scheme, indicator.id, tracks)
        for firm in np.flatnonzero(np.isnan(roster.number(column.id)) & included & costly):
            yield firm_finding(
                roster, int(firm), Level.WARNING, "W225", "current", column.id, column.name,
                "", f"参评企业没有{column.name}数据，相关指标记0分",
                f"向{column.source}补要；确实没有的可以留空",
            )  # fmt: skip


def _below_floors(scheme: Scheme, roster: Roster, included: BoolArray) -> Iterator[Finding]:
    for id, floor in scheme.checks.floors.items():
        column = scheme.columns[id]
        figures = roster.number(id)
        for firm in np.flatnonzero((figures < floor) & (figures >= 0) & included):
            yield firm_finding(
                roster, int(firm), Level.HINT, "H226", "current", id, column.name,
                show_number(float(figures[firm])),
                f"{column.name}低于规模以上标准{floor:,.0f}{column.unit}",
                "核对该企业是否仍在规模以上工业企业名录里",
            )  # fmt: skip


def _year_on_year(scheme: Scheme, roster: Roster, previous: Roster) -> Iterator[Finding]:
    last = {identity: i for i, identity in enumerate(previous.identity()) if identity}
    match = np.array([last.get(identity, -1) for identity in roster.identity()], dtype=np.int64)
    both = match >= 0
    if previous.size:
        yield from _jumps(scheme.checks, scheme, roster, previous, match, both)
    gone = np.ones(previous.size, dtype=bool)
    gone[match[both]] = False
    for firm in np.flatnonzero(gone):
        yield firm_finding(
            previous, int(firm), Level.HINT, "H242", "previous", "name", "企业名称",
            str(previous.names[firm]), "上年有这户企业，本年原始数据里没有",
            "核对是否漏填、改名或退出规模以上",
        )  # fmt: skip


def _jumps(
    checks: Checks,
    scheme: Scheme,
    roster: Roster,
    previous: Roster,
    match: np.ndarray,
    both: np.ndarray,
) -> Iterator[Finding]:
    """A figure hundreds of times off last year's is most likely in another unit."""
    for column in scheme.columns.values():
        now, before = roster.number(column.id), previous.number(column.id)[match]
        usable = both & (now > 0) & (before > 0)
        ratio = np.divide(now, before, out=np.ones(roster.size), where=usable)
        odd = (ratio >= checks.jump_factor) | (ratio <= 1 / checks.jump_factor)
        for firm in np.flatnonzero(odd):
            times = ratio[firm] if ratio[firm] > 1 else 1 / ratio[firm]
            word = "是上年的" if ratio[firm] > 1 else "缩小到上年的1/"
            yield firm_finding(
                roster, int(firm), Level.WARNING, "W243", "current", column.id, column.name,
                show_number(float(now[firm])),
                f"{column.name}{word}{times:,.0f}{'倍' if ratio[firm] > 1 else ''}"
                f"（上年{show_number(float(before[firm]))}）",
                f"核对单位是否为“{column.unit or column.name}”",
            )  # fmt: skip


def check_adjustments(
    scheme: Scheme, roster: Roster, adjustments: tuple[Adjustment, ...], *, year: int
) -> Iterator[Finding]:
    """Yield what is wrong with the sheet of class adjustments (R18)."""
    included = participation(scheme.scope, roster, year).included
    seen: dict[int, int] = {}
    matches = match_adjustments(adjustments, roster)
    for row, (adjustment, firm) in enumerate(zip(adjustments, matches, strict=True)):

        def finding(
            level: Level, code: str, column: str, item: str, value: str, problem: str, remedy: str,
            row: int = row, adjustment: Adjustment = adjustment,
        ) -> Finding:  # fmt: skip
            return Finding(
                level, code, "adjustments", row, column, item, value, problem, remedy,
                firm_code=adjustment.code, firm_name=adjustment.name,
            )  # fmt: skip

        if adjustment.letter not in scheme.letters:
            allowed = "、".join(scheme.letters)
            problem = f"调整后分类“{adjustment.letter}”不是{allowed}之一"
            yield finding(
                Level.ERROR, "E251", "letter", "调整后分类", adjustment.letter,
                problem if adjustment.letter else "没有填写调整后分类",
                f"填写{allowed}之一；不是企业的行请清空",
            )  # fmt: skip
        if firm < 0:
            yield finding(
                Level.ERROR, "E252", "code", "统一社会信用代码", adjustment.code,
                "要调整的企业在原始数据里找不到，或同名不止一户", "核对代码和名称，填写代码",
            )  # fmt: skip
            continue
        if firm in seen:
            yield finding(
                Level.ERROR, "E253", "code", "统一社会信用代码", adjustment.code,
                f"同一户企业调整了两次（另见第{seen[firm] + 1}条）", "只保留一条",
            )  # fmt: skip
        seen[firm] = row
        if not included[firm]:
            yield finding(
                Level.WARNING, "W254", "letter", "调整后分类", adjustment.letter,
                "该企业不参评，调整没有生效",
                "要参评请在原始数据的“是否参评”填“是”，否则删去这一条",
            )  # fmt: skip
        if not (adjustment.reason and adjustment.document):
            yield finding(
                Level.WARNING, "W255", "reason", "调整原因、依据", adjustment.reason,
                "分类调整没有写明原因或依据", "补写调整原因和依据文件",
            )  # fmt: skip
        name = str(roster.names[firm])
        if adjustment.code and adjustment.name and adjustment.name != name:
            yield finding(
                Level.WARNING, "W256", "name", "企业名称", adjustment.name,
                f"代码对应的企业是“{name}”，与这里写的名称不同", "核对代码是否填错",
            )  # fmt: skip
