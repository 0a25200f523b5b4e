"""Readiness, and the session page that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from flask import has_request_context

from planner.base import actor, i18n, kinds
from planner.base.i18n import gettext as _
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.kernel.spans import Span, business_day, day_span
from planner.kernel.text import msg
from planner.live import ports, rules
from planner.live.models import (
    LineupItem,
)
from planner.live.queries.briefs import SessionBrief, brief, briefs_around
from planner.live.queries.crew import ShiftRow, shifts
from planner.live.queries.handing import HandoverRow, handovers
from planner.live.queries.kinds import KindRow, tiles
from planner.live.queries.log import LogRow, log
from planner.live.queries.parts import lineup, tags_and_targets
from planner.live.queries.series import SeriesBrief, series_of
from planner.live.queries.staffing import strains_of
from planner.live.queries.streams import AiringRow, airings
from planner.live.rules import Go, Phase, State
from planner.people import queries as people

WEEK, SOON, A_DAY = timedelta(days=7), timedelta(days=2), timedelta(days=1)
"""What comes within two days shows how it stands, and a big show at any time of the week: its checks begin early."""


@dataclass(frozen=True)
class Strip:
    """Readiness of one session, for the lead."""

    brief: SessionBrief
    go: Go
    missing: list[ports.GateCheck]
    done: int
    total: int
    next: ports.GateCheck | None = None
    """What is to be done next of what is not late."""


@dataclass(frozen=True)
class Missing:
    """A check that was open when the show went on air."""

    text: str
    who: str


@dataclass(frozen=True)
class HubPage:
    """Everything the session page itself needs."""

    session: SessionBrief
    phase: Phase
    shifts: list[ShiftRow]
    targets: dict[str, Decimal]
    tags: list[str]
    airings: list[AiringRow]
    lineup: list[LineupItem]
    log: list[LogRow]
    checks: list[ports.GateCheck]
    go: Go
    go_name: str
    runs: bool
    primary: ports.Primary | None
    now: datetime
    day: date
    missing: list[Missing]
    gone: frozenset[int]
    series: SeriesBrief | None
    handovers: list[HandoverRow]
    tiles: list[KindRow]
    nudged: dict[str, datetime]
    """Whom somebody has asked for just now, by check."""

    @property
    def open(self) -> list[ports.GateCheck]:
        """The checks that do not hold yet, what is late and blocks first; what others decide on and is due within a
        day stands before all."""
        soonest = sorted((c for c in self.checks if not c.passed), key=lambda c: (c.due is None, c.due or self.now))
        first = [c for c in soonest if c.about and c.blocking and c.due is not None and c.due <= self.now + A_DAY]
        soonest = [c for c in soonest if c not in first]
        late = [c for c in soonest if c.due is not None and c.due <= self.now]
        return (
            first
            + [c for c in late if c.blocking]
            + [c for c in late if not c.blocking]
            + [c for c in soonest if c not in late]
        )

    @property
    def leavers(self) -> list[ShiftRow]:
        """Shifts that nobody will hold: their people are no longer in the team."""
        return [s for s in self.shifts if s.user_id in self.gone and s.end > self.now]

    @property
    def override(self) -> bool:
        """Whether only a lead can give the go, with a reason."""
        return needs_override(self.checks)

    @property
    def blockers(self) -> list[ports.GateCheck]:
        """What blocks going on air and does not hold yet, due or not: the start records it as missing."""
        return [c for c in self.open if c.blocking]

    @property
    def hosting(self) -> ShiftRow | None:
        """Whose host shift it is now."""
        return next((s for s in self.shifts if s.position_key == "host" and s.start <= self.now < s.end), None)

    @property
    def running(self) -> list[LogRow]:
        """Faults that nobody has noted as restored."""
        return [row for row in self.log if row.running]

    @property
    def open_slips(self) -> list[LogRow]:
        """Slips of which nobody has recorded that they were put right."""
        return [row for row in self.log if row.open_slip]

    @property
    def unsigned(self) -> list[HandoverRow]:
        """Handovers that nobody has signed for yet."""
        return [row for row in self.handovers if row.taken_at is None]

    def may_nudge(self, check: ports.GateCheck) -> bool:
        """Whether the reader may ask for it (催一下): it blocks, and is somebody else's."""
        who = actor.current()
        somebodys = check.who_id is not None or bool(check.asked) or not who.may(P.SESSION_EDIT)
        own = who.user_id in (check.who_id, *check.asked)
        return self.runs and who.signed_in and check.blocking and somebodys and not own

    def may_take(self, row: HandoverRow) -> bool:
        """Whether the reader may sign for taking over: whoever works where the giver works, and a lead."""
        who = actor.current()
        return who.may(P.SESSION_EDIT) or rules.follows(row.giver_id, who.user_id, self._held)

    @property
    def _held(self) -> list[tuple[int, int]]:
        return [(s.user_id, s.position_id) for s in self.shifts]

    @property
    def hands_over(self) -> bool:
        """Whether it is time to hand over: a host's shift ends soon and another one follows."""
        shift = self.hosting
        return shift is not None and self.next_host is not None and shift.end - self.now <= rules.HANDING_OVER

    @property
    def timeline(self) -> list[LogRow | HandoverRow]:
        """What was noted and handed over, in order."""
        return sorted([*self.log, *self.handovers], key=lambda row: row.at)

    @property
    def next_host(self) -> ShiftRow | None:
        """Who takes over next."""
        later = [s for s in self.shifts if s.position_key == "host" and s.start > self.now]
        return min(later, key=lambda s: s.start, default=None)


