"""What Calc's user reads: the menu, and English help of functions beside the registry's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["ARGUMENTS", "FUNCTIONS", "HELP", "MENU", "MENU_TITLE", "Entry"]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the menu in Chinese and English.

    ``on_toolbar`` says that it has a button too, ``separated`` that a line stands before it.
    """

    title: str
    english: str
    on_toolbar: bool = False
    separated: bool = False


MENU_TITLE = Entry("亩均评价", "Output per mu")
MENU: Mapping[str, Entry] = {
    "recalculate": Entry("整区重算", "Recalculate district", on_toolbar=True),
    "check": Entry("数据核查", "Check data", on_toolbar=True),
    "export": Entry("导出定稿", "Export final copy", on_toolbar=True),
    "notices": Entry("一企一单…", "Notices for firms...", separated=True),
    "publish": Entry("公示与上报表…", "Publication and report..."),
    "sensitivity": Entry("敏感性…", "Sensitivity..."),
    "compare": Entry("与另一份比较…", "Compare with another workbook..."),
    "verify": Entry("核对结果", "Verify results"),
    "import": Entry("导入部门表…", "Import department tables..."),
    "last_error": Entry("查看最近错误", "Show last error", separated=True),
    "help": Entry("帮助", "Help"),
}
"""The entries of the menu by command."""

HELP = (
    "permu_xl {version}\n"
    "一、填好“参数”“原始数据”“上年数据”，点“整区重算”；不满意可以撤销，一步恢复原状。\n"
    "二、按“数据核查”改正错误后再点一次；“核验”全部为TRUE才可交付。\n"
    "三、上报或交给没有加载项的人：点“导出定稿”。\n"
    "四、“一企一单”到“导入部门表”都另存新文件，打开的工作簿不改；没存盘的改动也算在内。\n"
    "公式显示 #VALUE!：点“查看最近错误”；全部显示 #NAME?：在命令行运行 permu-xl calc doctor。"
)
"""What 帮助 tells."""

FUNCTIONS: Mapping[str, str] = {
    "PERMU_INDICATOR": "Indicator value: numerator / denominator x scale; blank where missing.",
    "PERMU_BASELINE": "Baseline of one indicator over the firms that take part: total over total, "
    "mean of the firms, or the highest.",
    "PERMU_SCORE": "Score: value / baseline x weight, at least 0, at most cap x weight.",
    "PERMU_POLLUTION_SCORE": "Score of tax per unit of emission; full basic score for a firm "
    "without emission that pays tax.",
    "PERMU_TOTAL": "Total of each row: its scores plus the bonus.",
    "PERMU_RANK": "Competition rank by total, highest first (1, 1, 3).",
    "PERMU_CLASS": "Class of each firm from its scores, by the quotas or cut points of the scheme.",
    "PERMU_EVALUATE": "Evaluate a district in one call: values, scores, subtotal, bonus, total, "
    "rank, class and note of each firm.",
    "PERMU_DISTRICT": "A result table of a district from its input sheets, as a run writes it.",
    "PERMU_EXPLAIN": "The arithmetic of one firm in words, one line an indicator.",
    "PERMU_GROUP": "The group of each firm by one grouping of the scheme, such as size or zone.",
    "PERMU_IN_SCOPE": "TRUE if a firm is to be evaluated, otherwise the reason in words.",
    "PERMU_CHECK_CODE": "What is wrong with a unified social credit code; blank for nothing.",
    "PERMU_MEASURE": "The policy measure for a class in a field.",
    "PERMU_WATER_FEE": "Water fee with progressive surcharges above the quota.",
    "PERMU_PARAM": "A number of the scheme, such as a weight.",
}
"""English help of each function."""

ARGUMENTS: Mapping[str, str] = {
    "numerator": "Numerator of the indicator, such as tax paid; blank is missing.",
    "denominator": "Denominator of the indicator, such as land; the size of the numerator.",
    "scale": "Factor above 0, 100 for percentages; 1 if left out.",
    "method": "aggregate, mean or max; aggregate if left out.",
    "included": "Whether each firm takes part, yes/no or TRUE/FALSE; all if left out.",
    "value": "Indicator values: a cell, a column, or one row a firm.",
    "baseline": "Baseline above 0: one cell, or a row that fits the columns.",
    "weight": "Basic score, not negative: one cell, or a row that fits the columns.",
    "cap": "Cap as a multiple of the basic score; the scheme's if left out.",
    "scheme": "Id of the scheme; shenyang_2021 if left out.",
    "tax": "Tax paid.",
    "emission": "Pollution equivalents; blank or 0 is no figure.",
    "scores": "Scores: one row a firm, one column an indicator.",
    "bonus": "Bonus points of each firm, may be negative; 0 if left out.",
    "totals": "Totals of the firms that take part.",
    "flags": "Flags such as breach of industrial policy: one row a firm; no if left out.",
    "data": "Raw figures, one row a firm, in the scheme's order (Shenyang: land, tax, output, "
    "revenue, R&D, employees, energy, emission).",
    "baselines": "Baselines above 0, one row or column: indicator by indicator, group by group.",
    "data_row": "Raw figures of one firm, in the order of PERMU_EVALUATE.",
    "table": "Which table: 基准值, 得分, 分类结果, or 说明 for why there is none.",
    "parameters": "The sheet 参数 from A1 on.",
    "current": "The sheet 原始数据 from A1 on, header included.",
    "previous": "The sheet 上年数据 from A1 on, header included; none if left out.",
    "adjustments": "The sheet 分类调整 from A1 on, header included; none if left out.",
    "industry": "Industry code (GB/T 4754-2017); blank does not exclude.",
    "start_date": "Start of production: a date, or text such as 2019-05-01.",
    "year": "Evaluated year, such as 2022.",
    "code": "Unified social credit codes, kept as text.",
    "form": "正向 or ratio, 反向 or mirrored, 倒数 or reciprocal; ratio if left out.",
    "groups": "What sorts the firms, such as size and zone: one row a firm; the defaults if left "
    "out.",
    "grouping": "Name or id of a grouping, such as size.",
    "weights": "Basic scores of all indicators: one row or column; the scheme's if left out.",
    "caps": "Caps of all indicators: one row or column; the scheme's if left out.",
    "firms": "Names of the firms: a row with a name is a firm even without a figure.",
    "class_letter": "Letter of the class, such as A.",
    "field": "Field by its Chinese name, such as 用地, 用电, 用水, 专项资金, 信贷.",
    "volume": "Water used.",
    "quota": "Water quota, in the unit of the volume.",
    "price": "Present price of a unit.",
    "name": "Name or id of a parameter, such as indicators.tax_per_mu.weight.",
}
"""English help of the arguments; one name means one thing in all functions."""
