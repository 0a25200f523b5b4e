"""Asking somebody for what blocks a show (催一下), at most once in five minutes; and saying that one has heard it."""

from __future__ import annotations

from sqlalchemy import select

from planner.base import actor, db
from planner.base import unit as units
from planner.base.lock import lock
from planner.base.telling import Sort
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.errors import Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.live import queries as live
from planner.live.rules.calling import BETWEEN_NUDGES
from planner.live.services.steps import must_be_crew
from planner.notifications.models import Notice
from planner.notifications.queries import calling
from planner.notifications.services.telling import write


@command(P.SESSION_RUN)
def nudge(session_id: int, check: str) -> list[int]:
    """Ask whoever has it for a check that blocks and is open, whether it is late or not. Answers whom.

    Nobody is asked for the same thing twice in five minutes, by whomever.
    """
    live.brief(session_id)
    must_be_crew(session_id)
    lock("nudge", session_id)
    now, me = clock.now(), actor.current().user_id
    held = next((o for o in live.open_checks([session_id], now) if o.check.key == check and o.check.blocking), None)
    if held is None:
        raise Refused(msg("This is done by now, or it does not block the show."))
    whom = [user_id for user_id in held.user_ids if user_id != me]
    if not whom:
        raise Refused(msg("This waits for you."))
    start = held.session.planned_start
    prefix = calling.key_of(session_id, check, "", start).rsplit("//", 1)[0] + f"/{calling.NUDGE}"
    asked = select(Notice.user_id).where(
        Notice.user_id.in_(whom), Notice.key.startswith(prefix), Notice.created_at > now - BETWEEN_NUDGES
    )
    lately = set(db.session().scalars(asked))
    whom = [user_id for user_id in whom if user_id not in lately]
    if not whom:
        raise Refused(msg("Somebody has asked for this a moment ago. It can be asked for again after five minutes."))
    key = calling.key_of(session_id, check, f"{calling.NUDGE}{units.current().command_id}", start)
    words = msg(
        "Asks you for it, the show begins %(when)s: %(title)s",
        when={"at": start.isoformat()},
        title={"title": [*held.check.own]},
    )
    kind, row_id = held.check.about or ("session", session_id)
    about = {"key": key, "sort": Sort.MENTIONED, "about_kind": kind, "about_id": row_id}
    told = {"works": [(session_id, None)], "theirs": None, "words": words.as_json(), "until": start, "starts": start}
    late = {"until": now + BETWEEN_NUDGES, "starts": None} if start <= now else {}
    write([{"user_id": user_id, **about, **told, **late} for user_id in whom])
    return whom


@command(P.INBOX)
def know_calls() -> None:
    """I have heard them: the strip is gone from my pages, and what blocks still waits for me."""
    mine = (Notice.user_id == actor.current().user_id, Notice.seen_at.is_(None))
    for row in db.session().scalars(select(Notice).where(*mine, Notice.key.startswith(calling.CALL))):
        row.seen_at = clock.now()
