"""Tables of channels, studios, sessions, and what belongs to a session."""

from planner.live.models.air import Airing, LogEntry, LogNote, LogPhoto, LogTime, Reading, Slip
from planner.live.models.crew import Shift
from planner.live.models.habits import ShowRules
from planner.live.models.handing import Handover, HandoverEnd
from planner.live.models.kinds import NoteKind
from planner.live.models.places import Channel, Studio
from planner.live.models.rosters import RosterPlan
from planner.live.models.series import Series, SeriesPart
from planner.live.models.sessions import LineupItem, LiveSession, SessionTag, SessionTarget

__all__ = [
    "Airing",
    "Channel",
    "Handover",
    "HandoverEnd",
    "LineupItem",
    "LiveSession",
    "LogEntry",
    "LogNote",
    "LogPhoto",
    "LogTime",
    "NoteKind",
    "Reading",
    "RosterPlan",
    "Series",
    "SeriesPart",
    "SessionTag",
    "SessionTarget",
    "Shift",
    "ShowRules",
    "Slip",
    "Studio",
]
