"""Forms of accounts and teams: shape and spelling only."""

from __future__ import annotations

from typing import Any

from wtforms import widgets

from planner.base import actor
from planner.base.forms import (
    Form,
    InputRequired,
    Length,
    LineField,
    LocalDateField,
    Optional,
    PasswordField,
    PickManyField,
    SelectField,
    StringField,
    VersionField,
    WholeField,
)
from planner.base.words import _l, choices
from planner.kernel.permissions import Role, may_grant
from planner.people import rules

ZONES = (
    "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "Asia/Tokyo", "Asia/Bangkok",
    "Asia/Jakarta", "Asia/Dubai", "Europe/London", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "UTC",
)  # fmt: skip
HOURS = [(str(minutes), f"{minutes // 60:02}:{minutes % 60:02}") for minutes in range(0, 12 * 60 + 1, 30)]


def secret(label: Any, autocomplete: str) -> PasswordField:
    """A password field; what was typed is never sent back."""
    return PasswordField(label, [InputRequired()], render_kw={"autocomplete": autocomplete, "maxlength": 200})


def roles_to_give(held: Role | None = None) -> list[tuple[str, Any]]:
    """The roles the actor may give, and the one that is held already."""
    who = actor.current()
    given = {role for role in Role if may_grant(who.role, role, giver_is_admin=who.is_admin)} | {held}
    return [(value, word) for value, word in choices(Role)() if Role(value) in given]


def may_manage(role: Role) -> bool:
    """Whether the actor may change somebody of this role at all."""
    who = actor.current()
    return rules.may_manage(who.role, role, actor_is_admin=who.is_admin)


class LoginForm(Form):
    """Who are you."""

    login = StringField(_l("Login name"), [InputRequired(), Length(max=80)], render_kw={"autocapitalize": "none"})
    password = secret(_l("Password"), "current-password")


class AccountForm(Form):
    """A new account."""

    name = LineField(_l("Your name"), [InputRequired(), Length(max=60)])
    login = LineField(_l("Login name"), [InputRequired(), Length(max=40)], render_kw={"autocapitalize": "none"})
    password = secret(_l("Password"), "new-password")


class FirstRunForm(AccountForm):
    """The first administrator and the first team."""

    team_name = LineField(_l("Name of the team"), [InputRequired(), Length(max=60)])
    timezone = SelectField(_l("Time zone"), choices=[(zone, zone) for zone in ZONES], default="Asia/Shanghai")


class NewPasswordForm(Form):
    """A new password by a one-time link."""

    password = secret(_l("New password"), "new-password")


class ChangePasswordForm(Form):
    """A new password by the old one."""

    old = secret(_l("Present password"), "current-password")
    password = secret(_l("New password"), "new-password")


class EraseForm(Form):
    """One more look before personal data goes."""

    old = secret(_l("Present password"), "current-password")


def pin_field(label: Any) -> PasswordField:
    """Four digits; what was typed is never sent back."""
    given = {"autocomplete": "off", "inputmode": "numeric", "maxlength": 4, "pattern": "[0-9]*"}
    return PasswordField(label, [InputRequired()], render_kw=given)


class UnlockForm(Form):
    """The PIN at a station."""

    pin = pin_field(_l("PIN"))


class PinForm(Form):
    """A new PIN, by the password."""

    old = secret(_l("Present password"), "current-password")
    pin = pin_field(_l("New PIN"))


class StationForm(Form):
    """A shared desk to be made."""

    name = LineField(_l("Name of the station"), [InputRequired(), Length(max=40)])


class EditStationForm(StationForm):
    """A shared desk that is there."""

    version = VersionField()
    lock_after = WholeField(_l("Locks after"), [InputRequired()])


class MeForm(Form):
    """One's own account."""

    name = LineField(_l("Your name"), [InputRequired(), Length(max=60)])
    mail = LineField(_l("Mail"), [Length(max=200)], render_kw={"autocomplete": "email"})
    density = SelectField(_l("Density"), choices=[("", _l("Normal")), ("compact", _l("Compact"))])


class InviteForm(Form):
    """Whom to let in, as what."""

    name = LineField(_l("For whom"), [Length(max=60)])
    role = SelectField(_l("Role"), choices=choices(Role), default=Role.MEMBER.value)
    mail = StringField(_l("Mail"), [Length(max=200)], widget=widgets.EmailInput())
    language = SelectField(_l("Language of the mail"), choices=[("zh_Hans_CN", "简体中文"), ("en", "English")])


class PersonForm(Form):
    """Role and positions of a member."""

    version = VersionField()
    role = SelectField(_l("Role"), choices=choices(Role))
    positions = PickManyField(_l("Positions"), option_widget=widgets.CheckboxInput())


class AwayForm(Form):
    """Days on which somebody can't be planned."""

    first = LocalDateField(_l("First day away"), [InputRequired()])
    last = LocalDateField(_l("Last day away"), [Optional()])
    reason = LineField(_l("Reason"), [Length(max=100)])


class TeamForm(Form):
    """The team's clock and name."""

    version = VersionField()
    team_name = LineField(_l("Name of the team"), [InputRequired(), Length(max=60)])
    timezone = SelectField(_l("Time zone"), choices=[(zone, zone) for zone in ZONES])
    day_start = SelectField(_l("The business day starts at"), choices=HOURS, coerce=str)

    def keep(self, timezone: str, day_start: int) -> None:
        """What the team has now can always be kept, also where the lists do not offer it."""
        self.timezone.choices = [(zone, zone) for zone in dict.fromkeys((*ZONES, timezone))]
        held = (str(day_start), f"{day_start // 60:02}:{day_start % 60:02}")
        self.day_start.choices = sorted({*HOURS, held}, key=lambda each: int(each[0]))


class NewTeamForm(Form):
    """Another team of the installation."""

    team_name = LineField(_l("Name of the team"), [InputRequired(), Length(max=60)])


class PositionForm(Form):
    """A position of the team's own."""

    name = LineField(_l("Name"), [InputRequired(), Length(max=40)])
