"""What Calc's user sees of a command: message box, file picker, status bar.

A command that a macro dispatches may carry ``Silent`` (nothing is shown, the message is the result
of the dispatch) and ``Target`` (the file of 导出定稿).  Nothing is shown either where there is
no window to show it in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from permu_xl.book.telling import STATUS, TITLE

__all__ = ["Desk"]

# com.sun.star.awt.MessageBoxButtons, com.sun.star.ui.dialogs.TemplateDescription
_BUTTON_OK, _SAVE_WITH_ENDING, _CHOSEN = 1, 10, 1


class Desk:
    """A frame of Calc with its workbook."""

    def __init__(self, context: Any, frame: Any, options: Mapping[str, Any]) -> None:
        self.context, self.frame, self.options = context, frame, options

    @property
    def document(self) -> Any:
        """The workbook in the frame; None where there is none."""
        controller = self.frame.Controller
        model = None if controller is None else controller.Model
        service = "com.sun.star.sheet.SpreadsheetDocument"
        return model if model is not None and model.supportsService(service) else None

    @property
    def silent(self) -> bool:
        """Whether nothing is to be shown: by order, or because the window cannot be seen."""
        window = self.frame.ContainerWindow
        return bool(self.options.get("Silent")) or window is None or not window.isVisible()

    def tell(self, text: str, *, trouble: bool) -> None:
        """Show a message and wait until it has been read."""
        if self.silent:
            return
        import uno

        kind = uno.Enum("com.sun.star.awt.MessageBoxType", "ERRORBOX" if trouble else "INFOBOX")
        window = self.frame.ContainerWindow
        box = window.Toolkit.createMessageBox(window, kind, _BUTTON_OK, TITLE, text)
        box.execute()
        box.dispose()

    def target(self) -> Path | None:
        """Return the file that a macro wants a final copy to be written to."""
        given = self.options.get("Target")
        return _path(str(given)) if given else None

    def choose_file(self, folder: Path | None, name: str) -> Path | None:
        """Ask for a file to save to; None where the user thinks better of it."""
        picker = self.context.ServiceManager.createInstanceWithArgumentsAndContext(
            "com.sun.star.ui.dialogs.FilePicker", (_SAVE_WITH_ENDING,), self.context
        )
        import uno

        picker.setTitle("导出定稿")
        picker.appendFilter("Excel 工作簿 (.xlsx)", "*.xlsx")
        picker.setDefaultName(name)
        if folder is not None:
            picker.setDisplayDirectory(uno.systemPathToFileUrl(str(folder)))
        if picker.execute() != _CHOSEN:
            return None
        return _path(picker.getSelectedFiles()[0])

    @contextmanager
    def progress(self, steps: int) -> Iterator[Any]:
        """Yield what shows the next step in the status bar."""
        indicator = self.frame.createStatusIndicator()
        count = 0

        def step(text: str) -> None:
            nonlocal count
            # A status bar is not worth failing for.
            with suppress(Exception):
                if count == 0:
                    indicator.start(STATUS.format(text), steps)
                indicator.setText(STATUS.format(text))
                indicator.setValue(count)
            count += 1

        try:
            yield step
        finally:
            with suppress(Exception):
                indicator.end()


def _path(given: str) -> Path:
    if not given.startswith("file:"):
        return Path(given)
    import uno

    return Path(uno.fileUrlToSystemPath(given))
