"""Which addresses of the web may be linked. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from planner.kernel.text import clean_line

LONGEST_ADDRESS = 500
LONGEST_TITLE = 120
MOST_LINKS = 60
"""What one object may have."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\d)")
_HOST = re.compile(r"(?!-)[^\s.]+(\.[^\s.]+)+|localhost|\[[0-9A-Fa-f:.]+\]")


def web_address(typed: str) -> str | None:
    """An address of the web as it is kept; None for anything a browser should not follow from here.

    `example.com/x` means https. No name and password, nothing that can't be seen, at most `LONGEST_ADDRESS`.
    """
    text = clean_line(typed)
    if not text or " " in text or not text.isprintable() or "\\" in text:
        return None
    whole = text if _SCHEME.match(text) else f"https://{text.removeprefix('//')}"
    try:
        parts = urlsplit(whole)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or parts.username is not None or "@" in parts.netloc:
        return None
    if len(whole) > LONGEST_ADDRESS or not _HOST.fullmatch(f"[{host}]" if ":" in host else host):
        return None
    return whole


def host_of(address: str) -> str:
    """What is shown of where an address leads."""
    return urlsplit(address).hostname or ""
