"""States, moves and readiness of a live session; overlaps; lineups as pasted. Pure."""

from planner.live.rules.air import FAULTS, PROMOTION_STEM, PROMOTION_TAGS, Apart, LogKind
from planner.live.rules.booking import LONGEST_MINUTES, SHORTEST_MINUTES, SOON, Booking, check_times, doubled, lanes
from planner.live.rules.clocks import ROOM, shift_end, shift_start
from planner.live.rules.habits import BOUNDS, Habits
from planner.live.rules.lineup import HEADS, LINEUP_ROWS, MISSING, MOST_PIECES, LineupRow, read_lineup
from planner.live.rules.readiness import GO_ORDER, Check, Go, needs_override, readiness
from planner.live.rules.states import (
    AFTER_AIR,
    BEFORE_AIR,
    CLEARING,
    MACHINE,
    OCCUPYING,
    OPEN_STATES,
    PLANNED,
    Phase,
    Platform,
    State,
    Weight,
    phase_of,
)

__all__ = [
    "AFTER_AIR",
    "BEFORE_AIR",
    "BOUNDS",
    "CLEARING",
    "FAULTS",
    "GO_ORDER",
    "HEADS",
    "LINEUP_ROWS",
    "LONGEST_MINUTES",
    "MACHINE",
    "MISSING",
    "MOST_PIECES",
    "OCCUPYING",
    "OPEN_STATES",
    "PLANNED",
    "PROMOTION_STEM",
    "PROMOTION_TAGS",
    "ROOM",
    "SHORTEST_MINUTES",
    "SOON",
    "Apart",
    "Booking",
    "Check",
    "Go",
    "Habits",
    "LineupRow",
    "LogKind",
    "Phase",
    "Platform",
    "State",
    "Weight",
    "check_times",
    "doubled",
    "lanes",
    "needs_override",
    "phase_of",
    "read_lineup",
    "readiness",
    "shift_end",
    "shift_start",
]
