"""The pipelines that ``district.py`` measures permu-xl against, as an analyst would write them.

Both know the rules and the layout by heart, trust every cell but for commas in figures and letters
before industry codes, and compute by column with pandas.
The first keeps the workbook: openpyxl reads it once, both sheets become data frames, the results
go back into its sheets as plain values.  The second reads with calamine and makes a new workbook
of the three result tables with XlsxWriter.  Neither checks the data, lists findings, fills 汇总
or 核验, or copies the look of the cells.
Usage: ``python benchmarks/analyst.py openpyxl|xlsxwriter BOOK OUT``.
"""

from __future__ import annotations

import sys
from typing import NamedTuple

import numpy as np
import pandas as pd

YEAR, HEADER = 2022, 4
OUT_OF_SCOPE = (
    "06",
    "07",
    "08",
    "09",
    "10",
    "11",
    "12",
    "442",
    "443",
    "45",
    "461",
    "462",
    "772",
    "782",
)
INDICATORS = {
    "亩均税收（万元/亩）": ("实缴税收（万元）", "用地面积（亩）", 1, 30),
    "亩均总产值（万元/亩）": ("总产值（万元）", "用地面积（亩）", 1, 15),
    "研发投入强度（%）": ("研发经费（万元）", "主营业务收入（万元）", 100, 20),
    "人均营业收入（万元/人）": ("主营业务收入（万元）", "从业人员（人）", 1, 5),
    "单位能耗总产值（万元/吨标准煤）": ("总产值（万元）", "综合能耗（吨标准煤）", 1, 15),
    "单位污染物排放税收（万元/当量）": ("实缴税收（万元）", "污染物排放当量", 1, 15),
}
EMISSION = list(INDICATORS)[-1]
BASELINE_COLUMNS = [
    "指标",
    "单位",
    "上年分子合计",
    "上年分母合计",
    "总量法均值",
    "企业均值",
    "本年最高值",
    "采用基准值",
]
CAP, SHARE_A, SHARE_CD = 1.2, 15, 10


class Results(NamedTuple):
    """The three result tables."""

    baselines: pd.DataFrame
    scores: pd.DataFrame
    classes: pd.DataFrame


def participants(firms: pd.DataFrame, year: int) -> pd.Series:
    """Tell who takes part: neither out by industry nor too young, unless 是否参评 says so."""
    industries = firms["行业代码"].astype(str).str.lstrip("ABCDEFGHIJKLMNOPQRST")
    by_industry = industries.str.startswith(OUT_OF_SCOPE)
    young = pd.to_datetime(firms["投产日期"]) > pd.Timestamp(year - 2, 12, 31)
    return (~by_industry & ~young | (firms["是否参评"] == "是")) & (firms["是否参评"] != "否")


def figures(column: pd.Series) -> pd.Series:
    """Return a column of numbers, some of which may be text."""
    if column.dtype == object:
        column = column.astype(str).str.replace(",", "")
        return pd.to_numeric(column, errors="coerce")
    return pd.to_numeric(column)


def parts(firms: pd.DataFrame) -> dict[str, tuple[pd.Series, pd.Series, pd.Series]]:
    """Return numerator, denominator and value of every indicator, missing where undefined."""
    found = {}
    for name, (top, bottom, scale, _) in INDICATORS.items():
        numerator, denominator = figures(firms[top]), figures(firms[bottom])
        value = (numerator / denominator * scale).where(denominator > 0)
        found[name] = numerator, denominator, value
    return found


def half_up(share: int, n: int) -> int:
    """Return a percentage of n, rounded half up."""
    return (share * n + 50) // 100


def ranked(firms: pd.DataFrame, keys: list[str]) -> pd.Index:
    """Return firms from the highest to the lowest, equal ones by code."""
    falling = [False] * len(keys)
    return firms.sort_values([*keys, "code"], ascending=[*falling, True]).index


