"""States, moves and readiness of a live session; overlaps; lineups as pasted. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from planner.kernel.errors import Invalid
from planner.kernel.machine import Machine, Move
from planner.kernel.money import read_money
from planner.kernel.permissions import P
from planner.kernel.spans import Span
from planner.kernel.text import Message, clean_line, msg

LONGEST_MINUTES = 24 * 60
SHORTEST_MINUTES = 5
SOON = timedelta(minutes=30)


class State(StrEnum):
    """Where a session stands."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PREPARING = "preparing"
    READY = "ready"
    LIVE = "live"
    ENDED = "ended"
    REVIEWED = "reviewed"
    CANCELLED = "cancelled"


class Weight(StrEnum):
    """日播 or 大场."""

    DAILY = "daily"
    BIG = "big"


class Platform(StrEnum):
    """Where a channel broadcasts."""

    DOUYIN = "douyin"
    TAOBAO = "taobao"
    KUAISHOU = "kuaishou"
    SHIPINHAO = "shipinhao"
    XIAOHONGSHU = "xiaohongshu"
    TIKTOK = "tiktok"
    OTHER = "other"


class LogKind(StrEnum):
    """What is noted with one tap while on air."""

    SOUND = "sound"
    PICTURE = "picture"
    NETWORK = "network"
    PRICE = "price"
    STOCK = "stock"
    VIOLATION = "violation"
    CHAT = "chat"
    PERSON = "person"
    SLIP = "slip"
    HIGHLIGHT = "highlight"


FAULTS = (LogKind.SOUND, LogKind.PICTURE, LogKind.NETWORK, LogKind.PRICE, LogKind.STOCK, LogKind.VIOLATION)
"""What went wrong on air, as against what was merely noted."""


PROMOTION_TAGS = ("618", "双11", "双十一", "双12", "双十二", "年货节", "promotion", "big sale")
PROMOTION_STEM = "大促"
"""What a night of promotion is tagged with: one of these words, or any that holds the stem."""


class Apart(StrEnum):
    """Why a night is left out of comparisons: a promotion by its tag, faults noted on air, or just said so."""

    PROMOTION = "promotion"
    INCIDENT = "incident"
    BY_HAND = "by_hand"


class Go(StrEnum):
    """按计划, 有风险, 不可开播, 可开播."""

    ON_COURSE = "on_course"
    AT_RISK = "at_risk"
    BLOCKED = "blocked"
    READY = "ready"


class Phase(StrEnum):
    """筹备, 直播, 复盘: what the session page shows first."""

    PREPARE = "prepare"
    AIR = "air"
    REVIEW = "review"


PLANNED = frozenset({State.SCHEDULED, State.PREPARING, State.READY})
BEFORE_AIR = PLANNED | {State.DRAFT}
AFTER_AIR = frozenset({State.ENDED, State.REVIEWED})
OPEN_STATES = PLANNED | {State.LIVE}
OCCUPYING = OPEN_STATES | AFTER_AIR
"""Who holds a place; a draft holds nothing, and a cancelled session nothing any more."""
CLEARING = timedelta(minutes=30)
"""How long a show that runs over still holds its place at least, counted from now: to end it and to clear away."""


MACHINE: Machine[State] = Machine(
    State,
    [
        Move("schedule", frozenset({State.DRAFT}), State.SCHEDULED, P.SESSION_EDIT),
        Move("prepare", frozenset({State.SCHEDULED}), State.PREPARING, P.SESSION_RUN),
        Move("give_go", frozenset({State.SCHEDULED, State.PREPARING}), State.READY, P.SESSION_RUN),
        Move("withdraw_go", frozenset({State.READY}), State.PREPARING, P.SESSION_RUN),
        Move("go_live", frozenset({State.SCHEDULED, State.PREPARING, State.READY}), State.LIVE, P.SESSION_RUN),
        Move("take_back_live", frozenset({State.LIVE}), State.PREPARING, P.SESSION_RUN),
        Move("take_back_resume", frozenset({State.LIVE}), State.ENDED, P.SESSION_RUN),
        Move("end_live", frozenset({State.LIVE}), State.ENDED, P.SESSION_RUN),
        Move("take_back_end", frozenset({State.ENDED}), State.LIVE, P.SESSION_RUN),
        Move("resume", frozenset({State.ENDED}), State.LIVE, P.SESSION_RUN),
        Move("found_ended", BEFORE_AIR, State.ENDED, P.FIGURES_EDIT),
        Move("take_back_found", frozenset({State.ENDED}), State.SCHEDULED, P.SESSION_EDIT),
        Move("review", frozenset({State.ENDED}), State.REVIEWED, P.REVIEW_CLOSE),
        Move("reopen_review", frozenset({State.REVIEWED}), State.ENDED, P.REVIEW_CLOSE),
        Move(
            "cancel",
            frozenset({State.DRAFT, State.SCHEDULED, State.PREPARING, State.READY}),
            State.CANCELLED,
            P.SESSION_EDIT,
        ),
        Move("restore", frozenset({State.CANCELLED}), State.SCHEDULED, P.SESSION_EDIT),
    ],
)


