"""Today, one question a person: what now (crew), is tonight safe (lead), how did we do (manager)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from planner.base import actor, show
from planner.base.verbs import query
from planner.checklists import queries as checklists
from planner.checklists.queries import ItemRow
from planner.figures.rules import Spread
from planner.kernel import clock
from planner.kernel.permissions import P, Role
from planner.kernel.spans import day_span
from planner.live import queries as live
from planner.live.queries import SessionBrief, ShiftRow, Strip, Uncovered
from planner.live.rules import AFTER_AIR, BEFORE_AIR, Go, State, is_forgotten
from planner.outcomes.queries import actions, results, reviews
from planner.outcomes.queries.actions import ActionView
from planner.outcomes.queries.results import Result
from planner.outcomes.queries.reviews import Due
from planner.people import queries as people
from planner.people.ports import DeskShow, Tonight
from planner.plan import queries as plan
from planner.plan.queries import GoalView, StepRow

Slot = tuple[SessionBrief, ShiftRow]


@dataclass(frozen=True)
class FirstStep:
    """Something a new team does once; `key` names it for the page."""

    key: str
    done: bool


@dataclass(frozen=True)
class Today:
    """Everything of the page; what a person does not need is empty and costs nothing."""

    now: datetime
    day: date
    ends: datetime
    shift: Slot | None = None
    go: Go | None = None
    product: Any | None = None
    later: list[Slot] = field(default_factory=list[Slot])
    items: list[ItemRow] = field(default_factory=list[ItemRow])
    folded: int = 0
    folded_from: datetime | None = None
    strips: list[Strip] = field(default_factory=list[Strip])
    steps: list[StepRow] = field(default_factory=list[StepRow])
    late: list[StepRow] = field(default_factory=list[StepRow])
    due: list[Due] = field(default_factory=list[Due])
    verdicts: list[ActionView] = field(default_factory=list[ActionView])
    adrift: list[ActionView] = field(default_factory=list[ActionView])
    shows: list[tuple[SessionBrief, Result | None, dict[str, Decimal]]] = field(
        default_factory=list[tuple[SessionBrief, Result | None, dict[str, Decimal]]]
    )
    means: dict[str, Spread] = field(default_factory=dict[str, Spread])
    by_hour: bool = False
    goals: list[GoalView] = field(default_factory=list[GoalView])
    week: list[Strip] = field(default_factory=list[Strip])
    faults: dict[int, list[str]] = field(default_factory=dict[int, list[str]])
    first: list[FirstStep] = field(default_factory=list[FirstStep])
    uncovered: list[Uncovered] = field(default_factory=list[Uncovered])
    coming: list[SessionBrief] = field(default_factory=list[SessionBrief])
    """The next show, where there is none tonight."""

    @property
    def forgotten(self) -> list[SessionBrief]:
        """Shows still on air long after they were to end: somebody may have forgotten to say so."""
        on_air = [s.brief for s in self.strips]
        return [b for b in on_air if is_forgotten(b.state is State.LIVE, b.planned_end, self.now)]

    @property
    def begun(self) -> bool:
        """Whether the first session is planned, so that the first steps stand below it."""
        return any(step.key == "session" and step.done for step in self.first)

    @property
    def measured(self) -> bool:
        """Whether any of the last shows has a result to look at."""
        return any(result is not None for _b, result, _targets in self.shows)

    @property
    def night(self) -> bool:
        """Whether the calendar is a day ahead of the business day: the room is still at last evening's work."""
        return show.local(self.now).date() != self.day


MOST_ITEMS, LEAST_STEPS = 5, 3
JUST_ENDED = timedelta(hours=2)
MINE = ("gmv", "follow_rate", "avg_watch_seconds")
"""What a host reads of the last show, against the own mean."""
COMPARED = 8


def _first_steps(past: bool, planned: bool, goals: list[GoalView]) -> list[FirstStep]:
    """What a new team sets up; nothing once all of it is done, or once a show is over.

    `past` and `planned` say that a show is known to be over, or to be planned, so that nobody asks again.
    """
    if past or live.past_briefs(limit=1):
        return []
    held = (
        ("channel", planned or bool(live.channels())),
        ("studio", bool(live.studios())),
        ("people", len(people.assignable()) > 1),
        ("plan", bool(goals)),
        ("session", planned or live.has_sessions()),
    )
    return [] if all(done for _key, done in held) else [FirstStep(key, done) for key, done in held]


@query(P.SESSION_VIEW)
def today() -> Today:
    """What matters now, by the actor's role."""
    who, now = actor.current(), clock.now()
    day = show.today()
    ends = day_span(day, who.timezone, who.day_start).end
    waits = actions.waiting(5) if who.role in (Role.MANAGER, Role.LEAD) else actions.Waiting()
    if who.role is Role.MANAGER:
        shows, strips, goals = results.latest_results(4), live.strips(now), plan.goals_now()
        coming = [] if strips else live.next_briefs(after=now, limit=1)
        return Today(
            now, day, ends, **_mine(live.ahead(now) if strips else live.NOBODY, strips, now), shows=shows, goals=goals,
            strips=strips, verdicts=waits.verdicts,
            adrift=waits.adrift,
            late=plan.late_steps(5), faults=live.faults_of(b.id for b, _result, _targets in shows),
            coming=coming,
            first=_first_steps(bool(shows), bool(strips or coming), goals),
        )  # fmt: skip
    if who.role is Role.LEAD:
        strips, week = live.tonight_and_week(now)
        late, steps = plan.late_and_mine(who.user_id or 0)
        due, goals = reviews.reviews_due(8), plan.goals_now()
        ahead = live.ahead(now) if strips or week else live.NOBODY
        return Today(
            now, day, ends, **_mine(ahead, strips, now), strips=strips, late=late, due=due, verdicts=waits.verdicts,
            adrift=waits.adrift,
            steps=steps, goals=goals, week=week[:14],
            uncovered=ahead.uncovered,
            first=_first_steps(bool(due), bool(strips or week), goals),
        )  # fmt: skip
    return _of_crew(who.user_id or 0, now, day, ends)


