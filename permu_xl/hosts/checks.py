"""What a doctor of a host says about one thing that it looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Check", "Verdict"]

Verdict = Literal["正常", "注意", "有问题"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; ``remedy`` is empty where nothing needs to be done."""

    verdict: Verdict
    subject: str
    found: str
    remedy: str = ""
