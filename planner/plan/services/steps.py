"""Steps: who does what by when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from planner.base import actor, db
from planner.base import trash as trashing
from planner.base.news import tell
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, clean_text, msg
from planner.plan import rules
from planner.plan.models import Goal, Phase, Step, StepHelper, StepTag
from planner.plan.news import StepAdded, StepMoved
from planner.plan.rules import LONGEST_ESTIMATE, Details, Extras, StepState
from planner.plan.services import hanging, repeats, told, typed

LONGEST_WAIT = 160
MOST_TAGS = 12
LONGEST_TAG = 20
MOST_HELPERS = 12
PLAIN = Details()


def _links(phase_id: int | None, goal_id: int | None) -> None:
    if phase_id is not None:
        db.one(Phase, phase_id)
    if goal_id is not None:
        db.one(Goal, goal_id)


def _in_order(start: date | None, due: date | None) -> None:
    if start is not None and due is not None and due < start:
        raise Invalid.at("due", msg("It is due before it begins."))


def _write_helpers(step: Step, wanted: Sequence[int]) -> None:
    """These helpers and no others; whoever is new among them is told. The owner is no helper of their own."""
    rows = db.session().scalars(select(StepHelper).where(StepHelper.step_id == step.id))
    held = {row.user_id: row for row in rows}
    new = [each for each in wanted if each not in held and each != step.owner_id]
    typed.persons(new, "helpers")
    for user_id, row in held.items():
        if user_id not in wanted or user_id == step.owner_id:
            db.session().delete(row)
    db.add_all(StepHelper(step_id=step.id, user_id=each) for each in new)
    told.helping(step, new)


def _extras(row: Step, extras: Extras) -> None:
    minutes = extras.estimate_minutes
    if minutes is not None and not 0 < minutes <= LONGEST_ESTIMATE:
        raise Invalid.at("estimate", msg("More than nothing, and a thousand hours at most."))
    if len(extras.helpers) > MOST_HELPERS:
        raise Invalid.at("helpers", msg("At most %(n)s people help with a step.", n=MOST_HELPERS))
    row.estimate_minutes = minutes


def _details(row: Step, details: Details) -> None:
    hanging.hang_up(row, details.hang)
    _in_order(details.start, row.due)
    row.start, row.priority = details.start, details.priority
    row.department = clean_line(details.department)[:40]
    if details.extras is not None:
        _extras(row, details.extras)


def tags_in(texts: Sequence[str]) -> list[str]:
    """Tags as they are kept: one line each, without their #, each once."""
    found = [clean_line(text).lstrip("#＃").strip()[:LONGEST_TAG] for text in texts]
    return list(dict.fromkeys(tag for tag in found if tag))[:MOST_TAGS]


def write_tags(step_id: int, tags: Sequence[str]) -> None:
    """These tags and no others."""
    wanted = tags_in(tags)
    held = {row.tag: row for row in db.session().scalars(select(StepTag).where(StepTag.step_id == step_id))}
    for tag, row in held.items():
        if tag not in wanted:
            db.session().delete(row)
    db.add_all(StepTag(step_id=step_id, tag=tag) for tag in wanted if tag not in held)


def _born(row: Step, blocked_by: str) -> None:
    """What goes with the state a new step has."""
    now = clock.now()
    if row.state is StepState.BLOCKED:
        row.waits_for = _reason(blocked_by, "waits_for")
    if row.state is StepState.DOING:
        row.started_at = now
    if row.state is StepState.DONE:
        row.done_at, row.done_by = now, actor.current().user_id


@command(P.PLAN_EDIT)
def add_step(
    title: str,
    owner_id: int | None = None,
    due: date | None = None,
    phase_id: int | None = None,
    goal_id: int | None = None,
    note: str = "",
    from_session_id: int | None = None,
    details: Details = PLAIN,
    state: StepState = StepState.OPEN,
    blocked_by: str = "",
) -> int:
    """Something one person does until a day; one that comes out of a sheet may be under way, blocked or done."""
    _links(phase_id, goal_id)
    row = Step(
        title=typed.line(title, "title", 160),
        owner_id=typed.person(owner_id),
        due=due,
        phase_id=phase_id,
        goal_id=goal_id,
        note=clean_text(note)[: typed.LONGEST_NOTE],
        from_session_id=from_session_id,
        state=state,
    )
    _born(row, blocked_by)
    _details(row, details)
    db.add(row)
    if details.tags:
        write_tags(row.id, details.tags)
    if details.extras is not None:
        _write_helpers(row, details.extras.helpers)
    tell(StepAdded(step_id=row.id))
    told.assigned(row)
    return row.id


