"""The Calc add-in: the component that LibreOffice loads from the installed extension.

It runs under LibreOffice's own Python and must load even where permu_xl cannot: a component that
fails to load takes its functions away without a word.  So permu_xl is imported by the first call,
from the folders that the installation noted beside this file, and whatever goes wrong becomes an
error in the cell and a sentence in the log.
"""

from __future__ import annotations

import datetime
import functools
import os
import re
import site
import struct
import sys
import traceback
from typing import Any

import uno
import unohelper
from com.sun.star.lang import XServiceInfo, XServiceName
from org.permu.xl import XPermu

IMPLEMENTATION = "org.permu.xl.PermuAddIn"
SERVICES = (IMPLEMENTATION, "com.sun.star.sheet.AddIn")
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
            engine = _engine()
            if isinstance(engine, BaseException):
                raise engine
            return engine(name, arguments)
        except BaseException as error:
            self._tell(error)
            return ((NO_ENGINE,),)

    def _tell(self, error: BaseException) -> None:
        """Write the reason into the log, each only once."""
        # An import error quotes no figures; the text of any other exception might.
        text = str(error) if isinstance(error, ImportError) else ""
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{os.path.basename(place.filename)}第{place.lineno}行"
        reason = f"{type(error).__name__} {text}（{where}）"
        if reason in self.told:
            return
        self.told.add(reason)
        now = datetime.datetime.now().isoformat(" ", "seconds")
        try:
            with open(self._log(), "a", encoding="utf-8") as log:
                log.write(f"{now} 亩均评价的函数不能用：{reason}；请运行 permu-xl calc doctor。\n")
        except Exception:
            print(f"permu_xl: {reason}", file=sys.stderr)

    def _log(self) -> str:
        paths = self.context.ServiceManager.createInstanceWithContext(
            "com.sun.star.util.PathSubstitution", self.context
        )
        user: str = uno.fileUrlToSystemPath(paths.substituteVariables("$(user)", True))
        return os.path.join(user, LOG)


@functools.cache
def _engine() -> Any:
    """Import what answers the calls, or return why that cannot be done.

    Tried once: thousands of cells ask, and numpy does not survive a second try.
    """
    try:
        return _imported()
    except BaseException as error:
        return error


def _imported() -> Any:
    for folder in _folders():
        known = list(sys.path)
        site.addsitedir(folder)
        # First, so that the numpy that was installed with permu_xl is the one that is found.
        sys.path[:] = [each for each in sys.path if each not in known] + known
    from permu_xl.hosts.calc.bridge import answer

    return answer


def _folders() -> list[str]:
    beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), SITE_FILE)
    if not os.path.exists(beside):
        return []
    with open(beside, encoding="utf-8") as lines:
        return [line.rstrip("\n") for line in lines if line.strip()]


g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(PermuAddIn, IMPLEMENTATION, SERVICES)
