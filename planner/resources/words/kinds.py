"""Names of categories and levels, and the words of every choice about money."""

from __future__ import annotations

from planner.base import i18n
from planner.base.i18n import gettext as _
from planner.base.words import _l, label, labels
from planner.kernel.text import Message
from planner.resources.rules import (
    CARRIED_FROM,
    CARRIED_TO,
    Act,
    Entry,
    Every,
    Fact,
    Invoice,
    Kind,
    LevelState,
    Mode,
    Next,
    Origin,
    PayWay,
    SeatState,
    State,
    Stays,
    TransferState,
    Use,
    Worth,
)
from planner.resources.rules.bringing import Column
from planner.resources.rules.envelopes import CreditKind, DrawState, Reason, Scope, Why

CATEGORY_NAMES = {
    "equipment": _l("Equipment"),
    "training": _l("Training"),
    "software": _l("Software"),
    "ads": _l("Ad spend"),
    "people": _l("Staff costs"),
    "guests": _l("Guests"),
    "samples": _l("Samples"),
    "other": _l("Other"),
}


def category_name(key: str, name: str) -> str:
    """What a category is called: as the team calls it, else a built-in one in the reader's language."""
    return name or str(CATEGORY_NAMES.get(key, key))


def category_words(key: str, name: str) -> str | Message:
    """The same as it is kept in what others read later, each in their own language."""
    if name or key not in CATEGORY_NAMES:
        return name or key
    token = i18n.speak("en")
    try:
        return Message(str(CATEGORY_NAMES[key]))
    finally:
        i18n.quiet(token)


def every_name(key: str) -> list[str]:
    """What a built-in category is called in each language, for sheets that people bring."""
    found: list[str] = []
    for language in i18n.LANGUAGES:
        token = i18n.speak(language)
        found.append(str(CATEGORY_NAMES[key]))
        i18n.quiet(token)
    return found


COLUMN_WORDS = {
    Column.CATEGORY: _l("Category"),
    Column.AMOUNT: _l("Amount"),
    Column.PERIOD: _l("Period"),
    Column.NOTE: _l("Note"),
}


LEVEL_NAMES = {"lead": _l("Team lead"), "manager": _l("Manager"), "": _l("Manager"), "added": _l("Added, signs after")}


def level_name(name: str) -> str:
    """What a level is called: the built-in ones in the reader's language."""
    return str(LEVEL_NAMES.get(name, name))