def phase_of(state: State) -> Phase:
    """The phase a session's page opens on."""
    if state is State.LIVE:
        return Phase.AIR
    return Phase.REVIEW if state in AFTER_AIR else Phase.PREPARE


def check_times(start: datetime, minutes: int) -> Span:
    """The planned span, or Invalid: between 5 minutes and 24 hours."""
    if not SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES:
        raise Invalid.at("minutes", msg("A session lasts between 5 minutes and 24 hours."))
    return Span(start, start + timedelta(minutes=minutes))


@dataclass(frozen=True)
class Booking:
    """A stretch of time somebody is needed for."""

    user_id: int
    span: Span

    def doubles(self, other: Booking) -> bool:
        """Whether one person would be needed in two places at once."""
        return self.user_id == other.user_id and self.span.overlaps(other.span)


def doubled(asked: Sequence[Booking], elsewhere: Sequence[Booking]) -> list[tuple[int, int]]:
    """Who is asked for while needed elsewhere: pairs of places in the two lists, in the order of both."""
    return [(n, k) for n, mine in enumerate(asked) for k, theirs in enumerate(elsewhere) if mine.doubles(theirs)]


def lanes(pieces: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where each piece (from, to) stands beside those it overlaps: its lane from 0, and how many its group has.

    Pieces that overlap, also by way of others, are a group; each takes the first lane that is free where it begins.
    """
    found, group, ends = [(0, 1)] * len(pieces), list[int](), list[int]()
    for n in sorted(range(len(pieces)), key=lambda n: (*pieces[n], n)):
        top, bottom = pieces[n]
        if all(end <= top for end in ends):
            group, ends = [], []
        lane = next((k for k, end in enumerate(ends) if end <= top), len(ends))
        ends[lane : lane + 1] = [bottom]
        found[n] = (lane, 1)
        group.append(n)
        for each in group:
            found[each] = (found[each][0], len(ends))
    return found


@dataclass(frozen=True)
class Check:
    """One thing that must hold before air, as readiness counts it."""

    due: datetime | None
    passed: bool
    blocking: bool = True


def readiness(checks: list[Check], now: datetime) -> Go:
    """The gate counts only what is due: a failed blocking check blocks, anything else late is a risk.

    Fit to go live: every blocking check has passed, be it due or not; where nothing blocks, every check.
    """
    late = [check for check in checks if not check.passed and check.due is not None and check.due <= now]
    if any(check.blocking for check in late):
        return Go.BLOCKED
    if late:
        return Go.AT_RISK
    must = [check for check in checks if check.blocking] or checks
    return Go.READY if must and all(check.passed for check in must) else Go.ON_COURSE


def needs_override(checks: list[Check]) -> bool:
    """Whether a go means more than the crew can say: something that blocks is still open, late or not."""
    return any(check.blocking and not check.passed for check in checks)


GO_ORDER = {Go.BLOCKED: 0, Go.AT_RISK: 1, Go.ON_COURSE: 2, Go.READY: 3}


@dataclass(frozen=True)
class LineupRow:
    """A product as pasted from the team's sheet; money in minor units."""

    number: str
    name: str
    link_no: str
    live_price: int | None
    usual_price: int | None
    stock: int | None
    mechanism: str


HEADS = {"序号", "no", "no.", "编号", "#"}
LINEUP_ROWS = 300
MOST_PIECES = 10**9
MISSING = {"", "-", "–", "—"}


def _cells(line: str) -> list[str]:
    """Tabs where there are any (a sheet), else commas (typed): a price may hold commas of its own."""
    cells = line.split("\t") if "\t" in line else re.split(r"[,，]", line)
    return [clean_line(cell) for cell in cells] + [""] * (7 - len(cells))


def _price(cell: str) -> int | Message | None:
    if cell in MISSING:
        return None
    try:
        found = read_money(cell)
    except Invalid:
        found = -1
    return found if found >= 0 else msg("%(cell)s is not a price", cell=cell[:40])


def _pieces(cell: str) -> int | Message | None:
    plain = cell.replace(" ", "").replace(",", "")
    if plain in MISSING:
        return None
    if not plain.isdecimal() or len(plain) > 10 or int(plain) > MOST_PIECES:
        return msg("%(cell)s is not a number of pieces", cell=cell[:40])
    return int(plain)


def _words(cell: str, most: int) -> str | Message:
    return cell if len(cell) <= most else msg("at most %(most)s characters", most=most)


def _lineup_row(cells: list[str]) -> tuple[list[Any], list[tuple[Message, Message]]]:
    """What the cells of a row say, and what is wrong in which column."""
    read: list[tuple[Message, Any]] = [
        (msg("No."), _words(cells[0], 10)),
        (msg("Product"), _words(cells[1], 120) if cells[1] else msg("the name is missing")),
        (msg("Link no."), _words(cells[2], 40)),
        (msg("Live price"), _price(cells[3])),
        (msg("Usual price"), _price(cells[4])),
        (msg("Stock"), _pieces(cells[5])),
        (msg("Mechanism"), _words(" ".join(cell for cell in cells[6:] if cell), 200)),
    ]
    wrong = [(column, found) for column, found in read if isinstance(found, Message)]
    return [found for _column, found in read], wrong


def read_lineup(text: str, field: str = "rows") -> list[LineupRow]:
    """Rows pasted from a sheet: number, name, link no., live price, usual price, stock, mechanism; tabs or commas.

    All that is wrong is told at once, each fault with its row, as it is counted in the box, and its column.
    """
    rows: list[LineupRow] = []
    faults: dict[str, Message] = {}
    for place, line in enumerate(text.replace("\r", "").split("\n"), start=1):
        cells = _cells(line) if line.strip() else []
        if not cells or cells[0].lower() in HEADS:
            continue
        values, wrong = _lineup_row(cells)
        for n, (column, what) in enumerate(wrong):
            faults[f"{field}.{place}.{n}"] = msg(
                "Row %(row)s, %(column)s: %(what)s", row=place, column=column, what=what
            )
        if not wrong:
            rows.append(LineupRow(*values))
    if faults:
        raise Invalid(faults)
    if len(rows) > LINEUP_ROWS:
        raise Invalid.at(field, msg("A lineup holds at most 300 rows."))
    return rows


ROOM = timedelta(hours=6)
"""How far a shift may reach beyond its session: setting up and clearing away."""
_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})")


