"""What a request's whole life should be, written anew from the words of the office (DOMAIN § 4), without a database.

People are ids, amounts are minor units. Every verb either does what it says or raises `No`, and then nothing happened.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

MANAGER, LEAD, HOST, MEMBER, VIEWER = "manager", "lead", "host", "member", "viewer"
ASKED, WAITING, SIGNED, GONE = "asked", "waiting", "signed", "gone"


class No(Exception):
    """It may not be."""


def must(so: object, why: str) -> None:
    if not so:
        raise No(why)


@dataclass(frozen=True)
class Rule:
    """A level of a policy."""

    name: str = ""
    roles: tuple[str, ...] = ()
    persons: tuple[int, ...] = ()
    every: bool = False
    needed: int = 1
    since: int = 0
    over: bool = False
    of: tuple[str, ...] = ()
    """Roles of whoever asks; empty: everybody's."""
    kinds: tuple[str, ...] = ()

    def lets(self, person: int, role: str) -> bool:
        return role in self.roles or person in self.persons


@dataclass(frozen=True)
class Policy:
    """Levels in order."""

    levels: tuple[Rule, ...]
    restart: bool = False


@dataclass(frozen=True)
class Content:
    """What somebody signs."""

    amount: int
    category: str
    payee: int | None = None
    kind: str = "one_off"
    papers: tuple[int, ...] = ()


@dataclass
class Seat:
    """One person's place at a level; `asker` has the place before which this one was added."""

    number: int
    who: int
    origin: str = "policy"
    state: str = ASKED
    by: int | None = None
    signed: Content | None = None
    asker: int | None = None


@dataclass
class Level:
    """A level on the way."""

    rule: Rule
    state: str = "waiting"
    needed: int = 1
    escalated: bool = False
    seats: list[Seat] = field(default_factory=list)

    def of(self, *states: str) -> list[Seat]:
        return [seat for seat in self.seats if seat.state in states]

    @property
    def places(self) -> int:
        """How many have signed or are asked to, besides those who were added before somebody."""
        return sum(seat.origin != "before" for seat in self.of(ASKED, WAITING, SIGNED))

    def is_done(self, now: Content) -> bool:
        own = {seat.by for seat in self.of(SIGNED) if seat.origin != "before" and seat.signed == now}
        return len(own) >= max(1, self.needed) and not any(
            s.origin in ("before", "after") for s in self.of(ASKED, WAITING)
        )


@dataclass
class Request:
    """A request as it stands. `seen` is what was handed in, `content` what stands there."""

    who: int
    content: Content
    state: str = "draft"
    seen: Content | None = None
    policy: Policy | None = None
    over: bool = False
    levels: list[Level] = field(default_factory=list)
    past: list[list[Level]] = field(default_factory=list)
    follows: int | None = None
    reserved: int = 0
    committed: int = 0
    spent: int = 0
    paid: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)
    """Payments that stand, by their fact: (request, out of committed, beyond it)."""
    act: str | None = None
    """The decision that was the last thing done to it, if it was one."""
    freed: int = 0
    nudged: float = -1e9

    @property
    def barred(self) -> set[int]:
        return {self.who} | ({self.content.payee} if self.content.payee else set())

    def seats(self, *states: str) -> list[Seat]:
        return [seat for level in self.levels for seat in level.of(*states)]

    @property
    def signers(self) -> set[int]:
        return {seat.by for seat in self.seats(SIGNED) if seat.by is not None}

    @property
    def active(self) -> Level | None:
        return next((level for level in self.levels if level.state == "active"), None)


@dataclass
class Budget:
    """Its money; what is used of it is the requests' to say."""

    allocated: int
    frozen: bool = False


@dataclass
class Moment:
    """Decisions of one tap, which may be taken back for a while: as everything stood before."""

    who: int
    at: float
    before: dict[int, Request]


