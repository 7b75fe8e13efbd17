"""Commands that run in a thread, so that Excel never waits long for one answer.

Excel's VBA makes short calls.  Each is answered by what is to be done next: show a message, ask a
question, look again in a second.  The thread never touches Excel: what has to be done to the open
workbook it hands over to whichever of those calls comes next, and waits for the outcome.
"""

from __future__ import annotations

import queue
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["AbandonedError", "Background"]

_T = TypeVar("_T")

Answer = list[str]
"""What VBA is told: a kind and texts, at least two."""

FIRST_SECONDS = 1.0
"""How long the first call waits: most commands are done by then."""
LATER_SECONDS = 0.2
"""How long a later one waits."""
ORPHAN_SECONDS = 30.0
"""After how long a command is given up that nobody asks after."""


class AbandonedError(BaseException):
    """The user has given the command up; no message about it is wanted."""


@dataclass(slots=True)
class _Handover:
    """Something for the main thread: a function to call, or what VBA is to do."""

    call: Callable[[], Any] | None = None
    asked: Answer = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)
    outcome: Any = None
    error: BaseException | None = None

    def finish(self, outcome: Any, error: BaseException | None = None) -> None:
        self.outcome, self.error = outcome, error
        self.done.set()


class Background:
    """One command under way; ``work`` is run in the thread and given this object."""

    def __init__(self, work: Callable[[Background], None]) -> None:
        self._handed: queue.Queue[_Handover | None] = queue.Queue()
        self._status = ""
        self._uninterrupted = False
        self._asked: _Handover | None = None
        self._abandoned = False
        self._last_call = time.monotonic()
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[Background], None]) -> None:
        try:
            work(self)
        except AbandonedError:
            pass
        finally:
            self._handed.put(None)

    # ------------------------------------------------------------ called by the thread

    def in_excel(self, call: Callable[[], _T]) -> _T:
        """Have the main thread call a function that talks to Excel; return what it returns."""
        return self._hand_over(_Handover(call=call))  # type: ignore[no-any-return]

    def ask(self, kind: str, *texts: str) -> str:
        """Have VBA show something; return the user's answer."""
        return self._hand_over(_Handover(asked=[kind, *texts])) or ""

    def tell(self, text: str, mode: str) -> None:
        """Show a message, of the mode ``info`` or ``critical``, and wait until it has been read."""
        self.ask("tell" if mode == "info" else "warn", text)

    def show(self, status: str) -> None:
        """Set what stands in the status bar."""
        if self._abandoned:
            raise AbandonedError
        self._status = status

    @contextmanager
    def uninterrupted(self) -> Iterator[None]:
        """Keep the user from the workbook meanwhile: VBA calls again at once."""
        self._uninterrupted = True
        try:
            yield
        finally:
            self._uninterrupted = False

    def _hand_over(self, handover: _Handover) -> Any:
        if self._abandoned:
            raise AbandonedError
        self._handed.put(handover)
        handover.done.wait()
        if handover.error is not None:
            raise handover.error
        return handover.outcome

    # ------------------------------------------------------------ called by the main thread

    @property
    def orphaned(self) -> bool:
        """Whether VBA no longer calls: its variables are lost when a user ends it in the editor.

        While a question is open nothing else can be clicked: whoever comes then has lost it too.
        """
        return self._asked is not None or time.monotonic() - self._last_call > ORPHAN_SECONDS

    def go_on(self, answer: str, seconds: float = LATER_SECONDS) -> Answer:
        """Hand over the user's answer to what was asked, and return what VBA is to do next."""
        if self._asked is not None:
            self._asked.finish(answer)
            self._asked = None
        deadline = time.monotonic() + seconds
        try:
            return self._next(deadline)
        finally:
            self._last_call = time.monotonic()

    def _next(self, deadline: float) -> Answer:
        while True:
            try:
                handed = self._handed.get(timeout=max(deadline - time.monotonic(), 0.0))
            except queue.Empty:
                return ["more" if self._uninterrupted else "wait", self._status]
            if handed is None:
                return ["done", ""]
            if handed.call is None:
                self._asked = handed
                return handed.asked
            try:
                handed.finish(handed.call())
            except BaseException as error:  # it belongs to the thread that asked
                handed.finish(None, error)

    def give_up(self) -> None:
        """Let the thread end at the next thing it wants of Excel."""
        self._abandoned = True
        for handed in (self._asked, *self._left()):
            if handed is not None:
                handed.finish(None, AbandonedError())
        self._asked = None

    def _left(self) -> list[_Handover | None]:
        left = []
        while not self._handed.empty():
            left.append(self._handed.get())
        return left
