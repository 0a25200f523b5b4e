"""Readings kept, set right and withdrawn; the checklist with them; on both engines."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from planner.base.actor import acting
from planner.checklists import queries as checklists
from planner.checklists import services as ticking
from planner.checklists.rules import ItemState
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from planner.live import queries, services
from planner.live.rules import Habits, Phase
from planner.live.services import ReadingIn
from planner.outcomes import services as outcomes
from tests.cast import Cast
from tests.live.conftest import Plan

pytestmark = pytest.mark.engines
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def start(evening: datetime) -> datetime:
    """The show begins in time."""
    return evening


@pytest.fixture
def show(cast: Cast, plan: Plan, start: datetime) -> int:
    """Four hours on air, two hosts one after the other, a target."""
    crew = [("host", cast.host, start, start + 2 * HOUR), ("host", cast.lead, start + 2 * HOUR, start + 4 * HOUR)]
    crew.append(("control", cast.member, start, start + 4 * HOUR))
    made = plan(start, 240, crew=crew, targets={"gmv": Decimal(4000), "orders": Decimal(400)})
    with clock.standing(start), acting(cast.actors["host"]):
        services.go_live(made)
    return made


def read(session_id: int, sure: bool = False, at: datetime | None = None, **figures: int) -> int:
    return services.take_reading(session_id, ReadingIn(figures, at, sure), secrets.token_hex(16))


def items(session_id: int) -> list[ItemState]:
    """How the list's readings stand."""
    found = [i for i in checklists.list_page(session_id, "all").items if i.title in ("Reading",)]
    return [i.state for i in sorted(found, key=lambda i: i.due or clock.now())]


def test_a_reading_ticks_the_item_that_waits_and_undo_opens_it_again(cast: Cast, show: int, start: datetime) -> None:
    with clock.standing(start + 31 * MINUTE), acting(cast.actors["member"]):
        made = read(show, gmv=50_000, online=300)
        assert items(show)[:2] == [ItemState.DONE, ItemState.OPEN]
        done = next(i for i in checklists.list_page(show, "all").items if i.state is ItemState.DONE)
        assert (done.by_name, "500" in done.note) == (cast.actors["member"].name, True)
        services.take_back_reading(made)
        assert queries.readings(show) == []
        assert items(show)[0] is ItemState.OPEN
        with pytest.raises(NotFound):
            queries.reading(made)


def test_the_same_reading_sent_twice_is_one(cast: Cast, show: int, start: datetime) -> None:
    key = secrets.token_hex(16)
    with clock.standing(start + 31 * MINUTE), acting(cast.actors["member"]):
        first = services.take_reading(show, ReadingIn({"gmv": 1}), key)
        assert services.take_reading(show, ReadingIn({"gmv": 2}), key) == first
        assert [r.figures["gmv"] for r in queries.readings(show)] == [1]
        assert items(show)[1] is ItemState.OPEN


def test_what_a_phone_kept_counts_for_when_it_was_tapped(cast: Cast, show: int, start: datetime) -> None:
    with clock.standing(start + 3 * HOUR), acting(cast.actors["member"]):
        services.take_reading(show, ReadingIn({"gmv": 7}), secrets.token_hex(16), start + 40 * MINUTE)
        assert [r.at for r in queries.readings(show)] == [start + 40 * MINUTE]
        assert items(show)[0] is ItemState.DONE, "in time, although it arrived later"


def test_a_jump_is_asked_about_and_kept_when_somebody_is_sure(cast: Cast, show: int, start: datetime) -> None:
    with clock.standing(start + 31 * MINUTE), acting(cast.actors["member"]):
        read(show, gmv=50_000, online=300)
    with clock.standing(start + 61 * MINUTE), acting(cast.actors["member"]):
        with pytest.raises(Invalid) as fault:
            read(show, gmv=40_000, online=900)
        assert set(fault.value.fields) == {"gmv", "online", "sure"}
        assert len(queries.readings(show)) == 1
        read(show, sure=True, gmv=40_000, online=900)
        assert [r.figures["gmv"] for r in queries.readings(show)] == [50_000, 40_000]


