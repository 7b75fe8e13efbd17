"""What a command of the year needs of the program in which the workbook is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

__all__ = ["Desk"]


class Desk(Protocol):
    """An open workbook, and the user before it.

    ``made`` is what a command has made and the user is to see; the host opens it once its message
    has been read.  ``found`` is what a command has found, as an object, for a host that shows more
    of it than the command's message.
    """

    made: Path | None
    found: object

    @property
    def remedies(self) -> Mapping[str, str]:
        """What remedies ask to be done with the program, in the words of this host."""

    @property
    def path(self) -> Path | None:
        """Where the workbook is kept; None for one in no folder of this computer."""

    @property
    def copy_suffix(self) -> str:
        """The ending of what ``store`` writes; UsageError for a kind that cannot be read."""

    def store(self, copy: Path) -> None:
        """Write what the workbook shows now, saved or not, to another file; it stays as it is."""

    def progress(self, steps: int) -> AbstractContextManager[Callable[[str], None]]:
        """Yield what shows the next of so many steps."""

    def ask(self, question: str, *, unasked: bool) -> bool | None:
        """Return the answer to a question; None where the user thinks better of it all.

        ``unasked`` is the answer where nobody is there to be asked.
        """

    def choose_books(self, title: str, kinds: tuple[str, ...], *, several: bool) -> list[Path]:
        """Let the user pick files by their endings; nothing where nothing was picked."""

    def choose_folder(self, title: str) -> Path | None:
        """Let the user pick a folder; None where none was picked."""

    def target(self) -> Path | None:
        """Return the new file or folder that a macro has named beforehand."""
