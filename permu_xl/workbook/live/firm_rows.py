"""The hidden sheet of the live template: what its formulas need of each firm and of them all."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from permu_xl.engine import half_names
from permu_xl.engine.explain import END_NAMES
from permu_xl.engine.model import Rounding, Selection, TwoStage
from permu_xl.workbook import formulas as f
from permu_xl.workbook import layout, look
from permu_xl.workbook.live.references import HELPER, Places

__all__ = [
    "HELPERS",
    "closing_words",
    "decision_formulas",
    "district_formulas",
    "firm_formulas",
    "is_firm",
    "near",
    "row_formulas",
    "scope_calls",
]

HELPERS = {
    "firm": "是否企业",
    "scope": "按规则参评",
    "in": "参评",
    "last_scope": "上年按规则参评",
    "last_in": "上年参评",
    "serial": "序号",
    "code": "统一社会信用代码",
    "name": "企业名称",
    "bonus": "加分",
    "tie": "同分次序",
    "place": "总分次序",
    "half": "半区",
    "decided": "调整所在行",
    "final": "最终分类",
    "reason": "参评说明",
    "basis": "判定依据",
}
"""The columns of the hidden sheet and their headers."""

_TOTALS = ("合计", "总计", "小计", "累计")
_COUNT, _UPPER = "$B$1", "$B$2"


def district_formulas(places: Places, rule: TwoStage) -> dict[str, tuple[str, str]]:
    """Return title and formula for the cells with figures of the whole district."""
    n = f"'{HELPER}'!{_COUNT}"
    upper = f"'{HELPER}'!{_UPPER}"
    cells = {
        _COUNT: ("参评企业数", f"COUNTIF({places.span(HELPER, 'in')},TRUE)"),
        _UPPER: ("前半区户数", _share(rule.upper_share, n, rule.upper_rounding)),
    }
    for number, selection in enumerate(rule.selections, 3):
        pool = upper if selection.half == "upper" else f"({n}-{upper})"
        quota = _share(selection.share, n, selection.rounding)
        cells[f"$B${number}"] = (f"{selection.label}类名额", f"MIN({quota},{pool})")
    return cells


def _share(share: Fraction, n: str, rounding: Rounding) -> str:
    return f.share_of(str(share.numerator), str(share.denominator), n, rounding)


def scope_calls(places: Places) -> dict[str, str]:
    """Return the array formulas of the hidden sheet: who takes part by the rules."""
    year = look.parameter("year")
    return {
        key: f"PERMU_IN_SCOPE({places.span(title, 'industry')},"
        f"{places.span(title, 'start_date')},{year}{back}{places.scheme_argument()})"
        for key, title, back in (
            ("scope", layout.DATA, ""),
            ("last_scope", layout.PREVIOUS, "-1"),
        )
    }


def firm_formulas(places: Places, row: int) -> Iterator[tuple[str, str]]:
    """Yield who is a firm, who takes part, and the firm's identity."""

    def at(key: str) -> str:
        return places.cell(HELPER, key, row)

    def data(key: str) -> str:
        return places.cell(layout.DATA, key, row)

    yield "firm", is_firm(places, layout.DATA, row)
    yield "in", _takes_part(at("firm"), data("included"), at("scope"))
    last_included = places.cell(layout.PREVIOUS, "included", row)
    last_firm = is_firm(places, layout.PREVIOUS, row)
    yield "last_in", _takes_part(last_firm, last_included, at("last_scope"))
    above = places.above(HELPER, "firm", row)
    yield "serial", f'IF({at("firm")},COUNTIF({above},TRUE)+1,"")'
    yield "code", f'IF({at("firm")},UPPER(TRIM({data("code")})),"")'
    yield "name", f'IF({at("firm")},TRIM({data("name")}),"")'


