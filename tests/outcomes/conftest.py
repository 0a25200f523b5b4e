"""The evening of the samples: their shows are planned, it is noon of 2026-09-10 in Shanghai."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from planner.base import i18n, sheets
from planner.base.actor import acting
from planner.kernel.errors import PlannerError
from planner.live import queries as live
from planner.live import services as sessions
from planner.live.rules import Weight
from planner.outcomes import services
from planner.outcomes.queries import results
from planner.outcomes.queries.results import Result
from planner.outcomes.rules import sample
from tests.cast import Cast

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
SHANGHAI = ZoneInfo("Asia/Shanghai")
ACCOUNT = "chenguang_beauty"
GMVS = ["68328.31", "13577.41", "14238.3", "10040.36", "18980.31"]
SHOWS = [("2026-09-07 09:00", 960), ("2026-09-08 12:00", 240), ("2026-09-08 20:00", 300), ("2026-09-09 20:00", 240)]
"""The four shows of the samples; the third broke and was opened again."""


def at(wall: str) -> datetime:
    """An instant by the clock in the studio."""
    return datetime.strptime(wall, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI).astimezone(UTC)


NOON = at("2026-09-10 12:00")


def read(name: str) -> bytes:
    """A sample file."""
    return (SAMPLES / name).read_bytes()


def row(start: str, minutes: int = 120, account: str = ACCOUNT, **held: str | int) -> list[str]:
    """One row of an export."""
    wall = datetime.fromisoformat(start)
    figures = {key: Decimal(str(value)) for key, value in held.items()}
    return sample.cells("晨光美妆旗舰店", account, wall, wall + timedelta(minutes=minutes), figures)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Words come out in this language."""
    token = i18n.speak(language)
    try:
        yield
    finally:
        i18n.quiet(token)


def in_both(fault: PlannerError) -> tuple[str, str]:
    """What a refusal says in English and in Chinese; the two must differ."""
    with speaking(i18n.ENGLISH):
        english = i18n.told(fault.message)
    with speaking(i18n.CHINESE):
        chinese = i18n.told(fault.message)
    assert english != chinese, f"not translated: {english}"
    return english, chinese


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    """The day after the last show of the samples."""
    with time_machine.travel(NOON) as clock:
        yield clock


@pytest.fixture
def client_of(client_of: Callable[[str], Any]) -> Callable[[str], Any]:
    """The signed-in browsers of these tests read English."""

    def sign_in(login: str) -> Any:
        visitor = client_of(login)
        visitor.in_english()
        return visitor

    return sign_in


Plan = Callable[..., int]


@pytest.fixture
def plan(cast: Cast, db: Any) -> Plan:
    """Plan a show as the lead, by the clock in the studio."""

    def make(start: str, minutes: int = 240, weight: Weight = Weight.DAILY, channel: int = 0, **targets: Any) -> int:
        wanted = {key: Decimal(str(value)) for key, value in targets.items()}
        with acting(cast.actors["lead"]):
            return sessions.schedule_session(
                f"专场 {start}", weight, channel or cast.channel, None, at(start), minutes, wanted
            )

    return make


@pytest.fixture
def shows(plan: Plan) -> list[int]:
    """The shows of the samples, planned and not yet on air."""
    return [plan(start, minutes) for start, minutes in SHOWS]


Bring = Callable[..., int]


@pytest.fixture
def bring(cast: Cast, db: Any) -> Bring:
    """Upload bytes as the lead; answers the import."""

    def upload(data: bytes, taken: str = "2026-09-10 11:00", name: str = "列表.csv", login: str = "lead") -> int:
        with acting(cast.actors[login]):
            return services.upload(name, data, sheets.read(data), at(taken))

    return upload


@pytest.fixture
def take(cast: Cast, bring: Bring) -> Callable[..., dict[str, int]]:
    """Upload rows (or bytes) and take them over; answers the counts."""

    def both(what: bytes | list[list[str]], taken: str = "2026-09-10 11:00") -> dict[str, int]:
        made = bring(what if isinstance(what, bytes) else sample.as_csv(what), taken)
        with acting(cast.actors["lead"]):
            return services.store_import(made)

    return both


@pytest.fixture
def result_of(cast: Cast, db: Any) -> Callable[[int], Result | None]:
    """The result of a session."""

    def ask(session_id: int) -> Result | None:
        with acting(cast.actors["lead"]):
            return results.session_result(session_id)

    return ask


@pytest.fixture
def aired(plan: Plan, cast: Cast) -> Callable[..., int]:
    """A show that is over: planned, taken on air and off at its planned times."""

    def make(start: str, minutes: int = 240, **more: Any) -> int:
        session_id = plan(start, minutes, **more)
        with acting(cast.actors["lead"]):
            b = live.brief(session_id)
            sessions.go_live(session_id, b.planned_start)
            sessions.end_live(session_id, b.planned_end)
        return session_id

    return make


@pytest.fixture
def shown(aired: Callable[..., int], cast: Cast) -> Callable[..., int]:
    """A show that should have sold for 100, and its review begun."""

    def make(day: int = 8, gmv: int = 50, begun: bool = True, **more: Any) -> int:
        show = aired(f"2026-09-0{day} 20:00", gmv=100, **more)
        with acting(cast.actors["lead"]):
            services.type_figures(show, {"gmv": Decimal(gmv)})
            if begun:
                services.open_review(show)
        return show

    return make
