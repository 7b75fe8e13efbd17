"""Write the parts of the documents that follow from the code: ``make generated``.

Each entry takes the text of a document as it is and returns it as it should be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from permu_xl.findings import manual as findings
from permu_xl.functions import manual as functions
from permu_xl.intake.conversion import load_factors
from permu_xl.intake.conversion import manual as factors
from permu_xl.intake.tables.words import manual as intake
from permu_xl.intake.tables.words.synonyms import load_synonyms
from permu_xl.schemes.manual import reference as schemes

FOLDER = Path(__file__).resolve().parent

DOCUMENTS: Mapping[str, Callable[[str], str]] = {
    "functions.md": lambda text: functions.manual(),
    "rules.md": findings.manual,
    "schemes.md": schemes.manual,
    "intake.md": lambda text: intake.manual(load_synonyms()) + factors.manual(load_factors()),
}
"""What is generated, by file name."""


def main(folder: Path = FOLDER) -> None:
    """Renew every document that is out of date, and name it."""
    for name, made in DOCUMENTS.items():
        path = folder / name
        text = path.read_text(encoding="utf-8")
        renewed = made(text)
        if renewed != text:
            path.write_text(renewed, encoding="utf-8")
            print(f"docs/{name}")


if __name__ == "__main__":
    main()
