"""Kinds of findings about what comes of an evaluation (301 to 399)."""

from __future__ import annotations

from permu_xl.findings.codes.making import kind

__all__ = ["OUTCOME"]

_MANUAL = "或把基准方法改为“人工核定”并填写基准值"

OUTCOME = (
    kind(
        "W301",
        "基准值异常高",
        "{item}最高的一户是{beside}的{ratio:,.1f}倍，以它为基准会压低其他企业的得分"
        "（{pressed}户得分不到基本分的{share:.0%}）",
        "核实这户企业的两项数据；必要时改用人工核定基准值",
        "R8",
        lower_is_better=(
            "{item}最高的一户是{beside}的{ratio:,.1f}倍，以它为基准会使其他企业的得分都接近上限",
            "",
        ),
    ),
    kind(
        "W302",
        "没有数据，不需要基准值",
        "没有一户参评企业有{figure}数据，“{item}”没有基准值，各户按没有该项数据计分",
        "确认{figure}一列确实没有数据",
        "R9",
        in_group=(
            "{group}里没有一户参评企业有{figure}数据，“{item}”没有基准值，各户按没有该项数据计分",
            "",
        ),
    ),
    kind(
        "W303",
        "分界线上并列",
        "{item}的分界线上，{above}与{below}的{key}相同，按次序规则把后者排在线下",
        "发布前核对这两户的数据，必要时集体研究并记入分类调整",
        "R16",
    ),
    kind(
        "H304",
        "标记没有生效",
        "填了“{item}”，但按名次不在{listed}类名单里，分类不受影响",
        "需要改类的，按程序记入分类调整",
        "R17",
    ),
    kind(
        "H321",
        "分类按规定有升降",
        "按“{guard}”（{clause}），分类由{before}类改为{after}类",
        "核对适用的标记、加分项或数据有没有依据；判定依据写明了原因",
        "R17",
    ),
    kind(
        "W322",
        "某一类的户数超出规定的范围",
        "最终为{letter}类的{value}户，占{base}户的{share}%，规定{limit}（{clause}）",
        "核对数据和分类标准；需要改类的，按程序记入分类调整",
        "R15",
        groups=(
            "最终为{letter}类的{value}户，占{base}户的{share}%（合并评价的一组算一户），"
            "规定{limit}（{clause}）",
            "",
        ),
    ),
    kind(
        "E311",
        "指标没有可用的基准值",
        "{problem}",
        "补齐“{sheet}”，" + _MANUAL,
        "R9",
        growth=("{problem}", "补齐“{sheet}”"),
        manual=("{problem}", "填写大于0的人工核定基准值，或改用别的基准方法"),
        not_positive=("{problem}", "核对“{sheet}”里的数；确实如此的，改用别的基准方法，" + _MANUAL),
        no_way=(
            "{problem}",
            "核对“{sheet}”里的数；确实如此的，按方案的基准方法，或填写更好的人工核定基准值",
        ),
        earlier=("{problem}", "在方案文件里补上这几年的基准值，" + _MANUAL),
        method=("{problem}", "改用别的基准方法，" + _MANUAL),
    ),
)
