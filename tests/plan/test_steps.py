"""What a step holds and waits for; cards put into other columns; many changed at once. On both engines."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from planner.base import trash, undo
from planner.base import unit as units
from planner.base.actor import acting
from planner.base.verbs import last_command
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from planner.kernel.spans import local
from planner.live import queries as live_queries
from planner.live import services as live
from planner.live.rules import Weight
from planner.notifications.models import Notice
from planner.plan import queries, rules, services
from planner.plan.queries import StepPage, StepRow, Wanted
from planner.plan.rules import Details, Due, Hang, HangsOn, Place, Priority, Show, Sort, StepState
from planner.plan.services import Change
from tests.cast import Cast
from tests.plan.conftest import DAY

engines = pytest.mark.engines
Made = Callable[..., int]


@pytest.fixture
def step(cast: Cast, quarter: int, today: date) -> Made:
    """A step of the lead's making."""

    def make(title: str, owner: int | None = None, due: date | None = None, **more: Any) -> int:
        with acting(cast.actors["lead"]):
            return services.add_step(title, owner, due, **more)

    return make


def page_of(cast: Cast, step_id: int) -> StepPage:
    with acting(cast.actors["lead"]):
        return queries.step_page(step_id)


def row_of(cast: Cast, step_id: int) -> StepRow:
    with acting(cast.actors["lead"]):
        return queries.ticked(step_id)


def undo_last() -> None:
    undo.undo(last_command.get() or "")


NODES = st.integers(1, 8)


def reach(links: set[tuple[int, int]], start: int) -> set[int]:
    """All that a step waits for, directly or through others, by the plainest way there is."""
    found: set[int] = set()
    while True:
        more = {two for one, two in links if one == start or one in found} - found
        if not more:
            return found
        found |= more


@given(st.sets(st.tuples(NODES, NODES), max_size=20), NODES, NODES)
def test_a_ring_is_found_exactly_where_there_is_one(links: set[tuple[int, int]], one: int, other: int) -> None:
    ring = rules.circle(links, one, other)
    assert bool(ring) == (one == other or one in reach(links, other))
    if ring:
        assert ring[0] == ring[-1] == one
        assert len(set(ring[:-1])) == len(ring) - 1, "each step once"
        pairs = list(itertools.pairwise(ring))
        assert pairs[0] == (one, other)
        assert set(pairs[1:]) <= links


@given(st.sampled_from(list(StepState)), st.sampled_from(list(StepState)))
def test_the_move_between_two_states_leads_there(before: StepState, after: StepState) -> None:
    move = rules.move_to(before, after)
    if move is not None:
        assert rules.STEPS.take(move, before) is after


@engines
def test_lines_are_pasted_ticked_and_counted(cast: Cast, step: Made) -> None:
    made = step("竞品分析", cast.member)
    with acting(cast.actors["member"]):
        assert services.add_lines(made, "- 看三家\r\n\n• 写一页\n 发群里 ") == 3
        first, second, _third = queries.step_page(made).lines
        assert [first.text, second.text] == ["看三家", "写一页"]
        services.tick_line(first.id, True)
        services.tick_line(first.id, True)
        row = row_of(cast, made)
        assert (row.lines, row.lines_done) == (3, 1)
        assert queries.step_page(made).lines[0].done_by == cast.actors["member"].name
        services.tick_line(first.id, False)
        assert row_of(cast, made).lines_done == 0
        services.remove_line(second.id)
        assert [line.text for line in queries.step_page(made).lines] == ["看三家", "发群里"]
        undo_last()
        assert [line.text for line in queries.step_page(made).lines] == ["看三家", "写一页", "发群里"]
        with pytest.raises(Invalid):
            services.add_lines(made, " \n\t\n")
        with pytest.raises(Invalid):
            services.add_lines(made, "\n".join("一" * 9 for _ in range(58)))
    with acting(cast.actors["host"]):
        for call in (lambda: services.add_lines(made, "x"), lambda: services.tick_line(first.id, True)):
            with pytest.raises(Forbidden):
                call()
    with acting(cast.actors["outsider"]):
        for call in (lambda: services.add_lines(made, "x"), lambda: services.tick_line(first.id, True)):
            with pytest.raises(NotFound):
                call()


