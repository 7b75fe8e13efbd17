"""Plays the part of the ribbon's VBA: makes the calls, shows what Python asks for, answers."""

from __future__ import annotations

from permu_xl.hosts.excel import macros
from tests.hosts.excel.fakebook import FakeBook

MOST_CALLS = 100_000


def run_command(name: str, book: FakeBook) -> list[str]:
    """Carry out a command to its end; return the kinds of what VBA was told to do.

    What is shown is noted in the application of the workbook, whose answers are given.
    """
    app = book.app
    kinds = []
    kind, *texts = macros.begin(name, book)
    for _ in range(MOST_CALLS):
        kinds.append(kind)
        answer = ""
        match kind:
            case "done":
                app.status_bar = False
                return kinds
            case "wait" | "more":
                app.status_bar = texts[0]
            case "tell":
                app.alerts.append((texts[0], "info"))
            case "warn":
                app.alerts.append((texts[0], "critical"))
            case "ask":
                app.questions.append(texts[0])
                answer = app.answers.pop(0) if app.answers else "no"
            case "file" | "files" | "folder":
                app.dialogs.append((kind, *texts))
                answer = "\n".join(map(str, app.picked))
            case "open":
                answer = _opened(book, texts[0])
        kind, *texts = macros.go_on(answer)
    raise AssertionError(f"{name} never ends")


def _opened(book: FakeBook, path: str) -> str:
    try:
        book.app.open(path)
    except OSError as error:
        return str(error)
    return ""
