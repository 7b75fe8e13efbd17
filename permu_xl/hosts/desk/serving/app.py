"""The pages put together: which modules there are, what every template knows."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, g, render_template, request
from werkzeug.exceptions import HTTPException

from permu_xl import __version__
from permu_xl.errors import PermuError
from permu_xl.findings import Level
from permu_xl.hosts.desk.parts import FILTERS, HTTP_ERRORS, VIEWS, WORKSPACE, fill_in, workspace
from permu_xl.hosts.desk.serving.handing_over import WORD
from permu_xl.hosts.desk.serving.security import enter, launch, protect
from permu_xl.hosts.desk.steps import following, standings, written_together
from permu_xl.tasks import failed, unexpected
from permu_xl.xlsx.files import Limits

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from permu_xl.hosts.desk.opened import Workspace
    from permu_xl.hosts.desk.serving.security import Keys

__all__ = ["PAGES", "make_app"]

PAGES = (
    "opening", "presence", "year", "choosing", "running", "files", "overview",
    "findings", "firms", "trial", "picture", "step_tables",
)  # fmt: skip
"""The modules of ``pages``, each with a blueprint ``bp``."""


def make_app(opened: Workspace, keys: Keys) -> Flask:
    """Return the desk as a WSGI application."""
    app = Flask("permu_xl.hosts.desk")
    app.config[WORKSPACE] = opened
    app.config["MAX_CONTENT_LENGTH"] = Limits.from_environment().file_mb << 20
    # The city's list may have thousands of firms, each with several fields.
    app.config["MAX_FORM_MEMORY_SIZE"] = 8 << 20
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(FILTERS)
    app.url_default_functions.setdefault(None, []).append(fill_in)
    # A global, so that imported macros know it too.
    app.jinja_env.globals["path_name"] = opened.paths.name
    protect(app, keys)
    door = Blueprint("door", __name__)
    door.add_url_rule("/enter/<key>", "enter", lambda key: enter(opened, keys, key))
    door.add_url_rule(
        "/launch",
        "launch",
        lambda: launch(opened, keys, request.headers.get(WORD, "")),
        methods=["POST"],
    )
    app.register_blueprint(door)
    for name in PAGES:
        app.register_blueprint(import_module(f"permu_xl.hosts.desk.pages.{name}").bp)
    app.context_processor(_known_everywhere)
    app.register_error_handler(Exception, _told)
    return app


def _known_everywhere() -> dict[str, Any]:
    return {
        "book": g.get("session"),
        "views": VIEWS,
        "version": __version__,
        "standings": standings,
        "following": following,
        "together": written_together,
        "Level": Level,
    }


def _told(error: Exception) -> ResponseReturnValue:
    """Show what went wrong in a sentence; no figure of a firm is in it, nor in any log."""
    if isinstance(error, HTTPException):
        code = error.code or 500
        text = HTTP_ERRORS.get(code, f"这个请求不能办理（{code}）。")
    elif isinstance(error, PermuError):
        code, text = 409, failed(error)
    elif workspace().debug:
        raise error
    else:
        code, text = 500, unexpected(error)
    if "HX-Request" in request.headers:
        return render_template("parts/message.html", text=text, good=False), code
    return render_template("pages/error.html", text=text, back=_page_before()), code


def _page_before() -> str:
    """Return the page of this desk that the request came from, without its host; "" for none."""
    before = urlsplit(request.headers.get("Referer", ""))
    return before.path if before.netloc == request.host else ""
