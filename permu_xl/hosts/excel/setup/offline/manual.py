"""The manual as one page of HTML with its pictures in it, made from docs/使用手册.md.

The libraries for it are needed for building only (``pip install permu_xl[windows]``).
"""

from __future__ import annotations

import base64
import mimetypes
import re
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import unquote

from permu_xl.errors import PermuError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from markdown_it.token import Token

__all__ = ["manual_page"]

_STYLE = """
body { max-width: 60em; margin: 2em auto; padding: 0 1.5em; line-height: 1.7; color: #1c2521;
  font-family: "Microsoft YaHei UI", "Microsoft YaHei", "PingFang SC", sans-serif }
h1, h2, h3 { line-height: 1.35; margin-top: 1.8em }
h2 { border-bottom: 1px solid #c9d6cf; padding-bottom: .2em }
img { max-width: 100%; border: 1px solid #c9d6cf }
table { border-collapse: collapse; margin: 1em 0 }
th, td { border: 1px solid #c9d6cf; padding: .3em .7em; text-align: left; vertical-align: top }
th { background: #e9f2ed }
code { font-family: Consolas, monospace; background: #f1f4f2; padding: .1em .25em }
pre { background: #f1f4f2; padding: .8em 1em; overflow: auto }
pre code { padding: 0 }
a { color: #14633c }
@media print { body { max-width: none; margin: 0 } h2, h3 { break-after: avoid } }
"""
_PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>{style}</style></head>
<body>
{body}</body>
</html>
"""


def manual_page(source: Path) -> str:
    """Return the page; it refers to nothing outside of itself.

    Pictures stand in it, headings can be linked to as on the page of the repository, and of what
    leads to other documents the words remain.
    Raises PermuError where the libraries are missing, OSError where a file cannot be read.
    """
    try:
        from markdown_it import MarkdownIt
        from mdit_py_plugins.anchors import anchors_plugin
    except ImportError as error:
        raise PermuError("生成手册网页要先运行 pip install permu_xl[windows]。") from error
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.use(anchors_plugin, max_level=4, slug_func=_slug)
    tokens = reader.parse(source.read_text(encoding="utf-8"))
    for token in tokens:
        token.children = list(_within_page(token.children or (), source.parent))
    first = next(token for token in tokens if token.type == "inline")
    body = reader.renderer.render(tokens, reader.options, {})
    return _PAGE.format(title=escape(first.content), style=_STYLE, body=body)


def _slug(heading: str) -> str:
    """Return how a heading is linked to, as GitHub makes it.

    >>> _slug("发布以前：分类牢不牢靠")
    '发布以前分类牢不牢靠'
    """
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _within_page(tokens: Iterable[Token], folder: Path) -> Iterator[Token]:
    """Yield the parts of a paragraph: pictures in full, links only where they stay in the page."""
    leaving = False
    for token in tokens:
        if token.type == "image":
            picture = folder / unquote(str(token.attrs["src"]))
            kind = mimetypes.guess_type(picture.name)[0]
            content = base64.b64encode(picture.read_bytes()).decode("ascii")
            token.attrs["src"] = f"data:{kind};base64,{content}"
        elif token.type == "link_open":
            leaving = not str(token.attrs["href"]).startswith("#")
        if not (leaving and token.type in ("link_open", "link_close")):
            yield token
        leaving = leaving and token.type != "link_close"
