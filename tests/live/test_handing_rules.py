"""Who signs when a shift is handed over."""

from __future__ import annotations

import pytest

from planner.live.rules import follows

HOST, CONTROL = 1, 2
CREW = [(7, HOST), (8, HOST), (9, CONTROL)]


@pytest.mark.parametrize(
    ("giver", "taker", "may"),
    [
        (7, 8, True),
        (8, 7, True),
        (7, 9, False),
        (9, 7, False),
        (5, 9, True),
        (5, 6, False),
        (None, 7, True),
        (7, None, False),
    ],
)
def test_who_works_where_the_giver_works_signs(giver: int | None, taker: int | None, may: bool) -> None:
    assert follows(giver, taker, CREW) is may
