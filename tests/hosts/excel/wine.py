"""The real xlwings COM chain under Wine, for tests.

A Windows Python from the folder that ``permu-xl excel bundle`` makes runs xlwings' own DLL and COM
server; a second process (``wine_client.py``) plays Excel and calls functions as the VBA of a
workbook does.

    with Bench() as bench, bench.chain() as chain:
        chain.call("PERMU_RANK", cells([[70], [90], [None]]))

Cell values are float, str, bool and None for a blank cell; ``error``, ``date`` and ``currency``
make the others. ``cells`` makes what our VBA passes for a range of them; ``excel_range`` makes an
object like Excel's, whose values the server fetches; ``OMITTED`` is an optional argument left out.

What is downloaded and the Wine prefix are kept in pytest's cache, everything else in a temporary
folder. No call can hang a test run: a chain that does not answer in time is killed with all its
Windows processes.
"""

from __future__ import annotations

import atexit
import collections
import contextlib
import datetime
import functools
import json
import os
import queue
import select
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NoReturn, Self

from permu_xl.errors import PermuError
from permu_xl.hosts.excel.setup.offline import packages
from permu_xl.hosts.excel.setup.offline.folder import bundle
from permu_xl.hosts.excel.setup.offline.packages import fetch_python, fetch_wheels, requirements
from tests.places import ROOT

CLIENT = Path(__file__).with_name("wine_client.py")
CACHE = ROOT / ".pytest_cache" / "d" / "wine"

PYTHON_VERSION = "3.13"
VERSIONS = Path(packages.__file__).with_name(f"python-{PYTHON_VERSION}.txt")
# The least that the project asks for; Wine itself says 7.
WINDOWS = "win10"
USER = "张三"
# What Windows 8 and later have, what it has of it, and an older function that does the same.
MISSING_LIBRARY = ("bcryptprimitives", "ProcessPrng", "advapi32.SystemFunction036")
# Has Wine take code page 936, and names of files on this machine for UTF-8.
LOCALE = "zh_CN.UTF-8"
LINKER = "x86_64-w64-mingw32-ld"
XLWINGS_DLL = "xlwings64-0.37.8.dll"
UDF_MODULE = "permu_xl.hosts.excel.udfs"

# Ten seconds and three on an idle machine; the rest is for a busy one.
PREFIX_SECONDS = 180.0
START_SECONDS = 120.0
RUN_SECONDS = 600.0
CALL_SECONDS = 60.0
END_SECONDS = 20.0
# How soon the end of a program is seen.
POLL_SECONDS = 0.05
# A whole run of the tests by another process.
LOCK_SECONDS = 600.0

Cell = float | str | bool | dict[str, str] | None
Rows = Sequence[Sequence[Cell]]

OMITTED: Mapping[str, Any] = {"omitted": True}


class WineError(Exception):
    """The chain cannot do what was asked."""


class WineTimeoutError(WineError):
    """The chain did not answer in time and was killed."""


class UnavailableError(WineError):
    """This machine has no Wine, or the Windows packages cannot be had."""


class RaisedError(Exception):
    """The function raised an exception; the text is what VBA finds in ``Err.Description``."""


def error(text: str) -> dict[str, str]:
    """Return a cell with an error value."""
    return {"error": text}


def date(moment: datetime.datetime) -> dict[str, str]:
    """Return a cell formatted as a date."""
    return {"date": moment.isoformat()}


def currency(amount: str) -> dict[str, str]:
    """Return a cell formatted as an amount of money, which Excel hands over as a decimal."""
    return {"currency": amount}


def cells(rows: Rows) -> Any:
    """Return the values of a range as an argument: an array, or the value of a single cell."""
    return rows[0][0] if len(rows) == len(rows[0]) == 1 else {"array": rows}


def excel_range(rows: Rows) -> dict[str, Any]:
    """Return a range as an argument, an object of the client's."""
    return {"range": rows}


