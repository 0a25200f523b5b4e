"""The server is killed between an approval and the notice of it: what was committed stands, and is told once."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from planner.base import jobs
from planner.base import unit as units
from planner.base.actor import acting
from planner.kernel import clock
from planner.notifications import jobs as notice_jobs
from planner.notifications.models import Notice
from planner.notifications.queries.waiting import not_read
from planner.resources import jobs as money_jobs
from planner.resources.models import RequestAct
from planner.resources.rules import Act, Standing, State
from tests.resources.conftest import YUAN, Money

pytestmark = pytest.mark.both
ROOT = Path(__file__).resolve().parents[2]
ONCE = "c" * 32
SECOND = timedelta(seconds=1)


def killed(app: Flask, moment: str, made: int, seen: str, at: datetime) -> None:
    """Another process takes the lead's form and is killed at this moment of it."""
    asked = [app.config["DATABASE_URL"], app.config["FILES_DIR"], at.isoformat(), moment, "lead", made, seen, ONCE]
    command = [sys.executable, "-m", "tests.resources.half_decided", *map(str, asked)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == f"{moment}\n"
        child.send_signal(signal.SIGKILL)
        assert child.wait(20) == -signal.SIGKILL


def told(money: Money, at: datetime) -> list[str]:
    """What the requester has to read by then."""
    with acting(money.cast.actors["host"]), units.reading() as unit:
        return [
            words["msg"] for words in unit.session.scalars(select(Notice.words).where(*not_read(money.cast.host, at)))
        ]


def approvals(money: Money, made: int) -> int:
    with acting(money.cast.actors["manager"]), units.reading() as unit:
        mine = (RequestAct.request_id == made, RequestAct.act == Act.APPROVE)
        return unit.session.scalar(select(func.count(RequestAct.id)).where(*mine)) or 0


def come_round() -> None:
    """All that the restarted worker does about it."""
    money_jobs.chase()
    money_jobs.check_ledgers()
    notice_jobs.send_letters()
    jobs.run_pending()


def test_what_was_approved_is_told_once_though_the_server_died_before_it_could_say_so(
    app: Flask, db: Any, money: Money, client_of: Callable[[str], Any]
) -> None:
    made, at = money.ask(yuan=1000), clock.now()
    killed(app, "after", made, money.row(made).seen, at)
    assert money.state(made) is State.APPROVED
    assert money.standing() == Standing(100_000 * YUAN, 0, 1000 * YUAN, 0)
    with clock.standing(at + 5 * SECOND):
        lead = client_of("lead")
        again = lead.post_form(f"/requests/{made}/approve", {"seen": money.row(made).seen}, once=ONCE)
        assert again.status_code == 303, "the browser sends its form again, and that is the same tap"
        come_round()
    assert told(money, at + 9.9 * SECOND) == []
    for seconds in (11, 20, 700):
        with clock.standing(at + seconds * SECOND):
            come_round()
            assert told(money, clock.now()) == ["Approved: %(title)s, %(amount)s"]
    assert (approvals(money, made), money.state(made)) == (1, State.APPROVED)
    assert money.standing() == Standing(100_000 * YUAN, 0, 1000 * YUAN, 0)


def test_a_decision_that_was_not_committed_never_was_and_is_made_by_the_form_that_comes_again(
    app: Flask, db: Any, money: Money, client_of: Callable[[str], Any]
) -> None:
    made, at = money.ask(yuan=1000), clock.now()
    killed(app, "before", made, money.row(made).seen, at)
    assert money.state(made) is State.PENDING
    assert money.standing() == Standing(100_000 * YUAN, 1000 * YUAN, 0, 0)
    assert told(money, at + 3600 * SECOND) == []
    with clock.standing(at + 5 * SECOND):
        lead = client_of("lead")
        assert lead.post_form(f"/requests/{made}/approve", {"seen": money.row(made).seen}, once=ONCE).status_code == 303
    assert (approvals(money, made), money.state(made)) == (1, State.APPROVED)
    assert len(told(money, at + 16 * SECOND)) == 1
