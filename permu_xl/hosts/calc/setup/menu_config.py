"""The menu and the toolbar 亩均评价 as LibreOffice's configuration describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from permu_xl.hosts.calc.texts import MENU, MENU_TITLE, Entry

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["IMPLEMENTATION", "PROTOCOL", "menu", "protocol"]

PROTOCOL = "org.permu.xl"
"""How the addresses of the commands begin: ``org.permu.xl:recalculate``."""
IMPLEMENTATION = f"{PROTOCOL}.PermuMenu"

_CALC = "com.sun.star.sheet.SpreadsheetDocument"
_SEPARATOR = "private:separator"


def menu() -> str:
    """Return Addons.xcu: one menu and one toolbar, in Calc only."""
    submenu: list[str] = []
    for number, (command, entry) in enumerate(MENU.items()):
        # LibreOffice puts nodes in the order of their names.
        if entry.separated:
            submenu += _node(f"m{number:02}_0", [_value("URL", _SEPARATOR)])
        submenu += _node(f"m{number:02}_{command}", _command(command, entry))
    bar = [_titled(MENU_TITLE), _value("Context", _CALC)]
    bar += ['<node oor:name="Submenu">', *submenu, "</node>"]
    toolbar: list[str] = []
    for number, (command, entry) in enumerate(MENU.items()):
        if entry.on_toolbar:
            content = [*_command(command, entry), _value("Context", _CALC)]
            toolbar += _node(f"m{number:02}_{command}", content)
    lines = [
        '<node oor:name="AddonUI">',
        '<node oor:name="OfficeMenuBar">', *_node(IMPLEMENTATION, bar), "</node>",
        '<node oor:name="OfficeToolBar">', *_node(IMPLEMENTATION, toolbar), "</node>",
        "</node>",
    ]  # fmt: skip
    return _configuration("Addons", lines)


def protocol() -> str:
    """Return ProtocolHandler.xcu: who carries out the commands."""
    addresses = f"<value>{PROTOCOL}:*</value>"
    lines = [
        '<node oor:name="HandlerSet">',
        *_node(
            IMPLEMENTATION,
            [f'<prop oor:name="Protocols" oor:type="oor:string-list">{addresses}</prop>'],
        ),
        "</node>",
    ]
    return _configuration("ProtocolHandler", lines)


def _configuration(name: str, lines: list[str]) -> str:
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'oor:name="{name}" oor:package="org.openoffice.Office">\n'
    )
    return head + "\n".join([*lines, "</oor:component-data>"]) + "\n"


def _command(command: str, entry: Entry) -> Iterator[str]:
    yield _value("URL", f"{PROTOCOL}:{command}")
    yield _titled(entry)
    yield _value("Target", "_self")


def _titled(entry: Entry) -> str:
    return (
        '<prop oor:name="Title" oor:type="xs:string">'
        f'<value xml:lang="en">{escape(entry.english)}</value>'
        f'<value xml:lang="zh-CN">{escape(entry.title)}</value></prop>'
    )


def _value(name: str, text: str) -> str:
    return f'<prop oor:name="{name}" oor:type="xs:string"><value>{escape(text)}</value></prop>'


def _node(name: str, content: Iterator[str] | list[str]) -> list[str]:
    return [f'<node oor:name="{name}" oor:op="replace">', *content, "</node>"]
