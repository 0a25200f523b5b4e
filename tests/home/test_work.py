"""My work: one list of all that waits for somebody; on both engines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from planner.base import show
from planner.base.actor import acting
from planner.home import queries
from planner.kernel import clock
from planner.live import services as live
from planner.live.rules import Weight
from planner.people import queries as people
from planner.plan import services as plan
from planner.plan.rules import Urgency
from tests.cast import Cast

Client = Callable[[str], Any]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def busy(cast: Cast, db: Any) -> dict[str, int]:
    """A show tomorrow whose host has items, and steps of all kinds of the host."""
    with acting(cast.actors["lead"]):
        start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + DAY
        position = next(p.id for p in people.positions() if p.key == "host")
        shifts = [live.ShiftIn(position, cast.host, start, start + timedelta(hours=2))]
        made = live.schedule_session("秋冬修护", Weight.DAILY, cast.channel, None, start, 120, shifts=shifts)
        today = show.today()
        waits = plan.add_step("等样品", cast.host, today)
        plan.move_step(waits, "block", "仓库")
        return {
            "show": made,
            "late": plan.add_step("迟了的", cast.host, today - DAY),
            "today": plan.add_step("今天的", cast.host, today),
            "undated": plan.add_step("没日子的", cast.host),
            "waits": waits,
            "other": plan.add_step("别人的", cast.member, today),
        }


@pytest.mark.engines
def test_everything_of_mine_is_in_one_list(cast: Cast, busy: dict[str, int]) -> None:
    with acting(cast.actors["host"]):
        view = queries.work()
        steps = {group.urgency: [s.id for s in group.steps] for group in view.groups if group.steps}
        assert steps == {
            Urgency.LATE: [busy["late"]],
            Urgency.TODAY: [busy["today"]],
            Urgency.UNDATED: [busy["undated"]],
            Urgency.WAITING: [busy["waits"]],
        }
        items = [i for group in view.groups for i in group.items]
        assert items
        assert {i.session_id for i in items} == {busy["show"]}
        assert view.count == 4 + len(items)
        assert view.of_lead == 0
    with acting(cast.actors["outsider"]):
        assert queries.work().count == 0


def test_the_page_ticks_and_says_when_nothing_waits(client_of: Client, cast: Cast, busy: dict[str, int]) -> None:
    host = client_of("host")
    shown = host.get("/work")
    assert shown.status_code == 200
    assert "<title>我的工作" in shown.text
    assert "秋冬修护" in shown.text
    assert shown.text.index("迟了的") < shown.text.index("今天的") < shown.text.index("等样品")
    assert "别人的" not in shown.text
    assert host.post_form(f"/plan/steps/{busy['late']}/finish", {"next": "/work"}).location == "/work"
    assert host.get("/work").text.count(f'id="step-{busy["late"]}"') == 0
    assert "没有等你处理的事" in client_of("outsider").get("/work").text
    assert 'href="/work"' in host.get("/").text
    assert client_of("manager").get("/work").status_code == 200


@pytest.mark.parametrize(
    ("hours", "word"),
    [(-6, "23 Nov"), (1, "today"), (9, "24 Nov"), (27, "25 Nov")],
)
def test_in_the_small_hours_a_show_says_its_day_where_today_would_mean_two_things(
    cast: Cast, db: Any, hours: int, word: str
) -> None:
    night = datetime(2026, 11, 23, 19, 30, tzinfo=UTC)  # half past three on the 24th: the business day is the 23rd
    with clock.standing(night), acting(cast.actors["lead"]):
        assert word in show.when(night + timedelta(hours=hours))
        assert show.near(show.today()) == "today"
        assert show.near(show.today() + DAY) == "tomorrow"
    with clock.standing(night + timedelta(hours=8)), acting(cast.actors["lead"]):
        assert show.near(night + timedelta(hours=9)) == "today"


def test_a_time_in_a_row_says_its_day_unless_it_is_of_the_day_that_runs(cast: Cast, db: Any) -> None:
    night = datetime(2026, 12, 31, 19, 30, tzinfo=UTC)  # half past three: the business day is the last of the year
    day = {"en": ("1 Jan 2027 12:30", "1 Jan 03:30"), "zh_Hans_CN": ("2027年1月1日 12:30", "1月1日 03:30")}
    for language, (later, earlier) in day.items():
        with clock.standing(night), acting(replace(cast.actors["lead"], language=language)):
            assert [show.at(night + by) for by in (-9 * HOUR, HOUR)] == ["18:30", "04:30"]
            assert show.at(night + 9 * HOUR) == later
            assert show.at(night + 9 * HOUR, night + 10 * HOUR) == "12:30", "of the day it stands beside"
            assert show.at(night, night + 10 * HOUR) == earlier
            assert show.at(None) == ""


def test_of_what_comes_every_half_hour_only_the_next_is_told(cast: Cast, db: Any) -> None:
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    with acting(cast.actors["lead"]):
        control = next(p.id for p in people.positions() if p.key == "control")
        shifts = [live.ShiftIn(control, cast.member, start, start + timedelta(hours=4))]
        live.schedule_session("秋冬修护", Weight.DAILY, cast.channel, None, start, 240, shifts=shifts)
    with acting(cast.actors["member"]):
        readings = [i for g in queries.work().groups for i in g.items if "reading" in i.title.lower()]
    assert [i.due for i in readings] == [start + timedelta(minutes=30)]


def test_what_is_late_in_the_plan_stands_on_today_beside_a_full_list(cast: Cast, db: Any) -> None:
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    with acting(cast.actors["lead"]):
        control = next(p.id for p in people.positions() if p.key == "control")
        shifts = [live.ShiftIn(control, cast.member, start, start + timedelta(hours=4))]
        live.schedule_session("秋冬修护", Weight.DAILY, cast.channel, None, start, 240, shifts=shifts)
        plan.add_step("迟了的", cast.member, show.today() - 2 * DAY)
    with acting(cast.actors["member"]):
        view = queries.today()
    assert [s.title for s in view.steps] == ["迟了的"]
    assert len(view.items) > 2
