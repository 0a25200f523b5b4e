"""Whether money was worth it, as people say afterwards. Pure."""

from __future__ import annotations

from enum import StrEnum

from planner.resources.rules.requests import State


class Worth(StrEnum):
    """What somebody says of a spending once it has had time to show."""

    WORTH = "worth"
    PARTLY = "partly"
    NOT_WORTH = "not_worth"
    UNCLEAR = "unclear"
    """Can't tell."""


JUDGED = frozenset({State.APPROVED, State.CANCELLING, State.CLOSED})
"""Money went, or may go: what can be judged."""

JUDGE_AFTER_DAYS = 30
"""So many days after it took effect it is to be judged, however few sessions there were."""

JUDGE_AFTER_SESSIONS = 3
"""So many sessions after it took effect it can be judged."""

LONGEST_WORDS = 500
