"""LibreOffice on this machine: where it is and how old."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from permu_xl.errors import FileAccessError, UsageError
from permu_xl.libreoffice import processes

__all__ = ["Calc", "find_calc", "version"]


SECONDS = 120.0


PROGRAM_FOLDERS = (Path("/usr/lib/libreoffice/program"), Path("/usr/lib64/libreoffice/program"))


OTHER_PROGRAMS = (Path("/opt"), "libreoffice*/program")


TOO_OLD = "LibreOffice 是 {found}，太旧了，请装 {wanted} 或更新的版本。"


@dataclass(frozen=True, slots=True)
class Calc:
    """A LibreOffice: the folder of its programs, and the profile if it is not the user's own."""

    program: Path
    profile: Path | None = None

    def package_manager(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ``unopkg``; raises FileAccessError where it cannot be run or does not end."""
        profile = [f"-env:UserInstallation={self.profile.as_uri()}"] if self.profile else []
        try:
            return processes.run([self.program / "unopkg", *arguments, *profile], SECONDS)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise FileAccessError(
                f"{self.program / 'unopkg'} 没有运行成功，请关闭 LibreOffice 再试。"
            ) from error


def find_calc(path: str | None = None) -> Calc:
    """Return the LibreOffice that ``soffice`` starts, or one in a usual place; else UsageError."""
    command = shutil.which("soffice", path=path)
    candidates = [Path(command).resolve().parent] if command else []
    candidates += PROGRAM_FOLDERS
    candidates += sorted(OTHER_PROGRAMS[0].glob(OTHER_PROGRAMS[1]), reverse=True)
    for program in candidates:
        if (program / "unopkg").is_file():
            return Calc(program)
    raise UsageError("没有找到 LibreOffice，请先安装 LibreOffice Calc 25.2 或更新的版本。")


def version(program: Path) -> tuple[int, int]:
    """Return the version of a LibreOffice by its program folder; (0, 0) for an unknown one."""
    try:
        text = (program / "bootstraprc").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0, 0
    found = re.search(r"^ProductKey=\D*(\d+)\.(\d+)", text, re.MULTILINE)
    return (int(found[1]), int(found[2])) if found else (0, 0)
