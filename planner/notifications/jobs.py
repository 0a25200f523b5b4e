"""The letter of a notice, and what comes round."""

from __future__ import annotations

from typing import Any

from planner.base import jobs, mail
from planner.base.actor import acting
from planner.kernel.errors import Refused
from planner.kernel.text import msg
from planner.notifications import queries, services


@mail.letter("notice")
def notice(key: str, user_id: int, address: str) -> dict[str, Any]:
    """What concerns somebody, while it still holds."""
    found = queries.letter(key, user_id)
    if found is None:
        raise Refused(msg("It no longer holds, or was read before, so it was not sent."))
    return {"found": found, "address": address}


def forget_notices() -> None:
    """Notices of shows that have been over for a while."""
    with acting(jobs.program_for(None)):
        while services.forget_notices():
            pass
