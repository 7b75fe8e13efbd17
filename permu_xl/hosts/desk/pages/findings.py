"""What was found in the figures, kind by kind and cause by cause, with the firms concerned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, redirect, render_template, request, url_for

from permu_xl.hosts.desk.parts import book_pages, current, findings_shown, more_of_kind

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp: Blueprint = book_pages("findings")


@bp.route("/findings", methods=["GET", "POST"])
def show() -> ResponseReturnValue:
    """Show the findings that are asked for, kind by kind."""
    shown = findings_shown(current())
    if "HX-Request" in request.headers:
        return render_template("parts/finding_groups.html", **shown)
    if request.method == "POST":
        return redirect(url_for("findings.show"), 303)
    return render_template("pages/findings.html", view="findings", **shown)


@bp.post("/findings/<code>")
def more(code: str) -> str:
    """Return the next places of a kind."""
    start = request.form.get("start", "0")
    first = int(start) if start.isdecimal() and len(start) < 8 else 0
    group = more_of_kind(current(), code, first)
    if group is None:
        abort(404)
    return render_template("parts/finding_places.html", group=group, start=first)
