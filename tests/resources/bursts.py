"""Many people at the same instant, over HTTP against the program as it runs in production: what they send, what they are
answered, and what lies in the database afterwards. For tests with real processes, and for `make bench`.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from bench.client import Answer, Client
from bench.phones import TOKEN, again, sign_in
from planner.base import unit as units
from planner.base.actor import acting
from planner.kernel.permissions import Role
from planner.notifications.models import Notice
from planner.resources import queries, services
from planner.resources.models import ApprovalLevel, ApprovalSeat, EnvelopeSum, LedgerEntry, RequestAct
from planner.resources.rules import Act, Entry, LevelRule, Mode, Policy, SeatState, State
from planner.resources.rules.envelopes import QUICK, Drawers
from tests.cast import PASSWORD
from tests.resources import enveloped
from tests.resources.conftest import YUAN, Money

AT_ONCE, PEOPLE = 32, 16
"""So many requests arrive at once, from so many people: who comes twice does so from two windows."""

LATE = (409, 422)
"""How somebody is told that they came too late, or that nothing is left: on a page, or in the form they sent."""

DECISIONS = (Act.APPROVE, Act.REFUSE, Act.GIVE_BACK)


@dataclass(frozen=True)
class Tap:
    """A form that somebody sends; with the same key twice it is one form, sent again."""

    who: str
    path: str
    form: dict[str, str]
    once: str = field(default_factory=lambda: secrets.token_hex(16))


@dataclass
class Crowd:
    """People who have signed in, each with the cookies and the token of their browser."""

    browsers: dict[str, tuple[Client, str]]

    @classmethod
    def of(cls, port: int, logins: Sequence[str]) -> Crowd:
        """Everybody signs in and looks at a page."""
        browsers = {login: sign_in(port, login, PASSWORD) for login in logins}
        tokens = {login: TOKEN.search(client.get("/requests?tab=mine").text) for login, client in browsers.items()}
        return cls({login: (browsers[login], found[1]) for login, found in tokens.items() if found})

    def send(self, taps: Sequence[Tap]) -> list[Answer]:
        """All at the same moment, each over a connection of its own that is open already; the answers in their order."""
        gate, answers = threading.Barrier(len(taps)), dict[int, Answer]()

        def one(number: int, tap: Tap) -> None:
            browser, token = self.browsers[tap.who]
            client = again(browser)
            client.link.connect()
            client.used = time.perf_counter()
            gate.wait(timeout=60)
            answers[number] = client.post(tap.path, {"csrf_token": token, "once": tap.once, **tap.form})
            client.link.close()

        threads = [threading.Thread(target=one, args=entry) for entry in enumerate(taps)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
        assert len(answers) == len(taps), "somebody got no answer"
        return [answers[number] for number in range(len(taps))]


@dataclass(frozen=True)
class Came:
    """What came of a burst; all but `answers` are counts that must be 0, and `wrong` what else is not as it must be."""

    name: str
    answers: list[Answer]
    over: int
    double: int
    notices: int
    errors: int
    wrong: str

    @property
    def faults(self) -> str:
        """In words; empty where everything is right."""
        counts = {
            "over-commitments": self.over, "double approvals": self.double, "double notices": self.notices,
            "server errors": self.errors,
        }  # fmt: skip
        told = [f"{count} {what}" for what, count in counts.items() if count] + [self.wrong] * bool(self.wrong)
        return f"{self.name}: {', '.join(told)}" if told else ""

    @property
    def losers(self) -> list[float]:
        """Seconds until those were answered to whom it was said that they were too late, or that nothing is left."""
        return [answer.seconds for answer in self.answers if answer.status in LATE]


Burst = tuple[list[Tap], list[int], Callable[[list[Answer]], str]]
"""What is sent, the requests it is about, and what is wrong with the answers and what follows from them."""


@dataclass
class Room:
    """A team whose leads sign alone, with a show on air; its requests are all of equipment."""

    money: Money
    crowd: Crowd
    people: list[str]
    session: int
    envelope: int = 0
    """The request of the envelope that was drawn from last."""

    # ---------------------------------------------------------------- what is sent

    def competing(self) -> Burst:
        """Sixteen requests of ¥1,000, each approved by two people at once, where there is money for nine."""
        made = [self.money.ask("host", 1000) for _ in range(PEOPLE)]
        self._leave(9_000)
        taps = [self._approve(self.people[(n + m) % PEOPLE], r) for n, r in enumerate(made) for m in (0, 5)]
        return taps, made, lambda _answers: self._approved(made, 9)

    def one_by_many(self) -> Burst:
        """One request, approved by sixteen people from two windows each."""
        made = self._ask()
        taps = [self._approve(who, made) for who in self.people * 2]
        return taps, [made], lambda answers: self._approved([made], 1) or _only(answers, 1)

    def one_by_one(self) -> Burst:
        """One request, approved by one person from many windows."""
        made = self._ask()
        taps = [self._approve(self.people[0], made) for _ in range(AT_ONCE)]
        return taps, [made], lambda answers: self._approved([made], 1) or _only(answers, 1)

    def sent_again(self) -> Burst:
        """One form, sent again and again while nobody has answered: it has one effect, and each gets its answer."""
        made, once = self._ask(), secrets.token_hex(16)
        taps = [self._approve(self.people[1], made, once) for _ in range(AT_ONCE)]
        return taps, [made], lambda answers: self._approved([made], 1) or _only(answers, AT_ONCE)

    def handed_in(self) -> Burst:
        """One draft, handed in from many windows."""
        self._leave(50_000)
        made = self.money.draft("host", 1000)
        taps = [Tap("host", f"/requests/{made}/submit", {}) for _ in range(AT_ONCE)]
        return taps, [made], lambda _answers: self._waits_once(made)

    def quarrel(self) -> Burst:
        """One request: approved, refused and returned by sixteen people, and recalled by whoever asked for it."""
        made = self._ask()
        seen = self.money.row(made).seen
        taps = [Tap("host", f"/requests/{made}/recall", {}) for _ in range(2)]
        for n, who in enumerate((self.people * 2)[: AT_ONCE - 2]):
            verb = ("approve", "refuse", "return")[n % 3]
            taps.append(Tap(who, f"/requests/{made}/{verb}", {"seen": seen, "note": "这次不要"}))
        return taps, [made], lambda _answers: self._decided(made)

    def drawn(self) -> Burst:
        """Sixteen ad buyers draw ¥500 from two windows each, of an envelope of ¥8,000 with ¥5,000 for this show."""
        terms = {"total": 8_000 * YUAN, "session_cap": 5_000 * YUAN, "drawers": Drawers(roles=(Role.LEAD,))}
        self._close()
        self._leave(8_000, "ads")
        self.envelope = made = enveloped.approved(self.money, "host", **terms)
        envelope = enveloped.envelope_of(self.money, made)
        form = {"envelope_id": str(envelope), "quick": str(QUICK[1]), "reason": "rising"}
        taps = [Tap(who, f"/sessions/{self.session}/draw", form) for who in self.people * 2]
        return taps, [made], lambda answers: self._caps(envelope) or _only(answers, 16)

    @property
    def bursts(self) -> list[Callable[[], Burst]]:
        """All kinds, in turn."""
        return [
            self.competing, self.one_by_many, self.drawn, self.one_by_one, self.sent_again, self.handed_in, self.quarrel,
        ]  # fmt: skip

    def run(self, burst: Callable[[], Burst]) -> Came:
        """Prepare it, send it, and look."""
        taps, requests, look = burst()
        with acting(self.money.cast.actors["manager"]), units.reading() as unit:
            last = unit.session.scalar(select(func.max(Notice.id))) or 0
        answers = self.crowd.send(taps)
        errors = sum(answer.status >= 500 for answer in answers)
        wrong = look(answers)
        return Came(
            burst.__name__,
            answers,
            self._over_committed(),
            self._twice(requests),
            self._told_twice(last),
            errors,
            wrong,
        )

    # ---------------------------------------------------------------- what it begins with

    def _ask(self) -> int:
        self._leave(50_000)
        return self.money.ask("host", 1000)

    def _close(self) -> None:
        if self.envelope:
            with acting(self.money.cast.actors["manager"]):
                services.close_envelope(self.envelope, self.money.row(self.envelope).version)

    def _leave(self, yuan: int, key: str = "equipment") -> None:
        """So much is available in a budget."""
        money = self.money
        with acting(money.cast.actors["manager"]):
            held = queries.standing_of(money.budgets[key]).available if key in money.budgets else 0
            change = yuan * YUAN - held
            if change:
                money.budgets[key] = services.allocate_budget(money.period, money.categories[key], change)

    def _approve(self, who: str, request_id: int, once: str = "") -> Tap:
        form = {"seen": self.money.row(request_id).seen}
        path = f"/requests/{request_id}/approve"
        return Tap(who, path, form, once) if once else Tap(who, path, form)

    # ---------------------------------------------------------------- what it comes to

    def _approved(self, requests: list[int], wanted: int) -> str:
        found = sum(self.money.state(n) is State.APPROVED for n in requests)
        return "" if found == wanted else f"{found} instead of {wanted} are approved"

    def _decided(self, request_id: int) -> str:
        state = self.money.state(request_id)
        return "" if state in (State.APPROVED, State.REFUSED, State.RETURNED, State.DRAFT) else f"it is {state}"

    def _waits_once(self, request_id: int) -> str:
        row = self.money.row(request_id)
        return "" if (row.state, row.round) == (State.PENDING, 1) else f"it is {row.state} in round {row.round}"

    def _caps(self, envelope_id: int) -> str:
        found = enveloped.sums(self.money, envelope_id)
        wanted = {None: (5_000, 3_000, 0), self.session: (5_000, 3_000, 5_000)}
        return "" if found == wanted else f"drawn, waiting, drawn alone: {found} instead of {wanted}"

    def _over_committed(self) -> int:
        """Budgets and envelopes that have given more than they have, or stand at what their acts do not come to."""
        manager = self.money.cast.actors["manager"]
        with acting(manager), units.reading() as unit:
            s = EnvelopeSum
            too_much = (s.drawn + s.waiting > s.cap) & s.session_id.is_(None) | (s.alone > s.cap)
            bad = unit.session.scalar(select(func.count(s.id)).where(too_much)) or 0
        with acting(manager):
            held = [queries.standing_of(budget_id) for budget_id in self.money.budgets.values()]
            return bad + len(queries.unsound()) + sum(each.available < 0 for each in held)

    def _twice(self, requests: list[int]) -> int:
        """Decisions more than one a request, signatures more than a level needs, money committed more than once."""
        a, s, level = RequestAct, ApprovalSeat, ApprovalLevel
        decided = select(func.count(a.id)).where(a.request_id.in_(requests), a.act.in_(DECISIONS))
        handed_in = select(func.count(a.id)).where(a.request_id.in_(requests), a.act == Act.SUBMIT)
        signed = (
            select(func.count(s.id))
            .join(level, level.id == s.level_id)
            .where(s.request_id.in_(requests), s.state == SeatState.APPROVED)
        )
        entries = LedgerEntry.request_id.in_(requests)
        with acting(self.money.cast.actors["manager"]), units.reading() as unit:
            ask = unit.session
            counted = [
                *ask.scalars(decided.group_by(a.request_id, a.round)),
                *ask.scalars(handed_in.group_by(a.request_id, a.round)),
                *ask.scalars(signed.group_by(level.id)),
                *ask.scalars(
                    select(func.count(LedgerEntry.id))
                    .where(entries, LedgerEntry.kind.in_([Entry.COMMIT, Entry.RESERVE]))
                    .group_by(LedgerEntry.request_id, LedgerEntry.kind)
                ),
            ]
        return sum(count > 1 for count in counted)

    def _told_twice(self, last: int) -> int:
        """Notices of the burst that tell somebody the same of the same thing again."""
        n = Notice
        with acting(self.money.cast.actors["manager"]), units.reading() as unit:
            rows = unit.session.execute(select(n.user_id, n.about_kind, n.about_id, n.words).where(n.id > last))
            counted = Counter((user, kind, about, words["msg"]) for user, kind, about, words in rows)
        return sum(count > 1 for count in counted.values())


def _only(answers: list[Answer], wanted: int) -> str:
    """How many were told that theirs counts; the others that it was too late."""
    counted = Counter(answer.status for answer in answers)
    right = counted[303] == wanted and counted[303] + sum(counted[status] for status in LATE) == len(answers)
    return "" if right else f"answered {dict(counted)} instead of {wanted} × 303"


def furnish(money: Money) -> tuple[list[str], int]:
    """Sixteen leads who sign alone and may draw, and a show on air with a reading that says: draw."""
    people = [f"lead{n}" for n in range(PEOPLE)]
    for login in people:
        money.person(login, Role.LEAD)
    with acting(money.cast.actors["manager"]):
        services.publish_policy(0, Policy((LevelRule("或签", Mode.ANY, (Role.LEAD, Role.MANAGER)),)))
    session = enveloped.show(money)
    enveloped.read(money, session, 9_000, 1_000)
    return people, session


def open_room(money: Money, port: int) -> Room:
    """The team, and its people at the server."""
    people, session = furnish(money)
    return Room(money, Crowd.of(port, [*people, "host"]), people, session)
