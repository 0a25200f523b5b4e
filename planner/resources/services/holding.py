"""What waits for money: a step is blocked when its request is handed in, and free again when that is approved; a show
is not ready before.

The step says what it waits for in words; it is freed only where these still stand, so that whoever gave another reason
meanwhile is not talked over. The show keeps it among what holds it up (`live.services.holds`). After a refusal both go
on waiting, until whoever asked or a lead says that they do no longer.
"""

from __future__ import annotations

from sqlalchemy import select

from planner.base import actor, db
from planner.base.i18n import told
from planner.base.lock import lock
from planner.base.verbs import command
from planner.kernel.errors import Forbidden, Refused
from planner.kernel.permissions import P
from planner.kernel.text import Message, msg
from planner.live import services as live
from planner.live.models import LiveSession
from planner.plan import services as plan
from planner.plan.models import Step
from planner.resources.models import ApprovalSeat, ResourceRequest
from planner.resources.rules import WAITED_FOR, SeatState, State

KIND = "request"


def _words(row: ResourceRequest) -> Message:
    return msg("Request No. %(n)s: %(title)s", n=row.number, title=row.title)


def _number(row: ResourceRequest) -> str:
    """What a step says: its page names the request to whoever may see it, the step is read by everybody."""
    return told(msg("Request No. %(n)s", n=row.number))


def hold(row: ResourceRequest, again: bool = False) -> None:
    """Let step and show of a request that is being decided wait for it, where that is wanted and whoever asks may.

    `again`: an approval is taken back, by whoever signed it.
    """
    if not row.gates or row.state is not State.PENDING:
        return
    if row.step_id is not None and row.step_id in db.some(Step, {row.step_id}):
        words = _number(row)
        if plan.hold_step(row.step_id, words, again):
            row.step_words = words
    if row.session_id is not None and row.session_id in db.some(LiveSession, {row.session_id}):
        if again:
            live.pass_hold(row.session_id, KIND, row.id, False)
        else:
            live.hold_show(row.session_id, KIND, row.id, _words(row))


def name_asked(row: ResourceRequest, level_id: int) -> None:
    """The show says whose turn it is by now."""
    if not row.gates or row.session_id not in db.some(LiveSession, {row.session_id} if row.session_id else set()):
        return
    mine = (ApprovalSeat.level_id == level_id, ApprovalSeat.state == SeatState.ASKED)
    asked = db.session().scalars(select(ApprovalSeat.user_id).where(*mine).order_by(ApprovalSeat.id))
    live.ask_of_hold(row.session_id, KIND, row.id, tuple(dict.fromkeys(asked)))


def fulfil(row: ResourceRequest) -> None:
    """It is approved: the step goes on, if it waits for this and nothing else; the show has what it waited for."""
    _free_step(row)
    if row.session_id is not None and row.session_id in db.some(LiveSession, {row.session_id}):
        live.pass_hold(row.session_id, KIND, row.id)


def let_go(row: ResourceRequest) -> None:
    """Neither waits for it any more."""
    _free_step(row)
    if row.session_id is not None and row.session_id in db.some(LiveSession, {row.session_id}):
        live.let_show_go(row.session_id, KIND, row.id)


def _free_step(row: ResourceRequest) -> None:
    if not row.step_words or row.step_id is None:
        return
    if row.step_id in db.some(Step, {row.step_id}):
        plan.let_go_step(row.step_id, row.step_words)
    row.step_words = ""


@command(P.REQUEST_VIEW)
def wait_no_more(request_id: int) -> None:
    """What waits for it goes on without: said by whoever asked for it, or by whoever plans shows and steps."""
    lock("request", request_id)
    row, who = db.one(ResourceRequest, request_id), actor.current()
    if row.requester_id != who.user_id and not who.may(P.SESSION_EDIT):
        raise Forbidden(msg("Only whoever asked for it, or a team lead, can do this."))
    if not row.gates or row.state not in WAITED_FOR:
        raise Refused(msg("Nothing waits for it."))
    let_go(row)
    row.gates = False


__all__ = ["fulfil", "hold", "let_go", "name_asked", "wait_no_more"]