def decision_formulas(places: Places, row: int) -> Iterator[tuple[str, str]]:
    """Yield which decision on record is about a firm, its final class, why it is in or out."""

    def at(key: str) -> str:
        return places.cell(HELPER, key, row)

    yield "decided", f"IF({at('in')},{_decision_row(places, at('code'), at('name'))},0)"
    proposed = places.cell(layout.CLASSES, "proposed", row)
    letters = places.span(layout.ADJUSTMENTS, "letter")
    decided = f'SUBSTITUTE(UPPER(TRIM(INDEX({letters},{at("decided")}))),"类","")'
    yield "final", f"IF({at('decided')}>0,{decided},{proposed})"
    included = places.cell(layout.DATA, "included", row)
    yield "reason", _reason(at("firm"), included, at("scope"))


def row_formulas(places: Places, rule: TwoStage, row: int) -> Iterator[tuple[str, str]]:
    """Yield the plain formulas of a firm's row on the hidden sheet by column key."""

    def at(key: str) -> str:
        return places.cell(HELPER, key, row)

    def data(key: str) -> str:
        return places.cell(layout.DATA, key, row)

    total = places.cell(layout.SCORES, "total", row)
    yield from firm_formulas(places, row)
    bonus = f"N({data('bonus_points')})"
    if places.scheme.bonus.cap is not None:
        bonus = f"MIN({bonus},{f.number(places.scheme.bonus.cap)})"
    yield "bonus", f'IF({at("in")},{bonus},"")'
    ties = places.scheme.tracks[0].ranking.ties
    tie = "+".join(places.cell(layout.SCORES, f"score:{id}", row) for id in ties.ids)
    yield "tie", f'IF({at("in")},{tie},"")'
    yield "place", f'IF({at("in")},{_place(places, row, total, at("tie"))},"")'
    names = half_names(rule)
    upper = (
        f"IF({at('place')}<='{HELPER}'!{_UPPER},{f.text(names['upper'])},{f.text(names['lower'])})"
    )
    yield "half", f'IF({at("in")},{upper},"")'
    yield from decision_formulas(places, row)
    yield "basis", _basis(places, rule, row)


def is_firm(places: Places, title: str, row: int) -> str:
    """Return whether a row is a firm: it has a code or a name, and is no sum."""
    code, name = (places.cell(title, key, row) for key in ("code", "name"))
    totals = ",".join(f'TRIM({name})="{each}"' for each in _TOTALS)
    return f'AND(TRIM({code}&{name})<>"",NOT(AND(TRIM({code})="",OR({totals}))))'


def _takes_part(firm: str, included: str, scope: str) -> str:
    """R3: 是否参评 decides; without it the rules do."""
    yes, no = f.text(layout.YES), f.text(layout.NO)
    ruled = f"IF(TRIM({included})={no},FALSE,{scope}=TRUE)"
    return f"IF({firm},IF(TRIM({included})={yes},TRUE,{ruled}),FALSE)"


def _place(places: Places, row: int, total: str, tie: str) -> str:
    """Return the place by total, then by sort key, then by row (R14, R16)."""
    totals, ties = places.span(layout.SCORES, "total"), places.span(HELPER, "tie")
    equal = near(totals, total)
    earlier = (
        f"{near(places.above(layout.SCORES, 'total', row), total)},"
        f"{near(places.above(HELPER, 'tie', row), tie)}"
    )
    return (
        f'1+COUNTIF({totals},">"&{total}+{f.EPSILON})'
        f'+COUNTIFS({equal},{ties},">"&{tie}+{f.EPSILON})+COUNTIFS({earlier})'
    )


def near(keys: str, key: str) -> str:
    """Return the criteria that a column's figures equal a cell's, within the tolerance."""
    return f'{keys},">="&{key}-{f.EPSILON},{keys},"<="&{key}+{f.EPSILON}'


