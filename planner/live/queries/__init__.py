"""What can be read of sessions."""

from planner.live.queries.briefs import (
    SessionBrief,
    brief,
    briefs,
    briefs_around,
    briefs_between,
    comparable_briefs,
    count_by_state,
    ended_briefs,
    has_sessions,
    listed,
    next_briefs,
    past_briefs,
)
from planner.live.queries.crew import ShiftRow, has_shift_near, is_crew, my_shifts, shifts, shifts_of
from planner.live.queries.parts import lineup, tags, targets, targets_of
from planner.live.queries.places import channel, channels, studio, studios
from planner.live.queries.ready import HubPage, Strip, checks_of, go_of, hub, strips, tonight_and_week
from planner.live.queries.streams import AiringRow, LogRow, Match, airings, faults_of, log, match_airing

__all__ = [
    "AiringRow",
    "HubPage",
    "LogRow",
    "Match",
    "SessionBrief",
    "ShiftRow",
    "Strip",
    "airings",
    "brief",
    "briefs",
    "briefs_around",
    "briefs_between",
    "channel",
    "channels",
    "checks_of",
    "comparable_briefs",
    "count_by_state",
    "ended_briefs",
    "faults_of",
    "go_of",
    "has_sessions",
    "has_shift_near",
    "hub",
    "is_crew",
    "lineup",
    "listed",
    "log",
    "match_airing",
    "my_shifts",
    "next_briefs",
    "past_briefs",
    "shifts",
    "shifts_of",
    "strips",
    "studio",
    "studios",
    "tags",
    "targets",
    "targets_of",
    "tonight_and_week",
]
