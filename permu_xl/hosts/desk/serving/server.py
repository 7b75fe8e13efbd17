"""The desk as a program: a server for this computer alone, its first page, its end."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from typing import TYPE_CHECKING, Any

from waitress.server import create_server

from permu_xl.errors import FileAccessError
from permu_xl.hosts.desk.opened import Recent, Workspace, open_files, state_folder
from permu_xl.hosts.desk.serving.app import make_app
from permu_xl.hosts.desk.serving.handing_over import hand_over, known
from permu_xl.hosts.desk.serving.security import HOST, Keys, first_address
from permu_xl.hosts.desk.system import show_address
from permu_xl.xlsx.files import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from permu_xl.hosts.desk.opened import Session

__all__ = ["Running", "open_desk", "running"]

IDLE_SECONDS = 180.0
"""So long after the last page has been closed the desk ends."""
_LOOK_SECONDS = 2.0
_THREADS = 6


class Running:
    """A desk that answers: its address and what it has open."""

    def __init__(self, workspace: Workspace, keys: Keys, first: Session | None) -> None:
        self.workspace, self.keys, self._first = workspace, keys, first

    def address(self) -> str:
        """Return a first address, which opens the desk once."""
        return first_address(self.workspace, self.keys, self._first)


def open_desk(
    files: Sequence[Path],
    *,
    browser: bool = True,
    debug: bool = False,
    tell: Callable[[str], None] = print,
) -> None:
    """Open the desk on workbooks, show it, and return when it has ended.

    Where the user has one already, that one opens them, and this returns at once.

    What is wrong with a file is told on the page.  ``tell`` is given the first address where no
    browser is to be opened, or none could be.
    """
    folder = state_folder()
    there = folder / "desk.json"
    address = hand_over(there, files)
    if address:
        _show(address, browser, tell)
        return
    workspace = Workspace(Recent(folder / "recent.json"), debug=debug)
    with running(workspace, files) as desk, known(there, desk.keys):
        _show(desk.address(), browser, tell)
        _until_idle(workspace)


def _show(address: str, browser: bool, tell: Callable[[str], None]) -> None:
    if not (browser and show_address(address)):
        tell(f"请在浏览器里打开：{address}")


@contextlib.contextmanager
def running(workspace: Workspace, files: Sequence[Path] = ()) -> Iterator[Running]:
    """Answer on a free port of this computer until the block ends."""
    # Requests are noted nowhere: addresses and errors are nobody else's business.
    logging.getLogger("waitress").addHandler(logging.NullHandler())
    logging.getLogger("waitress").propagate = False
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.bind((HOST, 0))
    except OSError as error:
        raise FileAccessError("打不开本机的网络端口，请重新启动电脑后再试。") from error
    keys = Keys(listening.getsockname()[1])
    first = open_files(workspace, files)
    server = create_server(
        make_app(workspace, keys),
        map={},  # its own, not one for all servers of the process
        sockets=[listening],
        threads=_THREADS,
        ident=None,
        max_request_body_size=(Limits.from_environment().file_mb + 1) << 20,
    )
    thread = threading.Thread(target=_serve, args=(server,), name="desk server", daemon=True)
    thread.start()
    try:
        yield Running(workspace, keys, first)
    finally:
        workspace.stop()
        server.close()
        thread.join(2)


def _serve(server: Any) -> None:
    # It is closed by another thread while it waits for requests.
    with contextlib.suppress(OSError):
        server.run()


def _until_idle(workspace: Workspace) -> None:
    """Wait until the user has left: by 退出, or by closing the last page for some minutes."""
    while not workspace.ended.wait(_LOOK_SECONDS):
        if workspace.presence.idle() > IDLE_SECONDS and not workspace.busy():
            return
    # The page that says goodbye is still on its way.
    threading.Event().wait(0.5)
