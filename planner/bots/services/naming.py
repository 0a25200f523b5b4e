"""Saying by which ids the groups' bots know me, so that they can call me (@)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from planner.base import actor, db
from planner.base.lock import lock
from planner.base.scope import unscoped
from planner.base.verbs import command
from planner.bots.models import ChatName
from planner.bots.rules import Vendor, is_name
from planner.kernel.errors import Invalid
from planner.kernel.permissions import P
from planner.kernel.text import Message, msg


@command(P.INBOX)
def set_chat_names(handles: Mapping[Vendor, str]) -> None:
    """From now on the bots of my team's groups call me by these; an empty one calls me by none."""
    me = actor.current().user_id or 0
    lock("chat names", me)
    given = {vendor: handles.get(vendor, "").strip() for vendor in Vendor}
    faults: dict[str, Message] = {
        str(vendor): msg("This is no id of a person there. Leave it empty where you don't know it.")
        for vendor, handle in given.items()
        if handle and not is_name(vendor, handle)
    }
    if faults:
        raise Invalid(faults)
    held = {row.vendor: row for row in db.session().scalars(select(ChatName).where(ChatName.user_id == me))}
    for vendor, handle in given.items():
        row = held.get(vendor)
        if row is None and handle:
            db.add(ChatName(user_id=me, vendor=vendor, handle=handle))
        elif row is not None and handle:
            row.handle = handle
        elif row is not None:
            db.remove(row)


@command(P.SELF)
def forget_person(user_id: int, name: str) -> None:
    """Registered with people: somebody who erases their data is known to no bot any more."""
    with unscoped("erase personal data"):
        while db.sweep(ChatName, ChatName.user_id == user_id):
            pass
