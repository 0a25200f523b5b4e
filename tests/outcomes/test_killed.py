"""kill -9 in the middle of an import: nothing acknowledged is lost, nothing half done stays, the work is done once."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from planner.base import db as base
from planner.base import jobs
from planner.base import unit as units
from planner.base.actor import acting
from planner.base.tables import AuditEntry, Job, NewsRow
from planner.kernel import clock
from planner.live import queries as live
from planner.live.rules import State
from planner.outcomes import services
from planner.outcomes.models import FigureSet, FigureValue, ImportFile
from planner.outcomes.queries import imports
from planner.outcomes.rules import sample
from planner.outcomes.services import storing as room
from tests.cast import Cast
from tests.outcomes.conftest import GMVS, NOON, Bring, read, row

pytestmark = pytest.mark.engines
ROOT = Path(__file__).resolve().parents[2]
ResultOf = Callable[[int], Any]


@contextlib.contextmanager
def half_way(app: Flask, cast: Cast, way: str, made: int, rows: int) -> Iterator[None]:
    """Another process has written so many rows of the file and committed nothing; afterwards it is killed."""
    now = clock.now().isoformat()
    asked = [app.config["DATABASE_URL"], app.config["FILES_DIR"], rows, now, way, made, cast.lead, cast.team]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.outcomes.half_way", *map(str, asked)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        try:
            assert child.stdout.readline() == "half way\n"
            yield
        finally:
            child.send_signal(signal.SIGKILL)
            assert child.wait(20) == -signal.SIGKILL


def all_that_counts(cast: Cast, shows: list[int]) -> dict[str, Any]:
    """Everything an import writes."""
    with acting(cast.actors["lead"]), units.reading():
        ask = base.session()
        counts = {
            m.__tablename__: ask.scalar(select(func.count(m.id))) for m in (FigureSet, FigureValue, AuditEntry, NewsRow)
        }
        states = {row_id: state for row_id, state in ask.execute(select(ImportFile.id, ImportFile.state))}
        return counts | {"files": states, "shows": [(b.state, b.real_start) for b in map(live.brief, shows)]}


def gmvs(shows: list[int], result_of: ResultOf) -> list[str]:
    return [str(result_of(show).figures["gmv"]) for show in shows]


WANTED = [GMVS[0], GMVS[1], "24278.66", GMVS[4]]


def test_a_page_that_is_killed_while_it_takes_a_file_over_leaves_nothing_half_done(
    app: Flask, cast: Cast, bring: Bring, shows: list[int], result_of: ResultOf
) -> None:
    made = bring(read("compass.xlsx"))
    before = all_that_counts(cast, shows)
    with half_way(app, cast, "web", made, 4):
        assert all_that_counts(cast, shows) == before, "nobody sees half a file meanwhile"
    assert all_that_counts(cast, shows) == before
    with acting(cast.actors["lead"]):
        assert imports.original(made)[1] == read("compass.xlsx"), "what was brought is there"
        assert services.store_import(made) == {"new": 5}
    assert gmvs(shows, result_of) == WANTED


def test_a_worker_that_is_killed_in_an_import_is_followed_by_another_that_does_all_of_it_once(
    app: Flask, cast: Cast, bring: Bring, shows: list[int], result_of: ResultOf, noon: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(room, "AT_ONCE", 3)
    made = bring(read("compass.xlsx"))
    with acting(cast.actors["lead"]):
        assert services.store_import(made) == {"waiting": 5}, "acknowledged: the worker will do it"
    before = all_that_counts(cast, shows)
    assert before["files"] == {made: "waiting"}
    with half_way(app, cast, "worker", made, 4):
        assert all_that_counts(cast, shows) == before
    assert all_that_counts(cast, shows) == before, "nothing half done stays"
    assert jobs.run_pending() == 0, "whoever holds the lease may still live"
    noon.move_to(NOON + 2 * jobs.LEASE)
    assert jobs.run_pending() == 1
    after = all_that_counts(cast, shows)
    assert (after["files"], after["figure_set"]) == ({made: "stored"}, 5)
    assert [state for state, _start in after["shows"]] == [State.ENDED] * 4
    assert gmvs(shows, result_of) == WANTED
    with acting(cast.actors["lead"]), units.reading():
        job = base.session().scalars(select(Job)).one()
        assert (job.state, job.attempts) == ("done", 2)
    noon.move_to(NOON + 4 * jobs.LEASE)
    assert jobs.run_pending() == 0
    with acting(cast.actors["lead"]):
        services.finish_import(made)
    assert all_that_counts(cast, shows) == after, "done once, it stays done"


def test_a_worker_killed_after_its_commit_and_before_it_said_so_does_nothing_twice(
    app: Flask, cast: Cast, bring: Bring, shows: list[int], result_of: ResultOf, noon: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(room, "AT_ONCE", 0)
    made = bring(sample.as_csv([row("2026-09-09 20:01:09", gmv=5)]))
    with acting(cast.actors["lead"]):
        services.store_import(made)
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "_finish", lambda *_args: None)
        assert jobs.run_pending() == 1
    after = all_that_counts(cast, shows)
    assert after["figure_set"] == 1
    noon.move_to(NOON + 2 * jobs.LEASE)
    assert jobs.run_pending() == 1
    assert all_that_counts(cast, shows) == after


def test_a_long_file_that_was_dropped_meanwhile_is_not_taken_over(
    cast: Cast, bring: Bring, shows: list[int], result_of: ResultOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "AT_ONCE", 0)
    made = bring(read("compass.xlsx"))
    with acting(cast.actors["lead"]):
        services.store_import(made)
        services.store_import(made)
        services.drop_import(made)
    assert jobs.run_pending() == 2
    assert [result_of(show) for show in shows] == [None] * 4
