"""The fixed places of 核验."""

from __future__ import annotations

from permu_xl.workbook.layout.fields import FIRST_ROW

PROOF_LIMIT = 5000
"""Districts with more firms get no proof sheet: its formulas would take too long."""

PROOF_TESTS = {
    "test_identity": "代码、名称与原始数据一致",
    "test_participation": "参评与否",
    "test_baselines": "基准值",
    "test_indicators": "指标值",
    "test_scores": "各项得分",
    "test_totals": "合计、加分与总分",
    "test_ranks": "总分排名",
    "test_halves": "前后半区",
    "test_keys": "排序分",
    "test_quotas": "各类名额",
    "test_classes": "初步分类",
    "test_final": "最终分类（含调整）",
    "test_all": "全部核验",
}
"""Defined names of the checks in the order of their rows, and what each one checks."""

PROOF_RESULT_COLUMN = 3
"""Columns of the checks on 核验: A what is checked, B how many differ, C TRUE or FALSE."""

PROOF_HEADERS = ("核验项目", "不一致数", "结果", "说明")


def proof_cell(name: str) -> tuple[int, int]:
    """Return row and column (1-based) of a check's result on 核验."""
    return FIRST_ROW + list(PROOF_TESTS).index(name), PROOF_RESULT_COLUMN


PROOF_BODY_ROW = FIRST_ROW + len(PROOF_TESTS) + 3
"""Header row of the recomputation below the checks; its columns follow the scheme."""