@engines
def test_what_comes_first_holds_a_step_up_until_it_is_done(cast: Cast, step: Made) -> None:
    script, shoot, cut = step("脚本"), step("拍摄"), step("剪辑")
    with acting(cast.actors["lead"]):
        services.wait_on(shoot, script)
        services.wait_on(cut, shoot)
        services.wait_on(cut, shoot)
        assert row_of(cast, shoot).ahead == 1
        assert row_of(cast, shoot).urgency is rules.Urgency.WAITING
        with pytest.raises(Invalid) as caught:
            services.wait_on(script, cut)
        assert caught.value.fields["on_id"].values["ring"] == "脚本 → 剪辑 → 拍摄 → 脚本"
        with pytest.raises(Invalid):
            services.wait_on(script, script)
        assert [s.id for s in page_of(cast, shoot).first] == [script]
        assert [s.id for s in page_of(cast, shoot).after] == [cut]
        services.move_step(script, "finish")
        assert row_of(cast, shoot).ahead == 0
        services.wait_no_more(cut, shoot)
        services.wait_on(shoot, cut)
        with pytest.raises(NotFound):
            services.wait_on(shoot, 999)
    with acting(cast.actors["member"]), pytest.raises(Forbidden):
        services.wait_on(script, shoot)


@engines
def test_undo_makes_no_ring(cast: Cast, step: Made) -> None:
    one, two = step("一"), step("二")
    with acting(cast.actors["lead"]):
        services.wait_on(one, two)
        services.wait_no_more(one, two)
        gone = last_command.get() or ""
        services.wait_on(two, one)
        with pytest.raises(Refused):
            undo.undo(gone)
        services.wait_no_more(two, one)
        undo.undo(gone)
        assert row_of(cast, one).ahead == 1


@engines
def test_what_lies_in_the_trash_holds_nobody_up(cast: Cast, step: Made) -> None:
    script, shoot = step("脚本"), step("拍摄")
    with acting(cast.actors["lead"]):
        services.wait_on(shoot, script)
        services.trash_step(script)
        gone = trash.trashed()[0][0]
        assert row_of(cast, shoot).ahead == 0
        trash.restore(gone)
        assert row_of(cast, shoot).ahead == 1


