"""Notices as the command line and the menus of an open workbook make them alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.reports.notices.data import Noticing
from permu_xl.reports.notices.render import NoticeTemplate
from permu_xl.reports.notices.sources import sources
from permu_xl.reports.notices.template import SHIPPED
from permu_xl.reports.procedure import stories
from permu_xl.schemes import industries
from permu_xl.xlsx import files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from permu_xl.engine import Evaluation
    from permu_xl.workbook import Outcome

__all__ = ["notice_template", "noticed", "noticing_of"]


def noticing_of(outcome: Outcome, e: Evaluation) -> Noticing:
    """Return what the notices of an evaluated workbook are made from."""
    book = outcome.book
    return Noticing(e, book.parameters.district, sources(book), industries(), stories(book, e))


def notice_template(file: Path | None = None) -> NoticeTemplate:
    """Return the bureau's own Word template, by default the one that is shipped.

    Raises FileAccessError where the file cannot be read, UsageError where it is no template.
    """
    path = SHIPPED if file is None else file
    try:
        return NoticeTemplate(path.read_bytes(), path.name)
    except OSError as error:
        raise files.cannot_read(path, error) from error


def noticed(e: Evaluation, firms: Sequence[int], folder: Path, skipped: int) -> str:
    """Return the sentence that says for whom notices are in a folder."""
    out = sum(not e.included[firm] for firm in firms)
    told = f"（其中不参评{out}户）" if out else ""
    unchanged = f"，没有变化的{skipped}份没有重写" if skipped else ""
    return f"{len(firms)}户企业的确认单{told}在 {folder}{unchanged}。"
