"""The Word template of the notice, made by ``python -m permu_xl.reports.notices.template``."""

from __future__ import annotations

import datetime as dt
import io
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from permu_xl.reports.notices.pieces import (
    add_heading,
    add_line,
    add_table,
    align_cell,
    in_points,
    set_font,
    shade_cell,
    write_text,
)
from permu_xl.reports.notices.render import zipped
from permu_xl.reports.notices.returned import CLAIM, CODE, FIRM, ITEM, WORDS
from permu_xl.xlsx import files

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SHIPPED", "build_template"]

SHIPPED = Path(__file__).with_name("notice_template.docx")

_LEFT_OUT = ("thumbnail", "customXml", "stylesWithEffects", "numbering")
_KEPT_STYLES = {"Normal", "Default Paragraph Font", "Normal Table", "No List", "Header", "Footer"}
_BODY_FONT = "宋体"


def build_template() -> bytes:
    """Return the template as a .docx file; the same bytes each time."""
    from docx import Document
    from docx.shared import Cm, Pt

    document: Any = Document()
    _slim(document)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.8)
    section.top_margin, section.bottom_margin = Cm(1.3), Cm(1.2)
    section.header_distance, section.footer_distance = Cm(0.7), Cm(0.6)
    normal = document.styles["Normal"]
    normal.font.size = Pt(9)
    set_font(normal.element.get_or_add_rPr(), _BODY_FONT)
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    _contents(document)
    _footer(section)
    when = dt.datetime(2024, 1, 1)
    core = document.core_properties
    core.author, core.title, core.comments = "permu_xl", "企业确认单模板", ""
    core.created = core.modified = when
    core.last_modified_by = "permu_xl"
    written = io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as package:
        return zipped({name: package.read(name) for name in package.namelist()})


def _slim(document: Any) -> None:
    """Take out what python-docx brings along and nobody needs: it would be in every notice."""
    for owner in (document.part, document.part.package):
        for id, relation in list(owner.rels.items()):
            if relation.reltype.rsplit("/", 1)[-1] in _LEFT_OUT:
                del owner.rels[id]
    styles = document.styles.element
    for style in list(styles.style_lst):
        if style.name_val not in _KEPT_STYLES and style.name_val.title() not in _KEPT_STYLES:
            styles.remove(style)
    ids = {style.styleId for style in styles.style_lst}
    for link in styles.xpath("w:style/w:link"):
        if not ids.issuperset(link.values()):
            link.getparent().remove(link)


def _contents(document: Any) -> None:
    add_line(
        document, "{{ 地区 }}{{ 年度 }}年度工业企业“亩均论英雄”综合评价", 16, head=True, align=1
    )
    add_line(document, "企业数据确认单（一企一单）", 13, head=True, align=1, after=4)
    _firm(document)
    add_line(document, "{%p if not 参评 %}")
    _out(document)
    add_line(document, "{%p else %}")
    add_heading(document, "一、评价结果")
    _outcome(document)
    add_heading(document, "二、原始数据")
    _figures(document)
    add_heading(document, "三、指标与得分")
    _indicators(document)
    add_line(document, "{{p 指标图 }}")
    add_heading(document, "四、说明")
    add_line(document, "判定依据：{{ 判定依据 }}。{% if 上年分类 %}{{ 上年分类 }}。{% endif %}")
    add_line(document, "{%p if 最强指标 %}")
    add_line(document, "对照基准值：最好的是{{ 最强指标 }}，差距最大的是{{ 最弱指标 }}。")
    add_line(document, "{%p endif %}")
    add_line(document, "{%p if 提示 %}")
    add_line(document, "数据提示：{{ 提示 }}。")
    add_line(document, "{%p endif %}")
    add_line(document, "{%p for 条 in 企业变动 %}")
    add_line(document, "企业变动：{{ 条 }}。")
    add_line(document, "{%p endfor %}")
    add_line(document, "{%p for 条 in 异议 %}")
    add_line(document, "异议：{{ 条 }}。")
    add_line(document, "{%p endfor %}")
    add_line(document, "{%p for 条 in 升类条件 %}")
    add_line(document, "{% if loop.first %}升类条件：{% endif %}{{ 条 }}")
    add_line(document, "{%p endfor %}")
    add_line(document, "{%p endif %}")
    add_heading(document, "{% if 参评 %}五{% else %}一{% endif %}、核对与异议")
    add_line(
        document,
        "数据有误的，请在“企业更正”栏写上正确的数，别的异议写在下面，"
        "于{{ 异议期限 }}前连同证明材料退回{{ 异议受理 }}。"
        "核实修正后重新评价；分类在公布以前都是初步的。",
        after=4,
    )
    words = add_table(document, [[WORDS, ""]], [1900, 7950], header=False)
    shade_cell(words.rows[0].cells[0])
    add_line(document, "", 3)
    _signatures(document)
    add_line(document, "依据：{{ 方案 }}（{{ 文号 }}）", 7.5, colour="7F7F7F")


