"""The sheet 敏感性 and its tables."""

from __future__ import annotations

SENSITIVITY = "敏感性"


SENSITIVITY_WIDTHS = (24, 40, 24, 26, 11, 11, 62)


SENSITIVITY_TABLES = {
    "readings": (
        "每种口径影响几户",
        ("口径（条款）", "问题", "现在的口径", "别的口径", "变动户数", "占企业数", "分类变动"),
    ),
    "firms": (
        "分类取决于口径的企业",
        ("统一社会信用代码", "企业名称", "现在的分类", "改读后的分类", "现在总分", "改读后总分",
         "哪一种口径"),
    ),
    "near": (
        "贴近分界线的企业",
        ("统一社会信用代码", "企业名称", "分界线", "比较什么", "本企业", "相差", "说明"),
    ),
}  # fmt: skip
"""Title and headers of the tables, which share the columns of the sheet."""
