"""The one place that knows the workbook's sheets, headers and fixed cells.

Tables are found by header text, never by position (``permu_xl.workbook.layout.headers``); the
positions here are those of a fresh template.
"""

from __future__ import annotations

GUIDE = "使用说明"
PARAMETERS = "参数"
DATA = "原始数据"
PREVIOUS = "上年数据"
ADJUSTMENTS = "分类调整"
BASELINES = "基准值"
SCORES = "得分"
CLASSES = "分类结果"
FINDINGS = "数据核查"
SUMMARY = "汇总"
PROOF = "核验"
MEASURES = "分类政策"

SHEETS = (
    GUIDE, PARAMETERS, DATA, PREVIOUS, ADJUSTMENTS,
    BASELINES, SCORES, CLASSES, FINDINGS, SUMMARY, PROOF, MEASURES,
)  # fmt: skip
INPUT_SHEETS = (PARAMETERS, DATA, PREVIOUS, ADJUSTMENTS)
RESULT_SHEETS = (BASELINES, SCORES, CLASSES, FINDINGS, SUMMARY, PROOF)

LIVE = "实时计算"
"""The hidden sheet of a template with live formulas, on which the district is evaluated."""
LIVE_ROWS = "行数"
"""Its label, in column A, of the number of rows of firms that the formulas reach; beside it."""


# ---- 汇总: several tables on one sheet, each with its own columns ------------------------------


# ---- 核验 --------------------------------------------------------------------------------------


# ---- 数据来源: made by the import of department tables, not part of a fresh template ------------


# ---- the workbooks for handing in, and the city's ----------------------------------------------


# ---- 运行记录: very hidden, made by the first run that writes results --------------------------


# ---- reports: workbooks of their own ------------------------------------------------------------


# ---- 敏感性: three tables one below the other, written into a copy of the workbook ---------------
