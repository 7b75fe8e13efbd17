"""The notices as files: what comes out literally, names, what is written again, templates."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest

from permu_xl.cli.program import main
from permu_xl.engine.evaluation import Evaluation
from permu_xl.engine.model.roster import Roster
from permu_xl.errors import UsageError
from permu_xl.reports.notices.data import Noticing
from permu_xl.reports.notices.fields import COMMON, FIELDS, LISTS, Settings, common, fields
from permu_xl.reports.notices.files import MANIFEST, file_names, write_each, write_one
from permu_xl.reports.notices.render import NoticeTemplate
from permu_xl.reports.notices.template import SHIPPED, build_template
from permu_xl.xlsx.files.names import scratch_path
from tests.places import DOCS
from tests.reports.notices.districts import by_hand
from tests.workbook.districts import filled, firm

TEMPLATE = NoticeTemplate(SHIPPED.read_bytes(), SHIPPED.name)
MANUAL = DOCS / "使用手册.md"


def _district(**more: Any) -> Evaluation:
    return by_hand([float(100 - k) for k in range(20)], **more)


def _noticing(**more: Any) -> Noticing:
    return Noticing(_district(**more), "某区")


def _text(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = (c.text for t in document.tables for row in t.rows for c in row.cells)
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def _single(noticing: Noticing, number: int, settings: Settings = Settings()) -> str:  # noqa: B008
    told = common(noticing, settings) | fields(noticing.notice(number))
    return _text(TEMPLATE.single(told))


def _own_template(*lines: str) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def test_the_shipped_template_is_what_the_module_makes() -> None:
    def parts(content: bytes) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return {name: package.read(name) for name in package.namelist()}

    assert parts(build_template()) == parts(SHIPPED.read_bytes())


def test_a_notice_tells_figures_points_rank_and_class() -> None:
    text = _single(_noticing(names=[f"甲{k}厂" for k in range(20)]), 3)
    # Tax 97 on 10 mu: 9.7 against 10, 29.1 points; 29.1 + 15 + 20 + 5 + 15 + 15 = 99.1.
    for each in (
        "甲3厂",
        "F03",
        "97",
        "9.7",
        "29.10",
        "99.10分",
        "第4名（20户）",
        "B类",
        "税务部门",
    ):
        assert each in text
    assert "实缴税收由97.00万元提高到98.01万元" in text


def test_averages_are_total_over_total_and_not_of_two_firms() -> None:
    industries = ["3421"] * 2 + ["2710"] * 3 + [""] * 15
    n = _noticing(industries=industries)
    # Tax 100 ... 81 on 10 mu each: (100 + 81) / 2 / 10; the three of division 27 have 98, 97, 96.
    assert n.notice(0).indicators[0].district == "9.05"
    assert n.notice(0).indicators[0].industry == "—"
    assert n.notice(3).indicators[0].industry == "9.7"
    assert n.notice(19).indicators[0].industry == "—"


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("http://x","y")', "<b>甲</b>", "{{ x }}", "{% if", "{_{ }_}", "A&B"]
)
def test_a_name_comes_out_literally(name: str) -> None:
    assert name in _single(_noticing(names=[name, *["乙"] * 19]), 0)
    assert name in _text(
        TEMPLATE.joined(
            [fields(_noticing(names=[name] * 20).notice(0)) | common(_noticing(), Settings())],
            common(_noticing(), Settings()),
        )
    )


def test_characters_that_no_document_can_hold_are_left_out() -> None:
    assert "甲 厂" in _single(_noticing(names=["甲\x07\n厂\x00", *["乙"] * 19]), 0)


def test_a_firm_that_is_out_hears_why_and_no_points() -> None:
    text = _single(_noticing(industries=["4610", *["3421"] * 19]), 0)
    assert "不参加综合评价：行业代码4610属" in text
    assert "得分合计" not in text
    assert "升类条件" not in text


def test_what_is_not_given_is_left_to_be_filled_in() -> None:
    blank, given = Settings(), Settings("7月20日", "某局", "某办", "7月1日")
    assert "＿＿＿＿年＿＿月＿＿日前" in _single(_noticing(), 0, blank)
    text = _single(_noticing(), 0, given)
    for each in ("于7月20日前", "退回某局", "评价单位：某办", "7月1日"):
        assert each in text


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("F1", "甲厂", "F1-甲厂"),
        ("", "../../etc/passwd", "企业-_.._etc_passwd"),
        ("", "CON", "企业-CON"),
        ("F1", 'a:b*c?"<>|\\', "F1-a_b_c______"),
        ("", "", "企业"),
        ("F1", "甲" * 100, "F1-" + "甲" * 40),
    ],
)
def test_file_names_are_safe(code: str, name: str, expected: str) -> None:
    roster = Roster.from_columns({"land": [1.0]}, codes=[code], names=[name])
    assert file_names(roster) == [expected]


def test_file_names_are_unique_also_where_case_does_not_count() -> None:
    roster = Roster.from_columns({"land": [1.0] * 3}, codes=["", "", ""], names=["Ab", "aB", "Ab"])
    assert file_names(roster) == ["企业-Ab", "企业-aB-2", "企业-Ab-3"]


def test_only_what_changed_is_written_again(tmp_path: Path) -> None:
    firms = range(20)

    def skipped(noticing: Noticing, settings: Settings = Settings(), **more: Any) -> int:  # noqa: B008
        return write_each(noticing, firms, tmp_path, TEMPLATE, settings, **more).skipped

    assert skipped(_noticing()) == 0
    assert skipped(_noticing()) == 20
    next(tmp_path.glob("F03*.docx")).unlink()
    assert skipped(_noticing()) == 19
    # A remark of one firm concerns no other: a flag outside the list changes no class.
    assert skipped(_noticing(flags={"off_policy": [True] + [False] * 19})) == 19
    assert skipped(_noticing(), Settings(until="7月1日")) == 0
    assert skipped(_noticing(), Settings(until="7月1日"), force=True) == 0


def test_an_interrupted_call_goes_on_where_it_stopped(tmp_path: Path) -> None:
    names: list[str] = []

    def stop(name: str) -> None:
        names.append(name)
        if len(names) == 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_each(_noticing(), range(20), tmp_path, TEMPLATE, Settings(), progress=stop)
    assert len(list(tmp_path.glob("*.docx"))) == 7
    assert write_each(_noticing(), range(20), tmp_path, TEMPLATE, Settings()).skipped == 7


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    (name,) = file_names(_noticing().evaluation.roster)[:1]
    left = scratch_path(tmp_path / f"{name}.docx", "-0a1b.tmp")
    foreign = tmp_path / ".permu-another-0a1b.tmp"
    for file in (left, foreign):
        file.write_bytes(b"half")
    write_each(_noticing(), [1], tmp_path, TEMPLATE, Settings())
    assert (left.exists(), foreign.exists()) == (False, True)


def test_the_manifest_holds_hashes_only(tmp_path: Path) -> None:
    write_each(_noticing(), [0, 1], tmp_path, TEMPLATE, Settings())
    held = json.loads((tmp_path / MANIFEST).read_text(encoding="utf-8"))["files"]
    assert len(held) == 2
    assert all(set(value) <= set("0123456789abcdef ") for value in held.values())


def test_a_broken_manifest_means_writing_again(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text("[1")
    assert write_each(_noticing(), [0], tmp_path, TEMPLATE, Settings()).skipped == 0


def test_one_file_has_a_section_with_pages_from_1_for_each_firm(tmp_path: Path) -> None:
    file = tmp_path / "all.docx"
    write_one(_noticing(), [0, 1, 2], file, TEMPLATE, Settings())
    document = docx.Document(str(file))
    assert len(document.sections) == 3
    starts = [s._sectPr.xpath("w:pgNumType/@w:start") for s in document.sections]
    assert starts == [["1"]] * 3
    assert all(code in _text(file.read_bytes()) for code in ("F00", "F01", "F02"))


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (["{{ 没有的字段 }}"], "没有的字段"),
        (["{% if 参评 %}"], "字段写法不对"),
        (["{{ 企业名称.__class__.__mro__ }}"], "字段不能用"),
        (["{{ 企业名称"], "字段写法不对"),
    ],
)
def test_a_wrong_template_is_told_in_a_sentence(lines: list[str], problem: str) -> None:
    told = common(_noticing(), Settings()) | fields(_noticing().notice(0))
    with pytest.raises(UsageError, match=problem):
        NoticeTemplate(_own_template(*lines), "本区.docx").single(told)


def test_what_is_no_word_document_is_told() -> None:
    with pytest.raises(UsageError, match=r"本区\.docx 不是能读的 Word 文档"):
        NoticeTemplate(b"no zip", "本区.docx")


def test_a_template_of_ones_own_can_use_every_field() -> None:
    lines = [f"{{{{ {name} }}}}" for name in [*COMMON, *FIELDS] if name != "指标图"]
    for name, entries in LISTS.items():
        lines += [f"{{%p for 行 in {name} %}}"]
        lines += [f"{{{{ 行.{entry} }}}}" for entry in entries] + ["{%p endfor %}"]
    told = common(_noticing(), Settings()) | fields(_noticing().notice(0))
    assert set(told) == {*COMMON, *FIELDS}
    text = _text(NoticeTemplate(_own_template(*lines), "本区.docx").single(told))
    assert "亩均税收" in text


def test_the_manual_lists_every_field() -> None:
    manual = MANUAL.read_text(encoding="utf-8")
    names = [*COMMON, *FIELDS, *(entry for entries in LISTS.values() for entry in entries)]
    assert [name for name in names if f"`{name}`" not in manual] == []


@pytest.fixture
def book(tmp_path: Path) -> Path:
    firms = [firm(k, tax=100.0 + k) for k in range(1, 11)]
    return filled(tmp_path / "b.xlsx", firms, firms)


def test_the_command_writes_the_chosen_firms(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = book.parent / "out"
    assert main(["notices", str(book), "-o", str(out), "--firm", "企业00003"]) == 0
    assert [f.name for f in out.glob("*.docx")] == ["912101000000000003-企业00003.docx"]
    assert "1户企业的确认单" in capsys.readouterr().out


def test_the_template_can_be_taken_out_edited_and_used(book: Path) -> None:
    own, out = book.parent / "own.docx", book.parent / "out"
    assert main(["notices", "--save-template", str(own)]) == 0
    assert main(["notices", "--save-template", str(own)]) == 2
    document = docx.Document(str(own))
    document.add_paragraph("请盖骑缝章：{{ 企业名称 }}")
    document.save(str(own))
    call = ["notices", str(book), "-o", str(out), "--one-file", "--template", str(own)]
    assert main(call) == 0
    assert "请盖骑缝章：企业00010" in _text((out / "企业确认单.docx").read_bytes())


def test_a_wrong_call_is_told(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["notices", str(book)]) == 2
    assert main(["notices", str(book.with_name("no.xlsx")), "-o", "out"]) == 3
    assert main(["notices", str(book), "-o", "out", "--template", "no.docx"]) == 3
    assert main(["notices", str(book), "-o", "out", "--firm", "没有"]) == 2
    assert "没有找到企业" in capsys.readouterr().err


@pytest.mark.office
def test_pdf_has_a_page_for_each_firm(book: Path) -> None:
    if not shutil.which("pdfinfo"):
        pytest.skip("poppler-utils is missing")
    out = book.parent / "out"
    assert main(["notices", str(book), "-o", str(out), "--firm", "企业00003", "--pdf"]) == 0
    (pdf,) = out.glob("*.pdf")
    said = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
    assert "Pages:           1\n" in said
    assert not [f for f in out.iterdir() if f.name.startswith(".permu-") and f.is_dir()]