def _firm(document: Any) -> None:
    rows = [
        [FIRM, "{{ 企业名称 }}", CODE, "{{ 信用代码 }}"],
        ["行业", "{{ 行业 }}", "分组", "{% if 分组 %}{{ 分组 }}{% else %}不分组{% endif %}"],
    ]
    table = add_table(document, rows, [1100, 4450, 1900, 2400], header=False)
    for row in table.rows:
        for k in (0, 2):
            shade_cell(row.cells[k])


def _out(document: Any) -> None:
    add_line(document, "")
    add_line(document, "贵企业本年度不参加综合评价：{{ 判定依据 }}。", 11, after=6)
    add_line(
        document, "不参评的企业没有得分和排名。认为应当参评的，请按下面的办法提出。", 11, after=6
    )


def _outcome(document: Any) -> None:
    rows = [
        ["总分", "排名", "初步分类", "最终分类", "标记"],
        [
            "{{ 总分 }}分",
            "{{ 排名 }}{% if 排名户数 %}（{{ 排名户数 }}户）{% endif %}",
            "{{ 初步分类 }}类　{{ 类别 }}",
            "{{ 最终分类 }}类",
            "{% if 标记 %}{{ 标记 }}{% else %}无{% endif %}",
        ],
    ]
    table = add_table(document, rows, [1450, 2650, 2650, 1300, 1800])
    for cell in table.rows[1].cells:
        align_cell(cell, 1)
    for cell in table.rows[1].cells[:4]:
        for run in cell.paragraphs[0].runs:
            run.bold = True
            run.font.size = in_points(11)


def _figures(document: Any) -> None:
    rows = [
        [ITEM, "数值", "单位", "提供部门", "来源（文件、表、单元格）", f"{CLAIM}（有误填）"],
        ["{%tr for 行 in 原始数据 %}", *[""] * 5],
        [
            "{{ 行.项目 }}", "{{ 行.数值 }}", "{{ 行.单位 }}", "{{ 行.部门 }}", "{{ 行.来源 }}", "",
        ],
        ["{%tr endfor %}", *[""] * 5],
    ]  # fmt: skip
    table = add_table(document, rows, [1650, 1350, 1100, 1350, 2500, 1900])
    align_cell(table.rows[2].cells[1], 2)


def _indicators(document: Any) -> None:
    rows = [
        ["指标", "本企业", "基准值", "占基准", "本区平均", "同行业平均", "得分", "上限"],
        ["{%tr for 行 in 指标 %}", *[""] * 7],
        [
            "{{ 行.名称 }}（{{ 行.单位 }}）{{ 行.说明 }}", "{{ 行.数值 }}", "{{ 行.基准值 }}",
            "{{ 行.占基准 }}", "{{ 行.本区平均 }}", "{{ 行.行业平均 }}",
            "{{ 行.得分 }}", "{{ 行.上限 }}",
        ],
        ["{%tr endfor %}", *[""] * 7],
    ]  # fmt: skip
    table = add_table(document, rows, [3050, 1050, 1050, 900, 1050, 1100, 900, 750])
    for cell in table.rows[2].cells[1:]:
        align_cell(cell, 2)
    add_line(document, "{{ 计分 }}。{{ 平均说明 }}。", 7.5, colour="7F7F7F", before=2, after=2)


def _signatures(document: Any) -> None:
    firm = "企业意见：□ 数据无误　□ 有异议"
    table = add_table(document, [[firm, "评价单位：{{ 落款单位 }}"]], [5200, 4650], header=False)
    for cell, lines in zip(
        table.rows[0].cells,
        (
            ("法定代表人（或授权人）签字：", "", "（盖章）　　　　　　　　　年　　月　　日"),
            ("经办人：　　　　　　　　电话：", "", "（盖章）　　　　　　{{ 落款日期 }}"),
        ),
        strict=True,
    ):
        for line in lines:
            write_text(cell.add_paragraph(), line)


def _footer(section: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = 1
    write_text(paragraph, "第", 7.5, colour="7F7F7F")
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        run.font.size = in_points(7.5)
        element = OxmlElement("w:instrText" if text else "w:fldChar")
        if text:
            element.text = text
        else:
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)
    write_text(paragraph, "页", 7.5, colour="7F7F7F")


def main(arguments: Sequence[str]) -> int:
    """Write the template to the file named, or where it is shipped."""
    path = Path(arguments[0]) if arguments else SHIPPED
    content = build_template()
    files.replace_content(path, content)
    print(f"已生成 {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
