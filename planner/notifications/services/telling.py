"""Telling people, once, what an act did that concerns them; and taking it back with the act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import current_app, has_request_context, request
from sqlalchemy import select

from planner.base import db, jobs, kinds, mail
from planner.base import unit as units
from planner.base.tables import Job
from planner.base.telling import ORDER, Sort, Word
from planner.kernel import clock, permissions
from planner.kernel.text import Message, msg
from planner.live import queries as live
from planner.live.rules import Telling
from planner.notifications import queries, rules
from planner.notifications.models import Notice
from planner.people import queries as people
from planner.people.words import position_word

LETTERS = "notifications.letters"

MANY: dict[Sort, Message] = {
    Sort.SHIFT: msg("Your shows have changed: %(num)s × %(kind)s"),
    Sort.MENTIONED: msg("You are mentioned: %(num)s × %(kind)s"),
    Sort.ASSIGNED: msg("Yours now: %(num)s × %(kind)s"),
    Sort.REPLIED: msg("New comments: %(num)s × %(kind)s"),
    Sort.CHANGED: msg("Changed, and they concern you: %(num)s × %(kind)s"),
    Sort.LATE: msg("Late: %(num)s × %(kind)s"),
    Sort.DUE: msg("Due soon: %(num)s × %(kind)s"),
}
"""How an act on many objects reads; only those who read it know the number's form in their language."""

BY_NAME = {"request": 3}
"""Of objects of these kinds so many are told one by one."""


def site() -> str:
    """Where this installation is found, for letters; empty where nobody has said so and nobody asks for a page."""
    public: str = current_app.config["PUBLIC_URL"]
    return public or (request.host_url.rstrip("/") if has_request_context() else "")


def _words(words: Message, positions: dict[int, tuple[str, str]]) -> dict[str, Any]:
    kept: dict[str, Any] = words.as_json()
    for name, value in kept["values"].items():
        if isinstance(value, dict) and "positions" in value:
            kept["values"][name] = {"positions": [positions.get(n, ("", "–")) for n in value["positions"]]}
    return kept


def tell_people(told: Sequence[Telling]) -> None:
    """The port's answer to live: a notice for each, in one statement; what it overtakes need not be read any more."""
    positions = {p.id: (p.key, "" if p.name == position_word(p.key) else p.name) for p in people.positions()}
    _overtake(told)
    rows = [
        {
            "user_id": t.user_id,
            "sort": Sort.SHIFT,
            "about_kind": "session",
            "about_id": t.works[0][0] if len({row_id for row_id, _start in t.works}) == 1 else None,
            "works": [(row_id, start.isoformat() if start else None) for row_id, start in t.works],
            "theirs": t.theirs,
            "words": _words(t.words, positions),
            "until": t.until,
            "starts": t.start,
        }
        for t in told
    ]
    write(rows)


def _overtake(told: Sequence[Telling]) -> None:
    """Unread notices of the same shows that no longer hold are hidden, until this act is taken back."""
    ids = {t.user_id: {row_id for row_id, _start in t.works} for t in told}
    mine = (Notice.user_id.in_(list(ids)), Notice.sort == Sort.SHIFT, Notice.theirs.is_not(None))
    asked = select(Notice).where(*mine, *queries.UNREAD, Notice.until > clock.now())
    about = {row: {work[0] for work in row.works} for row in db.session().scalars(asked)}
    touched = {row: shows for row, shows in about.items() if shows & ids[row.user_id]}
    held = live.held_by_many({row.user_id for row in touched}, {n for shows in touched.values() for n in shows})
    for row, shows in touched.items():
        said_again = row.theirs is False and shows <= ids[row.user_id]
        if said_again or not queries.holds(row.works, row.theirs, held.get(row.user_id, {})):
            row.taken_back = units.current().command_id
    db.flush()


