"""Tables of channels, studios, sessions, and what belongs to a session."""

from planner.live.models.air import Airing, LogEntry, LogNote, Reading
from planner.live.models.crew import Shift
from planner.live.models.habits import ShowRules
from planner.live.models.places import Channel, Studio
from planner.live.models.series import Series, SeriesPart
from planner.live.models.sessions import LineupItem, LiveSession, SessionTag, SessionTarget

__all__ = [
    "Airing",
    "Channel",
    "LineupItem",
    "LiveSession",
    "LogEntry",
    "LogNote",
    "Reading",
    "Series",
    "SeriesPart",
    "SessionTag",
    "SessionTarget",
    "Shift",
    "ShowRules",
    "Studio",
]