@command(P.PLAN_EDIT)
def edit_step(
    step_id: int,
    version: int,
    title: str,
    owner_id: int | None,
    due: date | None,
    phase_id: int | None,
    goal_id: int | None,
    note: str,
    details: Details | None = None,
) -> None:
    """Title, owner, days, place and the rest of a step; without details those stay as they are."""
    row = db.edit(Step, step_id, version)
    _links(phase_id if phase_id != row.phase_id else None, goal_id if goal_id != row.goal_id else None)
    other, before = owner_id != row.owner_id, row.due
    if other:
        typed.person(owner_id)
    row.title, row.owner_id, row.due = typed.line(title, "title", 160), owner_id, due
    row.phase_id, row.goal_id, row.note = phase_id, goal_id, clean_text(note)[: typed.LONGEST_NOTE]
    if details is None:
        if due != before:
            hanging.hang_up(row, None)
        hanging.phase_changed(row)
        _in_order(row.start, due)
    else:
        _details(row, details)
        write_tags(step_id, details.tags)
        if details.extras is not None:
            _write_helpers(row, details.extras.helpers)
    if other:
        told.assigned(row)
    else:
        told.due_moved(row, before)


def _helps(step_id: int, user_id: int | None) -> bool:
    asked = select(StepHelper.id).where(StepHelper.step_id == step_id, StepHelper.user_id == user_id)
    return db.session().scalar(asked) is not None


def check_own(row: Step) -> None:
    """Forbidden unless it is one's own, one helps with it, or the actor plans for others."""
    who = actor.current()
    if not who.may(P.PLAN_EDIT) and row.owner_id != who.user_id and not _helps(row.id, who.user_id):
        raise Forbidden(msg("This step belongs to somebody else."))


def _reason(text: str, field: str) -> str:
    found = clean_line(text)
    if not found:
        raise Invalid.at(field, msg("Say why in a few words."))
    if len(found) > LONGEST_WAIT:
        raise Invalid.at(field, msg("Use at most %(n)s characters.", n=LONGEST_WAIT))
    return found


def take(row: Step, move: str, why: str = "", stop: bool = False) -> None:
    """Make a move inside of a command: what is blocked says by what, what is dropped says why. Of a step that comes
    again the next copy may follow; with `stop` none comes any more."""
    who, before = actor.current(), row.state
    if not who.may(rules.STEPS.moves[move].permission):
        raise Forbidden()
    after = rules.STEPS.take(move, before)
    row.waits_for = _reason(why, "waits_for") if after is StepState.BLOCKED else ""
    row.dropped_why = _reason(why, "why") if after is StepState.DROPPED else ""
    row.state, now = after, clock.now()
    finished = after is StepState.DONE
    row.done_at, row.done_by = (now, who.user_id) if finished else (None, None)
    if after is StepState.DOING and row.started_at is None:
        row.started_at = now
    tell(StepMoved(step_id=row.id, before=str(before), after=str(after)))
    told.state_moved(row, before)
    if after in (StepState.DONE, StepState.DROPPED):
        repeats.follow(row, stop)


@command(P.STEP_DO)
def move_step(step_id: int, move: str, why: str = "", stop: bool = False) -> None:
    """Start, put back, block, finish, reopen or drop a step: one's own, or anybody's for a lead. With `stop` a dropped
    one comes no more, either."""
    row = db.one(Step, step_id)
    if move not in rules.STEPS.moves:
        raise NotFound()
    check_own(row)
    take(row, move, why, stop and move == "drop")


@command(P.PLAN_VIEW)
def hold_step(step_id: int, what: str, again: bool = False) -> bool:
    """Something of a higher column holds a step up: it waits for that. False where it does not: it is over, waits for
    something else, or is not the actor's. `again`: it did a moment ago, whoever takes back what let it go."""
    row, who = db.one(Step, step_id), actor.current()
    own = who.may(P.PLAN_EDIT) or row.owner_id == who.user_id or _helps(row.id, who.user_id)
    if not (again or (own and who.may(P.STEP_DO))) or row.state not in (StepState.OPEN, StepState.DOING):
        return False
    take(row, "block", what)
    return True


@command(P.PLAN_VIEW)
def let_go_step(step_id: int, what: str) -> bool:
    """What held a step up is there: it goes on, by whoever brought that, unless it waits for something else by now."""
    row = db.one(Step, step_id)
    if row.state is not StepState.BLOCKED or row.waits_for != what:
        return False
    take(row, "start" if row.started_at else "put_back")
    return True


@command(P.STEP_DO)
def wait_for(step_id: int, version: int, what: str) -> None:
    """Say what a step waits for, or with nothing that it waits no more: one's own, or anybody's for a lead."""
    row = db.edit(Step, step_id, version)
    check_own(row)
    if not clean_line(what):
        if row.state is StepState.BLOCKED:
            take(row, "start" if row.started_at else "put_back")
    elif row.state is StepState.BLOCKED:
        row.waits_for = _reason(what, "waits_for")
    else:
        take(row, "block", what)


@command(P.PLAN_EDIT)
def trash_step(step_id: int, stop: bool = False) -> None:
    """A step goes to the trash. Where it comes again the next ones still do, unless with `stop`."""
    row = db.one(Step, step_id)
    trashing.trash(row)
    repeats.follow(row, stop)
