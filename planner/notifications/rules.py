"""How people want to be told: when a letter may leave, when they are reminded, how long notices are kept. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from planner.kernel.spans import local
from planner.kernel.telling import Sort

KEPT = timedelta(days=30)
"""So long after it stopped being worth knowing."""

WORTH = timedelta(days=60)
"""So long something is worth knowing that has no end of its own; longer than anybody is reminded of one thing."""

GATHER = timedelta(minutes=1)
"""So long a letter waits for more, and for an act to be taken back."""
BETWEEN = timedelta(minutes=10)
"""Between two letters to one person."""
NEAR = timedelta(hours=2)
"""One's own show from so long before it until its end: nothing of it waits."""

DAY_MINUTES = 24 * 60
USUAL_HOUR = 9 * 60
LATE_TIMES = 6
"""1, 3, 7, 15, 31 and 63 days late: each gap is twice the one before."""
OLDEST = timedelta(days=70)
FARTHEST = timedelta(days=8)
"""What is due from so long ago until so far ahead is looked at."""
BEFORE_HOUR = 30
"""Minutes before something that is due at an hour."""


class Mode(StrEnum):
    """When something goes by mail; in the app it always stands."""

    NOW = "now"
    DAILY = "daily"
    NEVER = "never"


USUAL: Mapping[Sort, Mode] = {
    Sort.SHIFT: Mode.NOW,
    Sort.MENTIONED: Mode.NOW,
    Sort.ASSIGNED: Mode.NOW,
    Sort.REPLIED: Mode.DAILY,
    Sort.CHANGED: Mode.DAILY,
    Sort.LATE: Mode.DAILY,
    Sort.DUE: Mode.DAILY,
}
DAYS_BEFORE = (7, 3, 1, 0)
MINUTES_BEFORE = (DAY_MINUTES, 120, 60, 30)


@dataclass(frozen=True)
class Habits:
    """How somebody wants to be told. Hours are minutes on the team's clock; `daily_at` None: no daily letter."""

    modes: Mapping[Sort, Mode] = field(default_factory=lambda: dict(USUAL))
    mentions_only: bool = False
    daily_at: int | None = USUAL_HOUR
    quiet_from: int = 23 * 60
    quiet_to: int = 8 * 60
    before_due: tuple[int, ...] = (1, 0)
    before_shift: tuple[int, ...] = (120,)
    aloud: bool = False
    """Whether an open page may sound and vibrate when something of mine blocks a show."""

    def mode(self, sort: Sort) -> Mode:
        """How it goes by mail; who wants mentions only gets those and what is about their own shows."""
        if self.mentions_only:
            return Mode.NOW if sort in (Sort.MENTIONED, Sort.SHIFT) else Mode.NEVER
        return self.modes.get(sort, USUAL[sort])

    @property
    def summary_at(self) -> int | None:
        """When the daily letter leaves; None where none is wanted."""
        return None if self.mentions_only else self.daily_at

    @property
    def hour(self) -> int:
        """At which minute of a day one is reminded of what is due on a day."""
        return USUAL_HOUR if self.daily_at is None else self.daily_at


# --------------------------------------------------------------------- letters


def is_quiet(minute: int, habits: Habits) -> bool:
    """Whether a minute of the day lies in somebody's quiet hours, which may go over midnight."""
    first, last = habits.quiet_from, habits.quiet_to
    return first <= minute < last if first <= last else minute >= first or minute < last


def minute_of(at: datetime, zone: str) -> int:
    """The minute of the day on the team's clock."""
    wall = at.astimezone(ZoneInfo(zone))
    return wall.hour * 60 + wall.minute


def after_quiet(at: datetime, habits: Habits, zone: str) -> datetime:
    """The instant itself, or the end of the quiet hours it lies in."""
    if not is_quiet(minute_of(at, zone), habits):
        return at
    day = at.astimezone(ZoneInfo(zone)).date()
    ends = (local(day + timedelta(days=n), habits.quiet_to, zone) for n in (0, 1, 2))
    return next(end for end in ends if end > at)


def is_near(now: datetime, starts: datetime | None, until: datetime) -> bool:
    """Whether it tells of one's own show that is on, or begins soon."""
    return starts is not None and starts - NEAR <= now < until


def leaves(
    made_at: datetime, last_at: datetime | None, starts: datetime | None, until: datetime, habits: Habits, zone: str
) -> datetime:
    """When a letter about it may leave at the earliest, where the last one to this person left at `last_at`.

    One's own show that is near waits for nothing; all else is gathered, keeps its distance and the quiet hours.
    """
    usual = made_at + GATHER if last_at is None else max(made_at + GATHER, last_at + BETWEEN)
    usual = after_quiet(usual, habits, zone)
    if starts is None:
        return usual
    near = max(made_at, starts - NEAR)
    return min(near, usual) if near < until else usual


def summary_is_due(now: datetime, habits: Habits, zone: str, last_at: datetime | None) -> date | None:
    """For which day the daily letter is to leave now; it comes late rather than not at all, but not by half a day."""
    if habits.summary_at is None or (last_at is not None and now < last_at + BETWEEN):
        return None
    day = now.astimezone(ZoneInfo(zone)).date()
    at = local(day, habits.summary_at, zone)
    return day if at <= now < at + timedelta(hours=6) else None


# ------------------------------------------------------------------- reminders


@dataclass(frozen=True)
class Stage:
    """How far something has come on its way to its due time and past it."""

    name: str
    at: datetime
    sort: Sort


def late_days() -> list[int]:
    """After how many days somebody is reminded of what is late: the gaps grow."""
    return [2**n - 1 for n in range(1, LATE_TIMES + 1)]


def stages_of_day(due: date, habits: Habits, zone: str) -> list[Stage]:
    """Of what is due in the course of a day, at the person's hour."""

    def at(days: int) -> datetime:
        return local(due + timedelta(days=days), habits.hour, zone)

    before = [Stage(f"before-{n}", at(-n), Sort.DUE) for n in sorted(habits.before_due, reverse=True)]
    return [*before, *(Stage(f"late-{n}", at(n), Sort.LATE) for n in late_days())]


def stages_of_hour(due: datetime) -> list[Stage]:
    """Of what is to be done by an hour."""
    before = Stage(f"before-{BEFORE_HOUR}m", due - timedelta(minutes=BEFORE_HOUR), Sort.DUE)
    return [
        before,
        Stage("late-0", due, Sort.LATE),
        *(Stage(f"late-{n}", due + timedelta(days=n), Sort.LATE) for n in late_days()),
    ]


def stages_of_shift(start: datetime, habits: Habits) -> list[Stage]:
    """Of one's own show, which is never late."""
    wanted = sorted(habits.before_shift, reverse=True)
    return [Stage(f"start-{n}m", start - timedelta(minutes=n), Sort.SHIFT) for n in wanted]


def reached(stages: Iterable[Stage], now: datetime) -> Stage | None:
    """The last stage that has come; the ones before it, if nobody told them, are told no more."""
    return max((stage for stage in stages if stage.at <= now), key=lambda stage: stage.at, default=None)


def reminder_key(kind: str, row_id: int, stage: str, due: str) -> str:
    """Under which a reminder is written once; another due time is another one."""
    return f"{kind}:{row_id}:{stage}:{due}"


def thing_of(key: str) -> tuple[str, int, str] | None:
    """What a reminder reminds of: kind, id and due time; None where a command told it."""
    parts = key.split(":", 3)
    return (parts[0], int(parts[1]), parts[3]) if len(parts) == 4 else None