def find_wine() -> str | None:
    """Say why no usable Wine is there, or None where one is."""
    for program in ("wine", "wineboot", "wineserver"):
        if shutil.which(program) is None:
            return f"no {program} found (Debian: wine, wine64)"
    if shutil.which(LINKER) is None:
        return f"no {LINKER} found (Debian: binutils-mingw-w64-x86-64)"
    if shutil.which("localedef") is None or not Path("/usr/share/i18n/locales/zh_CN").exists():
        return "no Chinese locale can be made (Debian: locales)"
    return None


class Bench:
    """Wine with a prefix of its own and a portable folder; a context manager.

    Only one bench can be open at a time: another waits, in this process or in another one.
    """

    def __init__(self, cache: Path = CACHE) -> None:
        self._cache = cache
        self._stack = contextlib.ExitStack()
        self.portable = self.downloads = Path()
        self.folder = Path()
        self.prefix = cache / "prefix"
        self._session: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        if reason := find_wine():
            raise UnavailableError(reason)
        with contextlib.ExitStack() as stack:
            self._cache.mkdir(parents=True, exist_ok=True)
            stack.enter_context(_locked(self._cache / "lock"))
            self.downloads = downloads = download(self._cache)
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="permu-xl-wine-"))
            self.folder = Path(folder)
            made = self.folder / "bundle"
            bundle(downloads / "python.zip", made, downloads, fetch_wheels)
            self.portable = made / "python"
            make_prefix(self.prefix)
            # Whatever else happens, no Windows process outlives the bench.
            stack.callback(self.stop)
            atexit.register(stop_wine, self.prefix)
            stack.callback(atexit.unregister, stop_wine)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()

    def chain(self, *, portable: Path | None = None, folder: Path | None = None) -> Chain:
        """Start a client, and through it the DLL and the server.

        ``portable`` is another place of the portable folder, ``folder`` the current one.
        """
        self._keep_session()
        return Chain(self, portable or self.portable, folder or self.folder)

    def run(self, program: str, *arguments: str, folder: Path | None = None) -> tuple[int, str]:
        """Let Windows run a program; return its status and what it printed."""
        status, said = self._ended([program, *arguments], RUN_SECONDS, folder or self.folder)
        try:
            return status, said.decode()
        except UnicodeError:
            # Windows' own programs use its code page.
            return status, said.decode("gbk", errors="replace")

    def register(self, keys: Mapping[str, Mapping[str, str]]) -> None:
        """Write texts into the registry, by key and name; a key with no name is removed."""
        lines = ["Windows Registry Editor Version 5.00", ""]
        for key, values in keys.items():
            lines.append(f"[{'' if values else '-'}{key}]")
            for name, text in values.items():
                spelled = text.replace("\\", "\\\\").replace('"', '\\"')
                lines.append(f'{f"{chr(34)}{name}{chr(34)}" if name else "@"}="{spelled}"')
        file = self.folder / "keys.reg"
        file.write_text("\n".join(lines) + "\n", encoding="utf-16")
        status, said = self.run("regedit", "/S", windows_path(file))
        assert status == 0, said

    def file(self, path: str) -> Path:
        """Return where a file of the drive C is on this machine."""
        return self.prefix.joinpath("drive_c", *path.split("\\")[1:])

    def stop(self) -> None:
        """End all Windows processes; the registry is then on the disk."""
        stop_wine(self.prefix)
        if self._session is not None:
            self._session.communicate()
            self._session = None

    def _keep_session(self) -> None:
        """Have a program wait in Windows: else it starts and ends with each one, in two seconds."""
        if self._session is not None and self._session.poll() is None:
            return
        self._session = subprocess.Popen(
            ["wine", "cmd"],
            cwd=self.folder,
            env=environment(self.prefix),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def add_module(self, name: str, source: str) -> None:
        """Let the Windows Python find a module."""
        target = self.portable / "Lib" / "site-packages" / f"{name}.py"
        target.write_text(source, encoding="utf-8")

    def python(self, script: str, *arguments: str) -> str:
        """Let the Windows Python of the portable folder run a script, and return what it prints."""
        python = windows_path(self.portable / "python.exe")
        options = ("-B", "-X", "utf8", "-c", script)
        status, said = self._ended([python, *options, *arguments], START_SECONDS, self.folder)
        if status:
            raise WineError(said.decode(errors="replace"))
        return said.decode()

    def command_file(self, file: Path, *arguments: str) -> tuple[int, str]:
        """Run a .cmd file as a Chinese Windows does; return its status and what it shows."""
        command = ["cmd", "/c", file.name, *arguments]
        status, shown = self._ended(command, START_SECONDS, file.parent)
        return status, shown.decode("gbk", errors="replace")

    def _ended(self, command: list[str], seconds: float, folder: Path) -> tuple[int, bytes]:
        """Let Windows run a program to its end; return its status and all that it printed."""
        self._keep_session()
        printed = bytearray()
        with subprocess.Popen(
            ["wine", *command],
            cwd=folder,
            env=environment(self.prefix),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            assert process.stdout is not None
            pipe = process.stdout.fileno()
            os.set_blocking(pipe, False)
            until = time.monotonic() + seconds
            open_still = True
            while open_still:
                # Not to the end of the pipe: a part of Windows that came up meanwhile holds it.
                ended = process.poll() is not None
                select.select([pipe], [], [], 0 if ended else POLL_SECONDS)
                with contextlib.suppress(BlockingIOError):
                    while piece := os.read(pipe, 65536):
                        printed += piece
                    open_still = False
                if ended:
                    break
                if time.monotonic() > until:
                    process.kill()
                    raise WineTimeoutError(f"{command[0]}: not ended within {seconds:g} s")
            return process.wait(seconds), bytes(printed)


class Chain:
    """A client and a server that run; a context manager that ends them."""

    def __init__(self, bench: Bench, portable: Path, folder: Path) -> None:
        python, dll = (portable / each for each in ("python.exe", XLWINGS_DLL))
        self.ended = False
        self._prefix = bench.prefix
        self._process = subprocess.Popen(
            [
                "wine",
                windows_path(python),
                *("-B", "-u", "-X", "utf8", windows_path(CLIENT)),
                *map(windows_path, (python, dll, bench.folder)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # A pipe, because a Windows program gets no usable handle of a file.
            stderr=subprocess.PIPE,
            env=environment(bench.prefix),
            # The server inherits it; what lies there must not get into it.
            cwd=folder,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._answers: queue.Queue[str | None] = queue.Queue()
        self._log: collections.deque[str] = collections.deque(maxlen=100)
        for target, pipe in (
            (self._read_answers, self._process.stdout),
            (self._read_log, self._process.stderr),
        ):
            threading.Thread(target=target, args=(pipe,), daemon=True).start()
        self.start_seconds: float = self._ask("start", START_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def call(
        self, function: str, *args: Any, module: str = "", place: str = "", in_book: bool = False
    ) -> list[list[Any]]:
        """Call a worksheet function and return its result as rows, as Excel would fill them in.

        ``place`` is the calling cell.  With a ``module`` a function of it is called instead;
        ``in_book`` then passes workbook and calling cell along, as xlwings' own wrappers do.
        Raises RaisedError for an exception in the function.
        """
        if not module:
            module, function, args = UDF_MODULE, "answer", (function, place, *args)
        return _as_rows(self._udf(module, function, args, in_book=in_book)["result"])

    def raw(self, function: str, *args: Any) -> Any:
        """Call a worksheet function and return its result in the shape that VBA gets."""
        return self._udf(UDF_MODULE, "answer", (function, "", *args))["result"]

    def command(self, before: str, name: str, *answers: str) -> dict[str, Any]:
        """Carry out a command of the ribbon on the open workbook.

        ``before`` is executed first.  Returned are what was shown, the names under which the
        workbook was copied, how long the first and the longest call took, and how many there were.
        """
        answer: dict[str, Any] = self._ask(
            "command", CALL_SECONDS, before=before, name=name, answers=answers
        )
        if "raised" in answer:
            raise RaisedError(answer["raised"])
        return answer

    def start_with(self, command: str) -> tuple[str, float]:
        """Have the DLL start another command: why it could not ("" if it did), after how long."""
        reason, seconds = self._ask("start_with", START_SECONDS, command=command)
        return reason, seconds

    def seconds(self, function: str, *args: Any, repeat: int = 1, in_book: bool = False) -> float:
        """Return how long a call takes, the quickest of several."""
        if not in_book:
            function, args = "answer", (function, "", *args)
        answer = self._udf(UDF_MODULE, function, args, repeat=repeat, in_book=in_book)
        seconds: float = answer["seconds"]
        return seconds

    def close(self) -> None:
        """End server and client, by force where they do not end by themselves."""
        if self.ended:
            return
        with contextlib.suppress(WineError):
            self._ask("kill", END_SECONDS)
        if self.ended:
            return
        self.ended = True
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._kill()

    def _udf(
        self, module: str, function: str, args: Sequence[Any], **options: Any
    ) -> dict[str, Any]:
        answer: dict[str, Any] = self._ask(
            "udf", CALL_SECONDS, module=module, function=function, args=args, **options
        )
        if "raised" in answer:
            raise RaisedError(answer["raised"])
        return answer

    def _ask(self, call: str, timeout: float, **arguments: Any) -> Any:
        if self.ended:
            raise WineError("this chain has ended")
        assert self._process.stdin is not None
        try:
            line = json.dumps({"call": call, "args": arguments}, default=dict) + "\n"
            self._process.stdin.write(line.encode())
            self._process.stdin.flush()
        except OSError:
            self._give_up(WineError(f"{call}: the client has ended"))
        try:
            answered = self._answers.get(timeout=timeout)
        except queue.Empty:
            self._give_up(WineTimeoutError(f"{call}: no answer within {timeout:g} s"))
        except BaseException as interruption:
            # The answer may still come and would be taken for that of the next call.
            self._give_up(interruption)
        if answered is None:
            self._give_up(WineError(f"{call}: the client ended unexpectedly"))
        answer = json.loads(answered)
        if "error" in answer:
            raise WineError(f"{call}: {answer['error']}")
        return answer["result"]

    def _give_up(self, reason: BaseException) -> NoReturn:
        self.ended = True
        if self._log:
            reason.add_note("last output of the client:\n" + "".join(self._log))
        self._kill()
        raise reason

    def _kill(self) -> None:
        # No signal reaches server and client, which are Windows processes; Wine's own server knows
        # them. Other chains of the bench end with this one.
        stop_wine(self._prefix)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()

    def _read_answers(self, pipe: IO[bytes]) -> None:
        with pipe:
            for line in pipe:
                self._answers.put(line.decode())
        self._answers.put(None)

    def _read_log(self, pipe: IO[bytes]) -> None:
        with pipe:
            for line in pipe:
                self._log.append(line.decode(errors="replace"))


# ---------------------------------------------------------------- what the chain is made of


def download(cache: Path) -> Path:
    """Return the folder with Python and the wheels, fetched where they are not there yet."""
    folder = cache / "downloads"
    wanted = "\n".join([packages.PYTHON, VERSIONS.read_text(encoding="utf-8"), *requirements()])
    done = folder / "complete"
    if done.is_file() and done.read_text() == wanted:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        fetch_python(folder)
        fetch_wheels(PYTHON_VERSION, "win_amd64", folder)
    except PermuError as failure:
        raise UnavailableError(f"the Windows packages could not be downloaded: {failure}") from None
    done.write_text(wanted)
    return folder


def make_prefix(prefix: Path) -> None:
    """Make Wine's folder of settings, unless it is there: a Chinese Windows of the user 张三."""
    version = f"{_output('wine', '--version')}, {WINDOWS}, {USER}, {MISSING_LIBRARY}"
    done = prefix / "complete"
    if done.is_file() and done.read_text() == version:
        stop_wine(prefix)  # what a killed run may have left
        return
    shutil.rmtree(prefix, ignore_errors=True)
    prefix.mkdir(parents=True)
    try:
        _run("localedef", "-i", "zh_CN", "-f", "UTF-8", str(prefix.resolve() / LOCALE))
        for command in (["wineboot", "--init"], ["wine", "winecfg", "-v", WINDOWS]):
            _run(*command, env=environment(prefix))
        _make_missing_library(prefix)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as failure:
        raise WineError(f"Wine could not make its prefix: {failure}") from None
    finally:
        # The server that made the prefix never answers COM calls, and it writes the registry
        # to disk when it ends.
        stop_wine(prefix)
    for folder in (prefix / "drive_c" / "users" / USER).iterdir():
        # Documents and desktop lead to those of whoever runs the tests.
        if folder.is_symlink():
            folder.unlink()
            folder.mkdir()
    done.write_text(version)


def _make_missing_library(prefix: Path) -> None:
    """Put a library there that Windows has and Wine 8 has not; python_calamine needs it."""
    library, function, stand_in = MISSING_LIBRARY
    definition = prefix / f"{library}.def"
    definition.write_text(f"LIBRARY {library}\nEXPORTS\n{function} = {stand_in}\n")
    target = prefix / "drive_c" / "windows" / "system32" / f"{library}.dll"
    _run(LINKER, "-shared", "-o", str(target), str(definition))


def _run(*command: str, env: Mapping[str, str] | None = None) -> None:
    subprocess.run(
        command,
        env=env,
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=PREFIX_SECONDS,
        start_new_session=True,
    )


def stop_wine(prefix: Path) -> None:
    """End all Windows processes of a prefix."""
    if not prefix.is_dir():
        return
    for arguments in (["--kill"], ["--kill=9"]):
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(
                ["wineserver", *arguments],
                env=environment(prefix),
                check=False,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=END_SECONDS,
            )
            return


def windows_path(path: Path) -> str:
    """Return the name under which Wine shows a file; its drive Z is the root of this machine."""
    return "Z:" + str(path.absolute()).replace("/", "\\")


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    import fcntl  # not on Windows, where these tests are skipped

    with path.open("w") as file:
        deadline = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise WineTimeoutError(f"another bench has held {path} for too long") from None
                time.sleep(0.2)
        yield


def environment(prefix: Path) -> dict[str, str]:
    """Return the environment for Wine and all that runs under it."""
    # Settings for this Python are not meant for the other one, and no window shall ever show.
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("PYTHON", "WINE", "LC_", "LANG")) and "DISPLAY" not in key
    }
    return kept | {
        "HOME": str(prefix.resolve()),
        "LC_ALL": LOCALE,
        "LOCPATH": str(prefix.resolve()),
        "USER": USER,
        "LOGNAME": USER,
        "PYTHONIOENCODING": "utf-8",
        "WINEARCH": "win64",
        "WINEDEBUG": "-all",
        # No .NET, no browser and no entries in the desktop's menus.
        "WINEDLLOVERRIDES": "mscoree,mshtml,winemenubuilder.exe=",
        "WINEPREFIX": str(prefix.resolve()),
        # Where Wine's server has its socket, in a folder that stays when it ends.
        "TMPDIR": str(prefix.resolve().parent),
    }


@functools.cache
def _output(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=END_SECONDS)
    return done.stdout.strip()


def _as_rows(result: Any) -> list[list[Any]]:
    """Undo what the server does to a single cell and a single row."""
    if not isinstance(result, list):
        return [[result]]
    return result if isinstance(result[0], list) else [result]
