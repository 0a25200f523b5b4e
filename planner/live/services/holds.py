"""What a higher column lets a show wait for: kept on the show itself, so that every list that shows readiness knows it
without a statement more. Called within that column's own commands, by whoever acts there."""

from __future__ import annotations

from planner.base import actor, db
from planner.base.verbs import command
from planner.kernel.permissions import P
from planner.kernel.text import Message
from planner.live import queries, rules
from planner.live.models import LiveSession


@command(P.SESSION_VIEW)
def hold_show(session_id: int, kind: str, row_id: int, words: Message) -> bool:
    """It waits for that. False where it does not: it is on air or over, or the actor neither works in it nor
    plans shows."""
    row, who = db.one(LiveSession, session_id), actor.current()
    own = who.is_system or who.may(P.SESSION_EDIT) or queries.is_crew(session_id, who.user_id)
    if not own or row.state not in (*rules.PLANNED, rules.State.DRAFT):
        return False
    row.holds = rules.with_hold(row.holds, rules.Hold(kind, row_id, words.as_json()))
    return True


@command(P.SESSION_VIEW)
def pass_hold(session_id: int, kind: str, row_id: int, passed: bool = True) -> None:
    """What it waited for is there, or after all is not; nothing where it does not wait for it."""
    row = db.one(LiveSession, session_id)
    for each in rules.held(row.holds):
        if (each.kind, each.id) == (kind, row_id) and each.passed is not passed:
            row.holds = rules.with_hold(row.holds, rules.Hold(kind, row_id, each.words, passed, each.asked))


@command(P.SESSION_VIEW)
def ask_of_hold(session_id: int, kind: str, row_id: int, asked: tuple[int, ...]) -> None:
    """Whose turn it is there now; nothing where the show does not wait for it."""
    row = db.one(LiveSession, session_id)
    for each in rules.held(row.holds):
        if (each.kind, each.id) == (kind, row_id) and each.asked != asked:
            row.holds = rules.with_hold(row.holds, rules.Hold(kind, row_id, each.words, each.passed, asked))


@command(P.SESSION_VIEW)
def let_show_go(session_id: int, kind: str, row_id: int) -> None:
    """It waits for that no more."""
    row = db.one(LiveSession, session_id)
    row.holds = rules.without_hold(row.holds, kind, row_id)


__all__ = ["ask_of_hold", "hold_show", "let_show_go", "pass_hold"]