UNNAMED = msg("A request waits for approval")
"""What holds a show up, for whoever may not read requests."""


class Gated(Protocol):
    """A show as the gate needs to know it: its brief, or its row."""

    @property
    def id(self) -> Any: ...
    @property
    def planned_start(self) -> Any: ...
    @property
    def holds(self) -> Any: ...


def checks_of(shows: Iterable[Gated], now: datetime, named: bool = False) -> dict[int, list[ports.GateCheck]]:
    """What must hold before air, of many sessions: from everybody who answers the port, and what they wait for. Whom
    that waits for is said by name where `named`: lists and first pages have no statement to spare for it."""
    held: dict[int, Gated] = {show.id: show for show in shows}
    found: dict[int, list[ports.GateCheck]] = {row_id: [] for row_id in held}
    for answer in ports.gate_checks if held else ():
        for session_id, checks in answer(list(held), now).items():
            found[session_id] += checks
    holds = {row_id: rules.held(show.holds) for row_id, show in held.items()}
    asked = {user_id for rows in holds.values() for each in rows for user_id in each.asked}
    names = people.names(asked) if named else {}
    for row_id, show in held.items():
        found[row_id] += [_of_hold(each, show.planned_start, names) for each in holds[row_id]]
    return found


def _of_hold(hold: rules.Hold, start: datetime, names: dict[int, str]) -> ports.GateCheck:
    words = i18n.from_json(dict(hold.words)) if actor.current().may(P.REQUEST_VIEW) else UNNAMED
    url = kinds.link(hold.kind, hold.id) if has_request_context() else None
    due, who = rules.due_of(start), _(", ").join(names[user_id] for user_id in hold.asked if user_id in names)
    return ports.GateCheck(
        hold.key,
        i18n.told(words),
        due,
        hold.passed,
        True,
        who or _("Approver"),
        url or "",
        own=i18n.both(words),
        asked=hold.asked,
        about=(hold.kind, hold.id),
    )


def _facts(checks: list[ports.GateCheck]) -> list[rules.Check]:
    return [rules.Check(c.due, c.passed, c.blocking) for c in checks]


def go_of(checks: list[ports.GateCheck], now: datetime) -> Go:
    """The word of the gate."""
    return rules.readiness(_facts(checks), now)


def needs_override(checks: list[ports.GateCheck]) -> bool:
    """Whether only a lead can give the go, with a reason."""
    return rules.needs_override(_facts(checks))


def tonight(now: datetime) -> Span:
    """The business day that runs now."""
    who = actor.current()
    return day_span(business_day(now, who.timezone, who.day_start), who.timezone, who.day_start)


@query(P.SESSION_VIEW)
def strips(now: datetime) -> list[Strip]:
    """Tonight's sessions of the business day, the worst first, with those that are still open from before."""
    day = tonight(now)
    return _worst_first([s for s in _around(day.start, day.end, day, now) if s.brief.planned_start < day.end])


@query(P.SESSION_VIEW)
def tonight_and_week(now: datetime) -> tuple[list[Strip], list[Strip]]:
    """The strips of tonight, the worst first, and what comes in the seven days behind it, in order."""
    day = tonight(now)
    rows = _around(day.start, day.end + WEEK, day, now)
    later = [s for s in rows if s.brief.planned_start >= day.end]
    return _worst_first([s for s in rows if s.brief.planned_start < day.end]), later