class Way:
    """A team with its people, policy, budgets and requests, and the way a request goes from level to level."""

    def __init__(self, people: dict[int, str], policy: Policy, budgets: dict[str, int]) -> None:
        self.people = dict(people)
        self.away: set[int] = set()
        self.policy = policy
        self.budgets = {name: Budget(amount) for name, amount in budgets.items()}
        self.requests: dict[int, Request] = {}
        self.deputies: dict[tuple[int, int], int] = {}
        self.moments: dict[str, Moment] = {}
        self.papers = self.seats = 0
        self.now = 0.0

    # ------------------------------------------------------------------ what there is

    @property
    def here(self) -> dict[int, str]:
        return {p: role for p, role in self.people.items() if p not in self.away and role != VIEWER}

    def stood_in_by(self, me: int) -> set[int]:
        return {whose for whose, deputy in self.deputies if deputy == me and me in self.here}

    def sums(self, category: str) -> tuple[int, int, int, int]:
        of = [each for each in self.requests.values() if each.content.category == category]
        return (
            self.budgets[category].allocated, sum(r.reserved for r in of), sum(r.committed for r in of),
            sum(r.spent for r in of),
        )  # fmt: skip

    def available(self, category: str) -> int:
        allocated, _reserved, committed, spent = self.sums(category)
        return allocated - committed - spent

    # ------------------------------------------------------------------ the way

    def way(self, rules: list[Rule], out: set[int]) -> list[tuple[Rule, list[int], int, bool]]:
        """For each rule who signs, how many must, and whether it is covered by a higher one."""
        found: list[tuple[Rule, list[int], int, bool]] = []
        promised: set[int] = set()
        for rule in reversed(rules):
            able = [p for p in sorted(self.here) if rule.lets(p, self.here[p]) and p not in out]
            left = [p for p in able if p not in promised]
            needed = max(1, len(left)) if rule.every else max(1, rule.needed)
            covered = bool(able) and not left
            found.append((rule, left, needed, covered))
            if not covered and len(left) <= needed:
                promised |= set(left)
        return found[::-1]

    def begin(self, r: Request) -> None:
        r.policy, r.seen = self.policy, r.content
        role = self.here.get(r.who)
        asked = [
            rule for rule in self.policy.levels
            if r.content.amount >= rule.since and (r.over or not rule.over) and (not rule.of or role in rule.of)
            and (not rule.kinds or r.content.kind in rule.kinds)
        ]  # fmt: skip
        self.start(r, asked or [Rule(roles=(MANAGER,))])

    def start(self, r: Request, rules: list[Rule]) -> None:
        r.past.append(r.levels)
        r.levels = [Level(rule) for rule in rules]
        self.go_on(r)

    def go_on(self, r: Request) -> None:
        while True:
            level = r.active
            if level is not None:
                if not level.is_done(r.content):
                    break
                level.state = "passed"
                for seat in level.of(ASKED, WAITING):
                    seat.state = GONE
                continue
            waiting = [each for each in r.levels if each.state == "waiting"]
            if not waiting:
                self.finish(r)
                break
            self.open(r, waiting)

    def open(self, r: Request, waiting: list[Level]) -> None:
        level = waiting[0]
        _rule, left, needed, covered = self.way([each.rule for each in waiting], r.barred | r.signers)[0]
        if covered:
            level.state = "covered"
            return
        level.state, level.needed = "active", needed
        self.ask(level, left)
        level.escalated = len(left) < needed

    def ask(self, level: Level, people: Iterable[int], origin: str = "policy", asker: int | None = None) -> None:
        for person in people:
            self.seats += 1
            level.seats.append(Seat(self.seats, person, origin, asker=asker))

    def finish(self, r: Request) -> None:
        if r.state == "cancelling":
            r.committed, r.state = 0, "cancelled"
            return
        budget, amount = self.budgets[r.content.category], r.content.amount
        must(not budget.frozen and self.available(r.content.category) >= amount, "the budget lacks it")
        r.reserved, r.state = 0, "approved"
        r.committed, r.spent = (0, amount) if r.content.kind == "afterwards" else (amount, 0)
