"""A profile for one start of LibreOffice that runs a macro of ours and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MACRO", "write_profile"]

_MODULE, _ROUTINE = "Permu", "Main"

MACRO = f"macro:///Standard.{_MODULE}.{_ROUTINE}"
"""What to hand LibreOffice on its command line to run the macro."""

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_DOCTYPE = '<!DOCTYPE {0} PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "{1}">\n'
_SCRIPT = "http://openoffice.org/2000/script"
_LIBRARY = 'xmlns:library="http://openoffice.org/2000/library"'

# A profile that counts as new is filled with the modules that LibreOffice brings along, over ours.
_SETTINGS = (
    f'{_HEAD}<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    '<item oor:path="/org.openoffice.Setup/Office">'
    '<prop oor:name="ooSetupInstCompleted" oor:op="fuse"><value>true</value></prop>'
    "</item></oor:items>"
)
_LIBRARIES = (
    f"{_HEAD}{_DOCTYPE.format('library:libraries', 'libraries.dtd')}"
    f'<library:libraries {_LIBRARY} xmlns:xlink="http://www.w3.org/1999/xlink">'
    '<library:library library:name="Standard" library:link="false" xlink:type="simple"'
    ' xlink:href="$(USER)/basic/Standard/script.xlb/"/></library:libraries>'
)
_MODULES = (
    f"{_HEAD}{_DOCTYPE.format('library:library', 'library.dtd')}"
    f'<library:library {_LIBRARY} library:name="Standard" library:readonly="false"'
    f' library:passwordprotected="false"><library:element library:name="{_MODULE}"/>'
    "</library:library>"
)


def write_profile(profile: Path, basic: str) -> None:
    """Write a profile whose macro ``MACRO`` is the ``Sub Main`` of a Basic module."""
    module = (
        f"{_HEAD}{_DOCTYPE.format('script:module', 'module.dtd')}"
        f'<script:module xmlns:script="{_SCRIPT}" script:name="{_MODULE}"'
        f' script:language="StarBasic">{escape(basic)}</script:module>'
    )
    library = profile / "user" / "basic" / "Standard"
    library.mkdir(parents=True)
    for path, text in {
        profile / "user" / "registrymodifications.xcu": _SETTINGS,
        library.parent / "script.xlc": _LIBRARIES,
        library / "script.xlb": _MODULES,
        library / f"{_MODULE}.xba": module,
    }.items():
        path.write_text(text, encoding="utf-8")