def test_missing_is_missing_and_nothing_is_zero(cast: Cast, show: int, start: datetime) -> None:
    with clock.standing(start + 31 * MINUTE), acting(cast.actors["member"]):
        with pytest.raises(Invalid):
            read(show)
        with pytest.raises(Invalid) as fault:
            read(show, gmv=-1, orders=10**15 + 1)
        assert set(fault.value.fields) == {"gmv", "orders"}
        read(show, gmv=0)
        assert dict(queries.readings(show)[0].figures) == {
            "online": None, "gmv": 0, "orders": None, "viewers": None, "ad_spend": None,
        }  # fmt: skip


def test_a_correction_counts_instead_and_gives_way_again(cast: Cast, show: int, start: datetime) -> None:
    with clock.standing(start + 31 * MINUTE), acting(cast.actors["member"]):
        made = read(show, gmv=50_000)
        version = queries.reading(made).row_id
        row = services.correct_reading(made, version, ReadingIn({"gmv": 60_000}, start + 29 * MINUTE))
        (now,) = queries.readings(show)
        assert (now.id, now.at, now.figures["gmv"], now.corrected) == (made, start + 29 * MINUTE, 60_000, True)
        with pytest.raises(Stale):
            services.correct_reading(made, version, ReadingIn({"gmv": 1}))
        with pytest.raises(Refused):
            services.take_back_reading(made)
        services.take_back_reading(row)
        assert [r.figures["gmv"] for r in queries.readings(show)] == [50_000]
        gone = services.withdraw_reading(made)
        assert (queries.readings(show), items(show)[0]) == ([], ItemState.OPEN)
        services.take_back_reading(gone)
        assert [r.figures["gmv"] for r in queries.readings(show)] == [50_000]
        assert items(show)[0] is ItemState.DONE


def test_only_the_crew_reads_and_other_teams_find_nothing(cast: Cast, show: int, start: datetime, plan: Plan) -> None:
    with clock.standing(start + 31 * MINUTE):
        with acting(cast.actors["host"]):
            made = read(show, gmv=1)
        with acting(cast.actors["viewer"]), pytest.raises(Forbidden):
            read(show, gmv=1)
        for act in (services.withdraw_reading, services.take_back_reading, queries.reading):
            with acting(cast.actors["outsider"]), pytest.raises(NotFound):
                act(made)  # type: ignore[operator]
        with acting(cast.actors["outsider"]), pytest.raises(NotFound):
            read(show, gmv=1)
    later = plan(start + timedelta(days=1))
    with acting(cast.actors["lead"]), pytest.raises(Refused):
        read(later, gmv=1)


def test_a_time_that_can_not_be_is_told_at_its_field(cast: Cast, show: int, start: datetime) -> None:
    with clock.standing(start + HOUR), acting(cast.actors["member"]):
        for wrong in (start - MINUTE, start + 2 * HOUR):
            with pytest.raises(Invalid) as fault:
                read(show, at=wrong, gmv=1)
            assert set(fault.value.fields) == {"at"}


def test_a_new_rhythm_holds_for_the_page_and_the_list(cast: Cast, show: int, start: datetime, db: Flask) -> None:
    with clock.standing(start + 10 * MINUTE), acting(cast.actors["manager"]):
        version, _held = queries.versioned_habits()
        services.set_habits(version, Habits(reading_minutes=20))
    with db.test_request_context(), clock.standing(start + 10 * MINUTE), acting(cast.actors["member"]):
        due = [
            i.due for i in checklists.list_page(show, "all").items if i.title == "Reading" and i.is_open(clock.now())
        ]
        assert due[:3] == [start + n * MINUTE for n in (20, 40, 60)]
        rhythm = queries.on_air(queries.hub(show)).rhythm
        assert rhythm is not None
        assert (rhythm.due, rhythm.then) == (start + 20 * MINUTE, start + 40 * MINUTE)