def tell_words(words: Sequence[Word]) -> None:
    """The port's answer to all columns: those who are still here and may look at the object, one notice a kind."""
    roles = people.roles({word.user_id for word in words})
    folded: dict[tuple[int, str], list[Word]] = {}
    for word in words:
        role, view = roles.get(word.user_id), kinds.viewed_by(word.about[0])
        if role is not None and permissions.may(role, view, is_admin=False, signed_in=True):
            folded.setdefault((word.user_id, word.about[0]), []).append(word)
    keys = keys_of(units.current().command_id)
    write(
        [
            _row(user_id, kind, part, keys[place])
            for (user_id, kind), found in folded.items()
            for place, part in enumerate(_parted(kind, found))
        ]
    )


def _parted(kind: str, words: list[Word]) -> list[list[Word]]:
    """A few decisions about money are each told by themselves, so that what and how much is read; more are counted."""
    return [[word] for word in words] if len(words) <= BY_NAME.get(kind, 1) else [words]


def keys_of(command_id: str) -> list[str]:
    """Under which an act's notices are kept: the second and third of a kind have a number behind it."""
    return [command_id, *(f"{command_id}/{place}" for place in range(2, max(BY_NAME.values()) + 1))]


def _row(user_id: int, kind: str, words: list[Word], key: str) -> dict[str, Any]:
    first = min(words, key=lambda word: ORDER[word.sort])
    one = len(words) == 1
    told = first.words if one else Message(MANY[first.sort].text, {"num": len(words), "kind": {"kind": kind}})
    return {
        "user_id": user_id,
        "key": key,
        "sort": first.sort,
        "about_kind": kind,
        "about_id": first.about[1] if one else None,
        "works": [(word.about[1], None) for word in words],
        "theirs": None,
        "words": told.as_json(),
        "until": units.current().at + rules.WORTH,
        "starts": None,
        "created_at": units.current().at + min(word.after for word in words),
    }


def write(rows: Sequence[dict[str, Any]]) -> None:
    """Notices of the act at hand (or under keys of their own), each once; letters follow where mail is set up."""
    unit = units.current()
    here, by_mail = site(), unit.at if mail.is_on() else None
    seen: set[Any] = unit.memory.setdefault("notices", set())
    made: list[dict[str, Any]] = []
    for row in rows:
        given = {"key": unit.command_id, "site": here, "mail_at": by_mail, "job_id": None} | row
        slot = (given["user_id"], given["key"], given["about_kind"], given["sort"])
        if slot not in seen:
            seen.add(slot)
            made.append(given)
    db.note_all(Notice, made)
    if by_mail and any(rules.is_near(unit.at, row["starts"], row["until"]) for row in made):
        jobs.enqueue(LETTERS)


def take_back(command_id: str) -> None:
    """Registered with undo: what was told of an act that is taken back; whoever has read it is told that, too."""
    unit = units.current()
    held = list(db.session().scalars(select(Notice).where(Notice.key.in_(keys_of(command_id)))))
    by_mail = unit.at if mail.is_on() else None
    for row in db.session().scalars(select(Notice).where(Notice.taken_back == command_id)):
        row.taken_back, row.seen_at, row.mail_at = None, None, None if row.job_id else by_mail
    sent = _sent([row.job_id for row in held if row.job_id])
    again: list[dict[str, Any]] = []
    for row in held:
        known = row.seen_at is not None or row.job_id in sent
        row.taken_back, row.mail_at = unit.command_id, None
        if known and row.user_id != unit.user_id and row.until > clock.now():
            again.append(_taken_back(row))
    db.flush()
    write(again)


def _taken_back(row: Notice) -> dict[str, Any]:
    same = ("user_id", "sort", "about_kind", "about_id", "works", "until", "starts")
    words = msg("Taken back: %(what)s", what=row.words).as_json()
    return {name: getattr(row, name) for name in same} | {"theirs": None, "words": words}


def _sent(ids: Iterable[int]) -> set[int]:
    wanted = list(ids)
    if not wanted:
        return set()
    return set(db.session().scalars(select(Job.id).where(Job.id.in_(wanted), Job.state == "done")))
