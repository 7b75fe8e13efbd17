"""Choosing the files of a step: from a folder, handed over by the browser, or not after all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, redirect, request, url_for

from permu_xl.errors import UsageError
from permu_xl.hosts.desk.opened import PURPOSES, choose, drop, take_in, typed_folder
from permu_xl.hosts.desk.parts import book_pages, current, workspace

if TYPE_CHECKING:
    from pathlib import Path

    from flask.typing import ResponseReturnValue

bp = book_pages("choosing")


@bp.post("/choose/<purpose>")
def add(purpose: str) -> ResponseReturnValue:
    """Add files that the page has shown."""
    files = [_path(name) for name in request.form.getlist("file")]
    if not files:
        raise UsageError("没有勾选文件，请先勾选再加入。")
    choose(current(), _known(purpose), files)
    return _back(purpose)


@bp.post("/choose/<purpose>/upload")
def upload(purpose: str) -> ResponseReturnValue:
    """Add files that the browser hands over; they are kept beside the workbook."""
    kept = take_in(current(), _known(purpose), request.files.getlist("upload"))
    if not kept:
        raise UsageError("没有选文件，请先选再上传。")
    choose(current(), purpose, kept)
    return _back(purpose)


@bp.post("/choose/<purpose>/drop")
def remove(purpose: str) -> ResponseReturnValue:
    """Take a file from those that are chosen."""
    drop(current(), _known(purpose), _path(request.form.get("file", "")))
    return _back(purpose)


@bp.post("/choose/<purpose>/folder")
def look_into(purpose: str) -> ResponseReturnValue:
    """Show the files of a folder whose path the user has typed."""
    folder = typed_folder(workspace(), request.form.get("path", ""))
    name = workspace().paths.name(folder)
    return redirect(url_for("year.show", step=PURPOSES[_known(purpose)], dir=name), 303)


def _known(purpose: str) -> str:
    if purpose not in PURPOSES:
        abort(404)
    return purpose


def _path(name: str) -> Path:
    path = workspace().paths.find(name)
    if path is None:
        abort(404)
    return path


def _back(purpose: str) -> ResponseReturnValue:
    step = PURPOSES[purpose]
    folder = request.form.get("dir", "")
    return redirect(url_for("year.show", step=step, dir=folder or None), 303)
