"""All kinds of findings: what each code means, what it says, what to do, and why.

A table, longer than other modules so that all codes stand in one place; docs/rules.md lists them
(``permu_xl.findings.manual``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from permu_xl.findings.kinds import Kind, Said

__all__ = ["CATALOGUE", "SECTIONS"]

_CONFIRM = "确认有文件依据"
_NORMAL_FORM = "核对是否正确；最好改成规范写法"
_COPY_HEADER = "从模板复制这张表的表头"
_GROUPS = "；它决定这户企业和谁一起评价"
_MANUAL = "或把基准方法改为“人工核定”并填写基准值"


def _kind(
    code: str, meaning: str, problem: str, remedy: str, clause: str = "", **cases: tuple[str, str]
) -> Kind:
    """Make a kind; a case whose remedy is empty has the usual one."""
    others = {name: Said(said, to_do or remedy) for name, (said, to_do) in cases.items()}
    return Kind(code, meaning, Said(problem, remedy), clause, others)


def _told(code: str, meaning: str, clause: str = "") -> Kind:
    """Make a kind whose problem and remedy are told by whoever could not read a cell or table."""
    return _kind(code, meaning, "{problem}", "{remedy}", clause)


def _noted(code: str, meaning: str, clause: str = "") -> Kind:
    """Make a kind of hint about a cell that was read although it is not written as it should be."""
    return _kind(code, meaning, "{hint}", _NORMAL_FORM, clause)


def _by_code(kinds: Iterable[Kind]) -> Mapping[str, Kind]:
    found: dict[str, Kind] = {}
    for kind in kinds:
        if found.setdefault(kind.code, kind) is not kind:
            raise ValueError(f"two kinds of findings have the code {kind.code}")
    return found


_PARAMETERS = (
    _kind(
        "W101",
        "评价年度在方案有效期外",
        "评价年度{value}在方案有效期（{since}至{until}）{when}",
        "确认仍按{document}评价，或换用新的方案",
        "R19",
    ),
    _kind(
        "E111",
        "评价年度没有填写，或不是年份",
        "{problem}",
        "{remedy}",
        blank=("没有填写评价年度", "填四位数的年份，如2022"),
    ),
    _kind(
        "E112",
        "“参数”里没有指标的表",
        "找不到“指标、权重、基准方法……”这张表",
        "从模板复制“参数”工作表",
    ),
    _kind("H113", "没有写明方案", "没有写明方案，按“{scheme}”评价", "写明方案编号"),
    _kind(
        "E114",
        "方案不能用",
        "{problem}",
        "改成现有方案的编号",
        own_file=("{problem}", "把能用的方案文件放在工作簿旁边，或改成现有方案的编号"),
    ),
    _kind(
        "E115",
        "指标不在方案里，或写了两次",
        "方案里没有指标“{name}”",
        "本方案的指标是：{indicators}",
        twice=("指标“{name}”写了两次", ""),
    ),
    _kind("E116", "“参数”里缺少指标", "参数表里缺少指标“{name}”", "从模板补上这一行"),
    _kind("E117", "权重或封顶倍数不大于0", "{what}必须大于0", "改成正数", "R10"),
    _kind("E118", "没有这种基准方法", "没有基准方法“{value}”", "改成{methods}之一", "R7"),
    _kind("E119", "权重合计不对", "{track}各指标权重合计{total:g}，应为{full:g}", "改正权重"),
    _kind(
        "W121",
        "权重或封顶倍数与方案不同",
        "{what}{ours:g}与方案的{theirs:g}不同，按表里的{ours:g}计算",
        _CONFIRM,
        "R10",
    ),
    _kind("W122", "基准方法与方案不同", "基准方法与方案的“{method}”不同", _CONFIRM, "R7"),
    _kind(
        "W123",
        "填了没有采用的人工核定基准值",
        "填了人工核定基准值{shown}，但基准方法不是“人工核定”，没有采用",
        "要采用就把基准方法改为“人工核定”，否则清空",
        "R7",
    ),
)

_FIRMS = (
    _kind(
        "E201",
        "统一社会信用代码重复",
        "统一社会信用代码重复，另有{others}户用同一代码",
        "核对后改正代码，或删除重复的行",
        "R20",
        named=("统一社会信用代码重复，另有{others}户用同一代码（{names}）", ""),
    ),
    _kind(
        "E202",
        "没有代码，名称又重复",
        "没有统一社会信用代码，企业名称又与另一户重复，分不清是哪一户",
        "补上统一社会信用代码，或删除重复的行",
        "R20",
    ),
    _kind(
        "W203",
        "名称相同而代码不同",
        "企业名称与另一户相同而代码不同",
        "核对是否同一户企业填了两行",
        "R20",
    ),
    _kind(
        "W204",
        "没有统一社会信用代码",
        "没有统一社会信用代码，按企业名称识别",
        "补上18位统一社会信用代码",
        "R20",
    ),
    _kind("W205", "没有企业名称", "企业名称是空的", "补上企业名称", "R20"),
    _kind("W206", "代码不合规则", "{fault}", "与营业执照核对；确实如此可不改", "R20"),
    _kind(
        "W211",
        "行业代码不在 GB/T 4754-2017 工业门类里",
        "{fault}",
        "按统计登记的行业代码改正；它决定是否参评",
        "R1",
    ),
    _kind(
        "W212",
        "投产日期晚于评价年度",
        "投产日期晚于{end}，评价年度还没有投产",
        "核对年份是否写错",
        "R2",
    ),
    _kind(
        "H213",
        "没有行业代码或投产日期，无从判断是否参评",
        "{item}是空的，不能据此判断是否参评",
        "补上{item}，或在“是否参评”填“是”或“否”",
        "R1、R2",
    ),
    _kind(
        "E214",
        "不知道企业和谁一起评价",
        "“{value}”不是方案里的{item}",
        "填写{allowed}之一" + _GROUPS,
        "",
        blank=("没有填写{item}", ""),
        blank_any=("没有填写{item}", "补上{item}" + _GROUPS),
        no_column=("没有“{item}”这一列，不知道各户企业和谁一起评价", "补上“{item}”一列并逐户填写"),
    ),
    _kind("W221", "负数", "{item}是负数，相关指标记0分", "向{source}核实{item}", "R5"),
    _kind(
        "W222",
        "不该是0的数是0",
        "{item}是0，相关指标算不出来，记0分",
        "向{source}核实；不知道应留空，不填0",
        "R5",
        excused=("{item}是0，相关指标按没有数据计分", ""),
    ),
    _kind("W223", "不是整数", "{item}不是整数", "核对单位是否为“{unit}”"),
    _kind(
        "W224",
        "高于不可能超过的另一项",
        "{item}高于{limit}（{most}{unit}）",
        "核对两项的单位，向{source}核实",
    ),
    _kind(
        "W225",
        "参评企业的数空着",
        "参评企业没有{item}数据，相关指标记0分",
        "向{source}补要；确实没有的可以留空",
        "R5",
    ),
    _kind(
        "H226",
        "低于规模以上标准",
        "{item}低于规模以上标准{floor:,.0f}{unit}",
        "核对该企业是否仍在规模以上工业企业名录里",
    ),
    _kind(
        "E231",
        "加分项不在方案里",
        "加分项“{labels}”不在方案的加分表里，无法计分",
        "改用方案里的名称：{known}；或把分数填在“加分”列",
        "R12",
    ),
    _kind(
        "E241",
        "没有参评企业",
        "没有一户企业参评",
        "填写企业数据，并核对行业代码、投产日期和“是否参评”",
        nobody=("没有填写任何企业", ""),
    ),
    _kind(
        "H242",
        "上年有、本年没有的企业",
        "上年有这户企业，本年原始数据里没有",
        "核对是否漏填、改名或退出规模以上",
    ),
    _kind(
        "W243",
        "与上年相差数百倍",
        "{item}是上年的{times:,.0f}倍（上年{before}）",
        "核对单位是否为“{unit}”",
        smaller=("{item}缩小到上年的1/{times:,.0f}（上年{before}）", ""),
    ),
)

_ADJUSTMENTS = (
    _kind(
        "E251",
        "调整后分类没有填写，或不是方案的分类",
        "调整后分类“{value}”不是{allowed}之一",
        "填写{allowed}之一；不是企业的行请清空",
        "R18",
        blank=("没有填写调整后分类", ""),
    ),
    _kind(
        "E252",
        "要调整的企业找不到",
        "要调整的企业在原始数据里找不到，或同名不止一户",
        "核对代码和名称，填写代码",
        "R18",
    ),
    _kind(
        "E253",
        "同一户企业调整了两次",
        "同一户企业调整了两次（另见第{other}条）",
        "只保留一条",
        "R18",
    ),
    _kind(
        "W254",
        "调整了不参评的企业",
        "该企业不参评，调整没有生效",
        "要参评请在原始数据的“是否参评”填“是”，否则删去这一条",
        "R18",
    ),
    _kind(
        "W255",
        "调整没有写明原因或依据",
        "分类调整没有写明原因或依据",
        "补写调整原因和依据文件",
        "R18",
    ),
    _kind(
        "W256",
        "调整的代码与名称不是同一户",
        "代码对应的企业是“{name}”，与这里写的名称不同",
        "核对代码是否填错",
        "R18",
    ),
)

_OUTCOME = (
    _kind(
        "W301",
        "基准值异常高",
        "{item}最高的一户是第二名的{ratio:,.1f}倍，以它为基准会使其他企业的得分接近0",
        "核实这户企业的两项数据；必要时改用人工核定基准值",
        "R8",
        lower_is_better=(
            "{item}最高的一户是第二名的{ratio:,.1f}倍，以它为基准会使其他企业的得分都接近上限",
            "",
        ),
    ),
    _kind(
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
    _kind(
        "W303",
        "分界线上并列",
        "{item}的分界线上，{above}与{below}的{key}相同，按次序规则把后者排在线下",
        "发布前核对这两户的数据，必要时集体研究并记入分类调整",
        "R16",
    ),
    _kind(
        "H304",
        "标记没有生效",
        "填了“{item}”，但按名次不在{listed}类名单里，分类不受影响",
        "需要改类的，按程序记入分类调整",
        "R17",
    ),
    _kind(
        "E311",
        "指标没有可用的基准值",
        "{problem}",
        "补齐“{sheet}”，" + _MANUAL,
        "R9",
        manual=("{problem}", "填写大于0的人工核定基准值，或改用别的基准方法"),
    ),
)

_CELLS = (
    _told("E401", "不是数字", "R21"),
    _kind(
        "H402",
        "文字按数字读取",
        "{hint}",
        _NORMAL_FORM,
        "R21",
        parameter=("{hint}", "最好改成数字"),
    ),
    _told("E403", "不是日期"),
    _noted("H404", "数字按日期读取"),
    _told("E405", "不是“是”或“否”"),
    _noted("H406", "其他记号按“是”“否”读取"),
    _told("E407", "单元格是错误值，或公式没有计算结果"),
    _noted("H408", "行业代码补了前面的0", "R1"),
    _kind(
        "E411",
        "缺少列",
        "缺少“{header}”这一列",
        "从模板复制这一列的表头；没有数据的列可以整列留空",
        adjustments=("找不到“统一社会信用代码、企业名称、调整后分类”的表头", _COPY_HEADER),
    ),
    _kind(
        "E412",
        "同一列出现两次",
        "“{item}”这一列出现了不止一次（{cells}）",
        "只留一列，其余的改名或删除",
    ),
    _kind(
        "E413",
        "单位与模板不同",
        "“{item}”的单位写的是“{unit}”，与模板不同",
        "把数据换算成模板的单位，再把表头改成模板的写法",
    ),
    _told("E414", "代码按数字存放，末尾几位已丢失", "R20"),
    _kind(
        "E415",
        "缺工作表、表头，或位置改动过",
        "找不到这张表的表头",
        _COPY_HEADER,
        no_sheet=("没有工作表“{title}”", "从模板把这张工作表复制过来"),
        renamed=(
            "没有工作表“{title}”，“{renamed}”看来就是它改了名",
            "把工作表“{renamed}”的名字改回“{title}”",
        ),
        no_columns=("结果表缺少“{columns}”列", ""),
        moved=("表的位置改动过：{moved}", "撤销对这张表的改动，或从同一方案的模板复制这张工作表"),
    ),
    _kind(
        "H416",
        "没有“汇总”或“核验”",
        "没有工作表“{title}”，没有写这张表",
        "需要时从模板把这张工作表复制过来",
    ),
    _kind(
        "W417",
        "“运行记录”是自己的表",
        "工作表“{item}”不是程序写的那种表，没有留下运行记录",
        "把这张表改名后重新运行",
    ),
    _kind("H421", "合计行", "这一行是合计，没有当作企业", "合计行可以保留或删除"),
    _kind("H422", "表尾说明", "这一行是表尾说明，没有当作企业", "不需要处理"),
    _kind(
        "E423",
        "有数字，没有企业",
        "这一行有数字，却没有企业名称和统一社会信用代码",
        "补上企业名称和代码，或清空这一行",
    ),
)

_TABLES = (
    _told("H601", "工作表认不出表头，没有读取"),
    _told("E602", "整份文件没有认得出的表"),
    _told("W603", "隐藏的工作表没有读取"),
    _told("H604", "表头写明是别的年份的列，没有读取"),
    _told("W605", "标题的年份不是评价年度"),
    _told("E611", "没有写单位，没有导入"),
    _told("W612", "没有写单位，按 --assume-units 当作工作簿的单位"),
    _told("H613", "没有写单位，按人、当量数读取"),
    _told("E614", "单位换算不成工作簿的单位，没有导入"),
    _told("E615", "标题有两种单位，分不清，没有导入"),
    _told("E616", "同一项有两列，没有导入"),
    _told("W617", "口径相近的列名，请确认"),
    _told("H618", "没有认出的列，写法与要用的列相近"),
    _told("W619", "“用地方式”一列的词都不认识，面积按自有计算"),
    _told("H620", "文字按数字读取、行业代码补了前面的0"),
    _told("E621", "不是数字或日期，没有导入"),
    _told("W622", "“—”之类的记号当作没有数据"),
    _told("E623", "单元格是错误值，或公式没有计算结果"),
    _told("W624", "代码的末尾几位已丢失，改按名称匹配"),
    _told("E625", "用地方式看不出是自有、租入还是租出"),
    _told("H626", "合计、小计、表头、说明行，没有当作企业"),
    _told("W627", "合计与各行之和不符"),
    _told("E628", "有数字，没有企业"),
    _told("W629", "按工作表名或标题判断为租出"),
    _told("H630", "名单里没有这户，也没有名称相近的"),
    _told("H631", "按名称匹配，请确认"),
    _told("W632", "按名称匹配，但代码不同或只差“有限责任公司”，请确认"),
    _told("W633", "代码相同而名称不同，请确认"),
    _told("W634", "名单里没有这户，有名称相近的供参考（不匹配）"),
    _told("E635", "名称相同而两个代码都有效，没有导入"),
    _told("E636", "名单里有几户同名或同代码，没有导入"),
    _told("W637", "名单里没有的代码或名称按表补上"),
    _told("H638", "企业名单取自哪张表"),
    _told("H639", "按 --roster 添加的企业"),
    _told("W640", "几张表不一致，按 --prefer 取"),
    _told("E641", "几张表不一致，没有导入"),
    _told("H642", "几张表只差在取整"),
    _told("E643", "同一份文件里一户有几行，数据不同，没有导入"),
    _told("W644", "同一份文件里一户有几行，数据相同"),
    _told("E645", "面积合计与分项不符，没有导入"),
    _told("W646", "面积加减的结果是负数"),
    _told("W647", "两行完全相同，都计入了"),
    _told("W648", "部门的表里没有这户企业"),
    _told("H649", "部门的表里没有的企业，工作簿里已有数，保持不变"),
    _told("W651", "工作簿已有不同的数，没有改动"),
    _told("W652", "工作簿的单元格是公式，没有改动"),
    _told("W653", "按 --overwrite 替换了原有的数"),
    _told("W654", "工作簿没有这一列"),
    _told("E661", "上年工作簿的年度不对"),
    _told("E662", "工作簿没有“上年数据”表"),
    _told("W663", "上年工作簿没有这一列，或单位不同"),
    _told("W664", "“上年数据”已有不同的数，没有改动"),
    _told("W665", "上年工作簿的这一格有错误"),
)

_CITY = (
    _kind(
        "E701",
        "工作簿不能读，或不是汇总时的那一份",
        "{problem}",
        "换成能用的工作簿后重新汇总",
        writing_back=("{problem}", "改正后重新运行；已经写入的不会重复写"),
    ),
    _kind(
        "E702",
        "该区的数据有错误，不能评价",
        "有{count}条错误，不能评价",
        "由该区改正、{evaluate}后重新报送",
    ),
    _kind("E703", "还没有评价结果", "这张表还没有评价结果", "先{evaluate}"),
    _kind(
        "E704",
        "基准值、得分、分类结果与按输入重新计算的不一致",
        "{item}写的是{written}，按输入数据重新计算是{expected}",
        "结果不是最新的，或者被手工改过；请{evaluate_again}",
        several=(
            "{item}写的是{written}，按输入数据重新计算是{expected}，这一行另有{others}处不一致",
            "",
        ),
    ),
    _kind(
        "E705",
        "评价年度与其他区不同",
        "评价年度是{year}，其他区是{others}",
        "确认报的是哪一年的工作簿",
    ),
    _kind(
        "E706",
        "方案或其内容与其他区不同",
        "方案是“{title}”（{scheme}），其他区是{others}",
        "各区换用同一个方案文件后重新评价",
        content=("方案{scheme}的内容与其他区不同（{parts}），不是同一个版本", ""),
    ),
    _kind(
        "E707",
        "地区重名",
        "地区“{district}”与 {other} 相同，没有汇入",
        "一个区只报一个工作簿；确是两个区的，改正“参数”里的地区",
    ),
    _kind(
        "W711",
        "同一户在两个区参评",
        "这户在{district}也参评（{book}的{cell}，代码相同）",
        "由两个区核实：同一户只在一个区参评，另一个区“是否参评”填“否”",
        by_name=("这户在{district}也参评（{book}的{cell}，名称相同、代码不同或没有代码）", ""),
    ),
    _kind("W712", "没有填写地区", "没有填写地区，按文件名“{name}”称呼", "在“参数”里填写地区"),
    _kind(
        "W713",
        "权重、封顶倍数、基准方法与其他区不同",
        "{item}与其他区不同，各区的得分不能直接相比",
        "核实该区的文件依据",
    ),
    _kind(
        "W714",
        "说明文字或“汇总”与按输入重新计算的不同，得分和分类没有不同",
        "有{count}格内容与按输入数据重新计算的不同，得分和分类没有不同",
        "不影响汇总；由该区{verify}，{evaluate_again}后更新",
        wording=("有{count}格说明文字与按输入数据重新计算的不同，得分和分类没有不同", ""),
    ),
    _kind(
        "W715",
        "输入、方案或运行记录与最近一次评价时的不一致",
        "与运行记录核对，{check}不一致：{found}",
        "由该区{verify}、说明原因，重新评价后重新报送",
    ),
    _kind(
        "H716",
        "该区的工作簿没有运行记录",
        "{found}，不能证明是哪一次评价的结果",
        "由该区用现在的程序重新评价后重新报送",
    ),
    _kind("H717", "是程序留下的备份", "这是程序留下的备份，没有使用", "不需要处理"),
    _kind(
        "E721",
        "写回：找不到企业",
        "这户在该区的“{sheet}”里找不到，或同名不止一户",
        "核对代码和名称",
    ),
    _kind(
        "E722",
        "写回：市级意见不是方案的分类",
        "市级意见“{value}”不是{allowed}之一",
        "在全市工作簿里改正后重新运行",
    ),
    _kind(
        "E725",
        "写回：已调整为别的分类，没有改动",
        "该区“{sheet}”的{cell}已调整为{there}类，市级意见是{value}类，没有改动",
        "由该区核实，删去或改正{cell}那一行后重新运行",
        listed_twice=("名单上这户另有一行的市级意见是{there}类", "名单上一户只留一行"),
    ),
    _kind(
        "W726",
        "写回：没有给出该区的工作簿",
        "{value}有{count}户已填市级意见，没有写回",
        "命令里加上该区的工作簿",
    ),
    _kind(
        "W727",
        "写回：初步分类在列名单以后变了",
        "名单上初步分类是{listed}，该区现在是{now}；已按市级意见写入",
        "核实市级意见是否仍然适用",
    ),
    _told("E728", "写回：待确认名单的单元格读不懂"),
)

SECTIONS: Mapping[str, tuple[Kind, ...]] = {
    "参数": _PARAMETERS,
    "企业的数据": _FIRMS,
    "分类调整": _ADJUSTMENTS,
    "评价结果": _OUTCOME,
    "读取工作簿": _CELLS,
    "导入部门的表": _TABLES,
    "全市汇总、写回和核对": _CITY,
}
"""The kinds by what they are about, in the order in which they are listed."""

CATALOGUE: Mapping[str, Kind] = _by_code(kind for kinds in SECTIONS.values() for kind in kinds)
"""All kinds by their codes."""
