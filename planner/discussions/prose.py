"""Markdown as people write it in a comment, as HTML that can do no harm."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup, escape

ADDRESS = re.compile(
    r"https?://[^\s<>\"'`，。；：！？、（）《》【】「」“”]+[^\s<>\"'`，。；：！？、（）《》【】「」“”.,;:!?)\]]"
)
SHOWN = re.compile(r"&lt;@(\d{1,19})&gt;")
SCHEMES = {"http", "https", "mailto"}
TAGS = {"p", "br", "strong", "em", "s", "code", "pre", "ul", "ol", "li", "blockquote", "a"}
NOT_HERE = ["heading", "lheading", "image", "code", "hr", "reference", "html_block", "html_inline"]


def _texts(token: Token) -> list[Token]:
    """A run of text, with the bare addresses in it as links."""
    found: list[Token] = []
    at = 0
    for match in ADDRESS.finditer(token.content):
        if match.start() > at:
            found.append(Token("text", "", 0, content=token.content[at : match.start()]))
        found.append(Token("link_open", "a", 1, attrs={"href": match[0]}))
        found.append(Token("text", "", 0, content=match[0]))
        found.append(Token("link_close", "a", -1))
        at = match.end()
    return [*found, Token("text", "", 0, content=token.content[at:])] if at else [token]


def _link_addresses(state: StateCore) -> None:
    for block in state.tokens:
        made: list[Token] = []
        within = 0
        for token in block.children or []:
            within += {"link_open": 1, "link_close": -1}.get(token.type, 0)
            made += _texts(token) if token.type == "text" and not within else [token]
        block.children = made if block.children else block.children


_READER = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("strikethrough").disable(NOT_HERE)
_READER.core.ruler.push("addresses", _link_addresses)


def _known_address(tag: str, name: str, value: str) -> str | None:
    known = value.lower().startswith(tuple(f"{scheme}:" for scheme in SCHEMES))
    return value if known or name != "href" else None


@functools.lru_cache(2048)
def _clean(text: str) -> str:
    return nh3.clean(
        _READER.render(text),
        tags=TAGS,
        attributes={"*": set(), "a": {"href"}},
        attribute_filter=_known_address,
        url_schemes=SCHEMES,
        link_rel="noopener nofollow ugc",
    )


def to_html(text: str, names: Mapping[int, str], unknown: str = "…") -> Markup:
    """The text with its people as chips."""

    def chip(found: re.Match[str]) -> str:
        return f'<span class="mention">@{escape(names.get(int(found[1]), unknown))}</span>'

    return Markup(SHOWN.sub(chip, _clean(text)))  # nosec B704: cleaned above, names escaped
