"""Steps of a life of requests: how it begins, what changes under way, and what follows an approval."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from planner.base import unit as units
from planner.kernel import clock
from planner.kernel.permissions import Role
from planner.people.models import User
from planner.resources import jobs
from tests.conftest import Prepared
from tests.resources.conftest import begin
from tests.resources.life_hands import NOON, Hands, person_hash, version_in, yuan
from tests.resources.life_model import HOST, LEAD, MANAGER, MEMBER, Content, Moment, No, Policy, Rule
from tests.resources.life_verbs import World

PEOPLE = ("host", "member", "lead", "anna", "manager")
SIGNERS = ("lead", "anna", "manager")
OF_VERB = {"submit": ("draft", "returned"), "recall": ("pending",), "cancel": ("approved",)}
DECIDABLE = ("pending", "cancelling")
ALL_DAY = 10.5 * 3600
MOST = 5
PICK = st.integers(0, 11)
WHO = st.sampled_from(PEOPLE)
TEAM_LEAD, BOSS = Rule(roles=(LEAD,)), Rule(roles=(MANAGER,))


def policies(of: dict[str, int]) -> list[Policy]:
    """What a team may agree on: one after the other, all of a level, two of them, the same person twice, by amount."""
    after_all = Rule(persons=(of["lead"],), kinds=("afterwards",))
    return [
        Policy((Rule("lead", (LEAD,), of=(HOST, MEMBER)), Rule("manager", (MANAGER,), since=2_000_00))),
        Policy((Rule(roles=(LEAD,), every=True), Rule(roles=(MANAGER,), since=2_000_00))),
        Policy((BOSS, BOSS)),
        Policy((Rule(roles=(LEAD, MANAGER), needed=2),)),
        Policy((Rule(persons=(of["anna"],)), Rule(roles=(MANAGER,), over=True), after_all)),
        Policy((TEAM_LEAD, TEAM_LEAD, BOSS), restart=True),
        Policy((Rule(roles=(LEAD, MANAGER)), Rule(persons=(of["lead"],)), BOSS)),
    ]  # fmt: skip


CONTENT = st.tuples(
    st.sampled_from([400_00, 1_999_99, 400_00, 2_000_00, 400_00, 2_100_00, 6_000_00, 25_000_00]),
    st.sampled_from(["equipment", "equipment", "training"]),
    st.sampled_from([None, None, None, "lead", "member", "host"]),
    st.sampled_from(["one_off", "one_off", "one_off", "afterwards"]),
)  # fmt: skip


MEANWHILE = st.one_of(
    st.tuples(st.just("change_policy"), st.integers(0, 6)),
    st.tuples(st.just("delegate"), st.sampled_from(["lead member", "anna lead", "manager lead", "lead host"])),
    st.tuples(st.just("come_and_go"), st.sampled_from(["anna", "lead"]), st.sampled_from(["away", "moved"])),
    st.tuples(st.just("round")),
    st.tuples(st.just("wait"), st.sampled_from([1, 61])),
    st.tuples(
        st.just("budget"), st.sampled_from(["equipment", "training"]),
        st.sampled_from([-9_000_00, -1_000_00, 3_000_00]), st.sampled_from(["allocate", "move", "freeze"]),
    ),
    st.tuples(
        st.just("stranger"), PICK,
        st.sampled_from(["", "/print", "/edit", "/approve", "/refuse", "/submit", "/pay", "/cancel", "/duplicate"]),
    ),
)  # fmt: skip


class Steps(RuleBasedStateMachine):
    """One step after the other: what people do, and what the model says of it."""

    here: Prepared
    sign_in: Callable[[str], Any]

    @initialize(policy=st.integers(0, 6), first=st.tuples(CONTENT, CONTENT, CONTENT))
    def begin(self, policy: int, first: tuple[Any, ...]) -> None:
        self.here.renew()
        with self.here.app.app_context(), clock.standing(NOON):
            self.money = begin(copy.deepcopy(self.here.cast), 12_000, 8_000)
            self.money.person("anna", Role.LEAD)
            _let_in("anna")
        cast = self.money.cast
        self.hands = Hands(cast, self.money, self.sign_in)
        self.ids = {name: cast.actors[name].user_id or 0 for name in PEOPLE}
        self.names = {number: name for name, number in self.ids.items()}
        roles = {"host": HOST, "member": MEMBER, "lead": LEAD, "anna": LEAD, "manager": MANAGER}
        self.policies = policies(self.ids)
        self.world = World(
            {self.ids[name]: role for name, role in roles.items()}, self.policies[0],
            {"equipment": 12_000_00, "training": 8_000_00},
        )  # fmt: skip
        self.saw: dict[int, list[tuple[str, Content]]] = {}
        self.batch, self.batches, self.copied = "", dict[str, str](), set[int]()
        self.away = set[str]()
        self.change_policy(policy)
        for who, what in zip(("host", "member", "host"), first, strict=True):
            self.write(who, what, True)

    # ------------------------------------------------------------------ one step

    def on(self, pick: int, *states: str) -> int | None:
        """One of the requests there are: of those in these states, where there is one."""
        numbers = sorted(self.world.requests)
        numbers = [n for n in numbers if self.world.requests[n].state in states] or numbers
        return numbers[pick % len(numbers)] if numbers else None

    def expect(self, verb: Callable[[World], object], *decided: int) -> bool:
        """What the model says of it; a decision can be taken back."""
        trial = copy.deepcopy(self.world)
        trial.now = (self.hands.at - NOON).total_seconds()
        try:
            verb(trial)
        except No:
            return False
        before = {number: self.world.requests[number] for number in decided}
        self.world = trial
        for number, held in before.items():
            trial.requests[number].act = f"decided {trial.now}"
            moment = trial.moments.setdefault(f"decided {trial.now}", Moment(0, trial.now, {}))
            moment.before[number] = held
        return True

    def tick(self, seconds: float = 1) -> None:
        self.hands.at += timedelta(seconds=seconds)

    def whose_turn(self, number: int, who: str) -> str:
        """Somebody who is asked, where anybody is."""
        level = self.world.requests[number].active
        asked = [self.names[seat.who] for seat in level.of("asked")] if level else []
        asked = [name for name in asked if name not in self.away]
        return asked[len(who) % len(asked)] if asked else who

    def look(self, who: str, number: int, earlier: bool) -> tuple[str, Content | None]:
        """What they see, or saw before it became another."""
        held = self.saw.setdefault(number, [])
        digest, content = self.hands.seen(who, number), self.world.requests[number].content
        if digest:
            for other, what in held:
                assert (other == digest) is (what == content), "what is seen has one name, and only that"
            if not any(other == digest for other, _what in held):
                held.append((digest, content))
        if earlier and len(held) > 1:
            return next(each for each in held if each[1] != content)
        return digest, content

    # ------------------------------------------------------------------ whoever asks

    @rule(who=st.sampled_from(["host", "host", "member", "lead", "manager"]), what=CONTENT, straight=st.booleans())
    def write(self, who: str, what: tuple[Any, ...], straight: bool) -> None:
        if len(self.world.requests) >= MOST or who in self.away:
            return
        self.tick()
        content = self.content(what)
        if content.payee in self.world.away:
            return
        number = self.hands.draft(who, content)
        self.world.draft(number, self.ids[who], content)
        if content.kind == "afterwards":
            self.attach(number, who)
        if straight:
            self.submit(number, who)

    def content(self, what: tuple[Any, ...], papers: tuple[int, ...] = ()) -> Content:
        amount, category, payee, kind = what
        return Content(amount, category, self.ids.get(payee), kind, papers)

    def attach(self, number: int, who: str) -> None:
        self.hands.attach(who, number)
        self.expect(lambda world: world.attach(number, self.ids[who]))

    def submit(self, number: int, who: str) -> None:
        self.hands.post(who, f"/requests/{number}/submit")
        if self.expect(lambda world: world.submit(number, self.ids[who])):
            self.world.requests[number].act = None

    # ------------------------------------------------------------------ what changes under way

    @rule(what=MEANWHILE)
    def meanwhile(self, what: tuple[Any, ...]) -> None:
        """Something else happens."""
        getattr(self, what[0])(*what[1:])

    def change_policy(self, which: int) -> None:
        self.tick()
        self.hands.publish("manager", self.policies[which])
        self.world.policy = self.policies[which]

    def delegate(self, pairs: str) -> None:
        """Somebody signs for somebody, or not any more."""
        pair = pairs.split()
        whose, deputy = self.ids[pair[0]], self.ids[pair[1]]
        if pair[0] in self.away or pair[1] in self.away:
            return
        self.tick()
        held = self.world.deputies.pop((whose, deputy), None)
        if held is not None:
            self.hands.post(pair[0], f"/approvals/delegations/{held}/end")
        else:
            self.world.deputies[whose, deputy] = self.hands.delegate(pair[0], deputy)

    def come_and_go(self, who: str, way: str) -> None:
        """An account is closed or opened again; a lead becomes a member, or a lead again."""
        self.tick()
        user_id = self.ids[who]
        if way == "away":
            closing = user_id not in self.world.away
            self.hands.post("manager", f"/settings/people/{user_id}/disable", {"disabled": "1" if closing else "0"})
            (self.world.away.add if closing else self.world.away.discard)(user_id)
            (self.away.add if closing else self.away.discard)(who)
            self.hands.browsers.pop(who, None)
            return
        to = MEMBER if self.world.people[user_id] == LEAD else LEAD
        page = self.hands.get("manager", f"/settings/people/{user_id}").text
        sent = {"version": version_in(page), "role": to}
        assert self.hands.post("manager", f"/settings/people/{user_id}", sent).status_code == 303
        self.world.people[user_id] = to

    def round(self) -> None:
        """What comes round every few minutes: levels find their signers anew."""
        self.tick()
        with self.here.app.app_context(), clock.standing(self.hands.at):
            jobs.chase()
        for number in sorted(self.world.requests):
            self.expect(lambda world, n=number: world.follow(world.requests[n]))
            self.expect(lambda world, n=number: world.reseat(n))

    def wait(self, minutes: int) -> None:
        if (self.hands.at - NOON).total_seconds() < ALL_DAY - 3700:
            self.tick(minutes * 60)

    def budget(self, key: str, amount: int, way: str) -> None:
        self.tick()
        money, other = self.money, "training" if key == "equipment" else "equipment"
        if way == "freeze":
            frozen = not self.world.budgets[key].frozen
            self.hands.post("manager", f"/budget/{money.budgets[key]}/freeze", {"frozen": "y" if frozen else ""})
            self.world.budgets[key].frozen = frozen
        elif way == "allocate":
            sent = {"category_id": str(money.categories[key]), "amount": yuan(amount), "note": ""}
            self.hands.post(
                "lead", f"/budget/periods/{money.period}/allocate", sent
            ) if "lead" not in self.away else None
            self.hands.post("manager", f"/budget/periods/{money.period}/allocate", sent)
            self.expect(lambda world: world.allocate(key, amount))
        elif amount > 0 and "lead" not in self.away and self.world.people[self.ids["lead"]] == LEAD:
            sent = {
                "from_id": str(money.budgets[key]),
                "to_id": str(money.budgets[other]),
                "amount": yuan(amount),
                "reason": "多一场",
            }
            self.hands.post("lead", f"/budget/periods/{money.period}/transfer", sent)
            found = re.search(r"/budget/transfers/(\d+)/decide", self.hands.get("manager", "/budget").text)
            if found:
                sent = {"version": "1", "approve": "y"}
                self.hands.post("lead", f"/budget/transfers/{found[1]}/decide", sent)
                self.hands.post("manager", f"/budget/transfers/{found[1]}/decide", sent)
            self.expect(lambda world: world.move(key, other, amount))

    # ------------------------------------------------------------------ what follows an approval

    @rule(
        pick=PICK,
        who=WHO,
        verb=st.sampled_from(["order", "receive", "pay", "pay", "close", "open-again", "ask-more", "unpay"]),
        part=st.sampled_from([100, 100, 40, 104, 130]),
    )
    def carry(self, pick: int, who: str, verb: str, part: int) -> None:
        approved = [n for n, r in sorted(self.world.requests.items()) if r.state in ("approved", "closed")]
        if not approved or who in self.away:
            return
        number, me = approved[pick % len(approved)], self.ids[who]
        amount = self.world.requests[number].content.amount * part // 100
        self.tick()
        getattr(self, f"_{verb.replace('-', '_')}")(number, who, me, amount)

    def noted(self, number: int, verb: Callable[[World], object]) -> None:
        if self.expect(verb):
            self.world.requests[number].act = None

    def form(self, who: str, of: int, path: str, **more: str) -> None:
        sent = {"known": self.hands.known(who, of), "day": str(self.hands.day()), "note": "好", **more}
        self.hands.post(who, f"/requests/{of}/{path}", sent)

    def _order(self, number: int, who: str, me: int, _amount: int) -> None:
        self.form(who, number, "order", number="JD-1")
        self.noted(number, lambda world: world.fact(number, me))

    def _receive(self, number: int, who: str, me: int, _amount: int) -> None:
        page = self.hands.get(who, f"/requests/{number}/receive").text
        line = re.search(r'name="(came_\d+)"', page)  # none where the page says why nothing can be recorded
        self.form(who, number, "receive", **{line[1] if line else "came_1": "1"})
        self.noted(number, lambda world: world.fact(number, me))

    def _pay(self, number: int, who: str, me: int, amount: int) -> None:
        before = self.hands.last_fact(number, "pay")
        self.form(who, number, "pay", amount=yuan(amount), way="transfer")
        fact = self.hands.last_fact(number, "pay")
        self.noted(number, lambda world: world.pay(number, me, amount, fact if fact != before and fact else 0))

    def _unpay(self, number: int, who: str, me: int, _amount: int) -> None:
        fact = self.hands.last_fact(number, "pay")
        if fact is not None:
            self.hands.post(who, f"/requests/facts/{fact}/reverse", {"note": "记错了"})
            self.noted(number, lambda world: world.unpay(number, me, fact))

    def _close(self, number: int, who: str, me: int, _amount: int) -> None:
        self.form(who, number, "close")
        self.noted(number, lambda world: world.close(number, me))

    def _open_again(self, number: int, who: str, me: int, _amount: int) -> None:
        self.hands.post(who, f"/requests/{number}/open-again", {"note": "还有一笔"})
        self.noted(number, lambda world: world.open_again(number, me))

    def _ask_more(self, number: int, who: str, me: int, amount: int) -> None:
        if len(self.world.requests) > MOST + 2:
            return
        answer = self.hands.post(who, f"/requests/{number}/ask-more", {"amount": yuan(amount)})
        if not self.expect(lambda world: world.ask_more(number, me)):
            assert answer.status_code != 303
            return
        made = int(answer.headers["Location"].split("/")[2])
        if made not in self.world.requests:
            held = self.world.requests[number].content
            self.world.draft(made, me, Content(amount, held.category, held.payee))
            self.world.requests[made].follows = number

    # ------------------------------------------------------------------ a stranger, and what must always hold

    def stranger(self, pick: int, path: str) -> None:
        """Another team finds nothing, whatever it asks for."""
        number = self.on(pick)
        if number is None:
            return
        if path in ("", "/print", "/edit"):
            self.hands.get("outsider", f"/requests/{number}{path}", 404)
        if path not in ("", "/print"):
            sent = {"seen": next((digest for digest, _what in self.saw.get(number, [])), ""), "note": "我也要"}
            assert self.hands.post("outsider", f"/requests/{number}{path}", sent).status_code == 404, path


def _let_in(login: str) -> None:
    """Somebody more gets the password of the cast."""
    with units.writing("tests.person") as unit:
        unit.unscoped = "tests"
        user = unit.session.query(User).filter_by(login=login).one()
        user.password_hash = person_hash(unit.session, "lead")