def _decision_row(places: Places, code: str, name: str) -> str:
    """Return which entry of 分类调整 is about a firm: the last one, by code, else by name; or 0."""
    codes, names = (places.span(layout.ADJUSTMENTS, key) for key in ("code", "name"))
    by_code = f'({codes}={code})*({code}<>"")'
    by_name = f'({codes}="")*({names}={name})*({name}<>"")'
    first = layout.FIRST_ROW - 1
    return f"SUMPRODUCT(MAX((({by_code}+{by_name})>0)*(ROW({codes})-{first})))"


def _reason(firm: str, included: str, scope: str) -> str:
    """Return why a firm is out, or in against the rules; blank for a regular participant."""
    yes, no = f.text(layout.YES), f.text(layout.NO)
    out = f'"“是否参评”填“否”，不参评"&IF(ISTEXT({scope}),"（按规则也不参评："&{scope}&"）","")'
    let_in = f'IF(ISTEXT({scope}),"“是否参评”填“是”，予以参评（按规则本应不参评："&{scope}&"）","")'
    ruled = f'IF({scope}=TRUE,"",{scope})'
    decided = f"IF(TRIM({included})={no},{out},{ruled})"
    return f'IF({firm},IF(TRIM({included})={yes},{let_in},{decided}),"")'


def _basis(places: Places, rule: TwoStage, row: int) -> str:
    """Return 判定依据 in the words of ``permu_xl.engine.explain.class_basis.basis``."""
    proposed = places.cell(layout.CLASSES, "proposed", row)
    half, reason = (places.cell(HELPER, k, row) for k in ("half", "reason"))
    names = half_names(rule)
    rest = {
        side: "、".join(f"{s.label}类" for s in rule.selections if s.half == side) or "任何"
        for side in ("upper", "lower")
    }
    labels = f"IF({half}={f.text(names['upper'])},{f.text(rest['upper'])},{f.text(rest['lower'])})"
    tail = f.text(f"名单，为{rule.remainder}类（{rule.remainder_clause}）")
    text = f'{half}&"，未列入"&{labels}&{tail}'
    for number, selection in enumerate(rule.selections, 3):
        for letter, flag in _letters(selection):
            words = _picked(places, selection, letter, flag, f"'{HELPER}'!$B${number}")
            text = f"IF({proposed}={f.text(letter)},{half}&{words},{text})"
    return f"IF({places.cell(HELPER, 'in', row)},{text}&{closing_words(places, row)},{reason})"


def closing_words(places: Places, row: int) -> str:
    """Return what 判定依据 ends with: let in against the rules, adjusted by decision."""
    reason, decided = (places.cell(HELPER, k, row) for k in ("reason", "decided"))
    grounds = [
        f"INDEX({places.span(layout.ADJUSTMENTS, key)},{decided})" for key in ("reason", "document")
    ]
    comma = f'IF(AND({grounds[0]}<>"",{grounds[1]}<>""),"，","")'
    both = f"{grounds[0]}&{comma}&{grounds[1]}"
    final = places.cell(HELPER, "final", row)
    noted = f'IF({both}="","","（"&{both}&"）")'
    adjusted = f'IF({decided}>0,"；调整为"&{final}&"类"&{noted},"")'
    let_in = f'IF({reason}="","","；"&{reason})'
    return f"{let_in}&{adjusted}"


def _letters(selection: Selection) -> Iterator[tuple[str, str]]:
    """Yield the letters that a selection gives, each with the flag that leads to it."""
    yield selection.letter, ""
    for flag, letter in selection.flagged.items():
        yield letter, flag


def _picked(places: Places, s: Selection, letter: str, flag: str, quota: str) -> str:
    flagged = f"且{places.scheme.flags[flag].name}，" if flag else ""
    listed = "拟列" if s.flagged else "列"
    head = f.text(f"中{s.label}类排序{END_NAMES[s.take]}")
    tail = f.text(f"户，{flagged}{listed}为{letter}类（{s.clause}）")
    return f"{head}&{quota}&{tail}"
