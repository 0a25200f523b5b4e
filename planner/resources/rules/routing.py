"""Who signs: the levels of a policy, and what becomes of them for one request. Pure.

A policy is a list of levels in order. A level says for which requests it is asked (from which amount, for which kinds
and categories, only where the budget does not hold), whom it asks (roles or persons), and whether all of them (会签) or
some of them (或签) must sign. From that, and from who is there today, `route` makes the way of one request:

* nobody signs what they asked for: the requester and whoever else is barred is taken out of every level;
* one person counts once: whoever must sign at a higher level is taken out of the lower ones. Where nobody is left
  there, the lower level is `covered`: the same person signs once, at the highest, and the lower one says so;
* a level that nobody can sign is `stuck`: it waits and is escalated. It is never passed over;
* where no level of the policy is asked, a manager signs: a request without a signature does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from planner.kernel.money import LARGEST
from planner.kernel.permissions import Role
from planner.kernel.text import Message, msg
from planner.resources.rules.requests import Kind

MOST_LEVELS = 8


class Mode(StrEnum):
    """How many of those who are asked must sign."""

    ANY = "any"
    ALL = "all"


@dataclass(frozen=True)
class LevelRule:
    """One level of a policy."""

    name: str
    mode: Mode = Mode.ANY
    roles: tuple[Role, ...] = ()
    persons: tuple[int, ...] = ()
    needed: int = 1
    """Of ANY: how many different people."""
    from_amount: int = 0
    """Minor units, inclusive."""
    kinds: tuple[Kind, ...] = ()
    """Empty: every kind."""
    categories: tuple[int, ...] = ()
    """Ids; empty: every category."""
    over_budget: bool = False
    """Only where the budget does not hold."""
    asked_by: tuple[Role, ...] = ()
    """Only for requests of people with these roles; empty: of everybody."""

    @property
    def fault(self) -> Message | None:
        """Why it can't stand in a policy."""
        if not self.name or len(self.name) > 40:
            return msg("Give the level a name of at most 40 characters.")
        if not self.roles and not self.persons:
            return msg("Say who signs: a role or a person.")
        if not 0 <= self.from_amount <= LARGEST:
            return msg("Type an amount like 80000 or 80,000.00.")
        if self.mode is Mode.ANY and not 1 <= self.needed <= 5:
            return msg("One to five people sign a level.")
        return None

    def asked(self, facts: Facts) -> bool:
        """Whether the level has a say in such a request."""
        return (
            facts.amount >= self.from_amount
            and (not self.kinds or facts.kind in self.kinds)
            and (not self.categories or facts.category_id in self.categories)
            and (not self.over_budget or facts.over_budget)
            and (not self.asked_by or facts.asked_by in self.asked_by)
        )

    def as_json(self) -> dict[str, Any]:
        """As a version of a policy keeps it."""
        return {
            "name": self.name,
            "mode": str(self.mode),
            "roles": [str(role) for role in self.roles],
            "persons": list(self.persons),
            "needed": self.needed,
            "from_amount": self.from_amount,
            "kinds": [str(kind) for kind in self.kinds],
            "categories": list(self.categories),
            "over_budget": self.over_budget,
            "asked_by": [str(role) for role in self.asked_by],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> LevelRule:
        """As it was kept."""
        return cls(
            kept["name"],
            Mode(kept["mode"]),
            tuple(Role(role) for role in kept["roles"]),
            tuple(kept["persons"]),
            kept["needed"],
            kept["from_amount"],
            tuple(Kind(kind) for kind in kept["kinds"]),
            tuple(kept["categories"]),
            kept["over_budget"],
            tuple(Role(role) for role in kept["asked_by"]),
        )


@dataclass(frozen=True)
class Facts:
    """What a policy may ask of a request."""

    amount: int
    kind: Kind
    category_id: int
    over_budget: bool
    asked_by: Role | None = None
    """The role of whoever asks."""


@dataclass(frozen=True)
class Stop:
    """A level on the way of one request: who signs it, or why nobody does."""

    rule: LevelRule
    signers: tuple[int, ...]
    needed: int
    covered_by: int | None = None
    """The place of the higher level at which the same person signs."""

    @property
    def stuck(self) -> bool:
        """Nobody can sign it, or too few can."""
        return self.covered_by is None and len(self.signers) < max(1, self.needed)


NOBODY_ASKED = LevelRule("", Mode.ANY, (Role.MANAGER,))
"""What is asked where a policy asks nobody; its name is the screen's to say."""


def _signers(rule: LevelRule, people: Mapping[int, Role], barred: Iterable[int]) -> tuple[int, ...]:
    held = set(barred)
    return tuple(
        sorted(
            user_id
            for user_id, role in people.items()
            if (role in rule.roles or user_id in rule.persons) and user_id not in held
        )
    )


def _needed(rule: LevelRule, signers: Sequence[int]) -> int:
    return max(1, len(signers)) if rule.mode is Mode.ALL else max(1, rule.needed)


def asked_levels(levels: Sequence[LevelRule], facts: Facts) -> list[LevelRule]:
    """The levels that have a say, in order; never none."""
    return [level for level in levels if level.asked(facts)] or [NOBODY_ASKED]


def route(levels: Sequence[LevelRule], people: Mapping[int, Role], barred: Iterable[int] = ()) -> list[Stop]:
    """The way through these levels, with `people` who are there (id and role) and those who may not sign."""
    barred = set(barred)
    stops: list[Stop] = []
    must: dict[int, int] = {}
    for place in range(len(levels) - 1, -1, -1):
        rule = levels[place]
        able = _signers(rule, people, barred)
        left = tuple(each for each in able if each not in must)
        needed = _needed(rule, left)
        if able and not left:
            stops.append(Stop(rule, (), 0, covered_by=max(must[each] for each in able)))
            continue
        stops.append(Stop(rule, left, needed))
        if len(left) <= needed:
            must.update(dict.fromkeys(left, place))
    return stops[::-1]


def too_few(stops: Sequence[Stop]) -> bool:
    """Whether the levels together need more different people than can sign them, though each alone looks right.

    A level that needs two is two places to fill; one person fills one place at most (a matching of places to people).
    """
    places = [set(stop.signers) for stop in stops if stop.covered_by is None for _ in range(stop.needed)]
    taken: dict[int, int] = {}

    def seat(place: int, tried: set[int]) -> bool:
        for each in places[place] - tried:
            tried.add(each)
            if each not in taken or seat(taken[each], tried):
                taken[each] = place
                return True
        return False

    return not all(seat(place, set()) for place in range(len(places)))


@dataclass(frozen=True)
class Policy:
    """What a team has agreed on, in one version."""

    levels: tuple[LevelRule, ...]
    quotes_from: int | None = None
    """From this amount on (minor units), `quotes` offers are to be compared; None: never."""
    quotes: int = 3
    restart: bool = False
    """After a return: False goes on with whoever returned it, True begins again at the first level."""
    remind_hours: int = 4
    """Working hours until whoever is asked is reminded."""
    escalate_hours: int = 12
    """Working hours until the managers are told as well."""
    over_percent: int = 5
    """By how much more than approved may be paid before it must be asked for again ..."""
    over_amount: int = 500_00
    """... but never by more than this, in minor units: the smaller of the two counts."""

    def as_json(self) -> dict[str, Any]:
        """As a version keeps it."""
        plain = {name: getattr(self, name) for name in _PLAIN}
        return {"levels": [level.as_json() for level in self.levels], **plain}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Policy:
        """As it was kept."""
        return cls(
            tuple(LevelRule.from_json(level) for level in kept["levels"]),
            **{name: kept[name] for name in _PLAIN if name in kept},
        )

    def offers_for(self, total: int, kind: Kind) -> int:
        """How many offers are to be compared; 0 where none are: nor of what is spent already, and of ads, which one
        platform sells."""
        alone = kind in (Kind.AFTERWARDS, Kind.ENVELOPE)
        return 0 if self.quotes_from is None or total < self.quotes_from or alone else self.quotes

    def forgetting(self, user_id: int) -> Policy:
        """Without a person who has left."""
        levels = (
            replace(level, persons=tuple(each for each in level.persons if each != user_id)) for level in self.levels
        )
        return replace(self, levels=tuple(levels))


_PLAIN = ("quotes_from", "quotes", "restart", "remind_hours", "escalate_hours", "over_percent", "over_amount")

USUAL = Policy(
    (
        LevelRule("lead", Mode.ANY, (Role.LEAD,), asked_by=(Role.HOST, Role.MEMBER)),
        LevelRule("manager", Mode.ANY, (Role.MANAGER,), from_amount=2_000_00),
    ),
    quotes_from=50_000_00,
)
"""With which a team begins: a lead signs what the crew asks for, from ¥2,000 on a manager, too, who signs what leads
ask for; three offers from ¥50,000 on."""


@dataclass(frozen=True)
class Tried:
    """What the try-out answers."""

    stops: list[Stop] = field(default_factory=list[Stop])
    short_of_people: bool = False
    offers: int = 0
    """How many are to be compared before it is handed in."""


def try_out(policy: Policy, facts: Facts, people: Mapping[int, Role], requester_id: int | None) -> Tried:
    """Who would sign such a request of this person."""
    stops = route(asked_levels(policy.levels, facts), people, {requester_id} if requester_id else set())
    short = any(stop.stuck for stop in stops) or too_few(stops)
    return Tried(stops, short, policy.offers_for(facts.amount, facts.kind))
