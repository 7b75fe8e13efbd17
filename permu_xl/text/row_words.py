"""What a row of a table is about, told by its words: a firm, or a total, a group, a sample, a note.

One mechanism for departments' tables and for the district's own workbook.  A legal name that only
contains such a word (合计算力有限公司, 平均科技有限公司) is a firm's.
"""

from __future__ import annotations

import re
from typing import Literal

from permu_xl.text.code_words import plain_text

__all__ = [
    "RowWord",
    "firm_of_total",
    "is_firm_name",
    "is_mean",
    "is_numbering",
    "row_word",
]

RowWord = Literal["total", "part", "group", "sample", "note", "numbering"]
"""What no firm's row says of itself: a total or average, 其中, a group's heading, a sample, a
note, the numbering of columns."""

_ENTERPRISE = (
    r"公司|集团|厂|合作社|联社|事务所|研究所|研究院|设计院|研究中心|工作室|经营部|加工部|门市部|"
    r"服务部|服务站|加油站|经销处|商行|商店|药店|合伙\)?|个体\)?|分部|分店|工厂|作坊|坊|铺|"
    r"营业部|制造部|超市|饭店|宾馆|农场|牧场|林场|养殖场|采石场|砂场|石场|屠宰场|煤矿|铁矿|矿|"
    r"电站|热电|股份|企业\(有限合伙\)|中心|医院|学校|印刷所|供电局|社"
)
_FIRM = re.compile(
    rf".{{2,}}(?:{_ENTERPRISE})(?:\([^()]*\))?(?:[一二三四五六七八九十]*分(?:公司|厂|部))?"
)

_ODD = re.compile(r"[:例样范某×xX*○〇其(]")
"""Without any of these a text that ends like a firm's name is one."""

_AMOUNT = (
    r"(?:[(]?(?:共|共计|计|小计)?[:]?\d+(?:户|家|个|宗|块|条|行|项|笔|人|处)?"
    r"(?:企业|单位|地块|宗地)?[)]?)"
)
_SUMS = r"(?:合计|总计|小计|累计|共计|总和|汇总|总合计|累计数|分计|计)"
_MEANS = (
    r"(?:平均|平均值|平均数|平均水平|均值|户均|人均|中位数|中位值|最大值|最小值|最高值|最低值|"
    r"最大|最小|最高|最低|标准差|众数|基准值|占比|比重|同比|增速|增长率|增幅)"
)
_BRACKETED = r"(?:\([^()]*\))"
_TOTAL = re.compile(
    rf"(?:.{{0,40}}?{_SUMS}(?:数|值|行|栏|面积|金额|户数)?(?<!会计)(?<!统计)(?<!审计)(?<!设计)"
    rf"(?<!预计)(?<!估计)|.{{0,40}}?{_MEANS}(?:数|值)?)(?:{_BRACKETED}|{_AMOUNT})*[:]?"
)
_COMPARED = (
    r".{0,10}?(?:同比|环比|较上年|比上年|较去年|比去年|增减|增长|增幅|增速|降幅|同期|上年|去年)"
    r"(?:数|额|率|值|量|合计|增长|增减|变化)*(?:\([^()]*\))?[:]?"
)
"""What stands below a total: last year's, and how much more it is."""
_TOTAL_WORDS = re.compile(
    rf"{_COMPARED}|总数|总额|全部|汇总|总|计|共|共\d+(?:户|家|个|宗|块|条|笔)?(?:企业|单位)?|承前页|过次页"
    r"|承上页|接上页|转下页|接下页|本页|本页计|累计至本页"
    r"|(?:sub)?totals?|sum|average|avg|mean|median|max|min",
    re.I,
)
_MEAN = re.compile(
    rf".{{0,40}}?{_MEANS}(?:数|值)?(?:{_BRACKETED}|{_AMOUNT})*[:]?|avg|average|mean|{_COMPARED}",
    re.I,
)
_TOTAL_OF = re.compile(r"(?:合计|总计|小计|共计|累计|平均)[:].+")
_COUNTED = re.compile(rf"{_AMOUNT}(?:合计|总计|小计|共计)")
_PART = re.compile(r"[#*(]?其中[:、,)].*")
_PART_LOOSELY = re.compile(r"[#*(]?其中.*")
_AREA = re.compile(
    r"(?:[(]?[一二三四五六七八九十\d]+[)、.]?)?"
    r".{0,14}(?:区|县|市|旗|镇|乡|街道|街|园|园区|基地|片区|组团|村|社区|新城|板块|开发区|管委会|办事处)"
    r"(?:\([^()]*\))?[:]?"
)
_CLASS = re.compile(
    r"(?:[(]?[一二三四五六七八九十\d]+[)、.]?)?.{0,16}"
    r"(?:业|行业|产业|门类|大类|中类|小类|类|规上|规下|以上|以下|(?:规上|规下|规模以上|规模以下|工业|"
    r"其他|其它|全部|重点|中小|大型|中型|小型|微型|小微|外资|内资|国有|民营|私营|亏损|盈利|参评|上市)"
    r"(?:工业)?(?:企业|单位)|企业)(?:\([^()]*\))?[:]?"
)
_SECTION = re.compile(
    r"(?:[一二三四五六七八九十]+[、.:)]|[(][一二三四五六七八九十\d]+[)]|第[一二三四五六七八九十\d]+[类组部批])"
    r".{0,30}"
)
_SAMPLE = re.compile(
    r"[(【]?(?:示例|样例|举例|范例|实例|例|例如|填报示例|填写示例|填表示例|样表|示范|模板|"
    r"sample|example|e\.?g\.?)(?:\d*|[一二三四])(?:[)】:、].*)?",
    re.I,
)
_SOMEBODY = re.compile(
    r".{0,8}(?:某某+|某(?!.{0,2}(?:山|河|江))|××+|xx+|\*\*+|○○+|〇〇+).{0,16}", re.I
)
_NOTE = re.compile(
    r"(?:填表|制表|审核|复核|负责|填报|报送|报出|联系|经办|打印|统计|单位负责|法定代表|编制|审批|校对|"
    r"分管领导|主管领导|盖章)"
    r"(?:人|员|单位|部门|日期|时间|电话|签字|签章|方式|负责人|领导|处)?[:(].*"
    r"|(?:填表|制表|审核|复核|单位负责|填报|联系|经办)(?:人|员|单位|部门|日期|时间|电话|方式)"
    r"|(?:附?注|说明|备注|口径|来源|数据来源|资料来源|填表说明|填报说明|编制说明|提示|依据)\d*[:].*"
    r"|(?:数据|资料)来源.{0,30}"
    r"|(?:19|20)\d{2}[-/.年]\d{1,2}(?:[-/.月]\d{1,2})?[日月]?"
    r"|[-=*(]*以下(?:空白|无内容|无正文|无数据|无)[-=*)]*|此页无正文|本页(?:完|无正文|以下空白)"
    r"|[(]?(?:续表|接上表|续上表|续)[(]?[一二三四五六七八九十\d]*[)]?"
    r"|(?:计量|金额|货币|面积)?单位[:].{1,16}|第\d+页.{0,10}|共\d+页|-+\d+-+"
)
_ORDINAL = re.compile(
    r"[甲乙丙丁戊己庚辛壬癸A-Za-z]|[(]?\d{1,2}[)]?(?:[=+\-*/×÷][(]?\d{1,2}[)]?)*(?:栏|列)?|"
    r"第?[(]?\d{1,2}[)]?[栏列]|[①-⑳]|[-—/×]"
)
_NUMBERING_HEADS = {
    "栏次",
    "列次",
    "栏号",
    "列号",
    "栏目",
    "序列",
    "行次",
    "列",
    "栏",
    "编号",
    "代号",
}


