"""The Calc add-in: the components that LibreOffice loads from the installed extension.

They run under LibreOffice's own Python and must load even where permu_xl cannot: a component that
fails to load takes its functions away without a word.  So permu_xl is imported by the first call,
from the folders that the installation noted beside this file, and whatever goes wrong becomes an
error in the cell, or a message box of the menu, and a sentence in the log.
"""

from __future__ import annotations

import datetime
import functools
import importlib
import os
import re
import site
import struct
import sys
import traceback
from typing import Any

import uno
import unohelper
from com.sun.star.frame import (
    DispatchResultEvent,
    FeatureStateEvent,
    XDispatchProvider,
    XNotifyingDispatch,
)
from com.sun.star.lang import XInitialization, XServiceInfo, XServiceName
from org.permu.xl import XPermu

IMPLEMENTATION = "org.permu.xl.PermuAddIn"
SERVICES = (IMPLEMENTATION, "com.sun.star.sheet.AddIn")
PROTOCOL = "org.permu.xl"
MENU_IMPLEMENTATION = "org.permu.xl.PermuMenu"
MENU_SERVICES = (MENU_IMPLEMENTATION, "com.sun.star.frame.ProtocolHandler")
SITE_FILE = "permu_site.txt"
LOG = "permu_xl.log"

# What Calc shows as #NAME?: the code of the error in the low half of a NaN.
(NO_ENGINE,) = struct.unpack("<d", struct.pack("<Q", 0x7FF8000000000000 | 525))


class PermuAddIn(unohelper.Base, XPermu, XServiceInfo, XServiceName):  # type: ignore[misc]
    """Answers the calls of all functions; the interface description says which there are."""

    def __init__(self, context: Any) -> None:
        self.context = context
        self.told: set[str] = set()

    def __getattr__(self, method: str) -> Any:
        """Return ``permuPollutionScore`` and its like: the functions by their UNO names."""
        if not method.startswith("permu"):
            raise AttributeError(method)
        name = re.sub(r"(?=[A-Z])", "_", method).upper()
        answer = functools.partial(self._answer, name)
        # Kept, so that the next of thousands of cells finds it without coming here.
        setattr(self, method, answer)
        return answer

    def getServiceName(self) -> str:
        return IMPLEMENTATION

    def getImplementationName(self) -> str:
        return IMPLEMENTATION

    def supportsService(self, name: str) -> bool:
        return name in SERVICES

    def getSupportedServiceNames(self) -> tuple[str, ...]:
        return SERVICES

    def _answer(self, name: str, *arguments: Any) -> Any:
        # Nothing may get out, not even SystemExit: an exception would end as a bare Err:, and
        # here alone can the reason be told.
        try:
            engine = _imported("permu_xl.hosts.calc.bridge", "answer")
            if isinstance(engine, BaseException):
                raise engine
            return engine(name, arguments)
        except BaseException as error:
            self._tell(error)
            return ((NO_ENGINE,),)

    def _tell(self, error: BaseException) -> None:
        """Write the reason into the log, each only once."""
        reason = _reason(error)
        if reason not in self.told:
            self.told.add(reason)
            _note(self.context, f"亩均评价的函数不能用：{reason}")


_MENU: tuple[Any, ...] = (XInitialization, XDispatchProvider, XNotifyingDispatch, XServiceInfo)