def test_what_was_ticked_by_hand_is_not_due_again(cast: Cast, show: int, start: datetime, db: Flask) -> None:
    with db.test_request_context(), clock.standing(start + 35 * MINUTE), acting(cast.actors["member"]):
        first = next(i for i in checklists.list_page(show, "all").items if i.title == "Reading")
        ticking.tick(first.id, secrets.token_hex(16))
        rhythm = queries.on_air(queries.hub(show)).rhythm
        assert rhythm is not None
        assert rhythm.due == start + HOUR


def test_the_page_tells_pace_turn_and_shifts(cast: Cast, show: int, start: datetime, db: Flask) -> None:
    with clock.standing(start + HOUR), acting(cast.actors["member"]):
        read(show, gmv=90_000, orders=120, online=300)
    with clock.standing(start + 3 * HOUR), acting(cast.actors["member"]):
        read(show, gmv=290_000, orders=320, online=500)
    with db.test_request_context(), clock.standing(start + 3 * HOUR), acting(cast.actors["lead"]):
        air = queries.on_air(queries.hub(show))
        assert [(p.key, p.expected, str(p.standing)) for p in air.paces] == [
            ("gmv", 300_000, "behind"), ("orders", 300, "ahead"),
        ]  # fmt: skip
        assert air.expected["gmv"] == 300_000
        assert (air.turn.user_id if air.turn else None, air.coming) == (cast.lead, None)
        assert [(r.shift.user_id if r.shift else None, r.figures["gmv"].value) for r in air.results] == [
            (cast.host, 190_000), (cast.lead, 100_000),
        ]  # fmt: skip
        assert [c.key for c in air.curves] == ["gmv", "online"]
    with db.test_request_context(), clock.standing(start + HOUR), acting(cast.actors["lead"]):
        air = queries.on_air(queries.hub(show))
        assert (air.turn, air.coming.start if air.coming else None) == (None, start + 2 * HOUR)


def test_shifts_add_up_to_the_imported_result(cast: Cast, show: int, start: datetime, db: Flask) -> None:
    with clock.standing(start + HOUR), acting(cast.actors["member"]):
        read(show, gmv=90_001)
    with clock.standing(start + 4 * HOUR), acting(cast.actors["host"]):
        services.end_live(show)
    with acting(cast.actors["lead"]):
        outcomes.type_figures(show, {"gmv": Decimal("4321.05")})
    with db.test_request_context(), clock.standing(start + 5 * HOUR), acting(cast.actors["lead"]):
        air = queries.on_air(queries.hub(show, Phase.REVIEW))
        assert air.total == {"gmv": 432_105}
        assert sum(r.figures["gmv"].value for r in air.results) == 432_105


def test_a_start_tapped_late_is_set_right_with_one_tap(
    cast: Cast, show: int, start: datetime, now_of: Callable[[int], Any], db: Flask
) -> None:
    with clock.standing(start + 10 * MINUTE), acting(cast.actors["host"]):
        services.start_earlier(show, now_of(show).version, 20)
        assert now_of(show).real_start == start - 20 * MINUTE
        with pytest.raises(Invalid):
            services.start_earlier(show, now_of(show).version, 7)
        with pytest.raises(Stale):
            services.start_earlier(show, now_of(show).version - 1, 5)


def test_an_end_is_typed_the_next_morning(cast: Cast, show: int, start: datetime, now_of: Callable[[int], Any]) -> None:
    with clock.standing(start + 12 * HOUR), acting(cast.actors["host"]):
        for wrong in (start - MINUTE, start + 13 * HOUR):
            with pytest.raises(Invalid):
                services.end_live(show, wrong)
        services.end_live(show, start + 4 * HOUR)
        assert now_of(show).real_end == start + 4 * HOUR
