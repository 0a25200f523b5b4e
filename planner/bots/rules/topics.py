"""What a team may want to hear of, and which news is of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from planner.kernel.news import news_name
from planner.live.news import PersonSwapped, SessionMoved, SessionScheduled, StateChanged, WentLive
from planner.outcomes.news import FiguresStored, ReviewClosed


class Topic(StrEnum):
    """A kind of news a team chooses for a bot; the order is that of the page."""

    PLANNED = "planned"
    MOVED = "moved"
    CANCELLED = "cancelled"
    SWAPPED = "swapped"
    NOT_READY = "not_ready"
    LIVE = "live"
    ENDED = "ended"
    RESULT = "result"
    REVIEW = "review"
    LATE = "late"
    GOALS = "goals"
    DAILY = "daily"


USUAL = (
    Topic.MOVED, Topic.CANCELLED, Topic.SWAPPED, Topic.NOT_READY, Topic.LIVE, Topic.ENDED, Topic.RESULT, Topic.REVIEW,
)  # fmt: skip
"""What is proposed for a new bot."""

SUMMARIES = frozenset({Topic.LATE, Topic.GOALS})
"""Topics that are told once a day, at the hour the team chose."""

UNDONE = "undone"
"""In the facts of a line: what it told before was taken back."""

TEST = "test"
"""The name of a line that somebody sends to try the bot."""

HOLD = timedelta(seconds=25)
"""A line waits this long: what is taken back meanwhile is not told, and what comes meanwhile goes along."""

STALE = timedelta(hours=2)
"""Older news is news no more: it is counted, not told."""

SOON = timedelta(minutes=30)
"""So long before its start a show that is not ready is told of."""

LONGEST_SUMMARY = timedelta(hours=2)
"""So long after its hour a summary still goes out."""

_TOPICS: dict[str, Topic] = {
    news_name(kind): topic
    for kind, topic in (
        (SessionScheduled, Topic.PLANNED),
        (SessionMoved, Topic.MOVED),
        (PersonSwapped, Topic.SWAPPED),
        (WentLive, Topic.LIVE),
        (FiguresStored, Topic.RESULT),
        (ReviewClosed, Topic.REVIEW),
    )
}
_STATE = news_name(StateChanged)


def topic_of(name: str, facts: Mapping[str, Any]) -> Topic | None:
    """The topic of a row of news; None where nobody can ask for it."""
    if name != _STATE:
        return _TOPICS.get(name)
    before, after = facts.get("before"), facts.get("after")
    if "cancelled" in (before, after):
        return Topic.CANCELLED
    if (before, after) in (("live", "preparing"), ("ended", "live")):
        return Topic.LIVE
    return Topic.ENDED if (before, after) == ("live", "ended") else None
