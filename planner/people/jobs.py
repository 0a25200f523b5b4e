"""What comes round here, and the mails of this column."""

from __future__ import annotations

from typing import Any

from flask import current_app

from planner.base import jobs, mail
from planner.base.actor import acting
from planner.kernel.errors import NotFound, Refused
from planner.kernel.text import msg
from planner.people import passwords, queries, services
from planner.people.words import ROLE_HELP


def forget_access() -> None:
    """Links, devices and failed tries that count no more."""
    with acting(jobs.program_for(None)):
        services.forget_access()


def _link(kind: str, once: str, front: str, by: int) -> dict[str, Any]:
    """The address again, from what it was made of, while it still leads somewhere."""
    token = passwords.token_for(once, current_app.config["SECRET_KEY"])
    try:
        found = queries.link_behind(kind, passwords.digest(token))
    except NotFound:
        raise Refused(msg("The link counts no more, so it was not sent.")) from None
    return {"found": found, "address": front + token, "by": queries.names([by]).get(by, "")}


@mail.letter("invitation")
def invitation(once: str, front: str, by: int) -> dict[str, Any]:
    """Who invites into which team, as what."""
    held = _link("invite", once, front, by)
    return held | {"help": ROLE_HELP[held["found"].role]}


@mail.letter("reset")
def reset(once: str, front: str, by: int) -> dict[str, Any]:
    """A way back for somebody who lost the password."""
    return _link("reset", once, front, by)
