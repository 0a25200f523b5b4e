"""An envelope in any order of draws, calls, answers, turns that pass, shows that end and figures that are put right:
never more drawn than it allows, never more in a show without a person than its cap, and every sum is what the draws say.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from planner.base.actor import acting
from planner.kernel import clock
from planner.kernel.errors import PlannerError
from planner.kernel.permissions import Role
from planner.live import services as live
from planner.live.rules import Platform, Weight
from planner.resources import queries, services
from planner.resources.rules import GRACE_SECONDS, UNDO_SECONDS
from planner.resources.rules.envelopes import TAKEN, DrawState, Reason
from tests.conftest import Prepared
from tests.resources.conftest import YUAN, Money, begin
from tests.resources.enveloped import approved, envelope_of, finish, fund, own, read, sums

WIDE = bool(os.environ.get("PLANNER_TEST_ALL"))
TOTAL, CAP, SPARE, SECONDS = 3_000, 1_600, 400, 60
CALLED_FOR = 3 * SECONDS
WHICH, DRAWER = st.integers(0, 1), st.sampled_from(["member", "member", "manager"])

YUAN_EACH = st.sampled_from([50, 100, 300])
DRAW = st.tuples(st.just("draw"), WHICH, st.sampled_from([50, 50, 100, 100, 200, 900, 2500]), DRAWER)
READ = st.tuples(st.just("reading"), WHICH, st.sampled_from([(3000, 1000), (9000, 1000), (1500, 1000)]))
ASKED = st.tuples(st.just("ask_and_answer"), WHICH, YUAN_EACH, st.booleans())
STEP = st.one_of(
    DRAW, DRAW, DRAW, READ, READ, ASKED, ASKED, ASKED,
    st.tuples(st.just("answer"), st.integers(0, 30), st.sampled_from(["manager", "boss", "lead", "member"]), st.booleans()),
    st.tuples(st.just("wait"), st.sampled_from([20, 61, 20, 61, 3700])),
    st.tuples(st.just("take_back"), st.integers(0, 3), st.sampled_from(["member", "member", "manager"])),
    st.tuples(st.just("come_round")),
    st.tuples(st.just("settle"), WHICH, st.sampled_from([0, 300, 900, 1600])),
    st.tuples(st.just("close")),
)  # fmt: skip
SOONEST_END = {"settle": 15, "close": 25}


@dataclass
class Show:
    """A show as the model sees it: its last ROI and when it was read, and what it has spent in the end."""

    id: int
    roi: float | None = None
    read_at: datetime | None = None
    spent: int | None = None


class Caps(RuleBasedStateMachine):
    """A week of one envelope: two shows, an ad buyer, two who answer calls."""

    here: Prepared

    @initialize()
    def begin(self) -> None:
        self.here.renew()
        self.at = datetime.now(UTC).replace(microsecond=0)
        with self.here.app.app_context(), clock.standing(self.at):
            self.money: Money = begin(self.here.cast, 1, 1)
            self.money.person("boss", Role.MANAGER)
            fund(self.money, TOTAL + SPARE)
            made = approved(self.money, total=TOTAL * YUAN, session_cap=CAP * YUAN, seconds=SECONDS)
            self.request, self.envelope = made, envelope_of(self.money, made)
            self.shows = [Show(self.on_air(n)) for n in range(2)]
        self.closed, self.steps = False, 0

    def on_air(self, n: int) -> int:
        start = self.at.replace(second=0) - timedelta(minutes=40)
        with acting(self.money.cast.actors["lead"]):
            channel = live.add_channel(Platform.DOUYIN, f"二号{n}", f"second_{n}")
            studio = live.add_studio(f"{n}号房")
            made = live.schedule_session("夜场", Weight.DAILY, channel, studio, start, 600)
            live.go_live(made, start)
        return made

    @rule(what=STEP)
    def step(self, what: tuple[Any, ...]) -> None:
        """One thing after the other; figures are final, and the envelope is closed, towards the end of its week."""
        self.steps += 1
        if self.steps > SOONEST_END.get(what[0], 0):
            getattr(self, what[0])(*what[1:])

    def now(self) -> Any:
        """The program at the machine's hour."""
        self.at += timedelta(seconds=1)
        return clock.standing(self.at)

    @rule(which=WHICH, figures=st.sampled_from([(3000, 1000), (9000, 1000), (1500, 1000)]))
    def reading(self, which: int, figures: tuple[int, int]) -> None:
        show = self.shows[which]
        if show.spent is None:
            with self.here.app.app_context(), self.now():
                read(self.money, show.id, *figures)
            show.roi, show.read_at = figures[0] / figures[1], self.at

    def ask_and_answer(self, which: int, yuan: int, yes: bool) -> None:
        """An ad buyer draws, and who is called answers."""
        self.draw(which, yuan, "member")
        for who in ("boss", "manager", "lead"):
            self.answer(0, who, yes)

    def draw(self, which: int, yuan: int, who: str) -> None:
        """Granted at once exactly where the caps, the floor and a reading of the last hour allow it."""
        show = self.shows[which]
        with self.here.app.app_context(), self.now():
            whole, mine = self.used(None), self.used(show.id)
            try:
                with acting(self.money.cast.actors[who]):
                    answer = services.draw(self.envelope, show.id, yuan * YUAN, Reason.RISING)
            except PlannerError:
                answer = None
        may = who == "member" and show.spent is None and not self.closed and whole + yuan <= TOTAL
        assert (answer is not None) is may, f"{whole} of {TOTAL} were used, and {yuan} were asked for"
        if answer is not None:
            fresh = show.read_at is not None and self.at - show.read_at <= timedelta(hours=1)
            alone = fresh and (show.roi or 0) >= 2 and mine + yuan <= CAP
            assert answer["granted"] is alone
            assert alone or answer["called"], "somebody is on duty"

    def used(self, session_id: int | None) -> int:
        """What is drawn or waits at this moment, told by the draws themselves, in yuan."""
        with acting(self.money.cast.actors["manager"]):
            rows = queries.draws_of_envelope(self.envelope)
        rows = [row for row in rows if session_id in (None, row.session_id)]
        return sum(row.amount for row in rows if row.state in TAKEN or row.state is DrawState.WAITING) // YUAN

    def answer(self, pick: int, who: str, yes: bool) -> None:
        with self.here.app.app_context(), self.now(), acting(self.money.cast.actors[who]):
            rows = queries.draws_of_envelope(self.envelope)
            if not rows:
                return
            waits = [row for row in rows if row.state is DrawState.WAITING] or rows
            row, me = waits[pick % len(waits)], self.money.cast.actors[who].user_id
            try:
                services.decide_draw(row.id, yes)
                done = True
            except PlannerError:
                done = False
            assert done is (row.state is DrawState.WAITING and row.turn == me), "whose turn it is, in time, once"

    def take_back(self, pick: int, who: str) -> None:
        """One of the latest draws: only what was granted at once, at once, by whoever drew it, while it can be spent."""
        with self.here.app.app_context(), self.now(), acting(self.money.cast.actors[who]):
            rows = queries.draws_of_envelope(self.envelope)
            if not rows:
                return
            row = rows[-1 - pick % len(rows)]
            show = next(show for show in self.shows if show.id == row.session_id)
            try:
                services.take_back_draw(row.id)
                done = True
            except PlannerError:
                done = False
            soon = self.at - row.at <= timedelta(seconds=UNDO_SECONDS + GRACE_SECONDS)
            mine = row.state is DrawState.GRANTED and who == "member"
            assert done is (mine and soon and show.spent is None and not self.closed)

    def wait(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds)

    def come_round(self) -> None:
        with self.here.app.app_context(), self.now(), acting(self.money.cast.actors["manager"]):
            services.pass_calls_on()
            assert services.pass_calls_on() == 0, "told once"

    def settle(self, which: int, spend: int) -> None:
        """The show is over and its figures are final, or put right; by then no call of it waits any more."""
        self.wait(CALLED_FOR)
        with self.here.app.app_context(), self.now():
            finish(self.money, self.shows[which].id, str(spend))
        self.shows[which].spent = spend

    def close(self) -> None:
        if self.closed:
            return
        with self.here.app.app_context(), self.now(), acting(self.money.cast.actors["manager"]):
            services.close_envelope(self.request, self.money.row(self.request).version)
        self.closed = True

    @invariant()
    def adds_up(self) -> None:
        if not hasattr(self, "shows"):
            return
        with self.here.app.app_context(), clock.standing(self.at):
            with acting(self.money.cast.actors["manager"]):
                rows = queries.draws_of_envelope(self.envelope)
                assert queries.unsound() == []
            found, held = sums(self.money, self.envelope), own(self.money, self.request)
        for session_id in (None, *(show.id for show in self.shows)):
            mine = [row for row in rows if session_id in (None, row.session_id)]
            drawn = sum(row.amount for row in mine if row.state in TAKEN) // YUAN
            waiting = sum(row.amount for row in mine if row.decided_at is None) // YUAN
            alone = sum(row.amount for row in mine if row.state is DrawState.GRANTED) // YUAN
            stands = found.get(session_id, (0, 0, 0))
            assert stands[:2] == (drawn, waiting), "the sums are what the draws come to"
            if session_id is None:
                assert drawn + waiting <= TOTAL, "never more than the whole"
            else:
                assert stands[2] == alone <= CAP, "never more of a show than its cap, without a person"
        for row in rows:
            alone = row.state in (DrawState.GRANTED, DrawState.TAKEN_BACK)
            assert row.decided_by != row.user_id or alone, "nobody decides on their own draw"
        self.is_booked({show.id: found.get(show.id, (0, 0, 0))[0] for show in self.shows}, held.committed, held.spent)

    def is_booked(self, drawn: dict[int, int], committed: int, spent: int) -> None:
        """Out of what was committed goes what was drawn, at most; what is beyond it only where the budget has it."""
        over = [show for show in self.shows if show.spent is not None]
        within = sum(min(show.spent or 0, drawn[show.id]) for show in over)
        beyond = sum(max((show.spent or 0) - drawn[show.id], 0) for show in over if drawn[show.id])
        assert within <= spent <= within + min(beyond, SPARE + TOTAL)
        if self.closed:
            assert committed == sum(drawn[show.id] for show in self.shows if show.spent is None)
        else:
            assert committed == TOTAL - within


@pytest.mark.engines
def test_whatever_is_drawn_answered_and_settled_the_caps_hold(here: Prepared, db: Any) -> None:
    made: Callable[[], Caps] = type("TheseCaps", (Caps,), {"here": here})
    few = settings(
        max_examples=40 if WIDE else 6,
        stateful_step_count=40,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],  # to make a long life shorter takes longer than to read it
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    run_state_machine_as_test(made, settings=few)
