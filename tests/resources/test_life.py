"""The whole life of requests over HTTP, against a model that knows neither pages nor a database.

A requester or two, three who approve, somebody who stands in, a manager and a stranger do whatever they like in any
order, with real forms. After every step the database is what the model says, the ledgers add up, and every signature is
of somebody who may sign, of what stands there, once.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from planner.kernel import clock
from tests.conftest import Prepared
from tests.resources.life_model import No
from tests.resources.life_steps import CONTENT, DECIDABLE, OF_VERB, PICK, SIGNERS, WHO, Steps
from tests.resources.life_verbs import World

WIDE = bool(os.environ.get("PLANNER_TEST_ALL"))


class Life(Steps):
    """Everything that people do with money, and what must come of it."""

    @rule(
        pick=PICK,
        who=WHO,
        own=st.integers(0, 4),
        verb=st.sampled_from(["submit", "submit", "recall", "nudge", "attach", "cancel", "copy", "cancel"]),
    )
    def ask(self, pick: int, who: str, own: int, verb: str) -> None:
        number = self.on(pick, *OF_VERB.get(verb, ()))
        if number is None:
            return
        if own:
            who = self.names[self.world.requests[number].who]
        if who in self.away:
            return
        self.tick()
        if verb == "submit":
            self.submit(number, who)
        elif verb == "attach":
            self.attach(number, who)
        elif verb == "copy":
            self.hands.post(who, f"/requests/{number}/copy", {"user_id": str(self.ids["member"])})
            if self.world.requests[number].state != "draft" and number not in self.copied:
                self.world.requests[number].act = None
                self.copied.add(number)
        else:
            self.hands.post(who, f"/requests/{number}/{verb}", {"note": "不用了"})
            if self.expect(lambda world: getattr(world, verb)(number, self.ids[who])):
                self.world.requests[number].act = None

    @rule(pick=PICK, who=WHO, own=st.integers(0, 4), what=CONTENT, same=st.booleans(), stale=st.integers(0, 4))
    def edit(self, pick: int, who: str, own: int, what: tuple[Any, ...], same: bool, stale: int) -> None:
        number = self.on(pick, *OF_VERB["submit"])
        if number is None:
            return
        held = self.world.requests[number]
        who = self.names[held.who] if own else who
        if who in self.away:
            return
        self.tick()
        content = held.content if same else self.content((*what[:3], held.content.kind), held.content.papers)
        self.hands.edit(who, number, content, stale=not stale)
        if stale:
            self.expect(lambda world: world.edit(number, self.ids[who], content))

    # ------------------------------------------------------------------ whoever decides

    @rule(pick=PICK, who=WHO, right=st.integers(0, 5), verb=st.sampled_from(["approve", "approve", "refuse"]))
    def decide_now(self, pick: int, who: str, right: int, verb: str) -> None:
        self.decide(pick, who, right, 1, verb)

    @rule(
        pick=PICK,
        who=WHO,
        right=st.integers(0, 5),
        earlier=st.integers(0, 5),
        verb=st.sampled_from(["approve"] * 4 + ["refuse", "return"]),
    )
    def decide_on(self, pick: int, who: str, right: int, earlier: int, verb: str) -> None:
        self.decide(pick, who, right, earlier, verb)

    def decide(self, pick: int, who: str, right: int, earlier: int, verb: str) -> None:
        number = self.on(pick, *DECIDABLE)
        if number is None:
            return
        who = self.whose_turn(number, who) if right else who
        if who in self.away:
            return
        self.tick(2)
        digest, saw = self.look(who, number, not earlier)
        me, told = self.ids[who], self.hands.told(10)
        self.hands.post(who, f"/requests/{number}/{verb}", {"seen": digest, "note": "看过了"})
        if verb == "approve" and self.world.is_stale(number, me, saw):
            self.expect(lambda world: world.follow(world.requests[number]))
            return
        words = {"approve": lambda w: w.approve(number, me, saw), "refuse": lambda w: w.end(number, me, saw, "refused")}
        words["return"] = lambda w: w.end(number, me, saw, "returned")
        if self.expect(words[verb], number):
            self.decided(me, number)
            assert self.hands.told(9.9) <= told, "nobody is told before it stands"

    def decided(self, me: int, number: int) -> None:
        name = self.world.requests[number].act or ""
        self.world.moments[name].who = me
        self.batch = self.hands.last_act(number)[1]
        self.batches[self.batch] = name

    @rule(pick=PICK, who=WHO, back=PICK)
    def send_back(self, pick: int, who: str, back: int) -> None:
        number = self.on(pick, *DECIDABLE)
        if number is None or (who := self.whose_turn(number, who)) in self.away:
            return
        held = self.world.requests[number]
        passed = [place for place, level in enumerate(held.levels) if level.state == "passed"]
        if not passed:
            return
        self.tick(2)
        place = passed[back % len(passed)]
        digest, saw = self.look(who, number, False)
        page = self.hands.get(who, f"/requests/{number}/return").text
        offered = re.findall(r'<option[^>]*value="(\d+)"', page[page.index('name="to_level"') :])
        level = offered[passed.index(place)]
        self.hands.post(who, f"/requests/{number}/return", {"seen": digest, "note": "再看", "to_level": level})
        me = self.ids[who]
        if self.expect(lambda world: world.send_back(number, me, saw, place), number):
            self.decided(me, number)

    @rule(
        pick=PICK,
        who=WHO,
        right=st.integers(0, 5),
        other=WHO,
        verb=st.sampled_from(["before", "after", "transfer", "appoint"]),
    )
    def bring_in(self, pick: int, who: str, right: int, other: str, verb: str) -> None:
        number = self.on(pick, *DECIDABLE)
        if number is None:
            return
        who = "manager" if verb == "appoint" and right else self.whose_turn(number, who) if right else who
        if who in self.away:
            return
        self.tick(2)
        digest, saw = self.look(who, number, False)
        me, person, told = self.ids[who], self.ids[other], self.hands.told(10)
        path = verb if verb in ("transfer", "appoint") else "add"
        sent = {"seen": digest, "user_id": str(person), "note": "你懂设备"}
        if path == "add":
            sent["when"] = verb
        self.hands.post(who, f"/requests/{number}/{path}", sent)
        verbs: dict[str, Callable[[World], object]] = {
            "before": lambda world: world.add(number, me, saw, person, True),
            "after": lambda world: world.add(number, me, saw, person, False),
            "transfer": lambda world: world.transfer(number, me, saw, person),
            "appoint": lambda world: world.appoint(number, me, person),
        }
        if verb == "appoint" and self.expect(verbs[verb]):
            self.world.requests[number].act = None
        elif verb != "appoint" and self.expect(verbs[verb], number):
            self.decided(me, number)
            assert self.hands.told(9.9) <= told, "nobody is told before it stands"

    @rule(who=st.sampled_from(SIGNERS))
    def approve_many(self, who: str) -> None:
        """All that waits for somebody, at one tap."""
        if who in self.away:
            return
        self.tick(2)
        page = self.hands.get(who, "/requests?tab=waiting").text
        sent = dict(re.findall(r'name="seen-(\d+)" value="(\w*)"', page))
        numbers, me = sorted(map(int, sent)), self.ids[who]
        wanted = sorted(set(numbers) | {n for n in self.world.requests if self.can(n, me)})
        assert [n for n in wanted if n not in numbers and self.can(n, me)] == [], "the queue holds what one may sign"
        form = {f"seen-{n}": digest for n, digest in sent.items()}
        self.hands.post(who, "/requests/approve", {"request": [str(n) for n in numbers], **form})
        for number in numbers:
            saw = self.world.requests[number].seen
            if self.expect(lambda world, n=number, s=saw: world.approve(n, me, s), number):
                self.decided(me, number)

    def can(self, number: int, me: int) -> bool:
        """Whether it is somebody's turn, and what stands there is what was handed in."""
        try:
            self.world.turn(number, me, self.world.requests[number].content)
        except No:
            return False
        return True

    @precondition(lambda self: bool(getattr(self, "batch", "")))
    @rule(who=WHO, right=st.integers(0, 4), wait=st.sampled_from([1, 1, 1, 14, 30]))
    def take_back(self, who: str, right: int, wait: int) -> None:
        name = self.batches[self.batch]
        moment = self.world.moments[name]
        who = self.names[moment.who] if right else who
        if who in self.away:
            return
        self.tick(wait)
        self.hands.post(who, f"/requests/take-back/{self.batch}")
        if self.expect(lambda world: world.take_back(name, self.ids[who])):
            for number in moment.before:
                self.world.requests[number].act = None

    # ------------------------------------------------------------------ what must always hold

    @invariant()
    def is_what_the_model_says(self) -> None:
        if not hasattr(self, "hands"):
            return
        with self.here.app.app_context(), clock.standing(self.hands.at):
            found = self.hands.truths(sorted(self.world.requests))
            budgets = self.hands.budgets()
            counted = self.hands.counted(sorted(self.names))
        for number, truth in found.items():
            r = self.world.requests[number]
            level = r.active
            stands = (
                r.state, r.content.amount, (r.reserved, r.committed, r.spent), r.levels.index(level) if level else None,
                {seat.who for seat in level.of("asked")} if level else set(), r.signers,
                level is not None and level.escalated,
            )  # fmt: skip
            told = (truth.state, truth.total, truth.money, truth.active, truth.asked, truth.signers, truth.escalated)
            assert told == stands, f"request {number}: it is {told}, and should be {stands}"
        for who, (badge, listed) in counted.items():
            assert badge == listed, f"{self.names[who]}: {badge} on every page, {listed} in the list"
        for key, sums in budgets.items():
            assert sums == self.world.sums(key), f"{key}: {sums}, and should be {self.world.sums(key)}"
            assert sums[0] - sums[2] - sums[3] >= 0, "never more than there is"


@pytest.mark.engines
def test_whatever_people_do_money_is_right_and_nobody_decides_on_their_own(
    here: Prepared, db: Any, client_of: Callable[[str], Any]
) -> None:
    made: Callable[[], Life] = type("ThisLife", (Life,), {"here": here, "sign_in": staticmethod(client_of)})
    few = settings(
        max_examples=60 if WIDE else 8,
        stateful_step_count=60 if WIDE else 45,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],  # to make a long life shorter takes longer than to read it
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    run_state_machine_as_test(made, settings=few)
