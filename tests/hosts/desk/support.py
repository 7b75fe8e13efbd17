"""A desk without a browser: an application, its client, a workbook that is open."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from permu_xl.hosts.desk.opened.session import Session
from permu_xl.hosts.desk.opened.workspace import Workspace
from permu_xl.hosts.desk.serving.app import make_app
from permu_xl.hosts.desk.serving.security import Keys

PORT = 5000


class DeskClient:
    """A browser of the user's that was let in, without JavaScript."""

    def __init__(self, *, enter: bool = True) -> None:
        self.workspace = Workspace(debug=True)
        self.keys = Keys(PORT)
        self.app = make_app(self.workspace, self.keys)
        self.client = self.app.test_client()
        if enter:
            assert self.get(f"/enter/{self.keys.new()}").status_code == 200

    def get(self, address: str, **more: Any) -> TestResponse:
        return self.client.get(address, base_url=self.keys.origin, **more)

    def post(self, address: str, data: Any = None, **more: Any) -> TestResponse:
        headers = {"Origin": self.keys.origin, **more.pop("headers", {})}
        return self.client.post(
            address, data=data or {}, headers=headers, base_url=self.keys.origin, **more
        )

    def open(self, path: Path) -> Session:
        """Open a workbook as the page does."""
        answer = self.post("/open", {"path": str(path)})
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return next(s for s in self.workspace.sessions.values() if s.path == path)

    def page(self, session: Session, address: str = "") -> str:
        """Return a page about a workbook, waiting until the workbook has been read."""
        assert session.begin_reading(60)
        answer = self.get(f"/b/{session.id}/{address}")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_data(as_text=True)

    def do(self, session: Session, step: str, **form: Any) -> str:
        """Do a step and wait until it is over or asks; return its page."""
        assert session.begin_reading(60)
        answer = self.post(f"/b/{session.id}/step/{step}", form)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        assert session.job is not None
        assert session.job.wait(60)
        return self.page(session, f"step/{step}")


def text_of(page: str) -> str:
    """Return what a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))
