"""Files of thousands of rows: few statements, and whoever waits sees how far it is. On both engines."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from planner.base import jobs, progress
from planner.base import unit as units
from planner.base.actor import acting
from planner.base.tables import Job
from planner.live import queries as live
from planner.live.rules import State
from planner.outcomes import services
from planner.outcomes.queries import imports
from planner.outcomes.rules import sample
from planner.outcomes.services import storing, withdrawing
from tests.cast import Cast
from tests.demo_room import Statements
from tests.outcomes.conftest import ACCOUNT, NOON, Bring, Plan, read, row

pytestmark = [pytest.mark.engines, pytest.mark.usefixtures("db")]
Client = Callable[[str], Any]
Seen = tuple[str, str, int, int]


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rows are many, and every step is told."""
    monkeypatch.setattr(storing, "AT_ONCE", 2)
    monkeypatch.setattr(withdrawing, "AT_ONCE", 2)
    monkeypatch.setattr(progress, "EVERY_SECONDS", 0)


@pytest.fixture
def onlooker(app: Flask, cast: Cast) -> Callable[[int], Seen]:
    """What somebody else sees of a file at this moment, over a connection of their own."""

    def look(made: int) -> Seen:
        with app.app_context(), acting(cast.actors["host"]):
            found = imports.import_progress(made)
        assert found.work is not None
        return found.file.state, found.work.state, found.work.done, found.work.total

    def ask(made: int) -> Seen:
        with ThreadPoolExecutor(1) as other:
            return other.submit(look, made).result(20)

    return ask


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch, onlooker: Callable[[int], Seen]) -> Callable[[Any, int], list[Seen]]:
    """Has somebody look at a file each time the worker comes to the figures of a session."""

    def watch(room: Any, made: int) -> list[Seen]:
        seen: list[Seen] = []
        for step in ("store_set", "after_figures"):
            real = getattr(room, step)

            def looked(*args: Any, real: Any = real) -> Any:
                seen.append(onlooker(made))
                return real(*args)

            monkeypatch.setattr(room, step, looked)
        return seen

    return watch


def test_everybody_sees_how_far_the_worker_is_before_anything_is_committed(
    long: None, bring: Bring, shows: list[int], cast: Cast, watched: Any, app: Flask
) -> None:
    made = bring(read("compass.xlsx"))
    seen = watched(storing, made)
    with acting(cast.actors["lead"]):
        assert services.store_import(made) == {"waiting": 5}
        asked = imports.import_progress(made).work
        assert asked is not None
        assert (asked.state, asked.done, asked.total, asked.why) == ("queued", 0, 0, "")
    assert jobs.run_pending() == 1
    assert seen == [("waiting", "running", done, 9) for done in range(9)], "five rows, and what follows for four shows"
    with acting(cast.actors["lead"]):
        found = imports.import_progress(made)
        assert (found.file.state, found.work, found.running) == ("stored", None, False)
        assert [live.brief(show).state for show in shows] == [State.ENDED] * 4
    assert not list(Path(app.config["FILES_DIR"]).glob("progress/*")), "nothing is left lying about"


def test_a_withdrawal_tells_how_far_it_is_too(
    long: None, take: Any, bring: Bring, shows: list[int], cast: Cast, watched: Any
) -> None:
    made = bring(read("compass.xlsx"))
    with acting(cast.actors["lead"]):
        services.store_import(made)
    assert jobs.run_pending() == 1
    seen = watched(withdrawing, made)
    with acting(cast.actors["lead"]):
        assert services.withdraw_import(made) == {"waiting": 5}
    assert jobs.run_pending() == 1
    assert seen == [("undoing", "running", done, 9) for done in range(5, 9)]


def test_telling_renews_the_lease_and_a_worker_that_lost_it_tells_nothing(
    long: None, bring: Bring, shows: list[int], cast: Cast, app: Flask, noon: time_machine.Traveller
) -> None:
    made = bring(read("compass.xlsx"))
    with acting(cast.actors["lead"]):
        services.store_import(made)
    taken = jobs._take()
    assert taken is not None
    noon.move_to(NOON + jobs.LEASE / 2)
    progress.Telling(taken.id, taken.lease, jobs.LEASE).tell(3, 9)
    with acting(cast.actors["lead"]), units.reading() as unit:
        assert progress.read(unit.session.get_one(Job, taken.id)) == (3, 9)
    progress.Telling(taken.id, "another", jobs.LEASE).tell(4, 9)
    with acting(cast.actors["lead"]), units.reading() as unit:
        held = unit.session.get_one(Job, taken.id)
        assert progress.read(held) != (4, 9)
        if unit.link.dialect.name == "postgresql":
            assert (held.leased_until or NOON) > NOON + 1.4 * jobs.LEASE


