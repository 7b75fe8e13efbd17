"""How the tests are divided among the processes that run them side by side (pytest-xdist).

A file stays whole, because its tests share workbooks that take seconds to make, and the longest
come first, so that no process is left with one of them at the end.
"""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling

# Only one process at a time can have Wine (excel/wine.py): another would wait for the first.
WINE_FILES = (
    "tests/hosts/excel/setup/offline/test_installed.py",
    "tests/hosts/excel/setup/offline/test_windows_installer.py",
    "tests/hosts/excel/test_com_chain.py",
    "tests/hosts/excel/setup/test_windows.py",
    "tests/hosts/excel/test_saving_on_windows.py",
)
# Those that take nine seconds of processor time or more, the longest first.
LONG_FILES = (
    *WINE_FILES,
    "tests/engines/test_onlyoffice.py",
    "tests/workbook/test_results.py",
    "tests/hosts/calc/test_menu.py",
    "tests/fuzz/test_departments.py",
    "tests/hosts/desk/test_browser.py",
    "tests/hosts/calc/test_yearly.py",
    "tests/hostile/test_broken_books.py",
    "tests/workbook/proof/test_schemes.py",
    "tests/reports/verification/test_compare_results.py",
    "tests/hosts/desk/test_found_browser.py",
    "tests/intake/test_outside_files.py",
    "tests/engines/test_round_trips.py",
    "tests/reports/city/test_districts.py",
    "tests/workbook/test_killed.py",
    "tests/functions/test_any_input.py",
    "tests/workbook/proof/test_sheet.py",
    "tests/reports/city/test_apply_decisions.py",
    "tests/hosts/calc/test_live.py",
    "tests/hosts/calc/test_live_schemes.py",
    "tests/tasks/test_yearly.py",
    "tests/reports/test_any_scheme.py",
    "tests/workbook/proof/test_changes.py",
    "tests/cli/test_whole_year.py",
    "tests/intake/test_outside_tables.py",
    "tests/workbook/test_keeping.py",
    "tests/hosts/calc/test_live_rows.py",
    "tests/fuzz/test_workbooks.py",
    "tests/hostile/test_department_files.py",
    "tests/workbook/proof/test_rules.py",
    "tests/intake/tables/test_reader.py",
    "tests/intake/filling/test_last_year.py",
    "tests/workbook/example/test_build.py",
    "tests/hosts/excel/test_macros.py",
    "tests/engines/test_libreoffice.py",
    "tests/cli/commands/test_opened.py",
    "tests/test_office.py",
    "tests/hosts/calc/test_session.py",
    "tests/engines/test_files.py",
    "tests/hosts/desk/steps/test_undoing.py",
    "tests/workbook/record/test_entries.py",
    "tests/hosts/calc/test_broken.py",
    "tests/workbook/test_district.py",
    "tests/reports/verification/test_sorted_rows.py",
    "tests/engines/test_gnumeric.py",
    "tests/hosts/desk/steps/test_year.py",
    "tests/engine/explain/test_better_class.py",
    "tests/hosts/excel/setup/test_build.py",
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
