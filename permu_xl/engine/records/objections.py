"""What firms object to before the classes are final, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

__all__ = ["ACCEPTED", "OUTCOMES", "Objection"]

ACCEPTED = "采纳"
OUTCOMES = (ACCEPTED, "部分采纳", "不采纳", "撤回")


@dataclass(frozen=True, slots=True)
class Objection:
    """An entry of the register; texts are as written, ``outcome`` is "" while it is open.

    ``claimed`` is what the firm says the item should be, a figure or words; ``cell`` the cell that
    was changed, such as 原始数据!H12.
    """

    code: str
    name: str
    item: str
    claimed: str = ""
    evidence: str = ""
    received: dt.date | None = None
    decided: dt.date | None = None
    by: str = ""
    outcome: str = ""
    cell: str = ""
    remark: str = ""

    @property
    def is_open(self) -> bool:
        """Whether nothing has been decided."""
        return not self.outcome
