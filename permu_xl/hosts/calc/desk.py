"""What Calc's user sees of a command: message box, file picker, status bar, the new workbook.

A command that a macro dispatches may carry ``Silent`` (nothing is shown or opened, the message is
the result of the dispatch), ``Target`` (the new file, or the folder of 一企一单) and ``Files``
(what 与另一份比较 and 导入部门表 read: a name or several).  Nothing is shown either where there
is no window to show it in.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from permu_xl.errors import UsageError
from permu_xl.hosts.calc.document import document_path, store_copy
from permu_xl.tasks import MENU, STATUS, TITLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Desk"]

# com.sun.star.awt.MessageBoxButtons, com.sun.star.awt.MessageBoxResults
_BUTTON_OK, _BUTTONS_YES_NO_CANCEL, _ANSWERS = 1, 4, {2: True, 3: False}
# com.sun.star.ui.dialogs.TemplateDescription, com.sun.star.ui.dialogs.ExecutableDialogResults
_OPEN, _SAVE_WITH_ENDING, _CHOSEN = 0, 10, 1


class Desk:
    """A frame of Calc with its workbook; ``made`` is what is to be opened after the message."""

    remedies = MENU
    copy_suffix = ".xlsx"
    """Calc writes this of every kind of workbook that it opens."""

    def __init__(self, context: Any, frame: Any, options: Mapping[str, Any]) -> None:
        self.context, self.frame, self.options = context, frame, options
        self.made: Path | None = None
        self.found: object = None

    @property
    def document(self) -> Any:
        """The workbook in the frame; None where there is none."""
        controller = self.frame.Controller
        model = None if controller is None else controller.Model
        service = "com.sun.star.sheet.SpreadsheetDocument"
        return model if model is not None and model.supportsService(service) else None

    @property
    def opened(self) -> Any:
        """The workbook in the frame; UsageError where there is none."""
        document = self.document
        if document is None:
            raise UsageError("没有打开的工作簿，请先打开评价工作簿。")
        return document

    @property
    def path(self) -> Path | None:
        """Where the workbook is kept; None for one that is not a file of this computer."""
        return document_path(self.opened)

    def store(self, copy: Path) -> None:
        """Write what the workbook shows now as .xlsx; it stays as it is, saved or not."""
        document = self.opened
        # What the inputs' own formulas say now, also where the user calculates by hand.
        document.calculate()
        store_copy(document, copy)

    @property
    def silent(self) -> bool:
        """Whether nothing is to be shown: by order, or because the window cannot be seen."""
        window = self.frame.ContainerWindow
        return bool(self.options.get("Silent")) or window is None or not window.isVisible()

    def tell(self, text: str, *, trouble: bool) -> None:
        """Show a message and wait until it has been read."""
        if self.silent:
            return
        self._box("ERRORBOX" if trouble else "INFOBOX", _BUTTON_OK, text)

    def ask(self, question: str, *, unasked: bool) -> bool | None:
        """Return the answer to a question, None for 取消; ``unasked`` where nothing is shown."""
        if self.silent:
            return unasked
        return _ANSWERS.get(self._box("QUERYBOX", _BUTTONS_YES_NO_CANCEL, question))

    def _box(self, kind: str, buttons: int, text: str) -> int:
        import uno

        window = self.frame.ContainerWindow
        picture = uno.Enum("com.sun.star.awt.MessageBoxType", kind)
        box = window.Toolkit.createMessageBox(window, picture, buttons, TITLE, text)
        answer = int(box.execute())
        box.dispose()
        return answer

    def target(self) -> Path | None:
        """Return the new file or folder that a macro has named."""
        given = self.options.get("Target")
        return _path(str(given)) if given else None

    def choose_file(self, folder: Path | None, name: str) -> Path | None:
        """Ask for a file to save to; None where the user thinks better of it."""
        picker = self._picker("FilePicker", _SAVE_WITH_ENDING, "导出定稿", folder)
        picker.appendFilter("Excel 工作簿 (.xlsx)", "*.xlsx")
        picker.setDefaultName(name)
        if picker.execute() != _CHOSEN:
            return None
        return _path(picker.getSelectedFiles()[0])

    def choose_books(self, title: str, kinds: tuple[str, ...], *, several: bool) -> list[Path]:
        """Ask for files to read, by their endings; nothing where the user thinks better of it."""
        given = self.options.get("Files")
        if given:
            return [_path(str(each)) for each in ((given,) if isinstance(given, str) else given)]
        if self.silent:
            raise UsageError(f"没有指明要读的文件（Files），不能不显示窗口：{title}。")
        picker = self._picker("FilePicker", _OPEN, title, self._folder)
        picker.appendFilter("可选的文件", ";".join(f"*.{kind}" for kind in kinds))
        picker.setMultiSelectionMode(several)
        if picker.execute() != _CHOSEN:
            return []
        return [_path(each) for each in picker.getSelectedFiles()]

    def choose_folder(self, title: str) -> Path | None:
        """Ask for a folder; None where the user thinks better of it."""
        picker = self._picker("FolderPicker", None, title, self._folder)
        return _path(picker.getDirectory()) if picker.execute() == _CHOSEN else None

    @property
    def _folder(self) -> Path | None:
        return None if self.path is None else self.path.parent

    def _picker(self, service: str, template: int | None, title: str, folder: Path | None) -> Any:
        import uno

        arguments = () if template is None else (template,)
        picker = self.context.ServiceManager.createInstanceWithArgumentsAndContext(
            f"com.sun.star.ui.dialogs.{service}", arguments, self.context
        )
        picker.setTitle(title)
        if folder is not None:
            picker.setDisplayDirectory(uno.systemPathToFileUrl(str(folder)))
        return picker

    def show_made(self) -> str:
        """Open what a command has made; return why that could not be done, "" for nothing."""
        if self.made is None or self.silent:
            return ""
        import uno

        desktop = self.context.ServiceManager.createInstanceWithContext(
            "com.sun.star.frame.Desktop", self.context
        )
        url = uno.systemPathToFileUrl(str(self.made))
        try:
            opened = desktop.loadComponentFromURL(url, "_blank", 0, ())
        except Exception:
            opened = None
        return "" if opened is not None else f"没能打开 {self.made}，文件在那里，请自己打开。"

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
