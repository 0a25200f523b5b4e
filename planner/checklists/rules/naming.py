"""What the copy of a SOP is called: as the SOP, with a mark in the language of each name. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import count

from planner.kernel.text import fold

LONGEST_NAME = 80
_MARKED = re.compile(r"\s*[（(](?:副本|copy)(?: ?\d+)?[）)]$", re.IGNORECASE)


def _marked(name: str, number: int) -> str:
    if not name:
        return ""
    mark = "（副本{}）" if any("\u4e00" <= letter <= "\u9fff" for letter in name) else " (copy{})"
    mark = mark.format(f" {number}" if number > 1 else "")
    return name[: LONGEST_NAME - len(mark)].rstrip() + mark


def copy_names(name: str, name_en: str, held: Collection[str]) -> tuple[str, str]:
    """The name and the English name of a copy, neither of them among those that are held. The copy of a copy has one
    mark, too."""
    taken, plain, english = {fold(each) for each in held}, _MARKED.sub("", name), _MARKED.sub("", name_en)
    pairs = ((_marked(plain or name, number), _marked(english, number)) for number in count(1))
    return next(pair for pair in pairs if not taken & {fold(each) for each in pair if each})
