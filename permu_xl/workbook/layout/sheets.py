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
LAST_CLASSES = "上年分类"
EVENTS = "企业变动"
OBJECTIONS = "异议台账"
BASELINES = "基准值"
SCORES = "得分"
CLASSES = "分类结果"
FINDINGS = "数据核查"
SUMMARY = "汇总"
MOVES = "分类变化"
PROOF = "核验"
MEASURES = "分类政策"

SHEETS = (
    GUIDE, PARAMETERS, DATA, PREVIOUS, ADJUSTMENTS, LAST_CLASSES, EVENTS, OBJECTIONS,
    BASELINES, SCORES, CLASSES, FINDINGS, SUMMARY, MOVES, PROOF, MEASURES,
)  # fmt: skip
INPUT_SHEETS = (PARAMETERS, DATA, PREVIOUS, ADJUSTMENTS)
REGISTERS = (LAST_CLASSES, EVENTS, OBJECTIONS)
"""Sheets that a person fills in and a workbook may lack; no figure is computed from them."""
RESULT_SHEETS = (BASELINES, SCORES, CLASSES, FINDINGS, SUMMARY, MOVES, PROOF)

LIVE = "实时计算"
"""The hidden sheet of a template with live formulas, on which the district is evaluated."""
LIVE_ROWS = "行数"
"""Its label, in column A, of the number of rows of firms that the formulas reach; beside it."""
