"""Which year, and which part of it, a title, a sheet's name, a header or a cell speaks of."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from permu_xl.text import date_in, month_in, show

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Period",
    "is_year_label",
    "label_text",
    "not_actual",
    "period_in",
    "period_of_row",
    "without_years",
]

_DIGITS = {"〇": "0", "零": "0", "○": "0", "Ｏ": "0"} | {
    c: str(n) for n, c in enumerate("一二三四五六七八九", 1)
}
_WRITTEN_YEAR = re.compile(rf"[二一][{''.join(_DIGITS)}]{{3}}(?=年|财年|年度)")
_MONTH_WORDS = {
    "十二": "12",
    "十一": "11",
    "十": "10",
    "九": "9",
    "八": "8",
    "七": "7",
    "六": "6",
    "五": "5",
    "四": "4",
    "三": "3",
    "二": "2",
    "一": "1",
}
_WRITTEN_MONTH = re.compile(
    r"(十[一二]?|[一二三四五六七八九])(?=(?:个)?月|(?:至|到|-)(?:十[一二]?|[一二三四五六七八九])月)"
)

_DATE = re.compile(
    r"(?:19|20)\d{2}年\d{1,2}月\d{1,2}日?|(?<!\d)(?:19|20)\d{2}([-/.])\d{1,2}\1\d{1,2}(?!\d)"
)
_MONTH = (
    r"((?:19|20)\d{2})(?:[-/.年](\d{1,2})(?:[-/.月](?:\d{1,2}日?)?)?|(0[1-9]|1[0-2])(?:\d{2})?)"
    r"(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?"
)
_TO = r"\s*[-~至到]+\s*"
_DATES = re.compile(rf"(?<!\d){_MONTH}{_TO}{_MONTH}(?!\d)")
"""From one day or month to another, as systems print what they were asked for."""
_DATES_OF_ONE_YEAR = re.compile(
    rf"(?<!\d)((?:19|20)\d{{2}})[-/.年](\d{{1,2}})[-/.月]\d{{1,2}}日?{_TO}"
    r"(\d{1,2})[-/.月]\d{1,2}日?(?!\d)"
)
_NUMBERED_MONTHS = re.compile(r"\d{1,2}(?:\s*[-~—至到]\s*\d{1,2})?")
_BELONGS = re.compile(
    r"(所属(?:时期|期间|期)[起止始]?[:]?\s*(?:19|20)\d{2})[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?)?"
)
_PRINTED = re.compile(
    r"(?:填表|制表|打印|填报|报送|报出|编制|导出|下载|更新|审核|印发|查询)(?:日期|时间|于)?[:]?\s*(?:19|20)\d{2}.{0,8}"
)
_CITED = re.compile(
    r"〔(?:19|20)\d{2}〕\s*第?\d*号?|[(\[](?:19|20)\d{2}[)\]]\s*第?\d+号"
    r"|(?:T|GB|DB|Z)[ /-]?\w{0,12}\d-\d{4}"
)
_SPAN = re.compile(r"((?:19|20)\d{2})\s*(?:[-~至到]|——)\s*((?:19|20)\d{2})\s*年")
_YEARS = re.compile(
    r"(?<!\d)((?:19|20)\d{2})(?:/\d{2})?\s*(?:会计|财政|纳税)?(?:年度|财年|年)"
    r"|FY\s*'?((?:19|20)?\d{2})(?!\d)"
    r"|['‘’`]((?:\d{2}))\s*年?(?!\d)"
    r"|(?<![\d.])(\d{2})\s*年(?!以|内|来|度?期|份?前|后)(?:度)?"
    r"|(?<!\d)((?:19|20)\d{2})(?=[-/.]?(?:0[1-9]|1[0-2]|[1-9])(?:[-~至到月]))"
)
_FOUR_DIGITS = re.compile(r"(?:19|20)\d{2}", re.ASCII)
_BARE = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_LAST_YEAR = re.compile(r"上年|去年|上一年|往年|上期|前年")

_MONTHS = re.compile(r"(?<!\d)(\d{1,2})\s*月?\s*[-~至到]\s*(\d{1,2})\s*月")
_COMPACT = re.compile(
    r"(?:19|20)\d{2}[-/.年]?(0[1-9]|1[0-2])\s*[-~至到]+\s*(?:19|20)\d{2}[-/.年]?(0[1-9]|1[0-2])"
)
_UNTIL = r"截[至止](?:到|日期?|时间|时点)?[:]?\s*"
_UP_TO = re.compile(rf"{_UNTIL}(?:(?:19|20)\d{{2}}年)?(?:当年|本年)?(\d{{1,2}})月")
_UP_TO_DATE = re.compile(rf"{_UNTIL}(?:19|20)\d{{2}}[-/.年](\d{{1,2}})[-/.月]\d{{1,2}}")
_ONE_MONTH = re.compile(r"(?<![\d\-~至到])(\d{1,2})\s*月(?:份|度)?(?!\s*[\d\-~至到])")
_PARTS = (
    (re.compile(r"上半年|半年度|半年(?!内)|H1"), "上半年"),
    (re.compile(r"下半年|H2"), "下半年"),
    (re.compile(r"前(?:三|3)个?季度"), "前三季度"),
    (re.compile(r"前(?:二|两|2)个?季度"), "前两季度"),
    (re.compile(r"第?(?:[一二三四1-4])季度|Q[1-4](?!\d)|季报|季度"), "一个季度"),
    (re.compile(r"前(?:\d{1,2}|[一二三四五六七八九十]+)个?月"), "年内几个月"),
    (re.compile(r"月报(?!送)|月度|当月|本月"), "一个月"),
    (re.compile(r"快报"), "快报"),
)


_NOT_ACTUAL = re.compile(
    r"预计|预测|预估|暂估|估算|初步(?:核算|统计)|(?:估计|计划|预算|目标|任务|初步)(?:数|值)"
    r"|[(](?:估计|计划|预算|目标|任务|初步|暂定|预)[)]"
)


def not_actual(text: str) -> str:
    """Return the word by which a text says that its figures are no actual ones, "" for none.

    >>> not_actual("2022年税收（预计）"), not_actual("2022年计划数"), not_actual("用地计划表")
    ('预计', '计划数', '')
    """
    found = _NOT_ACTUAL.search("".join(unicodedata.normalize("NFKC", text).split()))
    return "" if found is None else found[0].strip("()")


@dataclass(frozen=True, slots=True)
class Period:
    """What a text says: the years it names, and in words a part of a year ("" for whole years).

    ``last_year`` says that it speaks of 上年 without naming a year.
    """

    years: tuple[int, ...] = ()
    part: str = ""
    last_year: bool = False

    def is_other(self, year: int) -> bool:
        """Return whether this is plainly about another year."""
        return (year not in self.years) if self.years else self.last_year


def label_text(cell: Any) -> str | None:
    """Return a header cell as text: a bare year, also as a number or a date, is 2022年; None else.

    >>> label_text(2022.0), label_text(dt.datetime(2021, 12, 31)), label_text(12.5)
    ('2022年', '2021年', None)
    """
    if isinstance(cell, str):
        year = cell.strip()
        return f"{year}年" if _FOUR_DIGITS.fullmatch(year) else cell
    if isinstance(cell, dt.date):
        return f"{cell.year}年"
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and 1990 <= cell < 2100:
        return f"{int(cell)}年" if cell == int(cell) else None
    return None


def is_year_label(cell: Any) -> bool:
    """Return whether a header cell is a year and nothing else."""
    if isinstance(cell, str):
        return _FOUR_DIGITS.fullmatch(cell.strip()) is not None
    return label_text(cell) is not None


def period_in(text: str, *, bare: bool = False) -> Period:
    """Return the years and the part of a year that a text names.

    ``bare``: four digits alone are a year too, as in a sheet's name.  Dates of printing and the
    numbers of documents are none.

    >>> period_in("2022年1-6月税收")
    Period(years=(2022,), part='1-6月', last_year=False)
    >>> period_in("二〇二二年度").years, period_in("FY2021").years
    ((2022,), (2021,))
    >>> period_in("填报日期：2023年2月10日").years, period_in("沈政办发〔2021〕27号").years
    ((), ())
    """
    plain = unicodedata.normalize("NFKC", text)
    plain = re.sub(r"[—–―－〜～]+", "-", plain)
    plain = _WRITTEN_YEAR.sub(lambda m: "".join(_DIGITS.get(c, c) for c in m.group()), plain)
    plain = _WRITTEN_MONTH.sub(lambda m: _MONTH_WORDS[m.group(1)], plain)
    plain = _DATES_OF_ONE_YEAR.sub(r" \1年\2-\3月 ", plain)
    across = next(filter(None, map(_across_years, _DATES.finditer(plain))), "")
    plain = _BELONGS.sub(r"\1年", _DATES.sub(_in_months, plain))
    up_to = [m.group(1) for m in _UP_TO_DATE.finditer(plain)]
    years: list[int] = []
    if up_to:
        years += [
            int(y) for y in _BARE.findall(" ".join(m.group() for m in _UP_TO_DATE.finditer(plain)))
        ]
    for pattern in (_PRINTED, _DATE, _CITED):
        plain = pattern.sub(" ", plain)
    for first, last in _SPAN.findall(plain):
        if 0 < int(last) - int(first) < 30:
            years += range(int(first), int(last) + 1)
    for groups in _YEARS.findall(plain):
        told = next(each for each in groups if each)
        years.append(int(told) if len(told) == 4 else 2000 + int(told))
    if bare:
        years += [int(each) for each in _BARE.findall(plain)]
    found = tuple(dict.fromkeys(y for y in years if 1990 <= y < 2100))
    last = not found and _LAST_YEAR.search(plain) is not None and "本年" not in plain
    return Period(found, across or _part(plain, up_to), last)


def _ends(found: re.Match[str]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return year and month of the first and of the last day of a span."""
    year, month, compact, last_year, last_month, last_compact = found.groups()
    return (int(year), int(month or compact)), (int(last_year), int(last_month or last_compact))


