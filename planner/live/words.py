"""Words, icons and kinds of chips of a session's enums."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from planner.base import i18n, kinds, show
from planner.base.i18n import gettext as _
from planner.base.words import _l, field_forms, field_labels, labels, news_words, part_words
from planner.figures.rules import METRICS
from planner.figures.words import format_value, metric_label, short_value
from planner.live.rules import (
    FIGURES,
    MONEY,
    Ahead,
    Apart,
    Figures,
    Go,
    LogKind,
    Phase,
    Platform,
    Standing,
    State,
    Weight,
    held,
)
from planner.live.rules.roster import Column

labels(
    State,
    {
        State.DRAFT: _l("Draft"),
        State.SCHEDULED: _l("Scheduled"),
        State.PREPARING: _l("Preparing"),
        State.READY: _l("Go given"),
        State.LIVE: _l("On air"),
        State.ENDED: _l("To review"),
        State.REVIEWED: _l("Reviewed"),
        State.CANCELLED: _l("Cancelled"),
    },
    icons={
        State.DRAFT: "pencil",
        State.SCHEDULED: "calendar",
        State.PREPARING: "list-checks",
        State.READY: "circle-check",
        State.LIVE: "radio",
        State.ENDED: "flag",
        State.REVIEWED: "check-check",
        State.CANCELLED: "calendar-x",
    },
    chips={State.READY: "ok", State.LIVE: "live", State.ENDED: "warn", State.PREPARING: "accent", State.REVIEWED: "ok"},
)
labels(
    Weight,
    {Weight.DAILY: _l("Daily show"), Weight.BIG: _l("Big show")},
    icons={Weight.DAILY: "repeat", Weight.BIG: "star"},
    chips={Weight.BIG: "accent"},
)
labels(
    Platform,
    {
        Platform.DOUYIN: _l("Douyin"),
        Platform.TAOBAO: _l("Taobao"),
        Platform.KUAISHOU: _l("Kuaishou"),
        Platform.SHIPINHAO: _l("WeChat Channels"),
        Platform.XIAOHONGSHU: _l("Xiaohongshu"),
        Platform.TIKTOK: _l("TikTok Shop"),
        Platform.OTHER: _l("Another platform"),
    },
)
labels(
    LogKind,
    {
        LogKind.SOUND: _l("Sound"),
        LogKind.PICTURE: _l("Picture"),
        LogKind.NETWORK: _l("Network"),
        LogKind.PRICE: _l("Price"),
        LogKind.STOCK: _l("Stock"),
        LogKind.VIOLATION: _l("Violation"),
        LogKind.CHAT: _l("Chat"),
        LogKind.PERSON: _l("Person"),
        LogKind.SLIP: _l("Slip"),
        LogKind.HIGHLIGHT: _l("Highlight"),
    },
    icons={
        LogKind.SOUND: "mic-off",
        LogKind.PICTURE: "video-off",
        LogKind.NETWORK: "wifi-off",
        LogKind.PRICE: "tag",
        LogKind.STOCK: "package-x",
        LogKind.VIOLATION: "shield-alert",
        LogKind.CHAT: "message-circle",
        LogKind.PERSON: "user-x",
        LogKind.SLIP: "megaphone",
        LogKind.HIGHLIGHT: "sparkles",
    },
)
labels(
    Go,
    {
        Go.ON_COURSE: _l("On course"),
        Go.AT_RISK: _l("At risk"),
        Go.BLOCKED: _l("Not ready to go live"),
        Go.READY: _l("Fit to go live"),
    },
    icons={
        Go.ON_COURSE: "circle-dot",
        Go.AT_RISK: "triangle-alert",
        Go.BLOCKED: "octagon-alert",
        Go.READY: "circle-check",
    },
    chips={Go.ON_COURSE: "mute", Go.AT_RISK: "warn", Go.BLOCKED: "bad", Go.READY: "ok"},
)
labels(
    Apart,
    {
        Apart.PROMOTION: _l("a promotion night, by its tag"),
        Apart.INCIDENT: _l("something went wrong on air"),
        Apart.BY_HAND: _l("left out by hand"),
    },
)
ICON_WORDS = {
    "flag": _l("Flag"),
    "zap": _l("Power"),
    "triangle-alert": _l("Warning sign"),
    "mic": _l("Microphone"),
    "video": _l("Camera"),
    "smartphone": _l("Phone"),
    "package": _l("Goods"),
    "wallet": _l("Money"),
    "users": _l("Audience"),
    "trophy": _l("Trophy"),
    "lightbulb": _l("Idea"),
    "timer": _l("Time"),
}
"""What the pictures of kinds of notes show, for those who choose one."""
labels(
    Standing,
    {
        Standing.FREE: _l("free"),
        Standing.RESTING: _l("too little rest"),
        Standing.AWAY: _l("away"),
        Standing.BUSY: _l("busy"),
    },
)
labels(Phase, {Phase.PREPARE: _l("Prepare"), Phase.AIR: _l("On air"), Phase.REVIEW: _l("Review")})

COLUMN_WORDS = {
    Column.DAY: _l("Day"),
    Column.START: _l("Start"),
    Column.END: _l("End"),
    Column.TIMES: _l("From – to"),
    Column.MINUTES: _l("Length"),
    Column.THEME: _l("Theme"),
    Column.CHANNEL: _l("Channel"),
    Column.STUDIO: _l("Studio"),
    Column.WEIGHT: _l("Weight"),
    Column.GMV: _l("GMV target"),
    Column.TAGS: _l("Tags"),
    Column.NOTES: _l("Notes"),
}
"""What a column of a roster can say."""

labels(
    Ahead,
    {Ahead.AHEAD: _l("ahead"), Ahead.ON_PACE: _l("on pace"), Ahead.BEHIND: _l("behind")},
    icons={Ahead.AHEAD: "trending-up", Ahead.ON_PACE: "circle-dot", Ahead.BEHIND: "trending-down"},
    chips={Ahead.AHEAD: "ok", Ahead.BEHIND: "warn"},
)
_READ = {"online": _l("Online now")}


def read_label(key: str) -> str:
    """The name of a figure that is read on air."""
    return str(_READ[key]) if key in _READ else metric_label(key)


def figure_word(value: int, key: str) -> str:
    """A figure as read, exact; money from minor units."""
    return format_value(Decimal(value) / 100 if key in MONEY else Decimal(value), key if key in METRICS else "orders")


def short_word(value: int, key: str) -> str:
    """The same for a glance: `¥8.2万`."""
    return short_value(Decimal(value) / 100 if key in MONEY else Decimal(value), key if key in METRICS else "orders")


def reading_words(figures: Figures) -> str:
    """A reading in one line; what was not read is left out."""
    return " · ".join(f"{read_label(k)} {figure_word(v, k)}" for k in FIGURES if (v := figures.get(k)) is not None)


news_words(
    "live",
    {
        "SessionScheduled": _l("planned the session"),
        "SessionDrafted": _l("saved the session as a draft"),
        "SessionEdited": _l("edited the session"),
        "PersonSwapped": _l("swapped a person"),
        "SessionMoved": _l("moved the session"),
        "StateChanged": _l("changed the state"),
        "WentLive": _l("went live"),
        "TimesCorrected": _l("corrected the real times"),
        "Logged": _l("made a note on air"),
        "FiguresRead": _l("read the figures on air"),
        "SlipPutRight": _l("recorded what was put right after a slip"),
        "HandedOver": _l("handed over to the next shift"),
        "TookOver": _l("took over from the shift before"),
    },
)
part_words(
    {
        "session_tag": _l("Tag"),
        "airing": _l("Stream"),
        "shift": _l("Shift"),
        "series_part": _l("Series"),
        "session_target": _l("Target"),
        "lineup_item": _l("Product"),
    }
)
field_labels("session_tag", {"tag": _l("Tag")})
field_labels(
    "airing",
    {
        "channel_id": _l("Channel"),
        "real_start": _l("Real start"),
        "real_end": _l("Real end"),
        "source": _l("Source"),
        "tapped_start": _l("Start as tapped"),
        "tapped_end": _l("End as tapped"),
        "typed_start": _l("Start as typed"),
        "typed_end": _l("End as typed"),
    },
)
field_labels(
    "shift",
    {
        "position_id": _l("Position"),
        "user_id": _l("Person"),
        "start": _l("Start"),
        "end": _l("End"),
        "override_reason": _l("Reason of the override"),
    },
)
_SOURCES = {"tap": _l("tapped"), "typed": _l("typed"), "file": _l("the platform's file")}
field_forms("airing", {"source": lambda key: str(_SOURCES.get(key, key))})
field_forms("lineup_item", {"live_price": show.money, "usual_price": show.money, "sort": None})
field_labels("session_target", {"metric": _l("Figure"), "value": _l("Value")})
field_labels(
    "lineup_item",
    {
        "sort": _l("Order"),
        "number": _l("No."),
        "name": _l("Name"),
        "link_no": _l("Link no."),
        "live_price": _l("Live price"),
        "usual_price": _l("Usual price"),
        "stock": _l("Stock"),
        "mechanism": _l("Mechanism"),
    },
)


def holds_word(kept: Any) -> str:
    """What a show waits for, each by its words; what the reader may not see, without."""
    rows = held(kept)
    seen = kinds.titles({(each.kind, each.id) for each in rows})
    said = [
        i18n.told(i18n.from_json(dict(each.words)))
        if (each.kind, each.id) in seen
        else _("A request waits for approval")
        for each in rows
    ]
    return _(", ").join(f"✓ {words}" if each.passed else words for each, words in zip(rows, said, strict=True)) or "–"


field_labels(
    "live_session",
    {
        "theme": _l("Theme"),
        "weight": _l("Weight"),
        "state": _l("State"),
        "channel_id": _l("Channel"),
        "studio_id": _l("Studio"),
        "planned_start": _l("Planned start"),
        "planned_end": _l("Planned end"),
        "real_start": _l("Real start"),
        "real_end": _l("Real end"),
        "notes": _l("Notes"),
        "go_note": _l("Note of the go"),
        "holds": _l("Waits for"),
        "no_compare": _l("Not comparable"),
        "go_by": _l("Go given by"),
        "go_at": _l("Go given at"),
        "missing": _l("Open when it went on air"),
    },
)
field_forms("live_session", {"holds": holds_word})
field_labels("channel", {"platform": _l("Platform"), "name": _l("Name"), "account": _l("Account")})
field_labels("studio", {"name": _l("Name")})
field_labels(
    "show_rules",
    {
        "reading_minutes": _l("Figures are read every"),
        "changeover_minutes": _l("Between two shows of one person lie"),
        "longest_hours": _l("A day on air is long from"),
        "least_rest_hours": _l("A night is short under"),
    },
)
field_labels(
    "series",
    {
        "origin": _l("Origin"),
        "weekdays": _l("Weekdays"),
        "every": _l("Every so many weeks"),
        "first": _l("First day"),
        "last": _l("Last day"),
    },
)
field_labels("series_part", {"series_id": _l("Series"), "apart": _l("Changed on its own")})
field_labels(
    "log_kind",
    {
        "key": _l("Kind of note"),
        "name": _l("Name"),
        "icon": _l("Symbol"),
        "fault": _l("Counts as a fault"),
        "restores": _l("Asks when it was restored"),
        "removed": _l("Removed"),
        "sort": _l("Order"),
    },
)
