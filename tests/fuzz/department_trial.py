"""One department table tried: made from a seed, given to ``import``, judged."""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from random import Random

import openpyxl

from tests.fuzz.cell_mutations import TEXTS
from tests.fuzz.package_mutations import mutate_bytes, mutate_entries, mutate_xml, pack, unpack
from tests.hostile.commands import Commands, Done
from tests.hostile.tables import OLD, TABLE, cell, content, row
from tests.places import DATA, ROOT

PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="gb2312">
<style><!-- .xl24 {mso-number-format:"0\\!\\.0\\,"} --></style></head><body><h3>2022年</h3>
<p>单位：元</p><table><col span=2><tr><td colspan=3>税收</td></tr>
<tr><th rowspan=2>企业名称<th rowspan=2>代码<th>实缴税收</tr><tr><td>合计</tr>
<tr><td>甲厂<td x:str>912101000000000001<td x:num="1234.5">1,234.5</tr>
<tr style='display:none'><td>乙厂</td><td>912101000000000002<td class=xl24>34<br></td></tr>
<tr><td><s>丙厂</s></td><td><table><tr><td>9</table></td><td x:err="#N/A">#N/A</td></tr></table>"""
ARCHIVE = """MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r
Content-Type: text/html; charset=utf-8\r\n\r\n"""
XML_WORKBOOK = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles>
<Style ss:ID="s1"><NumberFormat ss:Format="0!.0,"/></Style></Styles><Worksheet ss:Name="税收">
<Table>
<Column ss:Index="2" ss:Hidden="1" ss:Span="1"/><Row ss:Index="2"><Cell ss:MergeAcross="1">
<Data ss:Type="String">企业名称</Data></Cell><Cell ss:Index="4">
<Data ss:Type="String">实缴税收（元）
</Data></Cell></Row><Row><Cell ss:MergeDown="2"><Data ss:Type="String">甲厂</Data></Cell>
<Cell ss:Index="4" ss:StyleID="s1"><Data ss:Type="Number">12</Data></Cell></Row><Row ss:Hidden="1">
<Cell ss:Index="4"><Data ss:Type="DateTime">2019-05-01T00:00:00.000</Data></Cell></Row></Table>
</Worksheet></Workbook>"""
FOUND = Path(__file__).with_name("found_tables")
SECONDS, PEAK_MB = 30, 400
POLLUTANTS = """企业名称,排放口,污染物类别,污染物名称,排放量,计量单位
甲厂,1号,大气污染物,二氧化硫,1.9,吨
甲厂,1号,大气污染物,氟化物,87,千克
乙厂,总排口,水污染物,化学需氧量,300,千克
乙厂,总排口,水污染物,氨氮,8,千克
"""
_ENDINGS = (".xlsx", ".xls", ".csv", ".ods", ".et", ".txt", ".htm", ".mht", ".xml")
_PIECES = (
    '"', '""', ",", ",,,,", "\t", ";", "，", "\n", "\r", "\r\n", "\0", "\ufeff", "=1+1", "合计",
    "单位：万元", "（亩）", "（平方米）", "2021年", "2022年", "自有", "租出", "-", "—", "*", *TEXTS,
)  # fmt: skip


@cache
def seeds() -> Mapping[str, bytes]:
    """Return the seed tables by name, one or more of each kind."""
    made = {each.name: each.read_bytes() for each in (ROOT / "workbook/departments").iterdir()}
    made[OLD.name] = OLD.read_bytes()
    xml = content(
        TABLE,
        row(cell("合计", number_columns_spanned="2")),
        row(repeated="3"),
        row(cell("912101000000000002"), cell("乙厂", number_columns_repeated="2")),
    )
    parts = [("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", xml)]
    made["税务.ods"] = pack_open_document(parts)
    outside = DATA / "outside"
    made["网页.html"] = PAGE.encode("gb18030")
    made["网页.mht"] = ARCHIVE.encode() + PAGE.encode() + b"\r\n--b--\r\n"
    made["数据.xml"] = XML_WORKBOOK.encode()
    made["缩小.xlsx"] = (outside / "01-scaled-format.xlsx").read_bytes()
    made["删除线.xlsx"] = (outside / "18-struck.xlsx").read_bytes()
    made["合并.xlsx"] = (outside / "92-values-under-a-merge.xlsx").read_bytes()
    made["旧.xls"] = (outside / "69-scaled-old.xls").read_bytes()
    made["更旧.xls"] = (outside / "29-biff5-nocodepage.xls").read_bytes()
    made["污染物.csv"] = POLLUTANTS.encode()
    made["竖线.txt"] = (outside / "50-pipe.csv").read_bytes()
    return made


def pack_open_document(parts: list[tuple[str, bytes]]) -> bytes:
    """Return a package whose first entry is stored as it is, as the format demands."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for place, (name, part) in enumerate(parts):
            package.writestr(name, part, zipfile.ZIP_DEFLATED if place else zipfile.ZIP_STORED)
    return out.getvalue()


