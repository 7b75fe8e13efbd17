"""Kinds of findings about 参数: the scheme, its indicators, weights and baselines (101 to 199)."""

from __future__ import annotations

from permu_xl.findings.codes.making import kind

__all__ = ["PARAMETERS"]

_CONFIRM = "确认有文件依据"

PARAMETERS = (
    kind(
        "W101",
        "评价年度在方案有效期外",
        "评价年度{value}在方案有效期（{since}至{until}）之前",
        "确认仍按{document}评价，或换用当年的方案",
        "R19",
        expired=(
            "{value}年度的评价在{following}年进行，而方案的有效期到{until}为止{successor}",
            "先向市级主管部门问明是否有新的文件；确认仍按{document}评价，或换用新的方案",
        ),
    ),
    kind(
        "E111",
        "评价年度没有填写，或不是年份",
        "{problem}",
        "{remedy}",
        blank=("没有填写评价年度", "填四位数的年份，如2022"),
    ),
    kind(
        "E112",
        "“参数”里没有指标的表",
        "找不到“指标、权重、基准方法……”这张表",
        "从模板复制“参数”工作表",
    ),
    kind("H113", "没有写明方案", "没有写明方案，按“{scheme}”评价", "写明方案编号"),
    kind(
        "E114",
        "方案不能用",
        "{problem}",
        "改成现有方案的编号",
        own_file=("{problem}", "把能用的方案文件放在工作簿旁边，或改成现有方案的编号"),
    ),
    kind(
        "E115",
        "指标不在方案里，或写了两次",
        "方案里没有指标“{name}”",
        "本方案的指标是：{indicators}",
        twice=("指标“{name}”写了两次", ""),
    ),
    kind("E116", "“参数”里缺少指标", "参数表里缺少指标“{name}”", "从模板补上这一行"),
    kind("E117", "权重或封顶倍数不大于0", "{what}必须大于0", "改成正数", "R10"),
    kind("E118", "没有这种基准方法", "没有基准方法“{value}”", "改成{methods}之一", "R7"),
    kind("E119", "权重合计不对", "{track}各指标权重合计{total:g}，应为{full:g}", "改正权重"),
    kind(
        "W121",
        "权重或封顶倍数与方案不同",
        "{what}{ours:g}与方案的{theirs:g}不同，按表里的{ours:g}计算",
        _CONFIRM,
        "R10",
    ),
    kind("W122", "基准方法与方案不同", "基准方法与方案的“{method}”不同", _CONFIRM, "R7"),
    kind(
        "W123",
        "填了没有采用的人工核定基准值",
        "填了人工核定基准值{shown}，但基准方法不是“人工核定”，没有采用",
        "要采用就把基准方法改为“人工核定”，否则清空",
        "R7",
    ),
)
