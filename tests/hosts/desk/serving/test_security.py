"""Who is let in, what is refused, what every answer carries."""

from __future__ import annotations

import logging
import socket
from pathlib import Path

import openpyxl
import pytest

from permu_xl.hosts.desk.opened.workspace import Workspace
from permu_xl.hosts.desk.serving.server import running
from permu_xl.workbook import layout
from tests.hosts.desk.support import PORT, DeskClient, text_of
from tests.tasks.made import evaluated_book
from tests.workbook.districts import filled, firm

DISTRICT = "B4"
NASTY = "<img src=x onerror=alert(1)>\"'&{{7*7}}{%endraw%}</script>"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return evaluated_book(tmp_path_factory.mktemp("desk"), 12)


def test_nobody_comes_in_without_the_key() -> None:
    client = DeskClient(enter=False)
    for address in ("/", "/b/whatever/", "/enter/guess"):
        answer = client.get(address)
        assert answer.status_code == 403
        assert "从桌面图标重新打开" in text_of(answer.get_data(as_text=True))
    assert client.post("/open", {"path": "/etc/passwd"}).status_code == 403
    assert client.post("/quit").status_code == 403
    assert not client.workspace.ended.is_set()


def test_a_key_opens_once() -> None:
    first, second = DeskClient(enter=False), None
    key = first.keys.new()
    second = first.app.test_client()
    assert first.get(f"/enter/{key}").status_code == 200
    assert second.get(f"/enter/{key}", base_url=first.keys.origin).status_code == 403
    # Whoever is in already is led on.
    assert first.get(f"/enter/{key}").status_code == 302


def test_the_cookie_stays_with_this_address() -> None:
    client = DeskClient(enter=False)
    cookie = client.get(f"/enter/{client.keys.new()}").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Domain" not in cookie
    assert str(PORT) in cookie.partition("=")[0]


def test_the_cookie_of_another_desk_is_none() -> None:
    client = DeskClient(enter=False)
    client.client.set_cookie(client.keys.cookie, "guessed", domain="127.0.0.1")
    assert client.get("/").status_code == 403


