"""What comes round: it takes away what is old enough, leaves the rest, and doing it again does nothing more."""

from __future__ import annotations

import io
import os
import re
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from planner.base import audit, files, jobs, trash
from planner.base.actor import Actor, acting
from planner.base.engine import engine
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P, Role
from planner.live import services as live
from planner.live.rules import Platform, Weight
from planner.outcomes import services as outcomes
from planner.outcomes.rules import sample
from planner.people import services as accounts
from planner.wiring import ROUNDS
from tests.cast import Cast

pytestmark = pytest.mark.engines
DAY = timedelta(days=1)
START = datetime.fromisoformat("2026-09-07T20:00")
As = Callable[[str], AbstractContextManager[Actor]]
Count = Callable[..., int]


def come_round(later: timedelta) -> None:
    """Everything, as the worker does it, on a clock that is so far ahead."""
    with clock.standing(datetime.now(UTC) + later):
        for entry in ROUNDS:
            entry.work()


def plan(cast: Cast, days: int, channel: int | None = None) -> int:
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + days * DAY
    return live.schedule_session("秋冬修护专场", Weight.DAILY, channel or cast.channel, cast.studio, start, 240)


def test_what_the_worker_does_is_what_the_table_of_contents_says(db: Flask) -> None:
    assert list(jobs.ROUNDS.values()) == list(ROUNDS)
    assert len({entry.name for entry in ROUNDS}) == len(ROUNDS)
    soon = {"pass calls for money on"}  # a call on air lasts three minutes: whoever is next is told within seconds
    assert all(timedelta(minutes=1) <= entry.every <= DAY for entry in ROUNDS if entry.name not in soon)


def test_each_comes_round_in_its_own_time_and_a_failure_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, db: Flask
) -> None:
    ran: list[str] = []

    def break_down() -> None:
        ran.append("broken")
        raise RuntimeError("for once")

    table = [
        jobs.Round("often", timedelta(minutes=1), lambda: ran.append("often")),
        jobs.Round("broken", timedelta(hours=6), break_down),
        jobs.Round("seldom", timedelta(hours=6), lambda: ran.append("seldom")),
    ]
    monkeypatch.setattr(jobs, "ROUNDS", {entry.name: entry for entry in table})
    monkeypatch.setattr(jobs, "_last_round", {})
    start = datetime.now(UTC)
    seen = []
    for minutes in (0, 0.5, 1, 361):
        ran.clear()
        with clock.standing(start + timedelta(minutes=minutes)):
            ended = jobs.go_round()
        assert "broken" not in ended
        seen.append(list(ran))
    assert seen == [["often", "broken", "seldom"], ["broken"], ["often", "broken"], ["often", "broken", "seldom"]]


def test_the_trash_is_purged_after_thirty_days_and_not_before(as_: As, cast: Cast, count: Count) -> None:
    with as_("lead"):
        kept, gone = plan(cast, 2), plan(cast, 3)
        live.trash_session(gone)
        ((trash_id, *_),) = trash.trashed()
    come_round(29 * DAY)
    assert count("live_session", "id = :id", id=gone) == 1
    with as_("lead"), clock.standing(datetime.now(UTC) + 29 * DAY):
        assert [entry[0] for entry in trash.trashed()] == [trash_id]
    come_round(31 * DAY)
    assert count("live_session", "id = :id", id=gone) == 0
    assert count("checklist", "session_id = :id", id=gone) == 0
    assert count("live_session", "id = :id", id=kept) == 1
    assert count("checklist_item", "session_id = :id", id=kept) > 0
    come_round(31 * DAY)
    with as_("lead"):
        assert trash.trashed() == []
        with pytest.raises(NotFound):
            trash.restore(trash_id)
        assert audit.verify().bad is None


def test_what_others_still_name_is_held_out_of_sight(as_: As, cast: Cast, count: Count) -> None:
    with as_("lead"):
        used = live.add_channel(Platform.DOUYIN, "停播号", "stopped")
        session_id = plan(cast, 2, used)
        live.cancel_session(session_id, 1, "换号")
        live.trash_channel(used)
        ((trash_id, *_),) = trash.trashed()
    come_round(31 * DAY)
    assert count("channel", "id = :id", id=used) == 1, "the cancelled session still names it"
    with as_("lead"), clock.standing(datetime.now(UTC) + 31 * DAY):
        assert trash.trashed() == []
        with pytest.raises(NotFound):
            trash.restore(trash_id)


def test_each_team_has_its_own_trash(as_: As, cast: Cast, count: Count) -> None:
    with as_("outsider"):
        theirs = live.add_studio("暮色间")
        live.trash_studio(theirs)
    with acting(jobs.program_for(cast.team)), clock.standing(datetime.now(UTC) + 31 * DAY):
        assert trash.overdue() == []
        assert trash.purge_overdue() == (0, 0)
    come_round(31 * DAY)
    assert count("studio", "id = :id", id=theirs) == 0


