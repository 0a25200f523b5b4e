"""What a step holds and what it waits for: lines to tick, and other steps that come first."""

from __future__ import annotations

from sqlalchemy import func, select

from planner.base import actor, db
from planner.base.lock import lock
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.plan import rules
from planner.plan.models import Step, StepLine, StepLink
from planner.plan.services import typed
from planner.plan.services.steps import check_own

LONGEST_LINE = 200
MOST_LINES = 60
MOST_LINKS = 20


@command(P.STEP_DO)
def add_lines(step_id: int, text: str) -> int:
    """Lines at the end, one for each line that was typed or pasted; answers how many."""
    check_own(db.one(Step, step_id))
    lock(("step", step_id))
    found = typed.lines(text, LONGEST_LINE)
    if not found:
        raise Invalid.at("text", msg("Type what is to be ticked."))
    held = db.session().execute(select(func.count(), func.max(StepLine.sort)).where(StepLine.step_id == step_id)).one()
    if held[0] + len(found) > MOST_LINES:
        raise Invalid.at("text", msg("A step holds %(n)s lines at most; make steps of it.", n=MOST_LINES))
    first = (held[1] or 0) + 1
    db.add_all(StepLine(step_id=step_id, sort=first + n, text=line) for n, line in enumerate(found))
    return len(found)


@command(P.STEP_DO)
def tick_line(line_id: int, done: bool) -> int:
    """A line is done, or not yet after all; the same again changes nothing. Answers its step."""
    row = db.one(StepLine, line_id)
    check_own(db.one(Step, row.step_id))
    if (row.done_at is not None) != done:
        row.done_at, row.done_by = (clock.now(), actor.current().user_id) if done else (None, None)
    return row.step_id


@command(P.STEP_DO)
def remove_line(line_id: int) -> int:
    """A line that is not wanted any more. Answers its step."""
    row = db.one(StepLine, line_id)
    step_id = row.step_id
    check_own(db.one(Step, step_id))
    db.remove(row)
    return step_id


@command(P.PLAN_EDIT)
def wait_on(step_id: int, on_id: int) -> None:
    """Another step comes first, and whoever goes on before it is told; a ring of steps is refused, and named."""
    lock("step links")
    row, other = db.one(Step, step_id), db.one(Step, on_id)
    links = [(one, two) for one, two in db.session().execute(select(StepLink.step_id, StepLink.on_id))]
    if (row.id, other.id) in links:
        return
    ring = rules.circle(links, row.id, other.id)
    if ring:
        titles = {row_id: found.title for row_id, found in db.some(Step, set(ring)).items()}
        words = " → ".join(titles.get(each, "…") for each in ring)
        raise Invalid.at("on_id", msg("They would wait for each other: %(ring)s", ring=words))
    if sum(one == row.id for one, _two in links) >= MOST_LINKS:
        raise Refused(msg("A step waits for %(n)s others at most.", n=MOST_LINKS))
    db.add(StepLink(step_id=row.id, on_id=other.id))


@command(P.PLAN_EDIT)
def wait_no_more(step_id: int, on_id: int) -> None:
    """The other step need not come first any more."""
    db.one(Step, step_id)
    asked = select(StepLink).where(StepLink.step_id == step_id, StepLink.on_id == on_id)
    row = db.session().scalars(asked).one_or_none()
    if row is not None:
        db.remove(row)


def after_links_undo(step_id: int) -> None:
    """Registered with undo: a step waits for another again only where no ring comes of it."""
    links = [(one, two) for one, two in db.session().execute(select(StepLink.step_id, StepLink.on_id))]
    for one, two in links:
        others = [pair for pair in links if pair != (one, two)]
        if one == step_id and rules.circle(others, one, two):
            raise Refused(msg("It can't be undone any more: these steps would wait for each other."))