def _in_months(found: re.Match[str]) -> str:
    (year, month), (last_year, last_month) = _ends(found)
    if year != last_year:
        return f" {year}年 {last_year}年 "
    return f" {year}年{month}-{last_month}月 "


def _across_years(found: re.Match[str]) -> str:
    """Return in words a span that reaches into another year, "" for others."""
    (year, month), (last_year, last_month) = _ends(found)
    return f"{year}年{month}月至{last_year}年{last_month}月" if year < last_year else ""


def period_of_row(cell: Any, heading: str) -> Period:
    """Return what a cell says below a heading such as 年度, 税款所属期 or 税款所属期起.

    A month may be written as a date, the first of it; where a period begins or ends tells its year
    only.

    >>> period_of_row(dt.datetime(2022, 6, 1), "税款所属期").part
    '6月'
    >>> period_of_row("2021-01-01", "税款所属期起")
    Period(years=(2021,), part='', last_year=False)
    """
    text = show(cell)
    try:
        date = cell if isinstance(cell, dt.date) else date_in(text)
    except ValueError:
        date = None
    monthly = ("月" in heading or "所属" in heading) and heading[-1:] not in "起止始"
    if date is None and monthly and len(text) > 4:
        date = month_in(text)
    if "月" in heading and _NUMBERED_MONTHS.fullmatch(text):
        text = f"{text}月"
    elif date is None:
        text = label_text(cell) or text
    if date is None:
        return period_in(text, bare=True)
    return Period((date.year,), f"{date.month}月" if monthly and date.day == 1 else "")


