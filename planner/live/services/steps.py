"""The steps of a session's life that people take on purpose: preparing, a person's go, the review closed."""

from __future__ import annotations

from collections.abc import Mapping

from planner.base import actor, db
from planner.base.news import tell
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, msg
from planner.live import queries, rules
from planner.live.models import LiveSession
from planner.live.news import SessionEdited, StateChanged


def must_be_crew(session_id: int) -> None:
    """Refuse anybody who neither works in this session nor plans sessions."""
    who = actor.current()
    if who.is_system or who.may(P.SESSION_EDIT) or queries.is_crew(session_id, who.user_id):
        return
    raise Forbidden(msg("Only the crew of this session or a team lead can do this."))


def change_state(row: LiveSession, move: str, note: str = "", seen: tuple[str, ...] = ()) -> None:
    """One step of a session's life, by the declared machine, with its news."""
    after = rules.MACHINE.take(move, row.state)
    tell(StateChanged(session_id=row.id, before=str(row.state), after=str(after), note=note, seen=seen))
    row.state = after


def take_back_go(row: LiveSession) -> None:
    """A go counts for what it was given for: another time or studio needs another one."""
    change_state(row, "withdraw_go")
    row.go_by, row.go_at, row.go_note = None, None, ""


@command(P.SESSION_RUN)
def start_preparing(session_id: int) -> None:
    """The room has begun with it; once is enough."""
    row = db.one(LiveSession, session_id)
    must_be_crew(session_id)
    if row.state is not rules.State.PREPARING:
        change_state(row, "prepare")


@command(P.SESSION_RUN)
def give_go(session_id: int, note: str = "", reasons: Mapping[str, str] | None = None) -> None:
    """A person's go, with the checks as seen. While anything that blocks is open, only a lead, and with a reason: one
    for all in the note, or for each check its own, by the check's key.
    """
    row = db.one(LiveSession, session_id)
    must_be_crew(session_id)
    now, who = clock.now(), actor.current()
    checks = queries.checks_of([row], now)[session_id]
    why = clean_line(note)[:300]
    own = {key: said for key, words in (reasons or {}).items() if (said := clean_line(words)[:200])}
    if queries.needs_override(checks):
        if not who.may(P.SESSION_OVERRIDE):
            raise Forbidden(msg("A check that blocks going live is open. A team lead can override it, with a reason."))
        if not why and any(c.key not in own for c in checks if c.blocking and not c.passed):
            raise Invalid.at("note", msg("Say why the show can start although a check that blocks going live is open."))
    told = [f"{c.text}: {own[c.key]}" if c.key in own else c.text for c in checks if not c.passed]
    each = " · ".join(f"{c.text}: {own[c.key]}" for c in checks if c.key in own and not c.passed)
    change_state(row, "give_go", why, tuple(told)[:20])
    row.go_by, row.go_at, row.go_note = who.user_id, now, " · ".join(part for part in (why, each) if part)[:300]


@command(P.SESSION_RUN)
def withdraw_go(session_id: int) -> None:
    """The go is taken back."""
    row = db.one(LiveSession, session_id)
    must_be_crew(session_id)
    take_back_go(row)


@command(P.REVIEW_CLOSE)
def mark_reviewed(session_id: int) -> None:
    """The review is closed; called by it."""
    change_state(db.one(LiveSession, session_id), "review")


@command(P.REVIEW_CLOSE)
def reopen_review(session_id: int) -> None:
    """The review is open again."""
    change_state(db.one(LiveSession, session_id), "reopen_review")


@command(P.SESSION_EDIT)
def leave_out(session_id: int, out: bool) -> None:
    """A night that says nothing about others (an incident, a promotion) is left out of comparisons; or counts again."""
    row = db.one(LiveSession, session_id)
    if row.no_compare is not out:
        row.no_compare = out
        tell(SessionEdited(session_id=session_id, what="comparison"))
