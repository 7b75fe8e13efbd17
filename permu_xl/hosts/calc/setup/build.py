"""Build permu.oxt, the Calc extension, from the registry; the same sources give the same bytes."""

from __future__ import annotations

import re
from importlib import resources
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from permu_xl import __version__
from permu_xl.errors import FileAccessError
from permu_xl.functions import REGISTRY, Function
from permu_xl.hosts.calc.setup import menu_config
from permu_xl.hosts.packed import packed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

__all__ = ["EXTENSION_FILE", "IDENTIFIER", "MINIMUM_VERSION", "build_oxt", "extension"]

EXTENSION_FILE = "permu.oxt"
IDENTIFIER = "org.permu.xl"
MINIMUM_VERSION = (25, 2)
"""The first LibreOffice that keeps the names of add-in functions in .xlsx files."""

IMPLEMENTATION = f"{IDENTIFIER}.PermuAddIn"
COMPONENT, SITE_FILE = "permu_addin.py", "permu_site.txt"
_TYPES, _HELP, _COMPONENTS = "XPermu.idl", "CalcAddIns.xcu", "permu.components"
_MENU, _PROTOCOL = "Addons.xcu", "ProtocolHandler.xcu"
_MANIFEST = "META-INF/manifest.xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
# A type library may be given as source text; Calc then needs no compiled one.
_MEDIA_TYPES = {
    _TYPES: "uno-typelibrary;type=RDB",
    _HELP: "configuration-data",
    _MENU: "configuration-data",
    _PROTOCOL: "configuration-data",
    _COMPONENTS: "uno-components",
}


def build_oxt(out: Path) -> Path:
    """Write the extension that is shipped, which names no folder of any machine.

    Raises FileAccessError where the file cannot be written.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(extension())
    except OSError as error:
        raise FileAccessError(f"{out} 写不进去：{error.strerror}。") from error
    return out


def extension(folders: Sequence[Path] = ()) -> bytes:
    """Return the extension; ``folders`` are where its component finds permu_xl and numpy."""
    functions = REGISTRY.values()
    parts = {
        _MANIFEST: _manifest(),
        "description.xml": _description(),
        _TYPES: interface(functions),
        _HELP: function_help(functions),
        _MENU: menu_config.menu(),
        _PROTOCOL: menu_config.protocol(),
        _COMPONENTS: _components(),
        COMPONENT: (resources.files("permu_xl.hosts.calc") / "oxt" / COMPONENT).read_text("utf-8"),
    }
    if folders:
        parts[SITE_FILE] = "".join(f"{folder}\n" for folder in folders)
    return packed({name: text.encode() for name, text in parts.items()})


def method_name(function: str) -> str:
    """Return the UNO name of a function, which has no underscores.

    >>> method_name("PERMU_POLLUTION_SCORE")
    'permuPollutionScore'
    """
    first, *others = function.lower().split("_")
    return first + "".join(map(str.title, others))


def argument_name(name: str) -> str:
    """Return an argument's name in the interface, where it must be no word of the language.

    >>> argument_name("data_row")
    'aDataRow'
    """
    return "a" + "".join(map(str.title, name.split("_")))


def interface(functions: Iterable[Function]) -> str:
    """Return the interface description: any cells in, rows of any cells out.

    Calc takes rows only where the result is declared as rows, also for a single cell.
    """
    lines = ["module org { module permu { module xl {", "interface XPermu {"]
    for function in functions:
        arguments = ", ".join(f"[in] any {argument_name(a.name)}" for a in function.arguments)
        lines.append(f"    sequence< sequence< any > > {method_name(function.name)}({arguments});")
    return "\n".join([*lines, "};", "}; }; };"]) + "\n"


def function_help(functions: Iterable[Function]) -> str:
    """Return CalcAddIns.xcu: names, help and the names in files of other programs."""
    lines = [
        '<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        'oor:name="CalcAddIns" oor:package="org.openoffice.Office">',
        f'<node oor:name="AddInInfo"><node oor:name="{IMPLEMENTATION}" oor:op="replace">',
        '<node oor:name="AddInFunctions">',
    ]
    for function in functions:
        lines += _node(method_name(function.name), _of_function(function))
    return _HEAD + "\n".join([*lines, "</node></node></node></oor:component-data>"]) + "\n"


def _of_function(function: Function) -> Iterator[str]:
    yield _property("DisplayName", function.name, function.name)
    yield _property("Description", function.english, function.help)
    # Calc shows functions under its own headings only.
    yield '<prop oor:name="Category"><value>Add-In</value></prop>'
    yield _property("CompatibilityName", function.name, function.name, english="en-US")
    yield '<node oor:name="Parameters">'
    for argument in function.arguments:
        default = f"不填为{argument.default}。" if argument.default else ""
        names, help = (argument.name, argument.title), (argument.english, argument.help + default)
        lines = [_property("DisplayName", *names), _property("Description", *help)]
        yield from _node(argument_name(argument.name), lines)
    yield "</node>"


def _node(name: str, content: Iterable[str]) -> Iterator[str]:
    yield f'<node oor:name="{name}" oor:op="replace">'
    yield from content
    yield "</node>"


def _property(name: str, in_english: str, in_chinese: str, *, english: str = "en") -> str:
    values = "".join(
        f"<value xml:lang={quoteattr(language)}>{escape(text)}</value>"
        for language, text in ((english, in_english), ("zh-CN", in_chinese))
    )
    return f'<prop oor:name="{name}">{values}</prop>'


def _manifest() -> str:
    entries = "".join(
        f'<manifest:file-entry manifest:media-type="application/vnd.sun.star.{kind}" '
        f'manifest:full-path="{name}"/>\n'
        for name, kind in _MEDIA_TYPES.items()
    )
    space = "http://openoffice.org/2001/manifest"
    return f'{_HEAD}<manifest:manifest xmlns:manifest="{space}">\n{entries}</manifest:manifest>\n'


def _description() -> str:
    version = ".".join(map(str, MINIMUM_VERSION))
    number = re.sub(r"[^0-9.].*", "", __version__)
    return f"""{_HEAD}\
<description xmlns="http://openoffice.org/extensions/description/2006"
    xmlns:d="http://openoffice.org/extensions/description/2006"
    xmlns:l="http://libreoffice.org/extensions/description/2011"
    xmlns:xlink="http://www.w3.org/1999/xlink">
  <identifier value="{IDENTIFIER}"/>
  <version value="{number}"/>
  <platform value="all"/>
  <dependencies>
    <l:LibreOffice-minimal-version value="{version}" d:name="LibreOffice {version}"/>
  </dependencies>
  <display-name>
    <name lang="en">permu_xl: PERMU_ functions</name>
    <name lang="zh-CN">亩均评价：PERMU_ 函数</name>
  </display-name>
</description>
"""


def _components() -> str:
    implementations = "".join(
        f'    <implementation name="{name}">\n'
        + "".join(f'      <service name="{service}"/>\n' for service in services)
        + "    </implementation>\n"
        for name, services in (
            (IMPLEMENTATION, ("com.sun.star.sheet.AddIn", IMPLEMENTATION)),
            (
                menu_config.IMPLEMENTATION,
                ("com.sun.star.frame.ProtocolHandler", menu_config.IMPLEMENTATION),
            ),
        )
    )
    return f"""{_HEAD}\
<components xmlns="http://openoffice.org/2010/uno-components">
  <component loader="com.sun.star.loader.Python" uri="{COMPONENT}">
{implementations}  </component>
</components>
"""