def _part(plain: str, up_to: Sequence[str]) -> str:
    spans = [*_MONTHS.findall(plain), *_COMPACT.findall(plain)]
    if any((int(a), int(b)) == (1, 12) for a, b in spans) or "全年" in plain:
        return ""
    for first, last in spans:
        if 1 <= int(first) <= int(last) <= 12:
            return f"{int(first)}-{int(last)}月"
    for month in (*_UP_TO.findall(plain), *up_to):
        if 1 <= int(month) < 12:
            return f"截至{int(month)}月"
        if int(month) == 12:
            return ""
    for pattern, name in _PARTS:
        if pattern.search(plain):
            return name
    for month in _ONE_MONTH.findall(plain):
        if 1 <= int(month) <= 12:
            return f"{int(month)}月"
    return ""


def without_years(text: str) -> str:
    """Return a header's text without the years that it names.

    >>> without_years("2022年度实缴税收"), without_years("二〇二二年末从业人员")
    ('实缴税收', '从业人员')
    """
    plain = unicodedata.normalize("NFKC", text)
    plain = _WRITTEN_YEAR.sub(lambda m: "".join(_DIGITS.get(c, c) for c in m.group()), plain)
    plain = re.sub(r"(?:FY\s*'?(?:(?:19|20)?\d{2})(?!\d))|['‘’`]\d{2}年(?:度)?", "", plain)
    plain = re.sub(
        r"(?<!\d)(?:19|20)\d{2}(?!\d)\s*(?:会计|财政|纳税)?(?:财年|年度?)?(?:末|底)?", "", plain
    )
    return re.sub(r"(?<!\d)\d{2}年(?:度)?(?:末|底)?", "", plain)
