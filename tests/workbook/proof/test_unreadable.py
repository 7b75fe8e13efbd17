"""An input cell that cannot be read spoils many checks; 核验 says which cell it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from permu_xl.workbook import layout
from tests.office import Office
from tests.workbook.districts import spread_firms
from tests.workbook.odd_districts import district_book, save
from tests.workbook.proof.proving import SHENYANG, proved

ROWS = 60
"""As far down as the single values stand."""


@pytest.mark.office
def test_the_cause_is_named(office: Office, tmp_path: Path) -> None:
    book = district_book(SHENYANG, spread_firms(12), spread_firms(12, 2))
    with proved(office, save(book, tmp_path / "in.xlsx")) as p:

        def told() -> dict[str, tuple[object, str]]:
            rows = p.document.values(layout.PROOF, f"A1:D{ROWS}")
            return {
                str(title): (count, str(remark))
                for title, count, _, remark in rows
                if "读不懂的单元格" in str(title)
            }

        none = "没有；有的时候先改它：别的项目跟着出错"
        both = {f"“{title}”读不懂的单元格" for title in (layout.DATA, layout.PREVIOUS)}
        assert told() == dict.fromkeys(both, (0.0, none))
        # The first firm stands in the first row below the header; the fifth four rows below.
        row = layout.FIRST_ROW + 4
        for title, last in ((layout.DATA, False), (layout.PREVIOUS, True)):
            with p.changed(*p.input(4, "tax", last=last), "约三百"):
                count, remark = told()[f"“{title}”读不懂的单元格"]
                assert count == 1
                assert remark == f"先改：最后一处在第{row}行；别的项目跟着出错"
                assert "test_baselines" in p.failing()
