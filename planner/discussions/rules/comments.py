"""What a comment may say, and how it names people: by their number, so that no text keeps a name. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

LONGEST = 4000
EXCERPT = 80
MARKUP = re.compile(r"\*\*|~~|`|^\s*(?:[>*+-]|\d+\.)\s+", re.MULTILINE)
NAMED = re.compile(r"<@(\d{1,19})>")
CALLED = re.compile(r"(?<![A-Za-z0-9._%+<-])@([^\W_][\w.-]{0,19})")
"""What reads like a name that is called: not a mail address, not a name that was found."""
MOST_UNHEARD = 5


def named_in(texts: Iterable[str]) -> set[int]:
    """The people whom texts name."""
    return {int(found) for text in texts for found in NAMED.findall(text)}


def fold(text: str, people: Mapping[str, int]) -> str:
    """`@小米` as it is kept. The longest name counts; what follows an address (`a@b.cn`) or is nobody's name stays."""
    by_length = sorted((name for name in people if name), key=len, reverse=True)
    if not by_length:
        return text
    anybody = re.compile(
        rf"(?<![A-Za-z0-9._%+-])@({'|'.join(map(re.escape, by_length))})(?![A-Za-z0-9])", re.IGNORECASE
    )
    folded = {name.casefold(): user_id for name, user_id in people.items()}

    def kept(found: re.Match[str]) -> str:
        user_id = folded.get(found[1].casefold())
        return found[0] if user_id is None else f"<@{user_id}>"

    return anybody.sub(kept, text)


def unheard(kept: str) -> list[str]:
    """The names a text calls that are nobody's, as typed; of a text as it is kept, so those that were found are out."""
    return list(dict.fromkeys(found.rstrip(".-") for found in CALLED.findall(kept)))[:MOST_UNHEARD]


def unfold(text: str, names: Mapping[int, str], unknown: str = "…") -> str:
    """The text as it was typed, with the names people have now."""
    return NAMED.sub(lambda found: f"@{names.get(int(found[1]), unknown)}", text)


def excerpt(text: str, most: int = EXCERPT) -> str:
    """The beginning of a text in one line and without its markup, for feeds and lists."""
    line = " ".join(MARKUP.sub("", text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
