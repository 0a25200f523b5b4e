"""What a step was told that it waits for, as whoever may not see requests reads it."""

from __future__ import annotations

import functools
import re

from planner.base.i18n import both
from planner.kernel.text import msg


@functools.cache
def _named() -> tuple[re.Pattern[str], ...]:
    """A request with its number and its title, in either language."""
    words = both(msg("Request No. %(n)s: %(title)s", n="0", title=""))
    return tuple(re.compile(re.escape(each.rstrip()).replace("0", r"\d+") + ".*", re.DOTALL) for each in words)


def without_title(words: str) -> str:
    """Words that name a request, by its number alone; any others as they are."""
    found = next((each for each in _named() if each.fullmatch(words)), None)
    return words if found is None else re.split("[:\uff1a]", words, maxsplit=1)[0]