def _mine(ahead: live.Ahead, strips: list[Strip], now: datetime) -> dict[str, Any]:
    """The own shift tonight of somebody who also leads or manages."""
    tonight = {s.brief.id: s.brief for s in strips}
    slots = [(tonight[session_id], shift) for session_id, shift in ahead.mine if session_id in tonight]
    slot = _slot([(b, s) for b, s in slots if b.state not in AFTER_AIR], now)
    return {"shift": slot, "go": _go_of(slot[0], strips, now)} if slot else {}


def _of_crew(user_id: int, now: datetime, day: date, ends: datetime) -> Today:
    who = actor.current()
    tomorrow = day_span(day + timedelta(days=1), who.timezone, who.day_start)
    near = live.my_shifts(user_id, now - timedelta(days=2), max(tomorrow.end, now + timedelta(days=3)))
    mine = [(b, s) for b, s in near if b.state not in AFTER_AIR]
    slot = _slot(mine, now)
    strips = live.strips(now)
    items = checklists.open_items(user_id, 40)
    shown = [i for i in items if i.due is not None and i.due <= now + timedelta(hours=18)][:MOST_ITEMS]
    due = plan.my_steps(user_id, MOST_ITEMS) if who.may(P.STEP_DO) else []
    steps = [s for s in due if s.due is not None and s.due <= show.today()]
    last, result, means, by_hour = _last_show(user_id, now) if who.may(P.RESULT_VIEW) else (None, None, {}, False)
    return Today(
        now,
        day,
        ends,
        shift=slot,
        go=_go_of(slot[0], strips, now) if slot else None,
        product=live.first_product(slot[0].id) if slot else None,
        later=[p for p in mine if p != slot and now < p[1].end and p[1].start < tomorrow.end][:4],
        items=shown,
        folded=len(items) - len(shown),
        folded_from=items[len(shown)].due if len(items) > len(shown) else None,
        steps=steps[: max(LEAST_STEPS, MOST_ITEMS - len(shown))],
        shows=[(last, result, {})] if last else [],
        means=means,
        by_hour=by_hour,
        strips=strips,
    )


@query(P.SESSION_VIEW)
def tonight_at_a_station() -> Tonight:
    """The port's answer to people: what the lock screen of a shared desk tells of tonight."""
    strips = live.strips(clock.now())
    crews = live.shifts_of(s.brief.id for s in strips)
    shifts = sorted((shift for crew in crews.values() for shift in crew), key=lambda shift: shift.start)
    shows = [
        DeskShow(
            s.brief.theme,
            s.brief.planned_start,
            s.brief.real_start if s.brief.state is State.LIVE else None,
            s.go if s.brief.state in BEFORE_AIR else s.brief.state,
            s.brief.studio_name or "",
            s.brief.state in BEFORE_AIR,
        )
        for s in strips
    ]
    return Tonight(shows, list(dict.fromkeys(shift.user_id for shift in shifts if shift.user_id)))


def _slot(mine: list[Slot], now: datetime) -> Slot | None:
    """What is on air with me stands first, however long it overruns; then the shift of now or the coming one.

    A shift that has just ended stays for a while only where its show has not begun yet.
    """

    def rank(pair: Slot) -> tuple[bool, int, timedelta]:
        b, s = pair
        later = b.state is not State.LIVE
        if s.start > now:
            return later, 1, s.start - now
        return (later, 0, now - s.start) if s.end > now else (later, 2, now - s.end)

    held = [(b, s) for b, s in mine if b.state is State.LIVE or s.end > now - JUST_ENDED]
    return min(held, key=rank, default=None)


def _go_of(b: SessionBrief, strips: list[Strip], now: datetime) -> Go | None:
    if b.state not in BEFORE_AIR:
        return None
    tonight = next((s.go for s in strips if s.brief.id == b.id), None)
    return tonight or live.go_of(live.checks_of([b], now)[b.id], now)


def _last_show(user_id: int, now: datetime) -> tuple[SessionBrief | None, Result | None, dict[str, Spread], bool]:
    """Somebody's last show, and what their shows of the same weight before it came to on average."""
    worked = live.my_last(user_id, now + timedelta(days=1), 3 * COMPARED)  # a show may have been moved up
    if not worked:
        return None, None, {}, False
    last, found = worked[0], results.results_for([b.id for b in worked], {b.id: b for b in worked})
    past = [(b, found[b.id]) for b in worked[1:] if b.id in found and b.weight is last.weight and not b.no_compare][
        :COMPARED
    ]
    means, by_hour = results.spreads(found.get(last.id), past, MINE)
    return last, found.get(last.id), means, by_hour