@pytest.mark.parametrize("host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", "localhost"])
def test_another_host_is_refused(host: str) -> None:
    """So that a name of the outside that leads here (DNS rebinding) gets nothing."""
    client = DeskClient()
    assert client.get("/", headers={"Host": host}).status_code == 400
    assert client.get("/static/desk.css", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize(
    "origin", ["", "null", "http://evil.example", "http://127.0.0.1:1", f"http://localhost:{PORT}"]
)
def test_a_form_of_another_page_is_refused(origin: str) -> None:
    client = DeskClient()
    answer = client.client.post(
        "/quit", base_url=client.keys.origin, headers={"Origin": origin} if origin else {}
    )
    assert answer.status_code == 403
    assert not client.workspace.ended.is_set()


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_picture_or_frame_of_another_page_gets_nothing(site: str) -> None:
    assert DeskClient().get("/", headers={"Sec-Fetch-Site": site}).status_code == 403


def test_every_answer_is_strict(book: Path) -> None:
    client = DeskClient()
    session = client.open(book)
    session.begin_reading(60)
    for address in ("/", f"/b/{session.id}/", "/nowhere", "/static/desk.js"):
        headers = client.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in headers
        assert headers["Cache-Control"] == ("no-cache" if "static" in address else "no-store")


def test_no_page_has_script_or_style_in_it(book: Path) -> None:
    client = DeskClient()
    session = client.open(book)
    addresses = ["", *(f"step/{each}" for each in ("import", "check", "city", "apply", "verify"))]
    for address in addresses:
        page = client.page(session, address)
        assert "<style" not in page
        assert " style=" not in page
        assert "<script>" not in page
        assert " onclick" not in page
        assert "hx-on" not in page
        assert "http://" not in page
        assert "https://" not in page


def test_only_files_that_were_shown_can_be_named(book: Path, tmp_path: Path) -> None:
    client = DeskClient()
    session = client.open(book)
    client.page(session)
    other = tmp_path / "别处.csv"
    other.write_text("a,b", encoding="utf-8")
    assert client.post(f"/b/{session.id}/choose/tables", {"file": str(other)}).status_code == 404
    assert client.post(f"/b/{session.id}/made/{other}/open").status_code == 404
    assert client.post(f"/b/{session.id}/choose/anything", {"file": "x"}).status_code == 404
    assert session.chosen.get("tables", []) == []
    # A folder that nobody was shown is not looked into.
    page = client.page(session, f"step/import?dir={tmp_path}")
    assert other.name not in page


@pytest.mark.parametrize("typed", ["../../etc/passwd", "某区.xlsx", "file:///etc/passwd"])
def test_a_path_is_typed_in_full(typed: str) -> None:
    answer = DeskClient().post("/open", {"path": typed})
    assert answer.status_code == 409
    assert "完整的路径" in text_of(answer.get_data(as_text=True))


def test_hostile_names_are_text(tmp_path: Path) -> None:
    firms = [firm(k, name=f"{NASTY}{k}") for k in range(12)]
    path = tmp_path / "坏'名&字.xlsx"
    filled(path, firms, firms)
    named = openpyxl.load_workbook(path)
    named[layout.PARAMETERS][DISTRICT] = NASTY
    named.save(path)
    client = DeskClient()
    session = client.open(path)
    client.do(session, "evaluate")
    for address in ("", "step/check", "step/evaluate", "step/import", "step/verify"):
        page = client.page(session, address)
        assert "<img src=x" not in page
        assert "49" not in page.partition("onerror=alert")[2][:40]
    assert "&lt;img src=x onerror" in client.page(session)


def test_an_upload_keeps_to_its_folder_and_kind(book: Path, tmp_path: Path) -> None:
    from io import BytesIO

    from tests.tasks.made import copied

    client = DeskClient()
    session = client.open(copied(book, tmp_path))
    client.page(session)
    address = f"/b/{session.id}/choose/tables/upload"
    handed = {"upload": (BytesIO(b"a,b\n1,2\n"), "../../../坏:名.csv")}
    assert client.post(address, handed, content_type="multipart/form-data").status_code == 303
    (kept,) = session.chosen["tables"]
    assert kept == session.path.with_name("某区-部门表") / "坏名.csv"
    # Another file of the same name replaces nothing.
    handed = {"upload": (BytesIO(b"other"), "坏:名.csv")}
    client.post(address, handed, content_type="multipart/form-data")
    assert kept.read_bytes() == b"a,b\n1,2\n"
    assert session.chosen["tables"][1].name == "坏名（2）.csv"
    handed = {"upload": (BytesIO(b"MZ"), "病毒.exe")}
    assert client.post(address, handed, content_type="multipart/form-data").status_code == 409
    assert not (kept.parent / "病毒.exe").exists()


def test_an_upload_beyond_the_limit_is_refused(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from io import BytesIO

    monkeypatch.setenv("PERMU_XL_MAX_FILE_MB", "1")
    client = DeskClient()
    session = client.open(book)
    client.page(session)
    handed = {"upload": (BytesIO(bytes(2 << 20)), "大.csv")}
    answer = client.post(
        f"/b/{session.id}/choose/tables/upload", handed, content_type="multipart/form-data"
    )
    assert answer.status_code == 413
    assert "超过了上限" in answer.get_data(as_text=True)


def test_what_nobody_foresaw_is_told_without_figures(
    book: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = DeskClient()
    client.workspace.debug = False
    session = client.open(book)
    client.page(session)

    def broken(*given: object, **more: object) -> None:
        raise KeyError("企业00001 的税收 123.45")

    monkeypatch.setattr("permu_xl.hosts.desk.pages.overview.render_template", broken)
    with caplog.at_level(logging.DEBUG):
        answer = client.get(f"/b/{session.id}/")
    assert answer.status_code == 500
    assert "没有料到的问题（KeyError）" in answer.get_data(as_text=True)
    assert "123.45" not in answer.get_data(as_text=True) + caplog.text


def test_it_answers_this_computer_only(capfd: pytest.CaptureFixture[str]) -> None:
    with running(Workspace()) as desk:
        with socket.create_connection(("127.0.0.1", desk.keys.port), 5) as line:
            line.sendall(b"GET / HTTP/1.0\r\nHost: x\r\n\r\n")
            answer = line.recv(65536)
        assert answer.startswith(b"HTTP/1.0 400")
        # What serves it and in which version is nobody's business.
        assert b"Server:" not in answer
        own = socket.gethostbyname(socket.gethostname())
        if not own.startswith("127."):
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((own, desk.keys.port), 1)
    assert capfd.readouterr() == ("", "")
