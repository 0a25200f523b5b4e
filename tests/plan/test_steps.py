"""What a step holds, waits for and tells its owner. On both engines."""

from __future__ import annotations

import itertools
import threading
from datetime import date

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from planner.base import trash, undo
from planner.base import unit as units
from planner.base.actor import acting
from planner.base.verbs import last_command
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.notifications.models import Notice
from planner.plan import queries, rules, services
from planner.plan.rules import Details, Priority, StepState
from planner.plan.services import Change
from tests.cast import Cast
from tests.plan.conftest import DAY
from tests.plan.steps import Made, page_of, row_of, undo_last
from tests.plan.steps import step as step

engines = pytest.mark.engines


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
def test_owners_are_told_what_others_do_to_their_steps(cast: Cast, step: Made, today: date) -> None:
    script, shoot = step("脚本", cast.host, today), step("拍摄", cast.member)

    def heard(login: str) -> list[tuple[int | None, str]]:
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
