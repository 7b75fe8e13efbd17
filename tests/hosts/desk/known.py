"""A district of ten firms whose scores can be worked out in one's head.

Last year all firms were ordinary, so the baselines are: 亩均税收 100 ÷ 10 = 10, 亩均总产值
3000 ÷ 10 = 300, 研发投入强度 50 ÷ 2900, 人均营业收入 2900 ÷ 60, 单位能耗总产值 3000 ÷ 200 = 15;
单位污染物排放税收 is measured against the highest of this year, 100 ÷ 5 = 20.  An ordinary firm
scores 30 + 15 + 20 + 5 + 15 + 15 = 100.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from permu_xl.engine.model import Scheme
from permu_xl.hosts.desk.opened.session import Session
from permu_xl.workbook.district import run
from tests.hosts.desk.support import DeskClient
from tests.workbook.districts import filled, firm

OTHERWISE: Mapping[int, Mapping[str, Any]] = {
    # 80 ÷ 10 = 8: 8 ÷ 10 × 30 = 24; 80 ÷ 5 = 16: 16 ÷ 20 × 15 = 12.  24+15+20+5+15+12 = 91
    1: {"tax": 80.0},
    # 100 ÷ 8 = 12.5 and 3000 ÷ 8 = 375, both over 1.2: 36 and 18.  36+18+20+5+15+15 = 109
    3: {"land": 8.0},
    # 60 ÷ 2900, 1.2 times: 24.  30+15+24+5+15+15 = 104
    4: {"rd": 60.0},
    # 3000 ÷ 240 = 12.5: 12.5 ÷ 15 × 15 = 12.5.  30+15+20+5+12.5+15 = 97.5
    5: {"energy": 240.0},
}
TOTALS = {1: "91.00", 2: "100.00", 3: "109.00", 4: "104.00", 5: "97.50", 6: "100.00"}
RANKS = {3: 1, 4: 2, 2: 3, 6: 3, 7: 3, 8: 3, 9: 3, 10: 3, 5: 9, 1: 10}
# A: 15 % of 10 = 1.5, two firms, by 亩均税收 and 研发投入强度: firm 3 (56) and firm 4 (54).
# C/D: 10 % of 10, one firm, by 单位能耗总产值 and 单位污染物排放税收: firm 1 (27), not 5 (27.5).
CLASSES = {1: "C", 3: "A", 4: "A"}


def known_book(
    folder: Path, changed: Mapping[int, Mapping[str, Any]] | None = None, *, written: bool = True
) -> Path:
    """Write the district's workbook, with some cells changed; ``written``: with its results."""
    cells = {number: {**OTHERWISE.get(number, {})} for number in range(1, 11)}
    for number, more in (changed or {}).items():
        cells.setdefault(number, {}).update(more)
    path = folder / "十户区.xlsx"
    filled(
        path,
        [firm(number, **more) for number, more in cells.items()],
        [firm(number) for number in range(1, 11)],
    )
    if written:
        run(path, path)
    return path


def scheme_book(folder: Path, scheme: Scheme, firms: list[dict[str, Any]]) -> Path:
    """Write the workbook of a district under some scheme, both years alike."""
    path = folder / f"{scheme.id}.xlsx"
    filled(path, firms, firms, scheme=scheme, rows=len(firms))
    return path


def firm_page(client: DeskClient, session: Session, number: int, more: str = "") -> str:
    """Return the page of a firm, counted from 1."""
    assert session.begin_reading(60)
    return client.page(session, f"firm/{session.firm_id(number - 1)}{more}")


def part(client: DeskClient, session: Session, address: str, **form: Any) -> str:
    """Return what htmx would put into the page."""
    answer = client.post(f"/b/{session.id}/{address}", form, headers={"HX-Request": "true"})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def rows(page: str) -> list[list[str]]:
    """Return the cells of all table rows of a page, as text."""
    found = []
    for row in re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.DOTALL):
        cells = re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)
        found.append([_text(cell) for cell in cells])
    return found


def row_of(page: str, name: str) -> list[str]:
    """Return the row that begins with a name, or has it in its second cell."""
    return next(row for row in rows(page) if any(cell.startswith(name) for cell in row[:2]))


def addresses(page: str) -> list[str]:
    """Return every address that a page has in it."""
    return re.findall(r"(?:href|action|src|hx-get|hx-post|data-[a-z]+)=\"([^\"]*)\"", page)


def _text(markup: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", markup))).strip()
