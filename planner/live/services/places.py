"""Channels and studios."""

from __future__ import annotations

from sqlalchemy import select

from planner.base import db
from planner.base.trash import trash
from planner.base.verbs import command
from planner.kernel.errors import Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, msg
from planner.live.models import Channel, LiveSession, Studio
from planner.live.rules import OPEN_STATES, Platform


def _name(name: str) -> str:
    found = clean_line(name)
    if not 1 <= len(found) <= 60:
        raise Invalid.at("name", msg("Give it a name of at most 60 characters."))
    return found


def _account(platform: Platform, account: str, but: int | None = None) -> str:
    found = clean_line(account)
    if not 1 <= len(found) <= 60:
        raise Invalid.at("account", msg("Type the account as the platform's exports write it."))
    asked = select(Channel.id).where(Channel.platform == platform, Channel.account == found)
    if but is not None:
        asked = asked.where(Channel.id != but)
    if db.session().scalar(asked) is not None:
        raise Invalid.at("account", msg("There already is a channel with this account."))
    return found


@command(P.CHANNEL_EDIT)
def add_channel(platform: Platform, name: str, account: str) -> int:
    """An account the team broadcasts with."""
    return db.add(Channel(platform=platform, name=_name(name), account=_account(platform, account))).id


@command(P.CHANNEL_EDIT)
def edit_channel(channel_id: int, version: int, platform: Platform, name: str, account: str) -> None:
    """Name or account of a channel."""
    row = db.edit(Channel, channel_id, version)
    row.platform, row.name, row.account = platform, _name(name), _account(platform, account, but=channel_id)


def _unused(condition: object) -> None:
    asked = select(LiveSession.theme).where(condition, LiveSession.state.in_(list(OPEN_STATES))).limit(1)  # type: ignore[arg-type]
    theme = db.session().scalar(asked)
    if theme is not None:
        raise Refused(msg("It is still needed by a session to come: %(theme)s.", theme=theme))


@command(P.CHANNEL_EDIT)
def trash_channel(channel_id: int) -> None:
    """A channel that is no longer used; its past stays."""
    row = db.one(Channel, channel_id)
    _unused(LiveSession.channel_id == channel_id)
    trash(row)


def _free_studio(name: str, but: int | None = None) -> str:
    found = _name(name)
    asked = select(Studio.id).where(Studio.name == found)
    if but is not None:
        asked = asked.where(Studio.id != but)
    if db.session().scalar(asked) is not None:
        raise Invalid.at("name", msg("There already is a studio of this name."))
    return found


@command(P.CHANNEL_EDIT)
def add_studio(name: str) -> int:
    """A room to broadcast from."""
    return db.add(Studio(name=_free_studio(name))).id


@command(P.CHANNEL_EDIT)
def edit_studio(studio_id: int, version: int, name: str) -> None:
    """The name of a studio."""
    row = db.edit(Studio, studio_id, version)
    row.name = _free_studio(name, but=studio_id)


@command(P.CHANNEL_EDIT)
def trash_studio(studio_id: int) -> None:
    """A studio that is no longer used; its past stays."""
    row = db.one(Studio, studio_id)
    _unused(LiveSession.studio_id == studio_id)
    trash(row)