@engines
def test_eight_at_once_tie_no_ring(cast: Cast, db: Flask, step: Made) -> None:
    ids = [step(f"{n}") for n in range(8)]
    gate, faults = threading.Barrier(8), list[Exception]()

    def tie(number: int) -> None:
        with db.app_context(), acting(cast.actors["lead"]):
            gate.wait()
            try:
                services.wait_on(ids[number], ids[(number + 1) % 8])
            except Invalid as fault:
                faults.append(fault)

    threads = [threading.Thread(target=tie, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(faults) == 1, "the one that would have closed the ring"


@engines
def test_blocked_says_by_what_and_goes_on_where_it_was(cast: Cast, step: Made) -> None:
    made = step("样品", cast.member)
    with acting(cast.actors["member"]):
        with pytest.raises(Invalid):
            services.move_step(made, "block")
        services.move_step(made, "start")
        services.move_step(made, "block", "品牌方 回复")
        assert (row_of(cast, made).state, row_of(cast, made).waits_for) == (StepState.BLOCKED, "品牌方 回复")
        services.wait_for(made, row_of(cast, made).version, "")
        assert (row_of(cast, made).state, row_of(cast, made).waits_for) == (StepState.DOING, "")
        services.move_step(made, "put_back")
        services.wait_for(made, row_of(cast, made).version, "仓库")
        services.move_step(made, "finish")
        assert row_of(cast, made).waits_for == ""
    with acting(cast.actors["lead"]):
        services.move_step(made, "reopen")
        services.move_step(made, "drop", "品牌方撤了")
        assert page_of(cast, made).row.dropped_why == "品牌方撤了"


@engines
def test_details_are_checked_and_kept(cast: Cast, step: Made, today: date) -> None:
    details = Details(today, Priority.URGENT, " 设计 部 ", ("#直播", "直播", "＃大促", ""))
    made = step("海报", None, today + DAY, details=details)
    view = page_of(cast, made)
    assert (view.row.start, view.row.priority, view.row.department) == (today, Priority.URGENT, "设计 部")
    assert view.tags == ["直播", "大促"]
    with acting(cast.actors["lead"]):
        with pytest.raises(Invalid) as caught:
            services.edit_step(made, 1, "海报", None, today - DAY, None, None, "")
        assert "due" in caught.value.fields
        services.edit_step(made, 1, "海报", None, today, None, None, "", Details(tags=("大促",)))
        view = page_of(cast, made)
        assert (view.row.start, view.row.priority, view.tags) == (None, Priority.NORMAL, ["大促"])
        undo_last()
    assert page_of(cast, made).tags == ["大促", "直播"] or page_of(cast, made).tags == ["直播", "大促"]


@engines
def test_a_list_is_narrowed_sorted_and_counted(cast: Cast, step: Made, today: date) -> None:
    late = step("迟了的", cast.member, today - DAY, details=Details(priority=Priority.LOW))
    now = step("今天的", cast.host, today, details=Details(priority=Priority.URGENT, department="设计", tags=("大促",)))
    some = step("没日子的", None, None)
    done = step("做完的", cast.member, today)
    with acting(cast.actors["lead"]):
        services.move_step(done, "finish")

        def ids(**wanted: Any) -> list[int]:
            return [s.id for s in queries.listed(Wanted(**wanted))]

        assert ids() == [late, now, some]
        assert ids(sort=Sort.PRIORITY) == [now, some, late]
        assert ids(sort=Sort.LATEST) == [now, late, some]
        assert ids(sort=Sort.NEWEST) == [some, now, late]
        assert ids(due=Due.LATE) == [late]
        assert ids(due=Due.TODAY) == [now]
        assert ids(due=Due.NONE) == [some]
        assert ids(owner_id=0) == [some]
        assert ids(owner_id=cast.member, show=Show.ALL) == [late, done]
        assert ids(department="设计") == ids(tag="大促") == ids(priority=Priority.URGENT) == ids(q="今天") == [now]
        assert ids(q="%") == []
        assert queries.counts()[Show.UNFINISHED] == 3
        assert queries.counts(Wanted(owner_id=cast.member))[Show.DONE] == 1
        assert [s.id for s in queries.listed(skip=1, limit=1)] == [now]
        assert queries.words_in_use() == (["大促"], ["设计"])
    with acting(cast.actors["outsider"]):
        assert queries.listed() == []
        assert queries.words_in_use() == ([], [])


@engines
def test_a_board_has_each_card_once(cast: Cast, quarter: int, step: Made, today: date) -> None:
    with acting(cast.actors["lead"]):
        phase = services.add_phase(quarter, "第一月", today, today + DAY)
    one, two = step("一", cast.member, today - DAY, phase_id=phase), step("二")
    three = step("三", cast.host)
    with acting(cast.actors["lead"]):
        services.move_step(three, "finish")
        names = {state: str(state) for state in StepState}
        by_state = queries.by_state(Wanted(), names)
        assert {c.key: [s.id for s in c.rows] for c in by_state.columns} == {
            "open": [one, two], "doing": [], "blocked": [], "done": [three],
        }  # fmt: skip
        assert [c.late for c in by_state.columns] == [1, 0, 0, 0]
        phases = queries.choices()["phases"]
        by_phase = queries.by_phase(Wanted(), phases, "无")
        assert [(c.name, [s.id for s in c.rows]) for c in by_phase.columns] == [("无", [two]), ("第一月", [one])]
        by_owner = queries.by_owner(Wanted(), {cast.member: "小明", cast.host: "小米"}, "没人")
        assert [(c.name, [s.id for s in c.rows]) for c in by_owner.columns] == [
            ("没人", [two]), ("小明", [one]), ("小米", []),
        ]  # fmt: skip


@engines
def test_a_card_goes_where_it_is_put(cast: Cast, quarter: int, step: Made, today: date) -> None:
    with acting(cast.actors["lead"]):
        phase = services.add_phase(quarter, "第一月", today, today + DAY)
    made = step("一", cast.member)

    def put(login: str, by: Place, to: str, why: str = "") -> StepRow:
        with acting(cast.actors[login]):
            services.place_step(made, row_of(cast, made).version, by, to, why)
        return row_of(cast, made)

    assert put("member", Place.STATE, "doing").state is StepState.DOING
    assert put("member", Place.STATE, "done").state is StepState.DONE
    assert put("member", Place.STATE, "doing").state is StepState.DOING, "what is done is opened first"
    with pytest.raises(Forbidden):
        put("member", Place.PHASE, str(phase))
    with pytest.raises(Forbidden):
        put("host", Place.STATE, "open")
    assert put("lead", Place.PHASE, str(phase)).phase_id == phase
    assert put("lead", Place.PHASE, "0").phase_id is None
    assert put("lead", Place.OWNER, str(cast.host)).owner_id == cast.host
    with pytest.raises(Invalid):
        put("lead", Place.OWNER, str(cast.outsider))
    for by, to in ((Place.STATE, "x"), (Place.PHASE, "x"), (Place.PHASE, "99999"), (Place.OWNER, "-1")):
        with pytest.raises(NotFound):
            put("lead", by, to)
    with acting(cast.actors["lead"]), pytest.raises(Stale):
        services.place_step(made, 1, Place.STATE, "open")
    with acting(cast.actors["outsider"]), pytest.raises(NotFound):
        services.place_step(made, 1, Place.STATE, "open")


@engines
def test_many_are_changed_at_once_with_one_undo(cast: Cast, quarter: int, step: Made, today: date) -> None:
    ids = [step(f"{n}", cast.member, today + n * DAY, details=Details(tags=("旧",))) for n in range(3)]
    with acting(cast.actors["lead"]):

        def versions() -> dict[int, int]:
            return {s.id: s.version for s in queries.some_steps(ids)}

        before = queries.some_steps(ids)
        change = Change(
            frozenset({"owner_id", "days", "priority", "tags", "state"}), cast.host, days=2, priority=Priority.HIGH,
            state=StepState.DOING, add_tags=("新",), drop_tags=("旧",),
        )  # fmt: skip
        assert services.change_together(versions(), change) == 3
        rows = queries.some_steps(ids)
        assert {(s.owner_id, s.priority, s.state) for s in rows} == {(cast.host, Priority.HIGH, StepState.DOING)}
        assert [s.due for s in rows] == [today + (n + 2) * DAY for n in range(3)]
        assert list(queries.tags_of(ids).values()) == [["新"]] * 3
        undo_last()
        assert [(s.owner_id, s.due, s.state) for s in queries.some_steps(ids)] == [
            (s.owner_id, s.due, s.state) for s in before
        ]
        assert list(queries.tags_of(ids).values()) == [["旧"]] * 3
        held = versions()
        services.edit_step(ids[1], held[ids[1]], "别人改了", None, today, None, None, "")
        with pytest.raises(Invalid) as caught:
            services.change_together(held, Change(frozenset({"priority"}), priority=Priority.LOW))
        assert list(caught.value.fields) == ["rows.1"] or list(caught.value.fields) == ["rows.0"]
        assert {s.priority for s in queries.some_steps(ids)} == {Priority.NORMAL}, "all or none"
        for wrong in (Change(frozenset()), Change(frozenset({"days"}), days=9999)):
            with pytest.raises((Refused, Invalid)):
                services.change_together(versions(), wrong)
        with pytest.raises(Refused):
            services.change_together({}, change)
        with pytest.raises(Invalid):
            services.change_together(versions(), Change(frozenset({"state"}), state=StepState.BLOCKED))
        assert services.trash_steps(versions()) == 3
        undo_last()
        assert len(queries.some_steps(ids)) == 3
        mixed = versions() | {10**6: 1}
        with pytest.raises(Refused):
            services.trash_steps(mixed)
    with acting(cast.actors["outsider"]), pytest.raises((Refused, Forbidden)):
        services.change_together(held, change)


@engines
def test_owners_are_told_what_others_do_to_their_steps(cast: Cast, step: Made, today: date) -> None:
    script, shoot = step("脚本", cast.host, today), step("拍摄", cast.member)

    def heard(login: str) -> list[tuple[int, str]]:
        with acting(cast.actors[login]):
            asked = select(Notice.about_id, Notice.words).where(Notice.user_id == cast.actors[login].user_id)
            with units.writing("tests.heard") as unit:
                rows = unit.session.execute(asked.where(Notice.taken_back.is_(None)).order_by(Notice.id)).all()
                return [(row_id, words["msg"].split("%")[0].strip()) for row_id, words in rows]

    assert heard("member") == [(shoot, "A step is yours now:")]
    assert heard("lead") == []
    with acting(cast.actors["lead"]):
        services.wait_on(shoot, script)
        held = row_of(cast, shoot)
        services.edit_step(shoot, held.version, "拍摄", cast.member, today + DAY, None, None, "")
        undo_last()
    assert heard("member") == [(shoot, "A step is yours now:")], "what is taken back is told no more"
    with acting(cast.actors["host"]):
        services.move_step(script, "finish")
    assert heard("member")[1:] == [(shoot, "")], "what waited for it can go on"
    assert heard("host") == [(script, "A step is yours now:")], "nobody is told of their own acts"
    with acting(cast.actors["lead"]):
        services.change_together({shoot: row_of(cast, shoot).version}, Change(frozenset({"owner_id"}), cast.host))
    assert heard("host")[-1] == (shoot, "A step is yours now:")


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(-366, 366))
def test_an_offset_is_so_many_days_from_where_it_hangs(day: date, days: int) -> None:
    assert (rules.day_at(day, days) - day).days == days


@engines
def test_a_day_hangs_on_the_phase_and_goes_along(cast: Cast, quarter: int, step: Made, today: date) -> None:
    with acting(cast.actors["lead"]):
        phase = services.add_phase(quarter, "第一月", today, today + 10 * DAY)
        before = Details(hang=Hang(HangsOn.PHASE_START, -3))
        first = step("预热", cast.member, today + 30 * DAY, phase_id=phase, details=before)
        last = step("复盘", None, phase_id=phase, details=Details(hang=Hang(HangsOn.PHASE_END, 2)))
        own = step("自己的日子", None, today, phase_id=phase)
        done = step("做完的", None, phase_id=phase, details=before)
        services.move_step(done, "finish")

        def days() -> list[int | None]:
            rows = [row_of(cast, row_id) for row_id in (first, last, own, done)]
            return [(row.due - today).days if row.due else None for row in rows]

        assert days() == [-3, 12, 0, -3], "what was typed as a day gives way to what it hangs on"
        moves = queries.moves_with_phase(phase, today + DAY, today + 20 * DAY)
        assert [(s.id, (due - today).days) for s, due in moves] == [(first, -2), (last, 22)]
        services.edit_phase(phase, queries.phase(phase).version, "第一月", today + DAY, today + 20 * DAY)
        assert days() == [-2, 22, 0, -3]
        undo_last()
        assert days() == [-3, 12, 0, -3]
        services.change_together({first: row_of(cast, first).version}, Change(frozenset({"days"}), days=5))
        assert days()[0] == 2
        assert page_of(cast, first).row.hangs_on is None, "a day that somebody sets is its own"
        for wrong in (Hang(HangsOn.SESSION, 0, 999), Hang(HangsOn.PHASE_END, 367)):
            with pytest.raises(Invalid):
                services.edit_step(
                    last, row_of(cast, last).version, "复盘", None, None, phase, None, "", Details(hang=wrong)
                )
        with pytest.raises(Invalid) as caught:
            step("没有阶段", details=Details(hang=Hang(HangsOn.PHASE_END)))
        assert "phase_id" in caught.value.fields


@engines
def test_a_day_hangs_on_a_show_and_moves_with_it(cast: Cast, step: Made, today: date) -> None:
    start = local(today + 10 * DAY, 20 * 60, "Asia/Shanghai")
    with acting(cast.actors["lead"]):
        made = live.schedule_session("双12", Weight.DAILY, cast.channel, None, start, 120)
        papers = step("资料核验", cast.member, details=Details(hang=Hang(HangsOn.SESSION, -3, made)))
        assert row_of(cast, papers).due == today + 7 * DAY
        lines = live.move_preview(made, start + 2 * DAY, 120, None)
        assert any(line.group == "moves" and "资料核验" in line.text for line in lines)
        live.move_session(made, live_queries.brief(made).version, start + 2 * DAY, 120, None)
        assert row_of(cast, papers).due == today + 9 * DAY
        undo_last()
        assert row_of(cast, papers).due == today + 7 * DAY
        midnight = local(today + 11 * DAY, 2 * 60, "Asia/Shanghai")
        live.move_session(made, live_queries.brief(made).version, midnight, 120, None)
        assert row_of(cast, papers).due == today + 7 * DAY, "two at night is still the business day before"
        services.move_step(papers, "finish")
        live.move_session(made, live_queries.brief(made).version, start + 5 * DAY, 120, None)
        assert row_of(cast, papers).due == today + 7 * DAY, "what is done stays"
        assert page_of(cast, papers).hangs_on is not None
