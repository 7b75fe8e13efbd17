"""Blank templates made once: most imports begin with the same one, which takes most of a second."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from permu_xl.engine.model.scheme import Scheme
from permu_xl.intake.filling import book_to_fill
from permu_xl.workbook.look.save import save_workbook
from permu_xl.workbook.template.workbook import build_template


class Templates:
    """The files of blank templates by what they were made for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, Path] = {}

    def build(self, scheme: Scheme, **options: Any) -> Path:
        """Stand in for ``build_template``."""
        key = repr((scheme, options))
        if key not in self._made:
            path = self._folder / f"{len(self._made)}.xlsx"
            save_workbook(build_template(scheme, **options), path)
            self._made[key] = path
        return self._made[key]

    @staticmethod
    def save(template: Path, path: Path) -> None:
        """Stand in for ``save_workbook``."""
        path.write_bytes(template.read_bytes())


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("templates"))


@pytest.fixture(scope="module", autouse=True)
def templates_made_once(templates: Templates) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(book_to_fill, "build_template", templates.build)
        patch.setattr(book_to_fill, "save_workbook", templates.save)
        yield
