"""How the tests are divided among the processes that run them side by side (pytest-xdist).

A file stays whole, because its tests share workbooks that take seconds to make, and the longest
come first, so that no process is left with one of them at the end.
"""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling

# Only one process at a time can have Wine (excel/wine.py): another would wait for the first.
WINE_FILES = ("tests/excel/test_com_chain.py", "tests/excel/test_saving_on_windows.py")
# Those that take ten seconds or more, the longest first.
LONG_FILES = (
    "tests/calc/test_menu.py",
    "tests/hostile/test_broken_books.py",
    "tests/book/test_proof_tracks.py",
    "tests/reports/test_any_scheme.py",
    "tests/calc/test_live_schemes.py",
    "tests/book/test_live.py",
    "tests/calc/test_yearly.py",
    "tests/hostile/test_other_commands.py",
    "tests/hostile/test_department_files.py",
    "tests/test_whole_year.py",
    "tests/calc/test_live.py",
    "tests/book/test_result_sheets.py",
    "tests/reports/test_city.py",
    "tests/fuzz/test_workbooks.py",
    "tests/fuzz/test_departments.py",
    "tests/menus/test_yearly.py",
    "tests/book/test_killed.py",
    "tests/book/test_proof.py",
    "tests/excel/test_build.py",
    "tests/calc/test_session.py",
    "tests/reports/test_verify.py",
    "tests/engine/test_properties.py",
    *WINE_FILES,
    "tests/calc/test_broken.py",
    "tests/book/test_audit.py",
    "tests/functions/test_any_input.py",
    "tests/test_office.py",
)


class Division(LoadFileScheduling):
    """Gives a process one file after the other, and all files that need Wine to the same one."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "Wine" if file in WINE_FILES else file


def turn(nodeid: str) -> int:
    """Return the place of a test's file in the order of running."""
    file = nodeid.partition("::")[0]
    return LONG_FILES.index(file) if file in LONG_FILES else len(LONG_FILES)