def mutated(random: Random) -> tuple[str, str, bytes]:
    """Return what a mutation of a seed is called, the ending of its name, and its bytes."""
    name, raw = random.choice(sorted(seeds().items()))
    ending = Path(name).suffix
    kind = random.choice(("bytes", "inside", "inside", "inside", "ending"))
    if kind == "ending":
        ending = random.choice(
            (".xlsx", ".xls", ".csv", ".ods", ".et", ".txt", ".htm", ".mht", ".xml")
        )
    if kind == "bytes":
        raw = mutate_bytes(raw, random)
    elif kind == "inside":
        raw = _inside(ending, raw, random)
    return f"{name} {kind}", ending, raw


def _inside(ending: str, raw: bytes, random: Random) -> bytes:
    if ending in (".csv", ".txt"):
        return _text(raw, random)
    if ending in (".html", ".mht", ".xml"):
        change = random.choice((_text, _markup, _markup))
        return change(raw, random)
    if ending == ".xls":
        return _records(raw, random)
    parts = unpack(raw)
    if ending == ".ods":
        return pack_open_document([parts[0], *mutate_xml(parts[1:], random)])
    change = mutate_entries if random.random() < 0.2 else mutate_xml
    return pack(change(parts, random))


def _markup(raw: bytes, random: Random) -> bytes:
    return mutate_xml([("sheet.xml", raw)], random)[0][1]


def _text(raw: bytes, random: Random) -> bytes:
    """Put quotes, separators and odd texts anywhere, and save in any encoding."""
    text = raw.decode("utf-8-sig", "replace") if raw[:3] == b"\xef\xbb\xbf" else _decoded(raw)
    for _ in range(random.choice((1, 1, 3, 20))):
        at = random.randrange(len(text) + 1)
        match random.randrange(4):
            case 0:
                text = text[:at] + text[at + random.choice((1, 5, 60)) :]
            case 1:
                text = text[:at] + text[max(0, at - 90) : at] * random.choice((1, 40)) + text[at:]
            case _:
                text = text[:at] + random.choice(_PIECES) + text[at:]
    coding = random.choice(("utf-8", "utf-8-sig", "gb18030", "gb18030", "utf-16", "big5"))
    return text.encode(coding, "replace")


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _records(raw: bytes, random: Random) -> bytes:
    """Change bytes within the records, where they follow the first sector of the container."""
    made = bytearray(raw)
    for _ in range(random.choice((1, 3, 10))):
        at = random.randrange(512, len(made) - 4)
        new = random.choice((b"\xff\xff", bytes(2), b"\xfd\0", random.randbytes(2), b"\x01\x80"))
        made[at : at + 2] = new
    return bytes(made)


def judge(
    commands: Commands, ending: str, raw: bytes, folder: Path
) -> tuple[tuple[str, ...], Done]:
    """Import a table into a new workbook in an empty folder; return the faults and what came."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    table, out = folder / f"统计{ending}", folder / "b.xlsx"
    table.write_bytes(raw)
    done = commands.run(
        "import", table, "--roster", table, "-o", out, "--year", "2022", seconds=SECONDS
    )
    faults = [f"status {done.status}"] if done.status not in (0, 1, 3) else []
    signs = ("Traceback", "没有料到", "panicked", "Error:")
    faults += [sign for sign in signs if sign in done.err]
    if done.status == 3 and not (done.err.count("\n") == 1 and done.err.endswith("。\n")):
        faults.append("not one sentence")
    if done.peak_mb > PEAK_MB:
        faults.append(f"{done.peak_mb:.0f} MB")
    own = (str(folder), tempfile.gettempdir(), out.name)
    if outside := [each for each in done.touched if not each.startswith(own)]:
        faults.append(f"touched {outside}")
    if "\x1b" in done.out + done.err or "\x07" in done.out + done.err:
        faults.append("commands the terminal")
    if table.read_bytes() != raw:
        faults.append("the table has changed")
    left = {each.name for each in folder.iterdir()} - {table.name}
    if left != ({out.name} if done.status in (0, 1) else set()):
        faults.append(f"left behind: {sorted(left)}")
    elif left:
        faults += _faults_of_output(out)
    return tuple(faults), done


def _faults_of_output(out: Path) -> list[str]:
    try:
        openpyxl.load_workbook(out).close()
    except Exception as error:
        return [f"the output does not open: {error!r}"]
    return []
