"""By which ids the vendors' bots know people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from planner.base import actor, db
from planner.base.verbs import query
from planner.bots.models import Bot, ChatName
from planner.bots.rules import Called, Vendor
from planner.kernel.permissions import P
from planner.people import queries as people
from planner.people.models import Team


def called(ids: Iterable[int]) -> dict[int, Called]:
    """These people with their names and ids, for a line that calls them."""
    wanted = sorted(set(ids))
    asked = select(ChatName.user_id, ChatName.vendor, ChatName.handle).where(ChatName.user_id.in_(wanted))
    rows: Any = db.session().execute(asked).all() if wanted else []
    names = people.names(wanted)
    held: dict[int, dict[Vendor, str]] = {}
    for user_id, vendor, handle in rows:
        held.setdefault(user_id, {})[vendor] = handle
    return {user_id: Called(names.get(user_id, ""), held.get(user_id, {})) for user_id in wanted}


@query(P.INBOX)
def my_chat_names() -> dict[Vendor, str]:
    """By which ids the bots of my team's groups call me."""
    me = actor.current().user_id or 0
    return dict(called([me])[me].handles)


@query(P.SELF)
def chat_names_on_me(user_id: int) -> dict[str, Any] | None:
    """On one's own page, where the team has a bot: whether it can call me."""
    if not actor.current().may(P.INBOX) or db.session().scalar(select(Bot.id).limit(1)) is None:
        return None
    return {"vendors": [*my_chat_names()]}


@query(P.SELF)
def own_data(user_id: int) -> dict[str, list[dict[str, Any]]]:
    """The port's answer: by which ids bots of groups know somebody."""
    asked = select(Team.name.label("team"), ChatName.vendor, ChatName.handle)
    asked = asked.join(ChatName, ChatName.team_id == Team.id).where(ChatName.user_id == user_id)
    return {"chat_names": db.dicts(asked.order_by(ChatName.id))}
