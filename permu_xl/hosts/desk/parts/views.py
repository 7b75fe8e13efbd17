"""What can be looked at in a workbook, beside the steps of the year."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["VIEWS", "View"]


@dataclass(frozen=True, slots=True)
class View:
    """A page about the workbook that stands in the list of pages on the left."""

    name: str
    title: str
    endpoint: str


VIEWS = (
    View("overview", "概览", "overview.show"),
    View("findings", "问题", "findings.show"),
    View("firms", "企业", "firms.show"),
    View("picture", "图表", "picture.show"),
)
"""In the order of the list."""