labels(
    Kind,
    {
        Kind.ONE_OFF: _l("One-off"),
        Kind.PER_SESSION: _l("For a session"),
        Kind.RECURRING: _l("Recurring"),
        Kind.AFTERWARDS: _l("Approval afterwards"),
        Kind.ENVELOPE: _l("Ad envelope"),
    },
    icons={Kind.RECURRING: "repeat", Kind.AFTERWARDS: "history", Kind.ENVELOPE: "wallet"},
)
labels(
    State,
    {
        State.DRAFT: _l("Draft"),
        State.PENDING: _l("Waiting for approval"),
        State.RETURNED: _l("Returned"),
        State.REFUSED: _l("Refused"),
        State.APPROVED: _l("Approved"),
        State.CANCELLING: _l("To be cancelled"),
        State.CANCELLED: _l("Cancelled"),
        State.CLOSED: _l("Closed"),
    },
    icons={
        State.DRAFT: "pencil",
        State.PENDING: "hourglass",
        State.RETURNED: "undo-2",
        State.REFUSED: "circle-x",
        State.APPROVED: "circle-check",
        State.CANCELLING: "hourglass",
        State.CANCELLED: "circle-minus",
        State.CLOSED: "check-check",
    },
    chips={
        State.PENDING: "accent",
        State.RETURNED: "warn",
        State.REFUSED: "bad",
        State.APPROVED: "ok",
        State.CANCELLING: "warn",
        State.CLOSED: "ok",
    },
)
labels(
    Scope,
    {Scope.DAYS: _l("All of some days"), Scope.SESSIONS: _l("Chosen sessions")},
)
labels(
    Reason,
    {
        Reason.RISING: _l("Figures are rising"),
        Reason.OPENING: _l("Bring viewers in at the start"),
        Reason.PRODUCT: _l("The main product is up"),
        Reason.FALLING: _l("Viewers are leaving"),
        Reason.OTHER: _l("Another reason"),
    },
)
labels(
    Why,
    {
        Why.NO_READING: _l("no reading of the last hour with an ROI"),
        Why.BELOW_FLOOR: _l("ROI below the floor"),
        Why.OVER_CAP: _l("over the cap of the session"),
    },
)
labels(
    DrawState,
    {
        DrawState.GRANTED: _l("Granted"),
        DrawState.APPROVED: _l("Approved"),
        DrawState.WAITING: _l("Manager is asked"),
        DrawState.REFUSED: _l("Refused, keep the plan"),
        DrawState.NOT_APPROVED: _l("Not approved, keep the plan"),
        DrawState.TAKEN_BACK: _l("Taken back"),
    },
    icons={
        DrawState.GRANTED: "circle-check",
        DrawState.APPROVED: "circle-check",
        DrawState.WAITING: "hourglass",
        DrawState.REFUSED: "circle-x",
        DrawState.NOT_APPROVED: "circle-minus",
        DrawState.TAKEN_BACK: "rotate-ccw",
    },
    chips={
        DrawState.GRANTED: "ok",
        DrawState.APPROVED: "ok",
        DrawState.WAITING: "accent",
        DrawState.REFUSED: "bad",
        DrawState.NOT_APPROVED: "warn",
    },
)
labels(
    CreditKind,
    {
        CreditKind.RECHARGE: _l("Recharge (cash)"),
        CreditKind.GIFTED: _l("Gifted credit"),
        CreditKind.GIFTED_SPENT: _l("Gifted credit used"),
    },
)
labels(
    PayWay,
    {
        PayWay.TRANSFER: _l("Bank transfer"),
        PayWay.REIMBURSE: _l("Paid by a person, to be paid back"),
        PayWay.PETTY_CASH: _l("Petty cash"),
    },
)
labels(
    Invoice,
    {
        Invoice.NONE: _l("No invoice yet"),
        Invoice.ORDINARY: _l("Ordinary invoice"),
        Invoice.SPECIAL: _l("Special VAT invoice"),
    },
)
labels(Every, {Every.MONTH: _l("Every month"), Every.QUARTER: _l("Every quarter"), Every.YEAR: _l("Every year")})
labels(Mode, {Mode.ANY: _l("Any of them"), Mode.ALL: _l("All of them")})
labels(
    Entry,
    {
        Entry.ALLOCATE: _l("Allocated"),
        Entry.RESERVE: _l("Reserved"),
        Entry.COMMIT: _l("Committed"),
        Entry.RELEASE: _l("Released"),
        Entry.SPEND: _l("Spent"),
        Entry.REVERSE: _l("Reversed"),
    },
)


def entry_word(kind: Entry, key: str, note: str) -> str:
    """What an entry of the ledger is called; what went on in another period names that period, which is its note."""
    if kind is Entry.ALLOCATE and key.startswith(CARRIED_TO):
        return _("Carried forward to %(period)s", period=note)
    if kind is Entry.ALLOCATE and key.startswith(CARRIED_FROM):
        return _("Carried forward from %(period)s", period=note)
    if kind is Entry.ALLOCATE and key.startswith("transfer/"):
        return _("Moved out") if key.endswith("/out") else _("Moved in")
    return label(kind)