def test_telling_costs_nothing_where_no_job_is_at_hand_and_never_stops_the_work(
    bring: Bring, shows: list[int], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(progress, "_write", broken)
    made, other = bring(read("compass.xlsx")), bring(read("compass.xlsx"))
    with acting(cast.actors["lead"]):
        assert services.store_import(made) == {"new": 5}
        monkeypatch.setattr(storing, "AT_ONCE", 2)
        services.store_import(other)
    assert jobs.run_pending() == 1
    with acting(cast.actors["lead"]):
        assert imports.import_page(other).file.state == "stored"


def test_the_page_of_a_long_file_shows_a_bar_and_can_be_left_and_come_back_to(
    long: None, client_of: Client, bring: Bring, shows: list[int], cast: Cast
) -> None:
    made, lead = bring(read("compass.xlsx")), client_of("lead")
    place = f"/imports/{made}"
    lead.post_form(f"{place}/store")
    page = lead.get(place)
    assert page.headers["Cache-Control"] == "no-store"
    assert f'data-poll="{place}?part=progress"' in page.text
    for told in ("waiting for the worker", "You need not wait here", "Look again", f'href="{place}"'):
        assert told in page.text, told
    assert f"{place}/store" not in page.text, "it is asked for already"
    assert f"{place}/drop" in page.text
    taken = jobs._take()
    assert taken is not None
    said = {
        (2, 9): "2 of 5 rows",
        (7, 9): "2 of 4 sessions",
    }
    for (done, total), words in said.items():
        progress.Telling(taken.id, taken.lease, jobs.LEASE).tell(done, total)
        part = lead.get(f"{place}?part=progress")
        assert f'value="{done}" max="{total}"' in part.text
        assert words in part.text
        assert "HX-Refresh" not in part.headers
        assert part.headers["Cache-Control"] == "no-store"
        assert words in lead.get(place).text, "a plain reload shows the same"
    assert lead.get(f"{place}?part=progress", headers={"If-None-Match": part.headers["ETag"]}).status_code == 304
    assert f"{place}/drop" not in lead.get(place).text, "too late"
    assert "78%" in lead.get("/jobs").text
    jobs._run(taken)
    after = lead.get(f"{place}?part=progress")
    assert after.headers["HX-Refresh"] == "true", "the page loads itself anew"
    assert "The worker is through." in after.text
    assert "data-poll" not in lead.get(place).text
    assert 'What became of the rows: <span class="num">new 5</span>' in lead.get(place).text
    assert lead.get("/imports/999?part=progress").status_code == 404
    assert client_of("outsider").get(f"{place}?part=progress").status_code == 404


def test_a_worker_that_fails_says_why_and_the_file_can_be_taken_over_once_more(
    long: None, client_of: Client, bring: Bring, shows: list[int], cast: Cast, monkeypatch: pytest.MonkeyPatch,
    noon: time_machine.Traveller,
) -> None:  # fmt: skip
    made, lead = bring(read("compass.xlsx")), client_of("lead")
    place = f"/imports/{made}"
    lead.post_form(f"{place}/store")

    def broken(*_args: Any) -> None:
        raise RuntimeError("the light went out")

    with monkeypatch.context() as patch:
        patch.setattr(storing, "after_figures", broken)
        for tries in range(1, 5):
            assert jobs.run_pending() == 1
            noon.shift(600)
            if tries == 1:
                assert "It failed and is tried again:" in lead.get(place).text
    page = lead.get(place)
    assert "The worker could not take this file over. Nothing of it counts" in page.text
    assert "the light went out" in page.text
    assert "data-poll" not in page.text
    assert lead.get(f"{place}?part=progress").headers["HX-Refresh"] == "true"
    assert lead.post_form(f"{place}/store").status_code == 303
    assert jobs.run_pending() == 1
    assert ">stored" in lead.get(place).text


def test_a_thousand_rows_are_matched_as_one_by_one_and_in_as_few_statements_as_fifty(
    bring: Bring, plan: Plan, cast: Cast, app: Flask
) -> None:
    for day in range(1, 29):
        plan(f"2026-08-{day:02} 20:00", 60)
    days = [row(f"2026-08-{1 + n % 28:02} {18 + n % 6}:{n // 28:02}", 5, gmv=n) for n in range(1000)]
    asked, made = [], 0
    for some in (days[:50], days):
        with Statements(app) as seen:
            made = bring(sample.as_csv(some))
        asked.append(sum(1 for told in seen.told if told.lstrip().upper().startswith("SELECT")))
    assert asked[1] <= asked[0] + 4, "one more round for every 500 rows"
    with acting(cast.actors["lead"]):
        view = imports.import_page(made)
        alone = [live.match_airing(ACCOUNT, v.row.start) for v in view.rows if v.row.start]
        assert [v.session for v in view.rows] == [hits[0].session if hits else None for hits in alone]
        assert 0 < view.left.unlinked < 1000
