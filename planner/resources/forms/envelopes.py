"""Envelopes: their terms, a draw of one tap, a decision, and the credit of ad accounts."""

from __future__ import annotations

from typing import Any

from planner.base.forms import (
    Form,
    InputRequired,
    Length,
    LineField,
    LinesField,
    LocalDateField,
    MoneyField,
    NumberField,
    PickField,
    PickManyField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    VersionField,
    WholeField,
)
from planner.base.words import _l, choices
from planner.kernel.permissions import Role
from planner.resources.rules import PayWay
from planner.resources.rules.envelopes import USUAL_SECONDS, CreditKind, Drawers, EnvelopeWish, Reason, Scope, Terms


class EnvelopeForm(Form):
    """One approval for the ad spend of many sessions."""

    version = VersionField()
    title = LineField(_l("What is it?"), [InputRequired(), Length(max=120)])
    purpose = LinesField(_l("What is it good for?"), [Length(max=4000)])
    category_id = PickField(_l("Category"), none=_l("Choose"))
    payee = LineField(_l("Paid to"), [Length(max=120)])
    pay_way = SelectField(_l("How it is paid"), choices=choices(PayWay))
    total = MoneyField(_l("Total"), [InputRequired()])
    session_cap = MoneyField(_l("Cap a session"), [InputRequired()])
    scope = RadioField(_l("Which sessions"), choices=choices(Scope), default=Scope.DAYS)
    first = LocalDateField(_l("From"))
    last = LocalDateField(_l("Until"))
    channels = PickManyField(_l("Only these channels"))
    sessions = PickManyField(_l("Chosen sessions"))
    roles = SelectMultipleField(_l("Roles that may draw"))
    positions = PickManyField(_l("Positions that may draw"))
    users = PickManyField(_l("People who may draw"))
    floor = NumberField(_l("ROI floor"))
    seconds = WholeField(_l("Seconds a person is asked"), default=USUAL_SECONDS)
    duty = PickManyField(_l("Asked first"))

    @property
    def unreadable(self) -> bool:
        """Whether an amount was typed that can't be read: nobody knows yet what it comes to."""
        return any(field.errors and "".join(field.raw_data or []).strip() for field in (self.total, self.session_cap))

    def wish(self) -> EnvelopeWish:
        """What was typed."""
        drawers = Drawers(
            tuple(self.users.data or ()), tuple(Role(each) for each in self.roles.data or ()),
            tuple(self.positions.data or ()),
        )  # fmt: skip
        terms = Terms(
            Scope(self.scope.data), self.total.data or 0, self.session_cap.data or 0, drawers, self.first.data,
            self.last.data, tuple(self.channels.data or ()), tuple(self.sessions.data or ()), self.floor.data,
            self.seconds.data or 0, tuple(self.duty.data or ()),
        )  # fmt: skip
        return EnvelopeWish(
            self.title.data or "", terms, self.purpose.data or "", self.category_id.data, self.payee.data or "",
            PayWay(self.pay_way.data),
        )  # fmt: skip


class AheadForm(Form):
    """What of an envelope decides who signs it."""

    total = MoneyField("")
    category_id = PickField("")
    first = LocalDateField("")


def envelope_data(row: Any, held: Terms) -> dict[str, Any]:
    """What the form of an envelope begins with."""
    named = ("version", "title", "purpose", "category_id", "payee", "pay_way")
    terms = ("total", "session_cap", "scope", "first", "last", "floor", "seconds")
    amounts = {} if held.total else {"total": None, "session_cap": None}  # nobody has typed one yet
    lists = {"channels": held.channels, "sessions": held.sessions, "duty": held.duty}
    who = {"roles": [str(each) for each in held.drawers.roles], "positions": list(held.drawers.positions)}
    return (
        {name: getattr(row, name, None) for name in named}
        | {name: getattr(held, name) for name in terms}
        | amounts
        | {name: list(ids) for name, ids in lists.items()}
        | who
        | {"users": list(held.drawers.users)}
    )


class DrawForm(Form):
    """So much more, now: an amount of one tap, or one that is typed."""

    quick = StringField("")
    amount = MoneyField(_l("Another amount"))
    reason = SelectField(_l("Reason"), choices=choices(Reason), default=Reason.RISING)
    note = LineField(_l("In words"), [Length(max=200)])
    envelope_id = PickField(_l("Envelope"))
    session_id = PickField(_l("Session"))

    @property
    def minor(self) -> int:
        """The amount in minor units: of the button that was pressed, else what was typed."""
        typed = self.quick.data or ""
        return int(typed) if typed.isdecimal() and typed.isascii() and len(typed) < 16 else self.amount.data or 0


class CreditForm(Form):
    """Credit of an ad account."""

    channel_id = PickField(_l("Channel"), [InputRequired()])
    kind = RadioField(_l("Kind"), choices=choices(CreditKind), default=CreditKind.RECHARGE)
    amount = MoneyField(_l("Amount"), [InputRequired()], description=_l("What was paid back is below 0."))
    day = LocalDateField(_l("Day"), [InputRequired()])
    session_id = PickField(_l("Session"), none=_l("None"))
    note = LineField(_l("Note"), [Length(max=200)])


class CorrectionForm(CreditForm):
    """The same, as it should have been."""

    reason = LineField(_l("Why it is corrected"), [InputRequired(), Length(max=200)])


class CreditBackForm(Form):
    """It counts no more."""

    reason = LineField(_l("Reason"), [InputRequired(), Length(max=200)])