labels(
    Stays,
    {
        Stays.FROZEN: _l("frozen, stays where it is"),
        Stays.WAITING: _l("all of it waits for a decision"),
        Stays.EMPTY: _l("nothing is left"),
    },
)
labels(
    TransferState,
    {
        TransferState.PROPOSED: _l("Proposed"),
        TransferState.APPROVED: _l("Approved"),
        TransferState.REFUSED: _l("Refused"),
        TransferState.TAKEN_BACK: _l("Taken back"),
    },
)
labels(
    LevelState,
    {
        LevelState.WAITING: _l("Comes later"),
        LevelState.ACTIVE: _l("Being decided"),
        LevelState.PASSED: _l("Approved"),
        LevelState.COVERED: _l("Signed further up"),
        LevelState.REFUSED: _l("Refused"),
        LevelState.RETURNED: _l("Returned"),
        LevelState.VOID: _l("Counts no more"),
    },
    icons={
        LevelState.WAITING: "circle",
        LevelState.ACTIVE: "hourglass",
        LevelState.PASSED: "circle-check",
        LevelState.COVERED: "circle-dot",
        LevelState.REFUSED: "circle-x",
        LevelState.RETURNED: "undo-2",
        LevelState.VOID: "circle-minus",
    },
    chips={
        LevelState.ACTIVE: "accent",
        LevelState.PASSED: "ok",
        LevelState.REFUSED: "bad",
        LevelState.RETURNED: "warn",
    },
)
labels(
    SeatState,
    {
        SeatState.WAITING: _l("After somebody else"),
        SeatState.ASKED: _l("Asked"),
        SeatState.APPROVED: _l("Approved"),
        SeatState.REFUSED: _l("Refused"),
        SeatState.RETURNED: _l("Returned"),
        SeatState.TRANSFERRED: _l("Handed on"),
        SeatState.NOT_NEEDED: _l("Not needed any more"),
    },
)
labels(
    Origin,
    {
        Origin.POLICY: _l("By the policy"),
        Origin.ADDED_BEFORE: _l("Added, signs before"),
        Origin.ADDED_AFTER: _l("Added, signs after"),
        Origin.TRANSFERRED: _l("Handed on to"),
        Origin.ESCALATED: _l("Because nobody else could sign"),
    },
)
# Of the trail, of what was done: what a button says is the act that is still to come.
labels(
    Act,
    {
        Act.SUBMIT: _l("Submitted it"),
        Act.RECALL: _l("Recalled"),
        Act.APPROVE: _l("Approved it"),
        Act.REFUSE: _l("Refused it"),
        Act.GIVE_BACK: _l("Returned it"),
        Act.ADD_BEFORE: _l("Added to sign before"),
        Act.ADD_AFTER: _l("Added to sign after"),
        Act.TRANSFER: _l("Handed it on to"),
        Act.COPY: _l("Copied to"),
        Act.NUDGE: _l("Reminded them"),
        Act.CANCEL: _l("Asked to cancel it"),
        Act.KEEP: _l("Refused to cancel it"),
        Act.CHANGE: _l("Changed what is asked for"),
        Act.ESCALATE: _l("Escalated"),
        Act.COVER: _l("Signed further up by the same person"),
        Act.FINISH: _l("Decided"),
        Act.TAKE_BACK: _l("Took it back"),
        Act.CLOSE: _l("Closed"),
        Act.ORDER: _l("Order placed"),
        Act.RECEIVE: _l("Goods received"),
        Act.PAY: _l("Payment made"),
        Act.REVERSE: _l("Reversed"),
    },
    icons={
        Act.SUBMIT: "send",
        Act.APPROVE: "circle-check",
        Act.REFUSE: "circle-x",
        Act.GIVE_BACK: "undo-2",
        Act.NUDGE: "bell",
    },
)
labels(
    Fact,
    {
        Fact.ORDER: _l("Order placed"),
        Fact.RECEIVE: _l("Goods received"),
        Fact.PAY: _l("Payment made"),
        Fact.CLOSE: _l("Closed"),
        Fact.REVERSE: _l("Reversed"),
    },
    icons={
        Fact.ORDER: "send",
        Fact.RECEIVE: "package",
        Fact.PAY: "wallet",
        Fact.CLOSE: "check-check",
        Fact.REVERSE: "undo-2",
    },
)
labels(
    Next,
    {
        Next.ORDER: _l("Place the order"),
        Next.RECEIVE: _l("Receive"),
        Next.PAY: _l("Pay"),
        Next.CLOSE: _l("Close the request"),
    },
    icons={Next.ORDER: "send", Next.RECEIVE: "package", Next.PAY: "wallet", Next.CLOSE: "check-check"},
    chips={Next.ORDER: "accent", Next.RECEIVE: "accent", Next.PAY: "warn", Next.CLOSE: "accent"},
)
labels(
    Worth,
    {
        Worth.WORTH: _l("Worth it"),
        Worth.PARTLY: _l("Partly worth it"),
        Worth.NOT_WORTH: _l("Not worth it"),
        Worth.UNCLEAR: _l("Can't tell"),
    },
    icons={
        Worth.WORTH: "circle-check",
        Worth.PARTLY: "circle-dot",
        Worth.NOT_WORTH: "circle-x",
        Worth.UNCLEAR: "circle-help",
    },
    chips={Worth.WORTH: "ok", Worth.PARTLY: "warn", Worth.NOT_WORTH: "bad"},
)
labels(
    Use,
    {
        Use.IN_USE: _l("In use"),
        Use.REPAIR: _l("In repair"),
        Use.GIVEN: _l("Given away"),
        Use.RETIRED: _l("Retired"),
    },
    icons={
        Use.IN_USE: "circle-check",
        Use.REPAIR: "settings",
        Use.GIVEN: "arrow-right",
        Use.RETIRED: "archive",
    },
    chips={Use.IN_USE: "ok", Use.REPAIR: "warn"},
)