def test_links_devices_and_tries_that_ended_are_forgotten(
    client_of: Callable[[str], Any], as_: As, count: Count
) -> None:
    browser = client_of("host")
    with as_("lead"):
        accounts.invite(Role.MEMBER, "小新", "a" * 64)
        accounts.take_try("nobody", "203.0.113.9")
    come_round(timedelta(minutes=1))
    assert (count("one_time_link"), count("device")) == (1, 1)
    assert count("failed_try") == 2
    come_round(timedelta(days=6))
    assert (count("one_time_link"), count("device"), count("failed_try")) == (1, 1, 0)
    come_round(timedelta(days=9))
    assert (count("one_time_link"), count("device")) == (0, 1)
    assert browser.get("/me").status_code == 200
    come_round(timedelta(days=119))
    assert count("device") == 1, "near a shift its owner would still be let in"
    come_round(timedelta(days=121))
    assert count("device") == 0
    assert browser.get("/me").status_code == 303


def test_once_keys_and_ended_jobs_are_forgotten(
    client_of: Callable[[str], Any], as_: As, count: Count, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(jobs.HANDLERS, "tests.nothing", jobs.Handler(lambda: None, "nothing", ()))
    browser, key = client_of("lead"), secrets.token_hex(16)
    form = {"name": "4号间"}
    assert browser.post_form("/settings/positions", form, once=key).status_code == 303
    keys = count("once_key")
    assert keys > 0
    with as_("lead"):
        _ask_for("tests.nothing")
    assert jobs.run_pending() == 1
    come_round(6 * DAY)
    assert (count("once_key"), count("job")) == (keys, 1)
    assert browser.post_form("/settings/positions", form, once=key).status_code == 303, "the same answer as before"
    assert count("position", "name = '4号间'") == 1
    come_round(8 * DAY)
    assert (count("once_key"), count("job")) == (0, 1)
    come_round(15 * DAY)
    assert count("job") == 0


@command(P.SESSION_VIEW)
def _ask_for(name: str) -> int:
    """A job, as a command of a column asks for one."""
    return jobs.enqueue(name)


def upload(client_of: Callable[[str], Any], text_of_cell: str) -> int:
    """Bring a file through its page and leave it there; answers the import."""
    row = sample.cells("晨光美妆", "chenguang_beauty", START, START + timedelta(hours=4), {})
    data: dict[str, Any] = {"taken_at": "2026-09-09T10:00"}
    with_note = sample.as_csv([row]) + text_of_cell.encode()
    data["file"] = (io.BytesIO(with_note), "列表.csv")
    answer = client_of("lead").post_form("/imports", data, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return int(re.search(r"/imports/(\d+)", answer.location)[1])  # type: ignore[index]


def on_disk(app: Flask) -> list[Path]:
    return [path for path in Path(app.config["FILES_DIR"]).glob("??/??/*") if path.is_file()]


def age(path: Path, by: timedelta) -> None:
    then = (datetime.now(UTC) - by).timestamp()
    os.utime(path, (then, then))


def test_uploads_that_nobody_took_over_are_forgotten_with_their_bytes(
    client_of: Callable[[str], Any], db: Flask, as_: As, count: Count
) -> None:
    left, stored = upload(client_of, ""), upload(client_of, "\n")
    with as_("lead"):
        outcomes.store_import(stored)
    assert len(on_disk(db)) == 2
    come_round(29 * DAY)
    assert count("import_file") == 2
    come_round(31 * DAY)
    assert (count("import_file", "id = :id", id=left), count("import_row", "import_id = :id", id=left)) == (0, 0)
    assert (count("import_file", "id = :id", id=stored), count("stored_file")) == (1, 1)
    for path in on_disk(db):
        age(path, 2 * DAY)
    come_round(31 * DAY)
    (kept,) = on_disk(db)
    with as_("lead"):
        assert _read_stored() == kept.read_bytes()


@command(P.SESSION_VIEW)
def _read_stored() -> bytes:
    """The only file there is."""
    row_id = int(engine().connect().execute(text("SELECT id FROM stored_file")).scalar_one())
    return files.read(row_id)[1]


def test_half_written_and_refused_files_are_swept_after_a_day(db: Flask, as_: As) -> None:
    root = Path(db.config["FILES_DIR"])
    for name in ("tmpabc", "c" * 64):
        (root / "cc" / "cc").mkdir(parents=True, exist_ok=True)
        (root / "cc" / "cc" / name).write_bytes(b"half")
    come_round(timedelta())
    assert len(on_disk(db)) == 2, "they may belong to an upload that goes on"
    for path in on_disk(db):
        age(path, 2 * DAY)
    come_round(timedelta())
    assert on_disk(db) == []