def _around(start: datetime, end: datetime, day: Span, now: datetime) -> list[Strip]:
    shown = [b for b in briefs_around(start, end) if b.state in rules.OCCUPYING]
    checks = checks_of([b for b in shown if b.state in rules.PLANNED and _is_looked_at(b, day.end)], now)
    return [_strip(b, checks.get(b.id, []), now) for b in shown]


def _is_looked_at(b: SessionBrief, night: datetime) -> bool:
    return b.planned_start < night + SOON or b.weight is rules.Weight.BIG


def _strip(b: SessionBrief, checks: list[ports.GateCheck], now: datetime) -> Strip:
    missing = [c for c in checks if not c.passed and c.due is not None and c.due <= now]
    coming = [(c.due, number, c) for number, c in enumerate(checks) if not c.passed and c.due and c.due > now]
    following = min(coming)[2] if coming else None
    return Strip(b, go_of(checks, now), missing, sum(1 for c in checks if c.passed), len(checks), following)


def _worst_first(rows: list[Strip]) -> list[Strip]:
    return sorted(rows, key=lambda s: (s.brief.state in rules.AFTER_AIR, rules.GO_ORDER[s.go], s.brief.planned_start))


@query(P.SESSION_VIEW)
def missing_of(b: SessionBrief, checks: Sequence[ports.GateCheck] = ()) -> list[Missing]:
    """What was open at the start: in the reader's language where the check still is there, else as it was noted."""
    now = {c.key: c for c in checks}
    names = people.names([kept.get("who_id") for kept in b.missing or []])
    found: list[Missing] = []
    for kept in b.missing or []:
        check, name = now.get(kept.get("key")), names.get(kept.get("who_id"))
        who = name or (check.who if check else kept.get("who")) or ""
        found.append(Missing(check.text if check else kept["text"], who))
    return found


@query(P.SESSION_VIEW)
def strains_on(view: HubPage) -> list[str]:
    """What the crew of a session that is still to come asks of its people beyond what the team agreed on."""
    if view.phase is not Phase.PREPARE or view.session.state not in rules.OPEN_STATES:
        return []
    asked = [rules.Booking(s.user_id, Span(s.start, s.end)) for s in view.shifts]
    names = {s.user_id: s.user_name for s in view.shifts}
    return [i18n.told(one.message) for one in strains_of(asked, view.session.id, names)]


def _nudged(b: SessionBrief, checks: Sequence[ports.GateCheck]) -> dict[str, datetime]:
    waits = any(c.blocking and not c.passed for c in checks) and b.state in rules.PLANNED
    return {key: at for answer in ports.nudged for key, at in answer(b.id).items()} if waits else {}


@query(P.SESSION_VIEW)
def hub(session_id: int, phase: Phase | None = None) -> HubPage:
    """The session page."""
    b, who, now = brief(session_id), actor.current(), clock.now()
    shown = phase or b.phase
    told = b.state in rules.OPEN_STATES or b.missing
    checks = checks_of([b], now, named=True)[session_id] if told else []
    button: ports.Primary | None = None
    for answer in ports.primary:
        button = button or answer(session_id, shown)
    crew, (words, aims) = shifts(session_id), tags_and_targets(session_id)
    ahead = b.state in rules.OPEN_STATES
    named = [s.user_id for s in crew] + [c.who_id for c in checks if not c.passed] if ahead else []
    return HubPage(
        session=b,
        phase=shown,
        shifts=crew,
        targets=aims,
        tags=words,
        airings=airings(session_id) if shown is not Phase.PREPARE else [],
        lineup=lineup(session_id) if shown is not Phase.REVIEW else [],
        log=log(session_id) if shown is not Phase.PREPARE else [],
        checks=checks,
        go=go_of(checks, now),
        go_name=people.names([b.go_by]).get(b.go_by or 0, "") if b.go_by and shown is Phase.PREPARE else "",
        runs=who.may(P.SESSION_RUN) and (who.may(P.SESSION_EDIT) or any(s.user_id == who.user_id for s in crew)),
        primary=button,
        now=now,
        missing=missing_of(b, checks) if shown is not Phase.PREPARE else [],
        day=business_day(b.planned_start, who.timezone, who.day_start),
        gone=people.gone(named) if shown is not Phase.REVIEW else frozenset(),
        series=series_of(session_id) if shown is Phase.PREPARE else None,
        handovers=handovers(session_id) if shown is not Phase.PREPARE and b.real_start else [],
        tiles=tiles() if shown is Phase.AIR and b.state is State.LIVE else [],
        nudged=_nudged(b, checks) if shown is Phase.PREPARE else {},
    )