def _walls(cell: str) -> tuple[int, int] | None:
    found = _CLOCK.fullmatch(cell)
    if not found or int(found[2]) > 59 or int(found[1]) > 24 or (int(found[1]) == 24 and int(found[2])):
        return None
    return int(found[1]) % 24, int(found[2])


def shift_start(cell: str, span: Span, zone: ZoneInfo) -> datetime | None:
    """The instant a clock time means for the start of a shift: within the session, else shortly before or after it.

    A full `2026-11-24 08:00` says it without doubt. None where it is not a time.
    """
    if not cell:
        return span.start
    exact = _exact(cell, zone)
    clock = _walls(cell)
    if exact is not None or clock is None:
        return exact
    first = span.start.astimezone(zone).replace(hour=clock[0], minute=clock[1], second=0, microsecond=0)
    days = [(first + timedelta(days=n)).astimezone(UTC) for n in (-1, 0, 1, 2)]
    for low, high in ((span.start, span.end), (span.start - ROOM, span.start), (span.end, span.end + ROOM)):
        for instant in days:
            if low <= instant < high:
                return instant
    return days[1]


def shift_end(cell: str, start: datetime, span: Span, zone: ZoneInfo) -> datetime | None:
    """The instant a clock time means for the end of a shift: the first one after its start."""
    if not cell:
        return span.end
    exact = _exact(cell, zone)
    clock = _walls(cell)
    if exact is not None or clock is None:
        return exact
    wall = start.astimezone(zone).replace(hour=clock[0], minute=clock[1], second=0, microsecond=0)
    found = wall.astimezone(UTC)
    return found if found > start else (wall + timedelta(days=1)).astimezone(UTC)


def _exact(cell: str, zone: ZoneInfo) -> datetime | None:
    try:
        wall = datetime.strptime(cell.replace("T", " "), "%Y-%m-%d %H:%M").replace(tzinfo=zone)
    except ValueError:
        return None
    return wall.astimezone(UTC) if 2000 <= wall.year <= 2100 else None
