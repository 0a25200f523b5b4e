"""The run as a machine: ticking, opening, leaving out, handing over, moving, upgrading, and what a phone sends again and
out of order. Whatever happens, a list is what its history says; nothing is lost, nothing counted twice."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from planner.base import unit as units
from planner.base.actor import acting
from planner.checklists import queries, services
from planner.checklists.models import Checklist, ChecklistItem, Tick
from planner.checklists.rules import Act, Anchor, Evidence, Given, ItemState, Stage, Tap, TickFact, fold, read_evidence
from planner.kernel import clock
from planner.kernel.errors import PlannerError
from planner.live import queries as sessions
from planner.live import services as live
from tests.cast import Cast
from tests.checklists.conftest import Plan, key, publish

PLACE = st.integers(0, 40)
WHO = st.sampled_from(["lead", "host", "member"])
ACT = st.sampled_from([Act.DONE, Act.DONE, Act.UNTICK, Act.SKIP])
STEP = st.tuples(PLACE, ACT)
WORDS, FULL = "核对过 8", Given(link="https://proof.example/1")
SHOWS = count()


class Run(RuleBasedStateMachine):
    """One show with its list, three people, and a phone that keeps what it could not send."""

    cast: Cast
    plan: Plan
    daily: int
    evening: datetime

    @initialize()
    def begin(self) -> None:
        start = self.evening + timedelta(days=next(SHOWS) * 4)
        people = (("host", self.cast.host), ("control", self.cast.member), ("operations", self.cast.lead))
        self.show = self.plan(start, crew=list(people))
        self.sent: list[tuple[str, Tap]] = []
        self.waiting: list[Tap] = []
        self.handed: set[str] = set()

    def item(self, place: int) -> int:
        with acting(self.cast.actors["lead"]):
            items = queries.list_page(self.show, "all").items
        return sorted(i.id for i in items)[place % len(items)]

    def tap(self, place: int, act: Act) -> Tap:
        return Tap(key(), self.item(place), act, WORDS, clock.now(), FULL)

    def send(self, who: str, taps: list[Tap]) -> list[str]:
        with acting(self.cast.actors[who]):
            answers = services.replay(taps)
        assert [a.client_id for a in answers] == [t.client_id for t in taps], "each has its answer"
        self.sent += [(who, tap) for tap, a in zip(taps, answers, strict=True) if a.result != services.REFUSED]
        return [a.result for a in answers]

    @rule(who=WHO, step=STEP)
    def act(self, who: str, step: tuple[int, Act]) -> None:
        self.send(who, [self.tap(*step)])

    @rule(step=STEP)
    def wait(self, step: tuple[int, Act]) -> None:
        self.waiting.append(self.tap(*step))

    @rule(who=WHO, turned=st.booleans(), twice=st.booleans())
    def network(self, who: str, turned: bool, twice: bool) -> None:
        batch = self.waiting[::-1] if turned else self.waiting
        if not batch:
            return
        first = self.send(who, batch)
        if twice:
            again = self.send(who, batch)
            done = [(a, b) for a, b in zip(first, again, strict=True) if a != services.REFUSED]
            assert all(b == "already" for _a, b in done), "what was applied is known again"
        self.waiting = []

    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        if self.sent:
            who, tap = data.draw(st.sampled_from(self.sent))
            assert self.send(who, [tap]) == ["already"]

    @rule(who=WHO, place=PLACE, to=st.sampled_from(["host", "member", "viewer"]))
    def hand(self, who: str, place: int, to: str) -> None:
        tap, made = key(), self.item(place)
        with suppress(PlannerError), acting(self.cast.actors[who]):
            for _twice in range(2):
                services.hand_over(made, getattr(self.cast, to), tap)
            self.handed.add(tap)

    @rule(minutes=st.sampled_from([-60, 30, 24 * 60]))
    def move(self, minutes: int) -> None:
        with suppress(PlannerError), acting(self.cast.actors["lead"]):
            b = sessions.brief(self.show)
            live.move_session(self.show, b.version, b.planned_start + timedelta(minutes=minutes), 240, b.studio_id)

    @rule(asked=st.sampled_from([Evidence(), Evidence(two=True), Evidence(link=True)]))
    def upgrade(self, asked: Evidence) -> None:
        with acting(self.cast.actors["lead"]):
            services.add_item(
                self.daily, f"新加 {key()[:6]}", None, Stage.BEFORE, Anchor.PLANNED_START, -20, False, asked
            )
            version = publish(self.daily)
            services.upgrade_lists(self.daily, version, [queries.checklist_of(self.show) or 0])

    @invariant()
    def is_what_its_history_says(self) -> None:
        if not hasattr(self, "show"):
            return
        with acting(self.cast.actors["lead"]), units.reading() as unit:
            items = list(unit.session.scalars(select(ChecklistItem).where(ChecklistItem.session_id == self.show)))
            asked = select(Tick).where(Tick.item_id.in_([i.id for i in items])).order_by(Tick.id)
            ticks: dict[int, list[Tick]] = {}
            for row in unit.session.scalars(asked):
                ticks.setdefault(row.item_id, []).append(row)
            lists = len(list(unit.session.scalars(select(Checklist.id).where(Checklist.session_id == self.show))))
        assert lists == 1
        kept = [row.client_id for rows in ticks.values() for row in rows]
        assert len(kept) == len(set(kept)), "nothing is counted twice"
        gone = {tap.client_id for _who, tap in self.sent} - set(kept)
        assert not gone, "nothing that was acknowledged is lost"
        for item in items:
            self.check(item, ticks.get(item.id, []))

    def check(self, item: ChecklistItem, acts: list[Tick]) -> None:
        two = read_evidence(item.evidence).two
        if item.state is not ItemState.NOT_APPLICABLE:
            facts = [TickFact(row.id, row.act, row.user_id) for row in acts]
            assert item.state is fold(facts, two), item.title
        if item.state is ItemState.DONE and two:
            since = [row for row in acts if row.act is not Act.HAND]
            last = max((n for n, row in enumerate(since) if row.act is not Act.DONE), default=-1)
            assert len({row.user_id for row in since[last + 1 :]}) >= 2, "two people stand for it"
        hands = [row for row in acts if row.act is Act.HAND]
        if item.handed:
            assert hands, "who it was handed to is in the history"
            assert item.user_id == hands[-1].for_user_id


@pytest.mark.engines
def test_whatever_happens_a_list_is_what_its_history_says(
    cast: Cast, daily: int, plan: Plan, evening: datetime, db: Any
) -> None:
    made: Callable[[], Run] = type(
        "ThisRun", (Run,), {"cast": cast, "plan": staticmethod(plan), "daily": daily, "evening": evening}
    )
    few = settings(
        max_examples=6,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
        derandomize=True,
    )
    run_state_machine_as_test(made, settings=few)
