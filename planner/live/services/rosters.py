"""A long roster is planned by the worker: sent, planned as a whole or refused as a whole, forgotten a month after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from planner.base import actor, db, jobs
from planner.base import unit as units
from planner.base.lock import lock
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import Message, msg
from planner.live.models import RosterPlan
from planner.live.queries.foreseen import Wanted
from planner.live.queries.roster import roster_as_sent
from planner.live.rules import roster
from planner.live.services.many import checked, plan_roster

AT_ONCE = 60
"""More sessions than this are planned by the worker, so that nobody waits for an answer."""
KEPT = timedelta(days=30)
PLAN = "live.plan_roster"


class Clashes(Invalid):
    """Rows of a roster that can't be planned any more: what is wrong, by their numbers in the sheet (0: the whole)."""

    def __init__(self, rows: Mapping[int, Message]) -> None:
        super().__init__({f"rows.{number}": fault for number, fault in rows.items()})
        self.rows = dict(rows)


@command(P.SESSION_EDIT)
def send_roster(sent: roster.Sent, wanted: Sequence[Wanted]) -> int:
    """Leave a roster to the worker, after the same look as before planning it at once. Answers the roster's id.

    Faults stand at `rows.0`, `rows.1`, … in the order given, and then nothing is left to anybody.
    """
    if len(wanted) > roster.MOST_ROWS:
        raise Refused(msg("At most %(most)s sessions are planned at once.", most=roster.MOST_ROWS))
    checked(wanted, sent.override_reason)
    db.sweep(RosterPlan, RosterPlan.created_at < clock.now() - KEPT)
    row = db.add(RosterPlan(state="waiting", count=len(wanted), sent=sent.as_json(), faults=[], made=[]))
    jobs.enqueue(PLAN, key=f"{PLAN}:{row.id}", plan_id=row.id, user_id=actor.current().user_id)
    return row.id


@command(P.SESSION_EDIT)
def finish_roster(plan_id: int) -> None:
    """What the worker does with it: all of it or, where a row clashes by now, nothing (`Clashes`). Done is done."""
    lock("roster", plan_id)
    row = db.one(RosterPlan, plan_id)
    if row.state != "waiting":
        return
    sent = roster.Sent.from_json(row.sent)
    read = roster_as_sent(sent)
    if read.faults:
        raise Clashes(read.faults)
    try:
        made = plan_roster(read.wanted, sent.override_reason)
    except Invalid as fault:
        places = {f"rows.{n}": number for n, number in enumerate(read.numbers)}
        raise Clashes({places.get(place, 0): said for place, said in fault.fields.items()}) from None
    row.state, row.made, row.command_id = "planned", made, units.current().command_id


@command(P.SESSION_EDIT)
def refuse_roster(plan_id: int, rows: Mapping[int, Message]) -> None:
    """Nothing of it is planned: these rows clash by now. What was sent stays, to be looked at again."""
    row = db.one(RosterPlan, plan_id)
    if row.state == "waiting":
        row.state, row.faults = "refused", [[number, fault.as_json()] for number, fault in sorted(rows.items())]
