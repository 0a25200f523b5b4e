"""A server of its own in which somebody approves a request by the form, and which stops right before or right after the
decision is committed, as told: to be killed there.

`python -m tests.resources.half_decided DATABASE_URL FILES_DIR INSTANT before|after LOGIN REQUEST SEEN ONCE`
"""

from __future__ import annotations

import signal
import sys
from datetime import datetime
from pathlib import Path

from planner.app import create_app
from planner.base.unit import Unit
from planner.kernel import clock
from tests.cast import PASSWORD
from tests.conftest import Visitor, settings


def stop(moment: str) -> None:
    """Say so and wait for the end, at this moment of the decision's transaction."""
    commit = Unit.commit

    def stopping(unit: Unit) -> None:
        mine = unit.command == "resources.approve"
        if moment == "after":
            commit(unit)
        if mine:
            sys.stdout.write(f"{moment}\n")
            sys.stdout.flush()
            signal.pause()
        if moment != "after":
            commit(unit)

    Unit.commit = stopping  # type: ignore[method-assign]


def main(url: str, folder: str, instant: str, moment: str, login: str, request_id: str, seen: str, once: str) -> None:
    """Sign in and approve."""
    app = create_app(settings(url, Path(folder)))
    with clock.standing(datetime.fromisoformat(instant)):
        visitor = Visitor(app.test_client())
        visitor.get("/login")
        assert visitor.post_form("/login", {"login": login, "password": PASSWORD}).status_code == 303
        visitor.token, visitor.home = "", "/me"
        stop(moment)
        visitor.post_form(f"/requests/{request_id}/approve", {"seen": seen}, once=once)


if __name__ == "__main__":
    main(*sys.argv[1:])
