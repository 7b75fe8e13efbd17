"""On which line of a scheme file each key stands, and what the file's comments say of it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

ASSUMED = "假定："
"""How the comment on a value begins that no published document gives."""


@dataclass(slots=True)
class Places:
    """Lines (from 1) and remarks by key, keys written as in problems: ``cuts[0].letter``.

    A table that has no header of its own stands where the first key in it does.  ``assumed`` are
    the comments that begin with ``ASSUMED``, without that word.
    """

    lines: dict[str, int] = field(default_factory=dict)
    assumed: dict[str, str] = field(default_factory=dict)

    def nearest(self, key: str) -> str:
        """Return the key itself or the innermost table around it that has a line; "" for none.

        >>> Places({"a.b": 3}).nearest("a.b.c[1].d")
        'a.b'
        """
        while key and key not in self.lines:
            key = surrounding(key)
        return key


def surrounding(key: str) -> str:
    """Return the table or list around a key.

    >>> surrounding("a.b[1].c"), surrounding("a.b[1]"), surrounding("a")
    ('a.b[1]', 'a.b', '')
    """
    return re.sub(r"(^|\.|\[)[^.\[]*$", "", key)


def places(text: str) -> Places:
    r"""Return where the keys of a TOML text stand; the text must be right.

    >>> found = places('[a]\nb = 1\n# 假定：没有公布\nc = { d = [{ e = 1 }] }\n')
    >>> found.lines
    {'a': 1, 'a.b': 2, 'a.c': 4, 'a.c.d': 4, 'a.c.d[0]': 4, 'a.c.d[0].e': 4}
    >>> found.assumed
    {'a.c': '没有公布'}
    """
    import tree_sitter_toml
    from tree_sitter import Language, Parser

    tree = Parser(Language(tree_sitter_toml.language())).parse(text.encode())
    walk = _Walk()
    walk.document(tree.root_node)
    return walk.found


class _Walk:
    """A walk through a syntax tree in the order of the text."""

    def __init__(self) -> None:
        self.found = Places()
        self.last_of: dict[str, int] = {}
        self.key, self.row = "", -1
        self.pending: list[str] = []

    def document(self, root: Node) -> None:
        for node in root.named_children:
            if node.type in ("table", "table_array_element"):
                self.table(node)
            else:
                self.entry(node, "")

    def table(self, node: Node) -> None:
        head, *entries = node.named_children
        path = self.descend("", _names(head)[:-1], head)
        path = _inside(path, _names(head)[-1])
        if node.type == "table_array_element":
            self.found.lines.setdefault(path, head.start_point.row + 1)
            self.last_of[path] = self.last_of.get(path, -1) + 1
            path = self.latest(path)
        self.stands(path, head)
        for entry in entries:
            self.entry(entry, path)

    def latest(self, path: str) -> str:
        """Return the path of the last table of a list of tables, any other path as it is."""
        return f"{path}[{self.last_of[path]}]" if path in self.last_of else path

    def descend(self, path: str, names: list[str], node: Node) -> str:
        """Go into tables that may have no line of their own; return the path."""
        for name in names:
            path = self.latest(_inside(path, name))
            self.found.lines.setdefault(path, node.start_point.row + 1)
        return path

    def entry(self, node: Node, path: str) -> None:
        if node.type == "comment":
            self.comment(node)
            return
        key, value, *comments = node.named_children
        *outer, name = _names(key)
        path = _inside(self.descend(path, outer, key), name)
        self.stands(path, key)
        self.value(value, path)
        self.key, self.row = path, value.end_point.row
        for comment in comments:
            self.comment(comment)

    def value(self, node: Node, path: str) -> None:
        if node.type == "inline_table":
            for inner in node.named_children:
                self.entry(inner, path)
        elif node.type == "array":
            position = 0
            for inner in node.named_children:
                if inner.type == "comment":
                    self.comment(inner)
                    continue
                here = f"{path}[{position}]"
                self.stands(here, inner)
                self.value(inner, here)
                self.key, self.row = here, inner.end_point.row
                position += 1

    def stands(self, path: str, node: Node) -> None:
        """Note where a key stands; it is what a comment just before it speaks of."""
        self.found.lines[path] = node.start_point.row + 1
        self.key, self.row = path, node.start_point.row
        if self.pending:
            self.found.assumed[path] = "".join(self.pending)
            self.pending = []

    def comment(self, node: Node) -> None:
        """Keep an assumption: of the key on the same line, else of the next one.

        An assumption on lines of its own goes on until the next key.
        """
        text = _text(node).lstrip("#").strip()
        beside = node.start_point.row == self.row
        if text.startswith(ASSUMED):
            text = text.removeprefix(ASSUMED)
            if beside:
                self.found.assumed[self.key] = text
            else:
                self.pending = [text]
        elif self.pending and not beside:
            self.pending.append(text)


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _names(key: Node) -> list[str]:
    """Return the names in a key, which may be quoted and dotted."""
    inner = tomllib.loads(f"{_text(key)} = 0")
    names = []
    while isinstance(inner, dict):
        ((name, inner),) = inner.items()
        names.append(name)
    return names


def _inside(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
