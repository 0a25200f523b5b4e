"""A step once more: with what it holds, what comes before it and what waits for it, in one act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from planner.base import db
from planner.base.verbs import command
from planner.kernel.errors import Invalid
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.people import queries as people
from planner.plan import rules
from planner.plan.models import Goal, Phase, Step, StepLink
from planner.plan.queries.repeats import pattern_of
from planner.plan.rules import Details, Extras
from planner.plan.services.inside import add_lines, wait_on
from planner.plan.services.steps import add_step

MOST_COPIED = 60
LONGEST_TITLE = 160


@dataclass(frozen=True)
class Along:
    """What comes along: lines unticked, tags, the note, helpers, what comes first, and the steps that wait for it."""

    lines: bool = True
    tags: bool = True
    note: bool = True
    helpers: bool = True
    first: bool = True
    after: bool = False


@dataclass(frozen=True)
class Copied:
    """The copy of a step, and how many of the steps that wait for it came along."""

    step_id: int
    more: int


@dataclass(frozen=True)
class As:
    """What the copy is given."""

    title: str
    owner_id: int | None = None
    due: date | None = None
    phase_id: int | None = None
    goal_id: int | None = None


def _waiting(step_id: int) -> list[int]:
    """The steps that wait for a step and, in turn, for those; none twice."""
    links = [(one, on) for one, on in db.session().execute(select(StepLink.step_id, StepLink.on_id))]
    found, ahead = list[int](), [step_id]
    while ahead:
        here = ahead.pop(0)
        new = [one for one, on in links if on == here and one not in found and one != step_id]
        found += dict.fromkeys(new)
        ahead += dict.fromkeys(new)
    return found


def _copy(row: Step, wanted: As, along: Along, there: set[int]) -> int:
    held = pattern_of(row)
    helpers = [each for each in held["helpers"] if along.helpers and each in there and each != wanted.owner_id]
    begins = held["begins_before"]
    start = wanted.due - timedelta(days=begins) if wanted.due is not None and begins is not None else None
    tags = tuple(held["tags"]) if along.tags else ()
    extras = Extras(row.estimate_minutes, tuple(helpers))
    made = add_step(
        wanted.title, wanted.owner_id, wanted.due, wanted.phase_id, wanted.goal_id, row.note if along.note else "",
        details=Details(start, row.priority, row.department, tags, extras=extras),
    )  # fmt: skip
    if along.lines and held["lines"]:
        add_lines(made, "\n".join(held["lines"]))
    return made


def _chain(of: Step, wanted: As, there: set[int]) -> dict[int, tuple[Step, As]]:
    """Those that wait, each as it is, moved by as many days as the copy lies after what is copied; their titles differ
    as its title does."""
    shift = wanted.due - of.due if wanted.due is not None and of.due is not None else timedelta()
    found = db.some(Step, _waiting(of.id))
    if len(found) > MOST_COPIED:
        words = msg("%(n)s steps wait for it; at most %(most)s are copied.", n=len(found), most=MOST_COPIED)
        raise Invalid.at("after", words)
    phases = db.some(Phase, {row.phase_id for row in found.values() if row.phase_id})
    goals = db.some(Goal, {row.goal_id for row in found.values() if row.goal_id})

    def as_it_is(row: Step) -> As:
        due = row.due + shift if row.due is not None else None
        owner_id = row.owner_id if row.owner_id in there else None
        phase_id = row.phase_id if row.phase_id in phases else None
        title = rules.retitled(of.title, wanted.title, row.title)[:LONGEST_TITLE].rstrip()
        return As(title, owner_id, due, phase_id, row.goal_id if row.goal_id in goals else None)

    return {row.id: (row, as_it_is(row)) for row in found.values()}


@command(P.PLAN_EDIT)
def copy_step(step_id: int, wanted: As, along: Along) -> Copied:
    """The step once more, not begun, without its talk and its repetition. Answers the copy."""
    row = db.one(Step, step_id)
    there = set(people.assignable())
    chain = _chain(row, wanted, there) if along.after else {}
    made = {row.id: _copy(row, wanted, along, there)}
    made |= {each: _copy(held, given, along, there) for each, (held, given) in chain.items()}
    asked = select(StepLink.step_id, StepLink.on_id).where(StepLink.step_id.in_(list(made))).order_by(StepLink.id)
    links = [(one, on) for one, on in db.session().execute(asked)]
    standing = db.some(Step, {on for _one, on in links})
    for one, on in links:
        if on in made:
            wait_on(made[one], made[on])
        elif along.first and on in standing:
            wait_on(made[one], on)
    return Copied(made[row.id], len(chain))
