"""My work: everything that waits for me, whatever kind of thing it is, by when it wants to be done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

from planner.base import actor, show
from planner.base.verbs import query
from planner.checklists import queries as checklists
from planner.checklists.queries import ItemRow
from planner.kernel import clock
from planner.kernel.permissions import P, Role
from planner.kernel.spans import business_day
from planner.live import queries as live
from planner.live.queries import SessionBrief
from planner.outcomes.queries import actions, reviews
from planner.outcomes.queries.actions import Waiting
from planner.outcomes.queries.reviews import Due
from planner.plan import queries as plan
from planner.plan import rules
from planner.plan.queries import StepRow
from planner.plan.rules import Urgency
from planner.resources.queries import Returned, asked_of_me, returned_to_me

MOST = 100
LEADS = (Role.MANAGER, Role.LEAD)


@dataclass(frozen=True)
class Group:
    """What wants to be done at about the same time: steps first, then items of checklists, each by their time."""

    urgency: Urgency
    items: list[ItemRow] = field(default_factory=list[ItemRow])
    steps: list[StepRow] = field(default_factory=list[StepRow])

    @property
    def count(self) -> int:
        """How many things there are."""
        return len(self.items) + len(self.steps)

    @property
    def by_session(self) -> list[tuple[int, list[ItemRow]]]:
        """The items of each session together, the session whose first item is due first before the others."""
        order = {i.session_id: n for n, i in reversed(list(enumerate(self.items)))}
        rows = sorted(self.items, key=lambda i: order[i.session_id])
        return [(key, list(held)) for key, held in groupby(rows, key=lambda i: i.session_id)]


@dataclass(frozen=True)
class Work:
    """The groups that are not empty; what a lead is to review and to sign; whether there is more than is shown.

    `sessions` are those the items belong to; `asked` is how many requests wait for one's decision, `returned` those of
    one's own that came back.
    """

    now: datetime
    sessions: dict[int, SessionBrief]
    groups: list[Group]
    due: list[Due]
    waits: Waiting
    more: bool
    asked: int = 0
    returned: list[Returned] = field(default_factory=list[Returned])

    @property
    def count(self) -> int:
        """How many things of one's own are open."""
        return sum(group.count for group in self.groups) + len(self.returned) + self.asked

    @property
    def of_lead(self) -> int:
        """How many reviews and verdicts wait."""
        return len(self.due) + len(self.waits.verdicts) + len(self.waits.adrift)


def _urgency_of(item: ItemRow, today: date) -> Urgency:
    who = actor.current()
    if item.late_minutes(clock.now()):
        return Urgency.LATE
    due = business_day(item.due, who.timezone, who.day_start) if item.due else None
    found = rules.urgency(due, False, today)
    return Urgency.TODAY if found is Urgency.LATE else found


@query(P.SESSION_VIEW)
def work() -> Work:
    """Open steps and items of checklists that are mine; for who leads, shows to review and verdicts to sign, too."""
    who, today = actor.current(), show.today()
    me, leads = who.user_id or 0, who.role in LEADS
    items = checklists.open_items(me, MOST + 1) if who.may(P.CHECKLIST_VIEW) else []
    steps = plan.my_steps(me, MOST + 1) if who.may(P.PLAN_VIEW) else []
    found = {each: Group(each) for each in Urgency}
    for item in items[:MOST]:
        found[_urgency_of(item, today)].items.append(item)
    for step in steps[:MOST]:
        found[step.urgency].steps.append(step)
    return Work(
        clock.now(),
        live.briefs({i.session_id for i in items}),
        [group for group in found.values() if group.count],
        reviews.reviews_due(20) if leads else [],
        actions.waiting() if leads else Waiting(),
        len(items) > MOST or len(steps) > MOST,
        asked_of_me(),
        returned_to_me() if who.may(P.REQUEST_MAKE) else [],
    )
