"""What a new team sets up: how long the list stands, where, and what the first administrator sees beside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from planner.base.actor import acting
from planner.home import queries
from planner.live import services as live
from planner.live.rules import Weight
from planner.outcomes import services as outcomes
from planner.plan import services as plan
from tests.cast import Cast
from tests.live.pages import statements

Client = Callable[[str], Any]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HEAD = "<h2>First steps</h2>"

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC).replace(second=0, microsecond=0)


@pytest.fixture
def client_of(client_of: Client) -> Client:
    """These browsers read English."""

    return lambda login: client_of(login).in_english()


@pytest.fixture
def show(cast: Cast) -> Callable[[datetime], int]:
    """A show without a crew."""

    def make(start: datetime) -> int:
        with acting(cast.actors["lead"]):
            return live.schedule_session("秋冬修护专场", Weight.DAILY, cast.channel, None, start, 240, {}, [])

    return make


def steps(cast: Cast, login: str = "lead") -> dict[str, bool]:
    with acting(cast.actors[login]):
        return {step.key: step.done for step in queries.today().first}


def set_goal(cast: Cast, day: Any) -> None:
    with acting(cast.actors["lead"]):
        plan.add_goal(plan.add_period("第四季度", day - 40 * DAY, day + 40 * DAY), "单场 GMV 突破 50 万")


@pytest.mark.engines
def test_the_first_steps_stay_until_all_are_done(
    client_of: Client, cast: Cast, now: datetime, show: Callable[[datetime], int]
) -> None:
    wanted = {"channel": True, "studio": True, "people": True, "plan": False, "session": False}
    assert steps(cast) == wanted
    page = client_of("lead").get("/").text
    assert "Plan the first session" in page
    assert 'href="/sessions/new"' in page
    assert page.index(HEAD) < page.index("<h2>Tonight</h2>")
    assert "0/5" in client_of("outsider").get("/").text, "another team begins at nothing"
    assert HEAD not in client_of("host").get("/").text
    made = show(now + 2 * DAY)
    for login in ("lead", "manager"):
        assert steps(cast, login) == wanted | {"session": True}, login
        page = client_of(login).get("/").text
        assert page.index("<h2>Tonight</h2>") < page.index(HEAD), "tonight stands above it"
    with acting(cast.actors["lead"]):
        live.trash_session(made)
    assert steps(cast) == wanted
    show(now + 2 * DAY)
    set_goal(cast, now.date())
    for login in ("lead", "manager"):
        assert steps(cast, login) == {}, login


def test_the_first_steps_go_with_the_first_show_that_is_over(
    cast: Cast, now: datetime, show: Callable[[datetime], int]
) -> None:
    made = show(now - 2 * HOUR)
    with acting(cast.actors["lead"]):
        live.go_live(made, now - 2 * HOUR)
        assert steps(cast)["session"], "what is on air is not over"
        live.end_live(made, now - HOUR)
    for login in ("lead", "manager"):
        assert steps(cast, login) == {}, login


def test_the_manager_of_a_new_team_plans_and_one_with_results_reads_them(
    client_of: Client, cast: Cast, now: datetime, show: Callable[[datetime], int]
) -> None:
    manager = client_of("manager")

    def leading() -> str:
        found = re.search(r'<a class="btn btn-primary[^"]*" href="([^"]+)"', manager.get("/").text)
        return found[1] if found else ""

    assert leading() == "/sessions/new"
    show(now + 3 * DAY)
    assert "Next:" in manager.get("/").text
    made = show(now - 2 * HOUR)
    with acting(cast.actors["lead"]):
        live.go_live(made, now - 2 * HOUR)
        live.end_live(made, now - HOUR)
        assert leading() == "/sessions/new", "nothing to read yet"
        outcomes.type_figures(made, {"gmv": Decimal(61_000)})
    assert leading() == "/results"


@pytest.mark.parametrize("login", ["lead", "manager"])
def test_a_young_team_costs_few_statements(
    login: str, app: Flask, client_of: Client, cast: Cast, now: datetime, show: Callable[[datetime], int]
) -> None:
    visitor = client_of(login)
    show(now + HOUR)
    show(now + 2 * DAY)
    set_goal(cast, now.date())
    with acting(cast.actors["lead"]):
        live.trash_studio(cast.studio)
    visitor.get("/")
    with statements(app) as told:
        assert HEAD in visitor.get("/").text
    assert len(told) <= 12, told
