"""Who may ask: a browser of this user that was led here, from pages of this desk, by this address.

The first address carries a key that opens once; from then on a cookie does.  Everything else is
refused before any page is made.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Response, abort, redirect, render_template, request, url_for

from permu_xl.hosts.desk.opened import open_files

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from permu_xl.hosts.desk.opened import Session, Workspace

__all__ = ["HOST", "Keys", "enter", "first_address", "launch", "protect"]

HOST = "127.0.0.1"
"""The only address that is listened at: that of this computer to itself."""

_ALLOWED = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_HEADERS = {
    "Content-Security-Policy": "; ".join(f"{what} {who}" for what, who in _ALLOWED.items()),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": browsers then hide the origin of forms, which is asked for here.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_MOST_KEYS = 20
_ENTRY, _STATIC, _LAUNCH = "door.enter", "static", "door.launch"


class Keys:
    """The cookie's secret, and the keys that have been handed out and not been used."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.secret = secrets.token_urlsafe(32)
        # Cookies do not tell ports apart, and there may be two desks.
        self.cookie = f"permu-desk-{port}"
        self.word = secrets.token_urlsafe(32)
        """What another start of the desk by the same user says (``handing_over``)."""
        self._unused: list[str] = []

    @property
    def origin(self) -> str:
        """Where the pages come from."""
        return f"http://{HOST}:{self.port}"

    def new(self) -> str:
        """Return a key that opens the desk once."""
        self._unused = [*self._unused[1 - _MOST_KEYS :], secrets.token_urlsafe(32)]
        return self._unused[-1]

    def use(self, key: str) -> bool:
        """Return whether a key opens the desk; it does no more afterwards."""
        for known in self._unused:
            if secrets.compare_digest(known.encode(), key.encode()):
                self._unused.remove(known)
                return True
        return False

    def knows(self, word: str) -> bool:
        """Return whether a word is that of this desk's user."""
        return secrets.compare_digest(self.word.encode(), word.encode())

    def fits(self, cookie: str) -> bool:
        """Return whether a cookie is that of this desk."""
        return secrets.compare_digest(self.secret.encode(), cookie.encode())


def protect(app: Flask, keys: Keys) -> None:
    """Refuse whatever does not come from the desk's own pages; send strict headers."""

    @app.before_request
    def refuse() -> ResponseReturnValue | None:
        if request.headers.get("Host", "") != f"{HOST}:{keys.port}":
            abort(400)
        if request.endpoint in (_ENTRY, _STATIC, _LAUNCH):
            return None
        if not keys.fits(request.cookies.get(keys.cookie, "")):
            return render_template("pages/closed.html"), 403
        if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
            abort(403)
        if request.method == "POST" and request.headers.get("Origin", "") != keys.origin:
            abort(403)
        return None

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers.update(_HEADERS)
        # Figures about firms are not to be found in the browser's cache.
        response.headers["Cache-Control"] = (
            "no-cache" if request.endpoint == _STATIC else "no-store"
        )
        return response


def launch(workspace: Workspace, keys: Keys, word: str) -> ResponseReturnValue:
    """Open the files of another start of the desk; return the address that it is to show."""
    if not keys.knows(word):
        abort(403)
    given = request.get_json(silent=True)
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        abort(400)
    address = first_address(workspace, keys, open_files(workspace, map(Path, given)))
    return Response(address, mimetype="text/plain")


def first_address(workspace: Workspace, keys: Keys, session: Session | None) -> str:
    """Return an address that opens the desk once, at a workbook or at the first page."""
    # The browser is on its way: until then the desk does not end.
    workspace.presence.expect()
    about = "" if session is None else f"?b={session.id}"
    return f"{keys.origin}/enter/{keys.new()}{about}"


def enter(workspace: Workspace, keys: Keys, key: str) -> ResponseReturnValue:
    """Answer the first address: set the cookie and lead to the workbook, or to the first page."""
    session = workspace.sessions.get(request.args.get("b", ""))
    start = url_for("opening.show") if session is None else url_for("overview.show", sid=session.id)
    if keys.fits(request.cookies.get(keys.cookie, "")):
        return redirect(start)
    if not keys.use(key):
        return render_template("pages/closed.html"), 403
    # Not by redirection: a browser that was led here by another program sends no strict cookie on
    # its way, but it does when this page itself goes on.
    response = Response(render_template("pages/enter.html", start=start))
    response.set_cookie(keys.cookie, keys.secret, httponly=True, samesite="Strict")
    return response
