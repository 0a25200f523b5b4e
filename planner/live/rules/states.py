"""The life of a session: its states, the moves between them, and what each of them holds. Pure."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from planner.kernel.machine import Machine, Move
from planner.kernel.permissions import P


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
