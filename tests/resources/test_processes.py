"""Many at the same instant at the program as it runs in production: several processes, one database, thirty-two people.

`make bench` sends the same bursts two hundred times.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.journeys.served import by_gunicorn
from tests.resources.bursts import Came, open_room
from tests.resources.conftest import Money

WORKERS = 4
pytestmark = [pytest.mark.both, pytest.mark.slow]


def test_thirty_two_at_once_commit_sign_and_tell_once(app: Flask, money: Money) -> None:
    with by_gunicorn(app, workers=WORKERS) as address:
        room = open_room(money, urlsplit(address).port or 0)
        came: list[Came] = [room.run(burst) for burst in room.bursts]
    assert [each.faults for each in came if each.faults] == []
    assert sum(len(each.losers) for each in came) > 100, "most of them came too late, and were told"
