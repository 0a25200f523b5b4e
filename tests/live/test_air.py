"""Going live, ending, taking back, correcting, the platform's file, and notes; on both engines."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask

from planner.base import undo
from planner.base.actor import acting
from planner.base.verbs import last_command
from planner.checklists import queries as checklists
from planner.checklists import services as ticking
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.live import queries, services
from planner.live.rules import Go, LogKind, Phase, Platform, State
from tests.cast import Cast
from tests.live.conftest import Plan

pytestmark = pytest.mark.engines
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
Read = Callable[[int], queries.SessionBrief]


def test_going_live_is_never_refused_but_what_was_missing_is_kept(
    cast: Cast, tonight: int, now_of: Read, db: Flask
) -> None:
    with db.test_request_context(), acting(cast.actors["host"]):
        assert queries.hub(tonight).go is Go.BLOCKED
    with acting(cast.actors["host"]):
        airing = services.go_live(tonight)
        assert services.go_live(tonight) == airing, "a second tap is the same start"
    b = now_of(tonight)
    assert b.state is State.LIVE
    assert b.phase is Phase.AIR
    assert b.missing
    assert all(entry["text"] and entry["key"] for entry in b.missing)
    chinese = replace(cast.actors["host"], language="zh_Hans_CN")
    with db.test_request_context(), acting(chinese):
        told = [m.text for m in queries.hub(tonight).missing]
    assert len(told) == len(b.missing)
    with acting(cast.actors["lead"]):
        assert len(queries.airings(tonight)) == 1


def test_only_the_crew_and_leads_tap(cast: Cast, tonight: int) -> None:
    for login in ("member", "viewer"):
        with acting(cast.actors[login]), pytest.raises(Forbidden):
            services.go_live(tonight)
    with acting(cast.actors["outsider"]), pytest.raises(NotFound):
        services.go_live(tonight)
    with acting(cast.actors["host"]):
        services.go_live(tonight)
        services.end_live(tonight)


def test_an_end_tapped_by_mistake_is_taken_back_and_nothing_is_lost(cast: Cast, tonight: int, now_of: Read) -> None:
    with acting(cast.actors["host"]):
        services.go_live(tonight)
        services.log_entry(tonight, LogKind.SOUND, secrets.token_hex(16))
        services.end_live(tonight)
        services.end_live(tonight)
        assert now_of(tonight).real_end is not None
        services.take_back_end(tonight)
        b = now_of(tonight)
        assert (b.state, b.real_end) == (State.LIVE, None)
        assert [a.real_end for a in queries.airings(tonight)] == [None]
        assert len(queries.log(tonight)) == 1


def test_undo_takes_back_a_start_and_an_end(cast: Cast, tonight: int, now_of: Read) -> None:
    with acting(cast.actors["host"]):
        before = {i.id: i.due for i in checklists.list_page(tonight).items}
        services.go_live(tonight)
        undo.undo(last_command.get() or "")
        b = now_of(tonight)
        assert (b.state, b.real_start, b.missing) == (State.SCHEDULED, None, None)
        assert queries.airings(tonight) == []
        assert {i.id: i.due for i in checklists.list_page(tonight).items} == before
        services.go_live(tonight)
        services.end_live(tonight)
        undo.undo(last_command.get() or "")
        assert now_of(tonight).state is State.LIVE


def test_a_start_tapped_by_mistake_is_taken_back(cast: Cast, tonight: int, now_of: Read) -> None:
    with acting(cast.actors["lead"]):
        services.give_go(tonight, "备用机已到")
        services.go_live(tonight)
        services.take_back_live(tonight)
        b = now_of(tonight)
        assert (b.state, b.real_start, b.go_at, b.missing) == (State.PREPARING, None, None, None)
        assert queries.airings(tonight) == []


def test_a_second_start_tapped_by_mistake_leaves_the_first_stream(cast: Cast, tonight: int, now_of: Read) -> None:
    now = clock.now()
    with acting(cast.actors["host"]):
        first = services.go_live(tonight, now - 3 * HOUR)
        missing = now_of(tonight).missing
        services.end_live(tonight, now - HOUR)
        second = services.resume_live(tonight)
        services.take_back_live(tonight)
        b = now_of(tonight)
        assert (b.state, b.real_start, b.real_end) == (State.ENDED, now - 3 * HOUR, now - HOUR)
        assert b.missing == missing
        assert [a.id for a in queries.airings(tonight)] == [first]
        with pytest.raises(Refused):
            services.take_back_live(tonight)
        undo.undo(last_command.get() or "")
        b = now_of(tonight)
        assert (b.state, b.real_start, b.real_end) == (State.LIVE, now - 3 * HOUR, None)
        assert [(a.id, a.real_end) for a in queries.airings(tonight)] == [(first, now - HOUR), (second, None)]


def test_a_second_start_is_taken_back_after_the_file_told_of_the_first(cast: Cast, tonight: int, now_of: Read) -> None:
    start, end = (clock.now() - d * HOUR for d in (5, 1))
    with acting(cast.actors["lead"]):
        services.set_airing(tonight, None, cast.channel, start, end, "file")
        services.resume_live(tonight)
        services.take_back_live(tonight)
        b = now_of(tonight)
        assert (b.state, b.real_end, len(queries.airings(tonight))) == (State.ENDED, end, 1)
        (told,) = queries.airings(tonight)
        services.resume_live(tonight)
        services.set_airing(tonight, queries.airings(tonight)[1].id, cast.channel, end + HOUR / 2, None, "file")
        with pytest.raises(Refused):
            services.take_back_live(tonight)
        assert told.id in {a.id for a in queries.airings(tonight)}


def test_a_stream_that_broke_goes_on_as_a_second_one(cast: Cast, tonight: int, now_of: Read) -> None:
    with acting(cast.actors["host"]):
        first = services.go_live(tonight, clock.now() - 2 * HOUR)
        services.end_live(tonight, clock.now() - HOUR)
        second = services.resume_live(tonight)
        assert second != first
        assert services.resume_live(tonight) == second
        assert now_of(tonight).state is State.LIVE
        services.end_live(tonight)
        held = queries.airings(tonight)
    b = now_of(tonight)
    assert [a.id for a in held] == [first, second]
    assert held[0].real_end is not None and held[0].real_end < held[1].real_start
    assert (b.real_start, b.real_end) == (held[0].real_start, held[1].real_end)


def test_items_after_air_hang_on_the_real_end(cast: Cast, tonight: int) -> None:
    with acting(cast.actors["host"]):
        services.go_live(tonight, clock.now() - 3 * HOUR)
        end = clock.now() - HOUR
        services.end_live(tonight, end)
        dues = [i.due for i in checklists.list_page(tonight).items if i.stage == "after" and i.due]
        assert end + 5 * MINUTE in dues


def test_each_open_check_can_have_a_reason_of_its_own(cast: Cast, tonight: int, now_of: Read) -> None:
    with acting(cast.actors["lead"]):
        blockers = [
            c for c in queries.checks_of([queries.brief(tonight)], clock.now())[tonight] if c.blocking and not c.passed
        ]
        first, *rest = blockers
        assert rest
        with pytest.raises(Invalid) as fault:
            services.give_go(tonight, "", {first.key: "备用机已到", rest[0].key: " "})
        assert list(fault.value.fields) == ["note"], "one for the others is missing"
        services.give_go(tonight, "", {c.key: f"原因{n}" for n, c in enumerate(blockers)})
        told = now_of(tonight).go_note
        assert told.startswith(f"{first.text}: 原因0 · ")
        assert len(told) <= 300
        services.withdraw_go(tonight)
        services.give_go(tonight, "其余下午到", {first.key: "备用机已到"})
        assert now_of(tonight).go_note == f"其余下午到 · {first.text}: 备用机已到"


def test_a_blocked_go_needs_a_lead_and_a_reason(cast: Cast, tonight: int, now_of: Read) -> None:
    with acting(cast.actors["host"]), pytest.raises(Forbidden):
        services.give_go(tonight, "没事")
    with acting(cast.actors["lead"]):
        with pytest.raises(Invalid):
            services.give_go(tonight, " ")
        services.give_go(tonight, "备用机已到")
    b = now_of(tonight)
    assert (b.state, b.go_by, b.go_note) == (State.READY, cast.lead, "备用机已到")
    with acting(cast.actors["host"]):
        services.withdraw_go(tonight)
        assert (now_of(tonight).state, now_of(tonight).go_at) == (State.PREPARING, None)
        with pytest.raises(Refused):
            services.withdraw_go(tonight)


def test_a_go_before_all_that_blocks_is_done_is_an_override(
    cast: Cast, plan: Plan, evening: datetime, now_of: Read
) -> None:
    made = plan(evening, crew=[("host", cast.host), ("control", cast.member)])
    with acting(cast.actors["host"]), pytest.raises(Forbidden):
        services.give_go(made)
    items = {True: list[int](), False: list[int]()}
    with acting(cast.actors["lead"]):
        with pytest.raises(Invalid):
            services.give_go(made)
        for item in checklists.list_page(made).items:
            if item.stage in ("prepare", "before") and item.state == "open":
                items[item.blocks].append(item.id)
    for item_id in items[True]:
        for login in ("host", "lead"):
            with acting(cast.actors[login]):
                ticking.tick(item_id, secrets.token_hex(16), "照片在群里")
    assert items[False], "something open that blocks nothing"
    with acting(cast.actors["host"]):
        services.give_go(made)
    assert now_of(made).go_by == cast.host


def test_what_runs_a_show_is_for_its_crew_and_leads(cast: Cast, plan: Plan, evening: datetime, now_of: Read) -> None:
    made = plan(evening, crew=[("host", cast.host)])
    with acting(cast.actors["lead"]):
        services.give_go(made, "齐了")
    with acting(cast.actors["member"]), pytest.raises(Forbidden):
        services.withdraw_go(made)
    with acting(cast.actors["host"]):
        services.withdraw_go(made)
    with acting(cast.actors["member"]):
        for act in (services.start_preparing, services.give_go):
            with pytest.raises(Forbidden):
                act(made)
        assert now_of(made).state is State.PREPARING
    with acting(cast.actors["host"]):
        services.go_live(made)
        entry = services.log_entry(made, LogKind.SOUND, secrets.token_hex(16))
    with acting(cast.actors["member"]):
        with pytest.raises(Forbidden):
            services.log_entry(made, LogKind.SOUND, secrets.token_hex(16))
        with pytest.raises(Forbidden):
            services.note_log(entry, "不是我的场")
        for take in (services.withdraw_log, services.put_back_log):
            with pytest.raises(Forbidden):
                take(entry)
        assert [(row.id, row.note) for row in queries.log(made)] == [(entry, "")]
    with acting(cast.actors["manager"]):
        assert services.note_log(entry, "经理也可以") == made


def test_a_withdrawn_note_is_put_back_as_it_was(cast: Cast, tonight: int) -> None:
    with acting(cast.actors["host"]):
        services.go_live(tonight)
        entry = services.log_entry(tonight, LogKind.PRICE, secrets.token_hex(16), note="挂错价")
        services.note_log(entry, "挂错价, 3 单")
        services.put_back_log(entry)
        services.withdraw_log(entry)
        services.withdraw_log(entry)
        assert queries.log(tonight) == []
        assert services.put_back_log(entry) == tonight
        assert [(row.id, row.note) for row in queries.log(tonight)] == [(entry, "挂错价, 3 单")]


def test_preparing_begins_once(cast: Cast, tonight: int, now_of: Read) -> None:
    with acting(cast.actors["host"]):
        services.start_preparing(tonight)
        services.start_preparing(tonight)
        assert now_of(tonight).state is State.PREPARING
        services.go_live(tonight)
        with pytest.raises(Refused):
            services.start_preparing(tonight)


def test_readiness_turns_as_checks_pass(cast: Cast, tonight: int, db: Flask) -> None:
    with acting(cast.actors["lead"]):
        items = [i for i in checklists.list_page(tonight).items if i.stage in ("prepare", "before")]
        for item in items:
            for who in ("lead", "host") if item.state == "open" else ():
                with acting(cast.actors[who]):
                    ticking.tick(item.id, secrets.token_hex(16), "照片在群里")
        with db.test_request_context():
            view = queries.hub(tonight)
    assert (view.go, [c.text for c in view.open if c.blocking]) == (Go.READY, [])


def test_notes_are_stamped_by_the_tap_and_counted_once(cast: Cast, tonight: int, now_of: Read) -> None:
    now = clock.now()
    with acting(cast.actors["host"]):
        with pytest.raises(Refused):
            services.log_entry(tonight, LogKind.PRICE, secrets.token_hex(16))
        services.go_live(tonight, now - 2 * HOUR)
        key = secrets.token_hex(16)
        first = services.log_entry(tonight, LogKind.PRICE, key, now - HOUR, "  挂错价 ")
        assert services.log_entry(tonight, LogKind.PRICE, key, now) == first
        services.log_entry(tonight, LogKind.HIGHLIGHT, secrets.token_hex(16), now + HOUR)
        services.log_entry(tonight, LogKind.CHAT, secrets.token_hex(16), now - timedelta(days=3))
        rows = queries.log(tonight)
        assert (rows[0].id, rows[0].at, rows[0].note, rows[0].who) == (first, now - HOUR, "挂错价", "小米")
        assert all(now - MINUTE < row.at <= clock.now() for row in rows[1:])
        services.note_log(first, "挂错价, 3 单")
        services.withdraw_log(rows[1].id)
        assert [(row.kind, row.note) for row in queries.log(tonight)] == [
            (LogKind.PRICE, "挂错价, 3 单"),
            (rows[2].kind, ""),
        ]
    with acting(cast.actors["viewer"]), pytest.raises(Forbidden):
        services.note_log(first, "不行")
    with acting(cast.actors["outsider"]), pytest.raises(NotFound):
        services.withdraw_log(first)


def test_eight_phones_send_the_same_note_and_it_counts_once(cast: Cast, tonight: int, db: Flask) -> None:
    with acting(cast.actors["host"]):
        services.go_live(tonight)
    key, gate, told = secrets.token_hex(16), threading.Barrier(8), list[int]()

    def send() -> None:
        with db.app_context(), acting(cast.actors["host"]):
            gate.wait()
            told.append(services.log_entry(tonight, LogKind.SOUND, key))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 8
    assert len(set(told)) == 1
    with acting(cast.actors["host"]):
        assert len(queries.log(tonight)) == 1


def test_strips_show_the_worst_first_and_keep_what_is_not_closed(cast: Cast, plan: Plan, now_of: Read) -> None:
    now = clock.now().replace(microsecond=0)
    old = plan(now - timedelta(days=2), 60, theme="没人结束", studio_id=None)
    with acting(cast.actors["lead"]):
        services.go_live(old, now - timedelta(days=2))
        other = services.add_channel(Platform.TAOBAO, "淘宝", "taobao_1")
        gone = plan(now + 5 * MINUTE, 60, theme="取消了", studio_id=None, channel_id=other)
        services.cancel_session(gone, now_of(gone).version, "停电")
        third = services.add_channel(Platform.KUAISHOU, "快手", "ks_1")
        blocked = plan(now + 5 * MINUTE, 60, theme="马上开播", channel_id=third)
        strips = {s.brief.id: s for s in queries.strips(now)}
        assert set(strips) == {old, blocked}
        assert strips[blocked].go is Go.BLOCKED
        assert strips[blocked].missing
        assert 0 <= strips[blocked].done <= strips[blocked].total
        assert [s.brief.id for s in queries.strips(now)] == [blocked, old]


def test_the_review_opens_with_what_was_missing(cast: Cast, tonight: int, now_of: Read) -> None:
    with acting(cast.actors["lead"]):
        services.go_live(tonight)
        services.end_live(tonight)
        services.mark_reviewed(tonight)
        assert now_of(tonight).state is State.REVIEWED
        with pytest.raises(Refused):
            services.take_back_end(tonight)
        services.reopen_review(tonight)
        assert now_of(tonight).state is State.ENDED
        assert now_of(tonight).missing
