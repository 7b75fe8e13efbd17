"""Decisions of the city with their dates: written back to two districts, taken back together."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from permu_xl.hosts.desk.opened.session import Session
from permu_xl.reports.city import read_decisions
from permu_xl.workbook import layout
from permu_xl.workbook.reading import read_book
from permu_xl.xlsx.files import backup_path
from tests.hosts.desk.support import DeskClient, text_of


def written_back(client: DeskClient, districts: list[Path]) -> tuple[Session, str]:
    """Sum both districts up and write decisions on all four firms back; return the page."""
    session = client.open(districts[0])
    client.page(session, "step/city")
    name = client.workspace.paths.name(districts[1])
    client.post(f"/b/{session.id}/choose/districts", {"file": name})
    client.do(session, "city")
    client.page(session, "step/apply")
    form = {f"letter-{number}": "C" for number in range(4)}
    form |= {"date-0": "2023-08-01", "date-1": "", "date": "2023-08-15", "document": "纪要1号"}
    return session, client.do(session, "apply", action="apply", again="on", **form)


def letters(path: Path) -> list[str]:
    return [each.letter for each in read_book(path).adjustments.adjustments]


def test_each_decision_has_its_day(districts: list[Path]) -> None:
    client = DeskClient()
    session, page = written_back(client, districts)
    assert 'type="date" name="date-0" value="2023-08-01"' in page
    # On the list of the city only what was typed there.
    listed = [each.date for each in read_decisions(districts[0].with_name("全市2022.xlsx"))[0]]
    assert listed == [dt.date(2023, 8, 1), None, None, None]
    days = [e.date for path in districts for e in read_book(path).adjustments.adjustments]
    assert sorted(days) == [dt.date(2023, 8, 1), *[dt.date(2023, 8, 15)] * 3]
    answer = client.post(f"/b/{session.id}/step/apply", {"action": "apply", "date": "八月"})
    assert "日期“八月”看不懂" in text_of(answer.get_data(as_text=True))


@pytest.mark.parametrize("what", ["together", ""])
def test_taking_back_covers_every_district(districts: list[Path], what: str) -> None:
    client = DeskClient()
    session, page = written_back(client, districts)
    assert "撤回写回的2份" in page
    assert "一起写回的另外1份也撤回" in page
    assert [letters(path) for path in districts] == [["C", "C"]] * 2
    # Whether by the button of the step or by the one that is on every page.
    client.post(f"/b/{session.id}/take-back", {"what": what})
    page = text_of(client.page(session, "step/apply"))
    assert "撤回了2份，共2份；名单里的市级意见没有动。" in page
    assert [letters(path) for path in districts] == [[], []]
    client.post(f"/b/{session.id}/take-back", {"what": what})
    assert [letters(path) for path in districts] == [["C", "C"]] * 2


def test_what_was_changed_since_stays_and_is_named(districts: list[Path]) -> None:
    client = DeskClient()
    session, _ = written_back(client, districts)
    sheets = openpyxl.load_workbook(districts[1])
    sheets[layout.DATA].cell(layout.FIRST_ROW, 3).value = "改了名的厂"
    sheets.save(districts[1])
    changed = districts[1].read_bytes()
    client.post(f"/b/{session.id}/take-back", {"what": "together"})
    page = text_of(client.page(session, "step/apply"))
    assert "撤回了1份，共2份" in page
    assert (
        f"“乙区.xlsx”没有撤回：写回以后又改过；要恢复的，写回以前的备份是旁边的“{backup_path(districts[1]).name}”"
        in page
    )
    assert letters(districts[0]) == []
    assert districts[1].read_bytes() == changed


def test_a_later_writing_is_taken_back_alone(districts: list[Path]) -> None:
    client = DeskClient()
    session, _ = written_back(client, districts)
    client.do(session, "evaluate")
    assert "也撤回" not in client.page(session)
    client.post(f"/b/{session.id}/take-back")
    assert "已撤回：“甲区.xlsx”" in client.page(session, "step/evaluate")
    # What the evaluation found: the decisions are still there, in both.
    assert [letters(path) for path in districts] == [["C", "C"]] * 2


def test_an_open_district_is_told_and_the_other_goes_back(districts: list[Path]) -> None:
    client = DeskClient()
    session, _ = written_back(client, districts)
    districts[1].with_name("~$乙区.xlsx").write_bytes(b"")
    client.post(f"/b/{session.id}/take-back", {"what": "together"})
    page = text_of(client.page(session, "step/apply"))
    assert "“乙区.xlsx”没有撤回：" in page
    assert "撤回了1份，共2份" in page
    assert [letters(path) for path in districts] == [[], ["C", "C"]]


def test_a_desk_that_was_started_anew_says_that_others_are_not_taken_back(
    districts: list[Path],
) -> None:
    written_back(DeskClient(), districts)
    client = DeskClient()
    session = client.open(districts[0])
    client.page(session)
    client.post(f"/b/{session.id}/take-back")
    page = text_of(client.page(session, "step/evaluate"))
    assert "别的区没有一起撤回" in page
    assert [letters(path) for path in districts] == [[], ["C", "C"]]
