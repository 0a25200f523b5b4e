"""States, moves and readiness of a live session; overlaps; lineups as pasted. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from planner.kernel.errors import Invalid
from planner.kernel.machine import Machine, Move
from planner.kernel.money import read_money
from planner.kernel.permissions import P
from planner.kernel.spans import Span
from planner.kernel.text import clean_line, msg

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


BEFORE_AIR = frozenset({State.DRAFT, State.SCHEDULED, State.PREPARING, State.READY})
AFTER_AIR = frozenset({State.ENDED, State.REVIEWED})
OPEN_STATES = frozenset({State.SCHEDULED, State.PREPARING, State.READY, State.LIVE})
OCCUPYING = frozenset({State.SCHEDULED, State.PREPARING, State.READY, State.LIVE, State.ENDED, State.REVIEWED})




MACHINE: Machine[State] = Machine(
    State,
    [
        Move("schedule", frozenset({State.DRAFT}), State.SCHEDULED, P.SESSION_EDIT),
        Move("prepare", frozenset({State.SCHEDULED}), State.PREPARING, P.SESSION_RUN),
        Move("give_go", frozenset({State.SCHEDULED, State.PREPARING}), State.READY, P.SESSION_RUN),
        Move("withdraw_go", frozenset({State.READY}), State.PREPARING, P.SESSION_RUN),
        Move("go_live", frozenset({State.SCHEDULED, State.PREPARING, State.READY}), State.LIVE, P.SESSION_RUN),
        Move("take_back_live", frozenset({State.LIVE}), State.PREPARING, P.SESSION_RUN),
        Move("end_live", frozenset({State.LIVE}), State.ENDED, P.SESSION_RUN),
        Move("take_back_end", frozenset({State.ENDED}), State.LIVE, P.SESSION_RUN),
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
class Check:
    """One thing that must hold before air, as readiness counts it."""

    due: datetime | None
    passed: bool
    blocking: bool = True


def readiness(checks: list[Check], now: datetime) -> Go:
    """The gate counts only what is due: a failed blocking check blocks, anything else late is a risk."""
    late = [check for check in checks if not check.passed and check.due is not None and check.due <= now]
    if any(check.blocking for check in late):
        return Go.BLOCKED
    if late:
        return Go.AT_RISK
    blocking = [check for check in checks if check.blocking]
    return Go.READY if blocking and all(check.passed for check in blocking) else Go.ON_COURSE


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


def read_lineup(text: str) -> list[LineupRow]:
    """Rows pasted from a sheet: number, name, link no., live price, usual price, stock, mechanism; tabs or commas."""
    rows: list[LineupRow] = []
    for place, line in enumerate(text.replace("\r", "").split("\n"), start=1):
        if not line.strip():
            continue
        cells = [clean_line(cell) for cell in re.split(r"\t|,|，", line)]
        if cells[0].lower() in HEADS:
            continue
        cells += [""] * (7 - len(cells))
        if not cells[1]:
            raise Invalid.at("rows", msg("Row %(row)s has no product name.", row=place))
        prices: list[int | None] = []
        for cell in (cells[3], cells[4]):
            try:
                prices.append(read_money(cell) if cell and cell != "-" else None)
            except Invalid:
                raise Invalid.at("rows", msg("Row %(row)s: %(cell)s is not a price.", row=place, cell=cell)) from None
        stock = cells[5].replace(" ", "")
        if stock and stock != "-" and not stock.isdecimal():
            raise Invalid.at("rows", msg("Row %(row)s: %(cell)s is not a number of pieces.", row=place, cell=stock))
        number = int(stock) if stock.isdecimal() else None
        rows.append(
            LineupRow(cells[0][:10], cells[1][:120], cells[2][:40], prices[0], prices[1], number, " ".join(cells[6:])[:200].strip())
        )
    if len(rows) > 300:
        raise Invalid.at("rows", msg("A lineup holds at most 300 rows."))
    return rows