def is_firm_name(text: str) -> bool:
    """Return whether a text ends as the names of firms do.

    >>> is_firm_name("合计算力有限公司"), is_firm_name("甲五金厂"), is_firm_name("经开区")
    (True, True, False)
    """
    return _FIRM.fullmatch(plain_text(text)) is not None


def row_word(text: str) -> RowWord | None:
    """Return what a label says that is no firm's name; None where it may be one.

    >>> row_word("合计（120户）"), row_word("全区平均"), row_word("其中：规上"), row_word("经开区")
    ('total', 'total', 'part', 'group')
    >>> row_word("合计算力有限公司"), row_word("平均科技有限公司"), row_word("甲公司小计")
    (None, None, 'total')
    """
    plain = plain_text(text)
    if not plain or (_ODD.search(plain) is None and _FIRM.fullmatch(plain)):
        return None
    if _TOTAL_OF.fullmatch(plain):
        return "total"
    if _NOTE.fullmatch(plain):
        return "note"
    if _SAMPLE.fullmatch(plain) or _SOMEBODY.fullmatch(plain):
        return "sample"
    if _PART.fullmatch(plain):
        return "part"
    if is_firm_name(plain):
        return None
    if _TOTAL.fullmatch(plain) or _TOTAL_WORDS.fullmatch(plain) or _COUNTED.fullmatch(plain):
        return "total"
    if _PART_LOOSELY.fullmatch(plain):
        return "part"
    if plain in _NUMBERING_HEADS:
        return "numbering"
    if _AREA.fullmatch(plain) or _CLASS.fullmatch(plain) or _SECTION.fullmatch(plain):
        return "group"
    return None


def is_mean(text: str) -> bool:
    """Return whether a label is that of an average or the like, which adds up to nothing.

    >>> is_mean("全区平均"), is_mean("合计")
    (True, False)
    """
    plain = plain_text(text)
    return _MEAN.fullmatch(plain) is not None and not is_firm_name(plain)


def firm_of_total(text: str) -> str:
    """Return the firm that a total of its own rows names, "" where the label names none.

    >>> firm_of_total("甲有限公司 小计"), firm_of_total("小计：甲有限公司"), firm_of_total("合计")
    ('甲有限公司', '甲有限公司', '')
    """
    plain = plain_text(text)
    after = re.sub(r"^(?:合计|总计|小计|共计|累计|平均)[:]?", "", plain)
    before = re.sub(
        rf"[-—_:、,]*[(]?(?:{_SUMS}|{_MEANS})(?:数|值)?[)]?(?:{_AMOUNT})?[:]?$", "", plain
    )
    return next((each for each in (before, after) if each != plain and is_firm_name(each)), "")


def is_numbering(texts: list[str]) -> bool:
    """Return whether the filled cells of a row only number the columns: 栏次 甲 乙 1 2.

    >>> is_numbering(["栏次", "甲", "乙", "1", "2=1+3"]), is_numbering(["1", "某厂", "5"])
    (True, False)
    """
    plain = [plain_text(text) for text in texts]
    if plain and plain[0] in _NUMBERING_HEADS:
        return len(plain) > 1 and all(_ORDINAL.fullmatch(each) for each in plain[1:])
    return len(plain) > 1 and all(_ORDINAL.fullmatch(each) for each in plain)
