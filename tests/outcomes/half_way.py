"""A process of its own that takes files over and stops in the middle of one, as told: to be killed there.

`python -m tests.outcomes.half_way DATABASE_URL FILES_DIR ROWS INSTANT worker|web IMPORT ACTOR_ID TEAM_ID`
"""

from __future__ import annotations

import contextlib
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from planner.app import create_app
from planner.base import jobs
from planner.base.actor import Actor, acting
from planner.kernel import clock
from planner.kernel.permissions import Role
from planner.outcomes import services
from planner.outcomes.services import storing
from tests.conftest import settings


def stop_after(rows: int) -> None:
    """Say so and wait for the end, once so many rows were written."""
    real, done = storing.store_set, [0]

    def counted(*args: Any, **more: Any) -> str:
        outcome = real(*args, **more)
        done[0] += 1
        if done[0] == rows:
            sys.stdout.write("half way\n")
            sys.stdout.flush()
            signal.pause()
        return outcome

    storing.store_set = counted


def main(url: str, folder: str, rows: str, instant: str, way: str, made: str, user_id: str, team_id: str) -> None:
    """Take one file over."""
    app = create_app(settings(url, Path(folder)))
    stop_after(int(rows))
    who = Actor(user_id=int(user_id), team_id=int(team_id), role=Role.LEAD, timezone="Asia/Shanghai", day_start=360)
    with app.app_context(), contextlib.ExitStack() as stack:
        stack.enter_context(clock.standing(datetime.fromisoformat(instant)))
        if way == "worker":
            jobs.run_pending()
        else:
            stack.enter_context(acting(who))
            services.store_import(int(made))


if __name__ == "__main__":
    main(*sys.argv[1:])