class PermuMenu(unohelper.Base, *_MENU):  # type: ignore[misc]
    """Carries out the commands of the menu, ``org.permu.xl:...``, in the frame it was made for."""

    def __init__(self, context: Any) -> None:
        self.context = context
        self.frame: Any = None

    def initialize(self, arguments: Any) -> None:
        self.frame = arguments[0] if arguments else None

    def queryDispatch(self, url: Any, target: str, flags: int) -> Any:
        return self if url.Complete.startswith(f"{PROTOCOL}:") else None

    def queryDispatches(self, requests: Any) -> tuple[Any, ...]:
        return tuple(
            self.queryDispatch(each.FeatureURL, each.FrameName, each.SearchFlags)
            for each in requests
        )

    def dispatch(self, url: Any, arguments: Any) -> None:
        self._run(url, arguments)

    def dispatchWithNotification(self, url: Any, arguments: Any, listener: Any) -> None:
        text, done = self._run(url, arguments)
        if listener is not None:
            # com.sun.star.frame.DispatchResultState: 1 for success, 0 for failure.
            listener.dispatchFinished(DispatchResultEvent(self, int(done), text))

    def addStatusListener(self, listener: Any, url: Any) -> None:
        listener.statusChanged(FeatureStateEvent(self, url, "", True, False, None))

    def removeStatusListener(self, listener: Any, url: Any) -> None:
        pass

    def getImplementationName(self) -> str:
        return MENU_IMPLEMENTATION

    def supportsService(self, name: str) -> bool:
        return name in MENU_SERVICES

    def getSupportedServiceNames(self) -> tuple[str, ...]:
        return MENU_SERVICES

    def _run(self, url: Any, arguments: Any) -> tuple[str, bool]:
        try:
            options = {each.Name: each.Value for each in arguments}
            run = _imported("permu_xl.hosts.calc.menu", "run_command")
            if isinstance(run, BaseException):
                raise run
            command = url.Complete.partition(":")[2]
            text, done = run(self.context, self.frame, command, options)
            return str(text), bool(done)
        except BaseException as error:
            told = f"亩均评价的菜单不能用：{_reason(error)}"
            _note(self.context, told)
            told += "；请运行 permu-xl calc doctor。"
            self._show(told, arguments)
            return told, False

    def _show(self, text: str, arguments: Any) -> None:
        try:
            window = self.frame.ContainerWindow
            silent = any(each.Name == "Silent" and each.Value for each in arguments)
            if not silent and window.isVisible():
                kind = uno.Enum("com.sun.star.awt.MessageBoxType", "ERRORBOX")
                window.Toolkit.createMessageBox(window, kind, 1, "亩均评价", text).execute()
        except Exception as error:
            print(f"permu_xl: {type(error).__name__}: {text}", file=sys.stderr)


def _reason(error: BaseException) -> str:
    """Return what went wrong and where."""
    # An import error quotes no figures; the text of any other exception might.
    text = str(error) if isinstance(error, ImportError) else ""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} {text}（{os.path.basename(place.filename)}第{place.lineno}行）"


def _note(context: Any, sentence: str) -> None:
    """Write into the log in the user's profile."""
    now = datetime.datetime.now().isoformat(" ", "seconds")
    try:
        paths = context.ServiceManager.createInstanceWithContext(
            "com.sun.star.util.PathSubstitution", context
        )
        user: str = uno.fileUrlToSystemPath(paths.substituteVariables("$(user)", True))
        with open(os.path.join(user, LOG), "a", encoding="utf-8") as log:
            log.write(f"{now} {sentence}；请运行 permu-xl calc doctor。\n")
    except Exception:
        print(f"permu_xl: {sentence}", file=sys.stderr)


@functools.cache
def _imported(module: str, name: str) -> Any:
    """Import what answers the calls, or return why that cannot be done.

    Tried once: thousands of cells ask, and numpy does not survive a second try.
    """
    try:
        _add_folders()
        return getattr(importlib.import_module(module), name)
    except BaseException as error:
        return error


@functools.cache
def _add_folders() -> None:
    for folder in _folders():
        known = list(sys.path)
        site.addsitedir(folder)
        # First, so that the numpy that was installed with permu_xl is the one that is found.
        sys.path[:] = [each for each in sys.path if each not in known] + known


def _folders() -> list[str]:
    beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), SITE_FILE)
    if not os.path.exists(beside):
        return []
    with open(beside, encoding="utf-8") as lines:
        return [line.rstrip("\n") for line in lines if line.strip()]


g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(PermuAddIn, IMPLEMENTATION, SERVICES)
g_ImplementationHelper.addImplementation(PermuMenu, MENU_IMPLEMENTATION, MENU_SERVICES)
