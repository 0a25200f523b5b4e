"""Setting up a bot, switching it, trying it, taking it away."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from planner.base import db, i18n, jobs, outgoing, trash
from planner.base import unit as units
from planner.base.lock import lock
from planner.base.verbs import command
from planner.bots.models import Bot, BotLine, BotState
from planner.bots.rules import TEST, Topic, Vendor, plain, tidy, vendor_at
from planner.kernel import clock
from planner.kernel.errors import Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, msg

MOST_BOTS = 10
LONGEST_NAME, LONGEST_KEYWORD, LONGEST_SECRET = 40, 20, 200
PUSH = "bots.push"


@dataclass(frozen=True)
class Wish:
    """What somebody wants of a bot; an empty address or secret keeps what is set, `no_secret` takes it away."""

    vendor: Vendor
    name: str
    address: str
    secret: str
    keyword: str
    topics: Sequence[Topic]
    language: str
    summary_at: int
    no_secret: bool = False


def _address(wish: Wish) -> str:
    place = outgoing.place_of(wish.address.strip(), "address")
    known = vendor_at(place.host)
    if known is not None and known is not wish.vendor:
        raise Invalid.at("address", msg("This is the address of another vendor's group. Choose that one above."))
    found = tidy(wish.vendor, wish.address.strip())
    if found is None:
        raise Invalid.at("address", msg("This is not an address as it is copied from the group."))
    return found


def _place(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()


def _check_free(place: str, but: int | None = None) -> None:
    lock("bots", db.team_id())
    asked = select(Bot.id).where(Bot.place == place)
    if any(row_id != but for row_id in db.session().scalars(asked)):
        raise Invalid.at("address", msg("This bot is already set up here."))


def _secret(wish: Wish) -> str:
    secret = wish.secret.strip()
    if len(secret) > LONGEST_SECRET or not secret.isascii() or (secret and not secret.isprintable()):
        raise Invalid.at("secret", msg("Copy the secret as the group shows it."))
    return secret


def _fill(row: Bot, wish: Wish) -> None:
    name, keyword = clean_line(wish.name), clean_line(wish.keyword)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid.at("name", msg("Give it a name of at most %(most)s characters.", most=LONGEST_NAME))
    if len(keyword) > LONGEST_KEYWORD or keyword != plain(keyword):
        raise Invalid.at("keyword", msg("Use plain words, at most %(most)s characters.", most=LONGEST_KEYWORD))
    if not wish.topics:
        raise Invalid.at("topics", msg("Choose at least one."))
    if wish.language not in i18n.LANGUAGES:
        raise Invalid.at("language", msg("Choose one of the list."))
    if not 0 <= wish.summary_at < 24 * 60:
        raise Invalid.at("summary_at", msg("Choose one of the list."))
    row.vendor, row.name, row.keyword = wish.vendor, name, keyword
    row.topics = [str(topic) for topic in Topic if topic in wish.topics]
    row.language, row.summary_at = wish.language, wish.summary_at


@command(P.TEAM_EDIT)
def add_bot(wish: Wish) -> int:
    """A bot that tells from now on."""
    address = _address(wish)
    _check_free(_place(address))
    if (db.session().scalar(select(func.count(Bot.id))) or 0) >= MOST_BOTS:
        raise Refused(msg("A team has %(most)s bots at most. Take one away first.", most=MOST_BOTS))
    row = Bot(webhook=address, signing=_secret(wish), place=_place(address), is_on=True)
    _fill(row, wish)
    db.add(row)
    db.note(BotState, bot_id=row.id, since=clock.now(), fails=0)
    return row.id


@command(P.TEAM_EDIT)
def edit_bot(bot_id: int, version: int, wish: Wish) -> None:
    """What a bot tells and where. A new address or secret is a new try: a pause ends."""
    row = db.edit(Bot, bot_id, version)
    if wish.address.strip():
        address = _address(wish)
        _check_free(_place(address), but=bot_id)
        row.webhook, row.place = address, _place(address)
    elif wish.vendor is not row.vendor:
        raise Invalid.at("address", msg("Another vendor means another address: copy it from that group."))
    secret = _secret(wish)
    if secret or wish.no_secret:
        row.signing = "" if wish.no_secret else secret
    again = bool(wish.address.strip() or secret or wish.no_secret or clean_line(wish.keyword) != row.keyword)
    _fill(row, wish)
    if again:
        _begin_anew(bot_id)


def state_of(bot_id: int) -> BotState:
    """How it goes with a bot."""
    return db.session().scalars(select(BotState).where(BotState.bot_id == bot_id)).one()


def _begin_anew(bot_id: int) -> None:
    state = state_of(bot_id)
    if state.paused_at is not None:
        state.since = clock.now()
    state.fails, state.next_at, state.paused_at = 0, None, None


@command(P.TEAM_EDIT)
def switch_bot(bot_id: int, on: bool) -> None:
    """Off, or on again; what happened meanwhile is not told."""
    row = db.one(Bot, bot_id)
    if row.is_on is not on:
        row.is_on = on
        if on:
            _begin_anew(bot_id)
            state_of(bot_id).since = clock.now()


@command(P.TEAM_EDIT)
def resume_bot(bot_id: int) -> None:
    """A bot that was paused because nothing went through tells again, from now on."""
    db.one(Bot, bot_id)
    _begin_anew(bot_id)


@command(P.TEAM_EDIT)
def trash_bot(bot_id: int) -> None:
    """A bot goes to the trash and tells nothing there."""
    trash.trash(db.one(Bot, bot_id))


def check_bot(row: Bot) -> None:
    """Before a bot comes back from the trash: its group has none by now."""
    lock("bots", db.team_id())
    if db.session().scalar(select(Bot.id).where(Bot.place == row.place, Bot.id != row.id)) is not None:
        raise Refused(msg("This bot is already set up here."))


@command(P.TEAM_EDIT)
def try_bot(bot_id: int) -> None:
    """Send a test message, also while the bot is off or paused; one that goes through ends a pause."""
    db.one(Bot, bot_id)
    lock("bots", db.team_id())
    waiting = select(BotLine.id).where(BotLine.bot_id == bot_id, BotLine.topic == TEST, BotLine.done_at.is_(None))
    if db.session().scalar(waiting) is None:
        unit, now = units.current(), clock.now()
        key = {"key": f"test:{unit.command_id}", "topic": TEST, "name": TEST, "command_id": unit.command_id}
        db.note(BotLine, bot_id=bot_id, **key, facts={}, at=now, due_at=now, tries=0, sent=False)
    jobs.enqueue(PUSH, bot_id=bot_id)


@command(P.TEAM_EDIT)
def ask_push(bot_id: int) -> None:
    """Let the worker tell what waits, once at a time."""
    at_work = jobs.find(PUSH, bot_id=bot_id)
    if at_work is None or at_work.state not in ("queued", "running"):
        jobs.enqueue(PUSH, bot_id=bot_id)
