"""A verdict waits for a show: when that show is called off, another one takes its place, or a lead is asked."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from planner.base import db
from planner.base.i18n import gettext as _
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.live import queries as live
from planner.live.ports import FollowerLine, SessionChange
from planner.live.queries import SessionBrief
from planner.live.rules import BEFORE_AIR, State, Weight
from planner.outcomes.models import Action, ActionCheck
from planner.plan.models import Step

GONE = frozenset({"cancel", "trash"})
LOOKED_AT = 30


@dataclass(frozen=True)
class _Waiting:
    """A check that nobody has signed, with the title of its action."""

    check: ActionCheck
    action: Action
    title: str


def _waiting(session_id: int) -> list[_Waiting]:
    asked = (
        select(ActionCheck, Action, Step.title)
        .join(Action, Action.id == ActionCheck.action_id)
        .join(Step, Step.id == Action.step_id)
        .where(ActionCheck.session_id == session_id, ActionCheck.verdict.is_(None), ActionCheck.adrift.is_(False))
        .order_by(ActionCheck.id)
    )
    return [_Waiting(*row) for row in db.session().execute(asked.execution_options(with_trash=True))]


def _like(change: SessionChange, b: SessionBrief, source: SessionBrief) -> tuple[int, Weight] | None:
    """Channel and weight of the show that takes its place; None while it still can tell."""
    if change.kinds & GONE or ("move" in change.kinds and change.start_after <= source.planned_start):
        return b.channel_id, b.weight
    if change.kinds & {"channel", "weight"} and (b.channel_id, b.weight) != (source.channel_id, source.weight):
        return source.channel_id, source.weight
    return None


def _next(like: tuple[int, Weight], change: SessionChange, action: Action) -> SessionBrief | None:
    """The next comparable show that is planned and does not verify this action already."""
    used = select(ActionCheck.session_id).where(ActionCheck.action_id == action.id)
    but = {change.session_id, *db.session().scalars(used)}
    source = live.brief(action.session_id)
    after = max(clock.now(), source.planned_start, *([change.start_before] if change.kinds & GONE else []))
    for b in live.next_briefs(like[0], after, LOOKED_AT):
        if b.id not in but and b.weight is like[1] and b.state is not State.DRAFT:
            return b
    return None


class ActionFollower:
    """Checks nobody signed move on to the next comparable show, and are adrift where there is none."""

    def preview(self, change: SessionChange) -> list[FollowerLine]:
        """Which actions lose the show that should tell, and which show tells instead."""
        lines: list[FollowerLine] = []
        b = live.brief(change.session_id)
        for one in _waiting(change.session_id):
            like = _like(change, b, live.brief(one.action.session_id))
            if like is None:
                if "move" in change.kinds:
                    told = _("Verdict on “%(action)s”", action=one.title)
                    lines.append(FollowerLine("moves", told, change.start_before, change.start_after))
                continue
            other = _next(like, change, one.action)
            if other is None:
                told = _("Verdict on “%(action)s”: no later show can tell, choose one", action=one.title)
                lines.append(FollowerLine("reopens", told, change.start_before, None))
            else:
                told = _("Verdict on “%(action)s”: “%(theme)s” tells instead", action=one.title, theme=other.theme)
                lines.append(FollowerLine("moves", told, change.start_before, other.planned_start))
        return lines

    def apply(self, change: SessionChange) -> None:
        """Make it happen."""
        waiting = _waiting(change.session_id)
        if not waiting:
            return
        b = live.brief(change.session_id)
        for one in waiting:
            like = _like(change, b, live.brief(one.action.session_id))
            if like is None:
                continue
            other = _next(like, change, one.action)
            if other is None:
                one.check.adrift = True
            else:
                one.check.was_session_id, one.check.session_id = change.session_id, other.id
            db.flush()


@command(P.SESSION_EDIT)
def verify_again(session_id: int) -> None:
    """A session that was called off or deleted is on again: what it should tell waits for it again.

    Unless the show that took its place is on air by now, or somebody signed, or the action has it anyway.
    """
    adrift = select(ActionCheck).where(ActionCheck.session_id == session_id, ActionCheck.adrift)
    for check in db.session().scalars(adrift).all():
        check.adrift = False
    asked = select(ActionCheck).where(ActionCheck.was_session_id == session_id, ActionCheck.verdict.is_(None))
    moved = list(db.session().scalars(asked))
    known = live.briefs({check.session_id for check in moved})
    for check in moved:
        now = known.get(check.session_id)
        used = select(ActionCheck.id).where(
            ActionCheck.action_id == check.action_id, ActionCheck.session_id == session_id
        )
        if (now is None or now.state in BEFORE_AIR) and db.session().scalar(used) is None:
            check.session_id, check.was_session_id, check.adrift = session_id, None, False
            db.flush()


FOLLOWER = ActionFollower()