def evaluate(firms: pd.DataFrame, last: pd.DataFrame) -> Results:
    """Compute the three tables; one row a firm in the order of 原始数据."""
    taking_part, took_part = participants(firms, YEAR), participants(last, YEAR - 1)
    now, before = parts(firms), parts(last)
    tables, scores = [], {}
    for name, (_, _, scale, weight) in INDICATORS.items():
        top, bottom, value = (part[took_part] for part in before[name])
        both = value.notna()
        numerator, denominator = top[both].sum(), bottom[both].sum()
        own = now[name][2].where(taking_part)
        mean, average = value.mean(), numerator / denominator * scale
        baseline = own.max() if name == EMISSION else average
        points = (own / baseline * weight).clip(0, CAP * weight).fillna(0)
        if name == EMISSION:
            tax, emission, _ = now[name]
            points = points.mask(~(emission > 0), np.where(tax > 0, weight, 0.0))
        scores[name] = points.where(taking_part)
        title, unit = name.rstrip("）").split("（")
        tables.append((title, unit, numerator, denominator, average, mean, own.max(), baseline))
    identity = firms[["序号", "统一社会信用代码", "企业名称"]]
    values = pd.DataFrame({name: part[2].where(taking_part) for name, part in now.items()})
    points = pd.DataFrame({f"{name.split('（')[0]}得分": p for name, p in scores.items()})
    bonus = pd.to_numeric(firms["加分"]).fillna(0).where(taking_part)
    subtotal = points.sum(axis=1).where(taking_part)
    total = subtotal + bonus
    rank = total.rank(method="min", ascending=False)
    key_a = points["亩均税收得分"] + points["研发投入强度得分"]
    key_cd = points["单位能耗总产值得分"] + points["单位污染物排放税收得分"]
    n = int(taking_part.sum())
    order = pd.DataFrame(
        {"total": total, "a": key_a, "cd": key_cd, "code": firms["统一社会信用代码"]}
    )[taking_part]
    by_total = ranked(order, ["total", "a"])
    upper, lower = by_total[: n // 2], by_total[n // 2 :]
    best = ranked(order.loc[upper], ["a", "total"])[: half_up(SHARE_A, n)]
    worst = ranked(order.loc[lower], ["cd", "total"])[-half_up(SHARE_CD, n) :]
    half = pd.Series("", firms.index)
    half[upper], half[lower] = "前50%", "后50%"
    letter = pd.Series(np.where(taking_part, "B", "不参评"), firms.index)
    letter[best] = "A"
    letter[worst] = np.where(firms["不符合产业政策"][worst] == "是", "D", "C")
    reason = letter.map(
        {"A": "前50%中前15%", "B": "其余", "C": "后50%中后10%", "D": "不符合产业政策"}
    ).fillna("不纳入评价范围或投产未满2年")
    missing = values.isna().any(axis=1) & taking_part
    return Results(
        pd.DataFrame(tables, columns=BASELINE_COLUMNS),
        pd.concat([identity, values, points], axis=1).assign(
            指标得分合计=subtotal,
            加分=bonus,
            总分=total,
            总分排名=rank,
            提示=np.where(missing, "有指标缺数据", ""),
        ),
        identity.assign(
            总分=total,
            总分排名=rank,
            半区=half,
            A类排序分=key_a,
            **{"C/D类排序分": key_cd},
            初步分类=letter,
            最终分类=letter,
            判定依据=reason,
        ),
    )


def with_openpyxl(source: str, target: str) -> None:
    """Keep the workbook; write the results into its sheets."""
    from openpyxl import load_workbook

    book = load_workbook(source)

    def frame(title: str) -> pd.DataFrame:
        rows = book[title].iter_rows(min_row=HEADER, values_only=True)
        found = pd.DataFrame(rows, columns=next(rows))
        return found[found["企业名称"].notna()]

    results = evaluate(frame("原始数据"), frame("上年数据"))
    for title, table in zip(("基准值", "得分", "分类结果"), results, strict=True):
        sheet = book[title]
        places = {cell.value: cell.column for cell in sheet[HEADER]}
        for name in table.columns:
            column = places[name]
            cells = table[name].astype(object).where(table[name].notna(), None)
            for row, value in enumerate(cells, HEADER + 1):
                sheet.cell(row, column, value)
    book.save(target)


def with_xlsxwriter(source: str, target: str) -> None:
    """Make a new workbook of the result tables."""
    titles = ["原始数据", "上年数据"]
    frames = pd.read_excel(
        source, sheet_name=titles, header=HEADER - 1, engine="calamine",
        dtype={"行业代码": str},
    )  # fmt: skip
    firms, last = (frames[title][frames[title]["企业名称"].notna()] for title in titles)
    results = evaluate(firms, last)
    with pd.ExcelWriter(target, engine="xlsxwriter") as writer:
        for title, table in zip(("基准值", "得分", "分类结果"), results, strict=True):
            table.to_excel(writer, sheet_name=title, index=False)


if __name__ == "__main__":
    {"openpyxl": with_openpyxl, "xlsxwriter": with_xlsxwriter}[sys.argv[1]](*sys.argv[2:4])
