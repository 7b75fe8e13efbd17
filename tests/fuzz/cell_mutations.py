"""Mutations of what a workbook says: cells of the input sheets, headers, names of sheets."""

from __future__ import annotations

import re
from random import Random
from xml.sax.saxutils import escape

from lxml import etree

from tests.fuzz.package_mutations import Parts

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_INPUT = re.compile(r"xl/worksheets/sheet[2345]\.xml")

TEXTS = (
    "", " ", "是", "否", "√", "待定", "A", "C", "Ｄ类", "3421", "C0610", "442", "９９９９",
    "2019-05-01", "2019年2月30日", "20190501", "1,234.5", "１２３．４", "约三百", "1e5", "-0",
    "1e400", "nan", "inf", "#N/A", "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1",
    "=cmd|' /C calc'!A0", "合计", "合  计：", "填表人：张三", "注：", "最高值", "人工核定",
    "总量法", "shenyang_2021", "../../etc/passwd", "../x.toml", "x.toml", ".toml", "CON.toml",
    "a" * 300 + ".toml", "a\x00b.toml", "/dev/zero.toml", "91210100MA0P4X1Y2U",
    "统一社会信用代码", "企业名称", "企业00001", "用地面积（平方米）", "x" * 32_767, "(" * 3000,
    "（" * 3000 + "）" * 3000, "9" * 3000, "\U0001f4a9" * 50, "\u202eabc", "\ud83d",
    "\x07\x1b[2J", "_x0041_", "]]>", "<b>", "&amp;", "第一行\n第二行", "\ufeff", "\u00a0",
    "\u3000",
)  # fmt: skip
NUMBERS = (
    "0", "-1", "1", "0.5", "1e15", "9.1210100123456e17", "1e308", "-1e308", "1e999", "NaN", "inf",
    "5e-324", "43586", "2958466", "-1", "60", "0.1", "2022", "1900", "99999", "610", "1E5", "+5",
    "0x10", "1_000", " 7 ", "",
)  # fmt: skip
ERRORS = ("#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!", "#SPILL!", "")
DATES = ("2019-05-01", "2019-05-01T00:00:00", "0000-00-00", "9999-12-31T23:59:59", "PT1H", "x", "")
NAMES = (
    "参数", "原始数据", "上年数据", "分类调整", "得分", "分类结果", "数据核查", "汇总",
    " 原始数据", "原始数据 ", "Sheet1", "'a'!b", "x" * 31, "", "核验", "\U0001f4a9",
)  # fmt: skip


def mutate_cells(parts: Parts, random: Random) -> Parts:
    """Put arbitrary content into cells of the input sheets."""
    made = list(parts)
    sheets = [k for k, (name, _) in enumerate(made) if _INPUT.fullmatch(name)]
    for _ in range(random.choice((1, 1, 2))):
        at = random.choice(sheets)
        name, xml = made[at]
        try:
            root = etree.fromstring(xml)
        except etree.XMLSyntaxError:
            continue
        rows = list(root.iter(f"{MAIN}row"))
        cells = list(root.iter(f"{MAIN}c"))
        for _ in range(random.choice((1, 3, 10, 60))):
            match random.randrange(12):
                case 0 if rows:
                    _drop(random.choice(rows))
                case 1 if rows:
                    _column(rows, random)
                case 2 if cells:
                    _drop(random.choice(cells))
                case _ if cells:
                    fill(random.choice(cells), random)
        made[at] = name, etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return made


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _column(rows: list[etree._Element], random: Random) -> None:
    """Give a column of the table one and the same content."""
    number, seed = random.randrange(18), random.randrange(1 << 30)
    for row in rows[4:]:
        if number < len(row):
            fill(row[number], Random(seed))


def fill(cell: etree._Element, random: Random) -> None:
    """Give a cell other content, and perhaps another style."""
    del cell[:]
    for attribute in ("t", "cm"):
        cell.attrib.pop(attribute, None)
    if random.random() < 0.2:
        cell.set("s", str(random.randrange(60)))
    # What only a broken program writes is rare, as it makes the whole sheet unreadable.
    kind = random.choice("tttttnnnnebdf") if random.random() < 0.995 else "x"
    if kind == "t":
        cell.set("t", "inlineStr")
        text = random.choice(TEXTS)
        if random.random() < 0.2:
            text = "".join(chr(random.randrange(32, 0xD800)) for _ in range(random.randrange(9)))
        spelled = re.sub(
            "[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ud800-\udfff\ufffe\uffff]",
            lambda m: f"_x{ord(m[0]):04X}_",
            escape(text),
        )
        made = etree.fromstring(
            f'<is xmlns="{MAIN[1:-1]}"><t xml:space="preserve">{spelled}</t></is>'
        )
        cell.append(made)
        return
    if kind == "f":
        etree.SubElement(cell, f"{MAIN}f").text = random.choice(
            ("1/0", "A1", "", "PERMU_TOTAL(A1)")
        )
        if random.random() < 0.5:
            return
    values = {"e": ERRORS, "b": ("0", "1", ""), "d": DATES, "x": (*NUMBERS, *ERRORS, "2", "x")}
    etree.SubElement(cell, f"{MAIN}v").text = random.choice(values.get(kind, NUMBERS))
    if kind in "ebd":
        cell.set("t", kind)
    elif kind == "x":
        cell.set("t", random.choice(("s", "str", "z", "n", "b")))


def mutate_names(parts: Parts, random: Random) -> Parts:
    """Rename sheets, perhaps so that two have one name."""
    made = []
    for name, content in parts:
        if name == "xl/workbook.xml":
            spelled = content.decode()
            listed = re.findall(r'<sheet [^>]*?name="([^"]*)"', spelled)
            for old in random.sample(listed, min(len(listed), random.choice((1, 1, 2)))):
                new = escape(random.choice(NAMES), {'"': "&quot;"})
                spelled = spelled.replace(f'name="{old}"', f'name="{new}"', 1)
            content = spelled.encode()
        made.append((name, content))
    return made
