"""What fails is said in plain words, tried again, sent once, and within what a vendor takes."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from planner.base import jobs
from planner.base.actor import Actor, acting
from planner.bots import jobs as worker_jobs
from planner.bots import queries, services
from planner.bots.rules import Topic, Vendor
from planner.kernel import clock
from tests.bots.acts import As, Rows, Show, Until, Worker, add, move
from tests.bots.conftest import Town
from tests.bots.vendors import SECRET
from tests.cast import Cast


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
