"""The actions that reviews decided on: who verifies them, what waits for a word, which shows could verify them."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import aliased

from planner.base import db
from planner.base.ready import columns_of, ready
from planner.base.verbs import query
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.live.queries import SessionBrief
from planner.outcomes.models import Action, ActionCheck
from planner.outcomes.rules.reviews import Verdict
from planner.people.models import User
from planner.plan import queries as plan
from planner.plan.models import Step
from planner.plan.queries import StepRow
from planner.plan.rules import StepState


@dataclass(frozen=True)
class ActionView:
    """An action with its step and one session that verifies it; `check` and `action` hold their tables' columns.

    `instead_of` is the session that should have verified it and was called off.
    """

    check: Any
    action: Any
    step: StepRow | None
    source: SessionBrief | None
    verifies: SessionBrief | None
    instead_of: SessionBrief | None
    signer: str

    @property
    def verdicts(self) -> list[Verdict]:
        """What may be signed: what the program proposes first, each once."""
        first = [self.check.proposed] if self.check.proposed else []
        return [*first, *(one for one in Verdict if one not in first)]


OFFERED = 12


_CHECK, _ACTION = columns_of(ActionCheck), columns_of(Action)


_CHECK_NAMES, _ACTION_NAMES = [c.key for c in _CHECK], [c.key for c in _ACTION]


def _asked() -> Any:
    return (
        select(*_CHECK, *_ACTION, User.name, *plan.STEP_COLUMNS)
        .select_from(ActionCheck)
        .join(Action, Action.id == ActionCheck.action_id)
        .outerjoin(User, User.id == ActionCheck.signed_by)
        .outerjoin(Step, Step.id == Action.step_id)
        .outerjoin(plan.Owner, plan.Owner.id == Step.owner_id)
        .order_by(ActionCheck.id)
    )


@ready
def _around() -> Any:
    return _asked().where(
        (ActionCheck.session_id == bindparam("verifies")) | (Action.session_id == bindparam("reviewed"))
    )


@ready
def _waits() -> Any:
    other, somehow = aliased(ActionCheck), ActionCheck.proposed.is_not(None) | ActionCheck.adrift
    told = exists().where(other.action_id == ActionCheck.action_id, other.adrift.is_(False))
    lost = ActionCheck.adrift.is_(False) | ~told
    return _asked().where(somehow, ActionCheck.verdict.is_(None), lost).limit(bindparam("most"))


def _read(found: Any, *held: SessionBrief) -> list[ActionView]:
    """The rows as actions; sessions that were read before need not be read again."""
    wide, whole = len(_CHECK), len(_CHECK) + len(_ACTION)
    rows = [
        (
            SimpleNamespace(**dict(zip(_CHECK_NAMES, row[:wide], strict=True))),
            SimpleNamespace(**dict(zip(_ACTION_NAMES, row[wide:whole], strict=True))),
            *row[whole:],
        )
        for row in found
    ]
    ids = {row[0].session_id for row in rows} | {row[1].session_id for row in rows}
    ids |= {row[0].was_session_id for row in rows if row[0].was_session_id}
    known = {b.id: b for b in held}
    known |= live.briefs(ids - {*known})
    return [
        ActionView(
            c,
            a,
            plan.step_row(step) if step[0] is not None else None,
            known.get(a.session_id),
            known.get(c.session_id),
            known.get(c.was_session_id),
            name or "",
        )
        for c, a, name, *step in rows
    ]


@query(P.RESULT_VIEW, remember=True)
def actions_around(session_id: int) -> list[ActionView]:
    """The actions that a session verifies, and those its own review decided on."""
    return around(session_id)


def around(session_id: int, *held: SessionBrief) -> list[ActionView]:
    """The same for the queries of this column, with sessions that were read before."""
    return _read(_around.rows(verifies=session_id, reviewed=session_id), *held)


@query(P.RESULT_VIEW)
def actions_for(session_id: int) -> list[ActionView]:
    """The actions that a session verifies: open ones to know about before air, verdicts to sign after."""
    views = actions_around(session_id)
    return [view for view in views if view.check.session_id == session_id and not view.check.adrift]


@dataclass(frozen=True)
class Waiting:
    """Checks whose figures are there and that nobody has signed, and actions that no session will verify."""

    verdicts: list[ActionView] = field(default_factory=list[ActionView])
    adrift: list[ActionView] = field(default_factory=list[ActionView])


@query(P.RESULT_VIEW)
def waiting(limit: int = 20) -> Waiting:
    """What of the actions waits for a lead."""
    views = _read(_waits.rows(most=limit * 4))
    verdicts = [view for view in views if not view.check.adrift]
    adrift = {view.action.id: view for view in views if view.check.adrift and not _dropped(view.step)}
    return Waiting(verdicts[:limit], list(adrift.values())[:limit])


def _dropped(step: StepRow | None) -> bool:
    return step is not None and step.state is StepState.DROPPED


@query(P.RESULT_VIEW)
def verdicts_due(limit: int = 20) -> list[ActionView]:
    """Checks whose figures are there and that nobody has signed."""
    return waiting(limit).verdicts


@dataclass(frozen=True)
class ActionPage:
    """An action with its checks, and the sessions that could verify it."""

    action: Action
    title: str
    source: SessionBrief
    checks: list[ActionView]
    offered: list[SessionBrief]

    @property
    def chosen(self) -> list[int]:
        """The sessions that are to verify it and have not done so."""
        return [v.check.session_id for v in self.checks if not v.check.adrift and not v.check.verdict]


@ready
def _of_action() -> Any:
    return _asked().where(ActionCheck.action_id == bindparam("id"))


@query(P.RESULT_VIEW)
def action_page(action_id: int) -> ActionPage:
    """Which sessions verify an action, and which others could."""
    action = db.one(Action, action_id)
    source, checks = live.brief(action.session_id), _read(_of_action.rows(id=action_id))
    held = [v.verifies for v in checks if v.verifies and not v.check.verdict and not v.check.adrift]
    coming = live.next_briefs(source.channel_id, max(source.planned_start, clock.now()), OFFERED)
    offered = {b.id: b for b in (*held, *coming)}
    title = next((v.step.title for v in checks if v.step), "")
    return ActionPage(action, title, source, checks, sorted(offered.values(), key=lambda b: b.planned_start))
