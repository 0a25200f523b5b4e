"""From what happens to what the group reads: held back, folded, signed, within the limits, once, and tried again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from planner.base import jobs, trash, undo, verbs
from planner.base.actor import Actor, acting
from planner.bots import jobs as worker_jobs
from planner.bots import queries, services
from planner.bots.rules import Fault, Topic, Vendor
from planner.kernel import clock
from planner.kernel.errors import Refused
from planner.live import queries as shows
from planner.live import services as live
from planner.outcomes import services as outcomes
from planner.plan import services as plan
from tests.bots.conftest import PUBLIC, Town
from tests.bots.vendors import SECRET, TOKEN
from tests.cast import Cast

pytestmark = pytest.mark.engines
As = Callable[[str], AbstractContextManager[Actor]]
Worker = Callable[..., None]
Until = Callable[[Callable[[], bool]], None]
Rows = Callable[..., list[Any]]
Show = Callable[..., int]
HOUR = timedelta(hours=1)
EVERYTHING = tuple(topic for topic in Topic if topic not in (Topic.LATE, Topic.GOALS))


def add(town: Town, as_: As, vendor: Vendor = Vendor.FEISHU, **more: Any) -> int:
    with as_("lead"):
        return services.add_bot(town.wish(vendor, **more))


def move(as_: As, session_id: int, hours: int) -> None:
    with as_("lead"):
        row = shows.brief(session_id)
        live.move_session(session_id, row.version, row.planned_start + hours * HOUR, 240, row.studio_id)


def cancel(as_: As, session_id: int, reason: str = "主播生病") -> str:
    """Answers the command."""
    with as_("lead"):
        live.cancel_session(session_id, shows.brief(session_id).version, reason)
        return verbs.last_command.get() or ""


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


def trouble(group: Any, what: str) -> None:
    group.secret = "another" if what == "sign" else group.secret
    group.keyword = "直播动态" if what == "keyword" else ""
    group.sources_listed = what == "source"
    group.gone = what == "gone"
    group.broken = what == "broken"


@pytest.mark.parametrize(
    ("vendor", "what", "says"),
    [
        (Vendor.FEISHU, "sign", "密钥"),
        (Vendor.FEISHU, "keyword", "关键词"),
        (Vendor.FEISHU, "source", "白名单"),
        (Vendor.FEISHU, "gone", "重新复制地址"),
        (Vendor.DINGTALK, "sign", "密钥"),
        (Vendor.DINGTALK, "keyword", "关键词"),
        (Vendor.DINGTALK, "source", "白名单"),
        (Vendor.WECOM, "gone", "重新复制地址"),
        (Vendor.WECOM, "broken", "稍后会重试"),
    ],
)
def test_each_fault_is_said_in_plain_words_and_a_test_that_arrives_mends_it(
    town: Town, as_: As, worker: Worker, vendor: Vendor, what: str, says: str, cast: Cast
) -> None:
    bot_id, group = add(town, as_, vendor), town.groups[vendor]
    trouble(group, what)
    with as_("lead"):
        services.try_bot(bot_id)
    worker(1)
    with acting(_in_chinese(cast)):
        row = queries.bot(bot_id)
        assert says in row.fault
        assert row.failing
        assert says in queries.pushes(bot_id)[0].fault
        assert says in str([line.why for line in jobs.recent()])
    trouble(group, "")
    group.secret = "" if vendor is Vendor.WECOM else SECRET
    if what == "keyword":
        group.keyword = "直播动态"
        with as_("lead"):
            services.edit_bot(bot_id, row.version, town.wish(vendor, address="", secret="", keyword="直播动态"))
    with as_("lead"):
        services.try_bot(bot_id)
    worker(30)
    with as_("lead"):
        assert not queries.bot(bot_id).failing
    assert "这是一条测试消息：晨光的动态会推送到这里。" in group.text()


def _in_chinese(cast: Cast) -> Actor:
    who = cast.actors["lead"]
    return Actor(who.user_id, who.login, who.name, who.team_id, who.role)


def test_failures_are_tried_again_later_each_time_then_it_pauses_and_tells_the_leads(
    town: Town, as_: As, worker: Worker, until: Until, plan_show: Show, rows: Rows
) -> None:
    bot_id, group = add(town, as_), town.groups[Vendor.FEISHU]
    group.broken = True
    move(as_, plan_show(), 1)

    def fails() -> int:
        return rows("SELECT fails FROM bot_state")[0][0]

    until(lambda: fails() == 1)
    worker(20)
    assert fails() == 1, "not at once"
    for number, minutes in enumerate((1, 2, 5, 15, 30), start=2):
        worker(minutes * 60 + 1)
        assert fails() == number
    with as_("lead"):
        row = queries.bot(bot_id)
        assert row.paused_at is not None
        assert queries.panel(0) == {"rows": [(bot_id, "运营群")]}
    assert "failed" in {line[0] for line in rows("SELECT state FROM job WHERE name = 'bots.push'")}
    group.broken = False
    worker(600)
    assert group.said == [], "a paused bot tells nothing"
    with as_("lead"):
        services.resume_bot(bot_id)
        assert queries.panel(0) is None
    move(as_, plan_show(70, "之后的"), 1)
    until(lambda: bool(group.said))
    assert "之后的" in group.text()


def test_a_failed_message_goes_out_with_what_came_since(
    town: Town, as_: As, worker: Worker, until: Until, plan_show: Show
) -> None:
    add(town, as_)
    group = town.groups[Vendor.FEISHU]
    group.broken = True
    move(as_, plan_show(30, "第一条"), 1)
    until(lambda: bool(_failed(as_)))
    group.broken = False
    move(as_, plan_show(60, "第二条"), 1)
    until(lambda: any("第二条" in group.text(n) for n in range(len(group.said))) or (worker(60) or False))
    told = "".join(group.text(n) for n in range(len(group.said)))
    assert told.index("第一条") < told.index("第二条")
    assert (told.count("第一条"), told.count("第二条")) == (1, 1)


def _failed(as_: As) -> bool:
    with as_("lead"):
        return queries.bots().rows[0].failing


def test_news_that_grew_old_while_nothing_went_through_is_counted_not_told(
    town: Town, as_: As, worker: Worker, until: Until, plan_show: Show
) -> None:
    add(town, as_)
    group = town.groups[Vendor.FEISHU]
    group.broken = True
    move(as_, plan_show(30, "旧的"), 1)
    until(lambda: _failed(as_))
    group.broken = False
    worker(2 * 3600, False)
    until(lambda: "另有 1 条较早的动态没有推送" in "".join(group.text(n) for n in range(len(group.said))))
    session_id = plan_show(60, "新的")
    with clock.standing(datetime.now(UTC) + timedelta(seconds=2 * 3600 + 40)):
        move(as_, session_id, 1)
    until(lambda: len(group.said) == 2 or (worker(60) or False))
    assert "旧的" not in group.text(0) + group.text(1)
    assert "新的" in group.text(1)


def test_a_vendor_that_says_too_much_hears_nothing_for_a_while(town: Town, as_: As, worker: Worker, rows: Rows) -> None:
    bot_id, group = add(town, as_, Vendor.DINGTALK), town.groups[Vendor.DINGTALK]
    with as_("lead"):
        services.try_bot(bot_id)
    worker(1)
    group.taken_at = [group.now()] * 20
    with as_("lead"):
        services.try_bot(bot_id)
    worker(1)
    ((next_at, fails),) = rows("SELECT next_at, fails FROM bot_state")
    assert fails == 0
    wait = datetime.fromisoformat(str(next_at)).replace(tzinfo=UTC) - datetime.now(UTC)
    assert timedelta(minutes=9) < wait < timedelta(minutes=11)


@pytest.mark.parametrize("vendor", [Vendor.DINGTALK, Vendor.WECOM])
def test_never_more_in_a_minute_than_the_vendor_takes(town: Town, as_: As, worker: Worker, vendor: Vendor) -> None:
    bot_id, group = add(town, as_, vendor), town.groups[vendor]
    for _number in range(30):
        with as_("lead"):
            services.try_bot(bot_id)
        worker(1, False)
    assert len(group.said) == 20, "the rest waits"
    assert group.faults == []
    worker(70)
    assert len(group.said) == 21, "tests that wait are one test"
    assert group.faults == []


def test_two_workers_send_once(
    town: Town, as_: As, until: Until, plan_show: Show, db: Flask, cast: Cast, rows: Rows
) -> None:
    bot_id, group = add(town, as_), town.groups[Vendor.FEISHU]
    move(as_, plan_show(), 1)
    gate, instant = threading.Barrier(6), datetime.now(UTC) + timedelta(seconds=40)
    with acting(jobs.program_for(None)), clock.standing(instant):
        until_read = 0
        while not rows("SELECT 1 FROM bot_line"):
            services.gather_news()
            until_read += 1
            assert until_read < 500
            threading.Event().wait(0.02)
    made: list[int | None] = []
    group.before_answer = lambda: threading.Event().wait(0.2) and None

    def work() -> None:
        with db.app_context(), clock.standing(instant), acting(jobs.program_for(cast.team)):
            gate.wait(20)
            push_id = services.make_push(bot_id)
            made.append(push_id)
            if push_id is not None:
                worker_jobs._send(queries.parcel(push_id))

    threads = [threading.Thread(target=work) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len([found for found in made if found is not None]) == 1
    assert len(group.said) == 1


def test_two_readers_of_news_lay_by_every_line_once(
    town: Town, as_: As, plan_show: Show, db: Flask, rows: Rows, cast: Cast
) -> None:
    add(town, as_, topics=(Topic.PLANNED,))
    add(town, as_, Vendor.WECOM, topics=(Topic.PLANNED,))
    for number in range(6):
        plan_show(30 + 5 * number, f"第{number}场")
    for _turn in range(100):
        gate = threading.Barrier(4)

        def work(gate: threading.Barrier = gate) -> None:
            with db.app_context(), acting(jobs.program_for(None)):
                gate.wait(20)
                services.gather_news()

        threads = [threading.Thread(target=work) for _number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        if len(rows("SELECT 1 FROM bot_line")) == 12:
            break
    assert len(rows("SELECT 1 FROM bot_line")) == 12
    assert len(rows("SELECT DISTINCT bot_id, key FROM bot_line")) == 12


def test_a_worker_that_dies_in_a_call_sends_at_most_once_more(
    town: Town, as_: As, worker: Worker, until: Until, plan_show: Show, cast: Cast, rows: Rows
) -> None:
    bot_id, group = add(town, as_), town.groups[Vendor.FEISHU]
    move(as_, plan_show(), 1)
    group.broken = True
    until(lambda: bool(rows("SELECT 1 FROM bot_push")))
    group.broken = False
    died = datetime.now(UTC) + timedelta(seconds=300)
    for number in range(3):
        with clock.standing(died + number * timedelta(seconds=100)), acting(jobs.program_for(cast.team)):
            assert (services.make_push(bot_id) is not None) is (number < 2), "twice begun, never a third time"
            with_a_call = services.make_push(bot_id)
            assert with_a_call is None, "while a call may still be under way nobody begins another"
    assert [state for (state,) in rows("SELECT state FROM bot_push ORDER BY id")][-2:] == ["unknown", "unknown"]


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
