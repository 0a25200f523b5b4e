"""The form of a group bot."""

from __future__ import annotations

from planner.base import i18n
from planner.base.forms import (
    BooleanField,
    Form,
    InputRequired,
    Length,
    LineField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    VersionField,
)
from planner.base.words import _l, choices
from planner.bots.rules import USUAL, Topic, Vendor
from planner.bots.services import Wish
from planner.bots.words import LANGUAGES, hour_word

HOURS = [(str(minutes), hour_word(minutes)) for minutes in range(6 * 60, 24 * 60, 30)]
_GIVEN = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}


class NamesForm(Form):
    """By which ids the groups' bots know me."""

    feishu = LineField(_l("Feishu: open_id or user_id"), [Length(max=64)], render_kw=_GIVEN)
    dingtalk = LineField(_l("DingTalk: mobile number or staff id"), [Length(max=64)], render_kw=_GIVEN)
    wecom = LineField(_l("WeCom: account id"), [Length(max=64)], render_kw=_GIVEN)

    def handles(self) -> dict[Vendor, str]:
        """What was typed."""
        return {vendor: self[vendor.value].data or "" for vendor in Vendor}


class BotForm(Form):
    """What a bot tells, to which group. The address and the secret are never sent back to a browser."""

    version = VersionField()
    vendor = RadioField(_l("Group of"), [InputRequired()], choices=choices(Vendor), default=str(Vendor.FEISHU))
    name = LineField(_l("Name"), [InputRequired(), Length(max=40)])
    address = LineField(_l("Address of the bot"), [Length(max=500)], render_kw=_GIVEN)
    secret = PasswordField(_l("Secret for the signature"), [Length(max=200)], render_kw=_GIVEN)
    no_secret = BooleanField(_l("Take the secret away"))
    keyword = LineField(_l("Keyword"), [Length(max=20)])
    topics = SelectMultipleField(_l("What it tells"), choices=choices(Topic), default=[str(t) for t in USUAL])
    summary_at = SelectField(_l("Daily summary at"), choices=HOURS, default="570")
    language = SelectField(
        _l("Language of the messages"),
        choices=lambda: list(LANGUAGES.items()),
        default=i18n.CHINESE,
    )

    def wish(self) -> Wish:
        """What was typed."""
        return Wish(
            Vendor(self.vendor.data),
            self.name.data or "",
            self.address.data or "",
            self.secret.data or "",
            self.keyword.data or "",
            [Topic(key) for key in self.topics.data or ()],
            self.language.data or "",
            int(self.summary_at.data or 0),
            bool(self.no_secret.data),
        )
