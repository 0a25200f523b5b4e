"""Telling people, once, what an act did that concerns them; and taking it back with the act."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app, has_request_context, request, url_for
from sqlalchemy import select

from planner.base import actor, db, mail
from planner.base import unit as units
from planner.base.scope import unscoped
from planner.base.tables import Job
from planner.base.verbs import command
from planner.kernel import clock
from planner.kernel.permissions import P
from planner.kernel.text import Message, msg
from planner.live.rules import Telling
from planner.notifications import rules
from planner.notifications.models import Notice
from planner.people import queries as people
from planner.people.words import position_word


def _address(session_ids: set[int]) -> str:
    """Where a letter leads: to the session, or to Today where there are several; nowhere without a known host."""
    row_id = next(iter(session_ids)) if len(session_ids) == 1 else None
    place: str = "live.session" if row_id else "home.today"
    more: dict[str, Any] = {"session_id": row_id} if row_id else {}
    public: str = current_app.config["PUBLIC_URL"]
    if has_request_context():
        return (public or request.host_url.rstrip("/")) + url_for(place, **more)
    return public + current_app.url_map.bind("").build(place, more) if public else ""


def _words(words: Message, positions: dict[int, tuple[str, str]]) -> dict[str, Any]:
    kept: dict[str, Any] = words.as_json()
    for name, value in kept["values"].items():
        if isinstance(value, dict) and "positions" in value:
            kept["values"][name] = {"positions": [positions.get(n, ("", "–")) for n in value["positions"]]}
    return kept


def tell_people(told: Sequence[Telling]) -> None:
    """The port's answer: a notice for each, in one statement; and a letter to who gave an address."""
    positions = {p.id: (p.key, "" if p.name == position_word(p.key) else p.name) for p in people.positions()}
    rows = [
        {
            "user_id": t.user_id,
            "about_id": t.works[0][0] if len({row_id for row_id, _start in t.works}) == 1 else None,
            "works": [(row_id, start.isoformat() if start else None) for row_id, start in t.works],
            "theirs": t.theirs,
            "words": _words(t.words, positions),
            "until": t.until,
        }
        for t in told
    ]
    _write(rows)


def _write(rows: list[dict[str, Any]]) -> None:
    key = units.current().command_id
    boxes = people.letter_boxes([row["user_id"] for row in rows]) if rows and mail.is_on() else {}
    for row in rows:
        row |= {"key": key, "about_kind": "session", "job_id": None}
        if row["user_id"] in boxes:
            to, language = boxes[row["user_id"]]
            facts = {"key": key, "user_id": row["user_id"], "address": _address({work[0] for work in row["works"]})}
            row["job_id"] = mail.post("notice", to, language, **facts)
    db.note_all(Notice, rows)


def take_back(command_id: str) -> None:
    """Registered with undo: what was told of an act that is taken back; whoever has read it is told that, too."""
    unit = units.current()
    held = list(db.session().scalars(select(Notice).where(Notice.key == command_id)))
    for row in db.session().scalars(select(Notice).where(Notice.taken_back == command_id)):
        row.taken_back, row.seen_at = None, None
    sent = _sent([row.job_id for row in held if row.job_id])
    again: list[dict[str, Any]] = []
    for row in held:
        known = row.seen_at is not None or row.job_id in sent
        row.taken_back = unit.command_id
        if known and row.user_id != unit.user_id and row.until > clock.now():
            words = msg("Taken back: %(what)s", what=row.words).as_json()
            told = {"user_id": row.user_id, "about_id": row.about_id, "works": row.works, "words": words}
            again.append({**told, "theirs": None, "until": row.until})
    db.flush()
    _write(again)


def _sent(ids: list[int]) -> set[int]:
    if not ids:
        return set()
    return set(db.session().scalars(select(Job.id).where(Job.id.in_(ids), Job.state == "done")))


def _mine(newest: int) -> Any:
    return select(Notice).where(Notice.user_id == actor.current().user_id, Notice.id <= newest)


@command(P.PERSON)
def know_notices(newest: int) -> None:
    """I know what I was told, up to this notice."""
    now = clock.now()
    for row in db.session().scalars(_mine(newest).where(Notice.seen_at.is_(None))):
        row.seen_at = now


@command(P.PERSON)
def show_notices_again(newest: int) -> None:
    """What I said I know last is shown again."""
    last = db.session().scalar(_mine(newest).order_by(Notice.seen_at.desc()).with_only_columns(Notice.seen_at).limit(1))
    for row in db.session().scalars(_mine(newest).where(Notice.seen_at == last)):
        row.seen_at = None


@command(P.INSTALLATION)
def forget_notices() -> int:
    """Take away what has been over for a while; answers how many."""
    with unscoped("clean up"):
        return db.sweep(Notice, Notice.until < clock.now() - rules.KEPT)
