"""From what happens to what the group reads: held back, folded, signed, put right."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask

from planner.base import jobs, trash, undo
from planner.base.actor import acting
from planner.bots import jobs as worker_jobs
from planner.bots import queries, services
from planner.bots.rules import Fault, Topic, Vendor
from planner.kernel import clock
from planner.kernel.errors import Refused
from planner.live import services as live
from planner.outcomes import services as outcomes
from planner.plan import services as plan
from tests.bots.acts import EVERYTHING, As, Rows, Show, Until, Worker, add, cancel, move
from tests.bots.conftest import PUBLIC, Town
from tests.bots.vendors import SECRET, TOKEN
from tests.cast import Cast


@pytest.mark.parametrize("vendor", Vendor)
def test_each_vendor_takes_what_is_told(
    town: Town, as_: As, until: Until, plan_show: Show, vendor: Vendor, cast: Cast
) -> None:
    add(town, as_, vendor)
    session_id = plan_show()
    move(as_, session_id, 1)
    group = town.groups[vendor]
    until(lambda: bool(group.said))
    (text,) = [group.text()]
    assert "晨光" in text
    assert "改期：秋冬修护专场 · 晨光美妆，" in text
    assert f"{PUBLIC}/sessions/{session_id}" in str(group.said[0])
    assert group.faults == []
    assert len(group.said) == 1, "the planning was not asked for"
    with as_("lead"):
        row = queries.bots().rows[0]
        assert (row.failing, row.waiting) == (False, 0)
        assert row.ok_at is not None


def test_what_happens_together_is_one_message_and_no_line_twice(
    town: Town, as_: As, worker: Worker, until: Until, plan_show: Show
) -> None:
    add(town, as_, topics=EVERYTHING)
    first, second = plan_show(26, "早间专场"), plan_show(50, "晚间专场")
    move(as_, first, 1)
    cancel(as_, second)
    group = town.groups[Vendor.FEISHU]
    worker(1)
    assert group.said == [], "everything waits a little"
    until(lambda: bool(group.said))
    assert len(group.said) == 1
    text = group.text()
    assert text.count("早间专场") == 1, "planned and moved at once is planned"
    assert "新排期：早间专场" in text
    assert "取消：晚间专场" in text
    assert "原因：主播生病" in text
    worker(300)
    assert len(group.said) == 1


def test_what_is_taken_back_in_time_is_not_told(
    town: Town, as_: As, worker: Worker, until: Until, plan_show: Show, rows: Rows
) -> None:
    add(town, as_)
    kept, gone = plan_show(26, "留下的"), plan_show(50, "取消的")
    command_id = cancel(as_, gone)
    with as_("lead"):
        undo.undo(command_id)
    move(as_, kept, 1)
    group = town.groups[Vendor.FEISHU]
    until(lambda: bool(group.said))
    worker(60)
    assert len(group.said) == 1
    assert "留下的" in group.text()
    assert "取消的" not in group.text()


def test_what_is_taken_back_later_is_put_right(
    town: Town, as_: As, worker: Worker, until: Until, plan_show: Show
) -> None:
    add(town, as_)
    session_id = plan_show()
    command_id = cancel(as_, session_id)
    group = town.groups[Vendor.FEISHU]
    until(lambda: bool(group.said))
    with as_("lead"):
        undo.undo(command_id)
    until(lambda: len(group.said) == 2)
    assert "撤回“场次取消或恢复”：秋冬修护专场" in group.text()


def test_a_show_on_air_ended_measured_and_reviewed_is_told(
    town: Town, as_: As, until: Until, plan_show: Show, cast: Cast
) -> None:
    add(town, as_, topics=EVERYTHING, language="en")
    session_id = plan_show(0.2)
    with as_("lead"):
        live.go_live(session_id)
        live.end_live(session_id)
        outcomes.type_figures(session_id, {"gmv": Decimal("80000")})
    group = town.groups[Vendor.FEISHU]
    until(lambda: any("Result is in" in group.text(n) for n in range(len(group.said))))
    told = "\n".join(group.text(n) for n in range(len(group.said)))
    assert "On air: 秋冬修护专场" in told
    assert "Show over: 秋冬修护专场" in told
    assert "GMV ¥80,000.00" in told
    assert "en_us" in group.said[0]["content"]["post"]


def test_a_start_that_was_tapped_by_mistake_is_put_right_where_it_was_told(
    town: Town, as_: As, worker: Worker, until: Until, plan_show: Show
) -> None:
    add(town, as_)
    told, untold = plan_show(0.3, "说过的"), plan_show(6, "没说过的")
    group = town.groups[Vendor.FEISHU]
    with as_("lead"):
        live.go_live(told)
    until(lambda: any("开播：说过的" in group.text(n) for n in range(len(group.said))))
    with as_("lead"):
        live.take_back_live(told)
        live.go_live(untold)
        live.take_back_live(untold)
    until(lambda: any("更正：说过的" in group.text(n) for n in range(len(group.said))))
    worker(60)
    said = "".join(group.text(n) for n in range(len(group.said)))
    assert "没说过的" not in said


def test_a_bot_hears_its_own_team_from_when_it_was_made_and_what_was_chosen(
    town: Town, as_: As, until: Until, worker: Worker, plan_show: Show, cast: Cast
) -> None:
    before = plan_show(30, "早就有的")
    move(as_, before, 1)
    bot_id = add(town, as_, topics=(Topic.MOVED,))
    with as_("outsider"):
        other = services.add_bot(town.wish(Vendor.WECOM, topics=EVERYTHING))
        assert [row.id for row in queries.bots().rows] == [other]
    cancel(as_, plan_show(60, "取消的"))
    move(as_, plan_show(80, "改期的"), 1)
    until(lambda: bool(town.groups[Vendor.FEISHU].said))
    worker(60)
    assert town.groups[Vendor.WECOM].said == []
    (text,) = [town.groups[Vendor.FEISHU].text(n) for n in range(len(town.groups[Vendor.FEISHU].said))]
    assert "改期的" in text
    assert "早就有的" not in text
    assert "取消的" not in text
    with as_("lead"):
        services.switch_bot(bot_id, False)
    move(as_, before, 1)
    worker(60)
    with as_("lead"):
        services.switch_bot(bot_id, True)
    worker(60)
    assert len(town.groups[Vendor.FEISHU].said) == 1, "what happened while it was off is not told"


def test_a_whole_week_that_is_planned_is_one_line(town: Town, as_: As, until: Until, plan_show: Show) -> None:
    add(town, as_, Vendor.WECOM, topics=(Topic.PLANNED,))
    for day in range(1, 9):
        plan_show(24 * day, f"第{day}场")
    group = town.groups[Vendor.WECOM]
    until(lambda: bool(group.said))
    assert "新排期：共 8 场" in group.text()


def test_a_show_that_is_not_ready_is_told_of_once_half_an_hour_before(
    town: Town, as_: As, worker: Worker, plan_show: Show
) -> None:
    add(town, as_, topics=(Topic.NOT_READY,))
    plan_show(0.75, "没准备好的")
    group = town.groups[Vendor.FEISHU]
    worker(0)
    assert group.said == []
    worker(16 * 60)
    worker(60)
    assert len(group.said) == 1
    assert "还没准备好：没准备好的" in group.text()
    assert "还差" in group.text()


def test_late_steps_are_told_once_a_day_at_the_hour_of_the_team(
    town: Town, as_: As, db: Flask, cast: Cast, rows: Rows
) -> None:
    with clock.standing(datetime(2026, 11, 24, 0, 0, tzinfo=UTC)), as_("lead"):
        services.add_bot(town.wish(topics=(Topic.LATE, Topic.GOALS), summary_at=570))
        plan.add_step("补样品 @所有人", cast.member, date(2026, 11, 20))
    group, told = town.groups[Vendor.FEISHU], []
    for day, hour, minute in ((24, 1, 0), (24, 1, 29), (24, 1, 31), (24, 2, 0), (24, 9, 0), (25, 1, 45)):
        instant = datetime(2026, 11, day, hour, minute, tzinfo=UTC)
        group.now = instant.timestamp
        with clock.standing(instant):
            worker_jobs.tell_bots()
            jobs.run_pending()
        told.append(len(group.said))
    assert told == [0, 0, 1, 1, 1, 2]
    assert "1 个步骤逾期：补样品 ＠所有人（阿强，迟 4 天）" in group.text(0)


def test_nothing_leaves_and_nothing_is_laid_by_while_the_operator_allows_nothing(
    town: Town, as_: As, worker: Worker, plan_show: Show, db: Flask, monkeypatch: pytest.MonkeyPatch, rows: Rows
) -> None:
    bot_id = add(town, as_)
    monkeypatch.setitem(db.config, "OUTGOING_HOSTS", {})
    move(as_, plan_show(), 1)
    worker(60)
    assert rows("SELECT 1 FROM bot_line") == []
    with as_("lead"):
        services.try_bot(bot_id)
    worker(1)
    assert town.groups[Vendor.FEISHU].said == []
    with as_("lead"):
        assert "not set up" in queries.bot(bot_id).fault


def test_the_address_and_the_secret_stand_nowhere_but_in_their_row(
    town: Town, as_: As, worker: Worker, until: Until, plan_show: Show, rows: Rows, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    bot_id, group = add(town, as_, Vendor.DINGTALK), town.groups[Vendor.DINGTALK]
    move(as_, plan_show(), 1)
    until(lambda: bool(group.said))
    group.broken = True
    with as_("lead"):
        services.try_bot(bot_id)
        parcel_text = repr(queries.parcel(rows("SELECT max(id) FROM bot_push")[0][0]))
    worker(1)
    held = [parcel_text, caplog.text]
    for table in ("audit_entry", "news", "job", "once_key", "bot_state", "bot_push", "bot_line", "bot_undone"):
        held += [str(row) for row in rows(f"SELECT * FROM {table}")]
    everything = "\n".join(held)
    assert TOKEN not in everything
    assert SECRET not in everything
    assert [row[0] for row in rows("SELECT webhook FROM bot")] == [town.address(Vendor.DINGTALK)]


def test_what_was_told_is_forgotten_after_a_while(
    town: Town, as_: As, until: Until, plan_show: Show, rows: Rows
) -> None:
    add(town, as_)
    move(as_, plan_show(), 1)
    until(lambda: bool(town.groups[Vendor.FEISHU].said))
    for days, lines, pushes in ((6, 1, 1), (8, 0, 1), (15, 0, 0)):
        with clock.standing(datetime.now(UTC) + timedelta(days=days)):
            worker_jobs.forget_bots()
        assert (len(rows("SELECT 1 FROM bot_line")), len(rows("SELECT 1 FROM bot_push"))) == (lines, pushes)


def test_faults_that_only_a_person_mends_are_known() -> None:
    assert {fault for fault in Fault if fault.needs_a_person} == {
        Fault.SIGN, Fault.CLOCK, Fault.KEYWORD, Fault.SOURCE, Fault.ADDRESS,
    }  # fmt: skip


def test_a_bot_in_the_trash_tells_nothing_comes_back_and_is_destroyed_with_all_it_told(
    town: Town, as_: As, until: Until, worker: Worker, plan_show: Show, rows: Rows, cast: Cast
) -> None:
    bot_id, group = add(town, as_), town.groups[Vendor.FEISHU]
    move(as_, plan_show(30, "之前的"), 1)
    until(lambda: bool(group.said))
    with as_("lead"):
        services.trash_bot(bot_id)
        ((trash_id, *_more),) = [row for row in trash.trashed() if row[1] == "bot"]
    move(as_, plan_show(60, "期间的"), 1)
    worker(60)
    with as_("lead"):
        trash.restore(trash_id)
    move(as_, plan_show(90, "之后的"), 1)
    until(lambda: len(group.said) == 2)
    assert "期间的" not in group.text()
    with as_("lead"):
        services.trash_bot(bot_id)
        other = services.add_bot(town.wish())
        ((trash_id, *_more),) = [row for row in trash.trashed() if row[1] == "bot"]
        with pytest.raises(Refused):
            trash.restore(trash_id)
    with clock.standing(datetime.now(UTC) + timedelta(days=31)), acting(jobs.program_for(cast.team)):
        trash.purge_overdue()
    for table in ("bot_line", "bot_push"):
        assert rows(f"SELECT 1 FROM {table}") == []
    assert rows("SELECT id FROM bot") == [(other,)]
    assert TOKEN not in str(rows("SELECT * FROM audit_entry"))
