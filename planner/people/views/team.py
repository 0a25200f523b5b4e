"""The team's people: roles, positions, invitations, ways back in."""

from __future__ import annotations

import io
import secrets
from dataclasses import dataclass

import segno
from flask import current_app, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from planner.base import actor, i18n, mail
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.kernel.permissions import P, Role
from planner.people import forms, passwords, queries, services
from planner.people.views.blueprint import bp
from planner.people.words import ROLE_HELP


def _qr(address: str) -> Markup:
    """The address as a picture to scan; plain SVG without style attributes."""
    drawn = io.BytesIO()
    segno.make(address, error="m").save(
        drawn,
        kind="svg",
        xmldecl=False,
        svgns=True,
        omitsize=True,
        dark="#1B1E22",
        light="#FFFFFF",
        svgclass="qr",
        lineclass=None,
    )
    return Markup(drawn.getvalue().decode())  # nosec B704: drawn by segno from our own address


@dataclass(frozen=True)
class OneTime:
    """A new one-time link: what it is made from, its secret, and its address up to the secret."""

    once: str
    token: str
    front: str

    @property
    def address(self) -> str:
        """What is shown once."""
        return self.front + self.token


def _one_time(endpoint: str) -> OneTime:
    """A repeat of the same form makes the same link."""
    once = request.form.get("once") or secrets.token_hex(16)
    path = url_for(endpoint, token="-")[:-1]  # nosec B106: the place of a token
    front = (current_app.config["PUBLIC_URL"] or request.host_url.rstrip("/")) + path
    return OneTime(once, passwords.token_for(once, current_app.config["SECRET_KEY"]), front)


def _show_link(kind: str, link: OneTime, role: Role | None, mailed: str) -> Response:
    drawn = _qr(link.address)
    return page("people/link.html", kind=kind, address=link.address, qr=drawn, role=role, help=ROLE_HELP, mailed=mailed)


@bp.get("/settings/people")
@uses(queries.people, queries.positions, queries.open_invitations)
def team_people() -> Response:
    """Who belongs to the team."""
    may_manage = actor.current().may(P.PEOPLE_MANAGE)
    return page(
        "people/team.html",
        people=queries.people(),
        positions={row.id: row.name for row in queries.positions()},
        invitations=queries.open_invitations() if may_manage else [],
        may_manage=may_manage,
    )


@bp.route("/settings/people/invite", methods=["GET", "POST"])
@uses(services.invite)
def invite() -> Response:
    """Let somebody in: a link and a picture of it, shown once; by mail too where that is set up."""
    form = forms.InviteForm(data={"role": Role.MEMBER.value, "language": i18n.language()})
    status = 200 if request.method == "GET" else 422
    if form.ok():
        link, to = _one_time("people.invitation"), form.mail.data or ""
        by_mail = services.ByMail(link.once, link.front, to, form.language.data) if to else None
        with form.catching():
            services.invite(Role(form.role.data), form.name.data or "", passwords.digest(link.token), by_mail)
        if not form.errors:
            return _show_link("invite", link, Role(form.role.data), to)
    return page("people/invite.html", status, form=form, help=ROLE_HELP, mail_is_on=mail.is_on())


@bp.post("/settings/people/invitations/<id:link_id>/withdraw")
@uses(services.withdraw_invitation)
def withdraw(link_id: int) -> Response:
    """An invitation that counts no more."""
    services.withdraw_invitation(link_id)
    return done(url_for("people.team_people"), _("The invitation is withdrawn."))


@bp.route("/settings/people/<id:user_id>", methods=["GET", "POST"])
@uses(services.set_role, services.set_positions, queries.person, queries.positions, queries.has_mail)
def person(user_id: int) -> Response:
    """One member: role and positions."""
    found = queries.person(user_id)
    form = forms.PersonForm(data={"role": found.role.value, "positions": list(found.position_ids)})
    form.positions.choices = [(row.id, row.name) for row in queries.positions()]
    status = 200 if request.method == "GET" else 422
    if form.ok():
        with form.catching():
            services.set_role(user_id, Role(form.role.data))
            services.set_positions(user_id, list(form.positions.data or []))
        if not form.errors:
            return done(url_for("people.team_people"), _("Saved."))
    return page(
        "people/person.html",
        status,
        form=form,
        person=found,
        help=ROLE_HELP,
        me_id=actor.current().user_id,
        can_mail=mail.is_on() and queries.has_mail(user_id),
    )


@bp.post("/settings/people/<id:user_id>/reset")
@uses(services.make_reset)
def make_reset(user_id: int) -> Response:
    """A one-time way back in for somebody who lost the password."""
    link, wanted = _one_time("people.reset"), request.form.get("by_mail") == "1"
    services.make_reset(
        user_id, passwords.digest(link.token), services.ByMail(link.once, link.front) if wanted else None
    )
    return _show_link("reset", link, None, "yes" if wanted else "")


@bp.post("/settings/people/<id:user_id>/disable")
@uses(services.set_disabled)
def disable(user_id: int) -> Response:
    """Close an account, or open it again."""
    closing = request.form.get("disabled") == "1"
    services.set_disabled(user_id, closing)
    return done(
        url_for("people.team_people"), _("The account is closed.") if closing else _("The account is open again.")
    )


@bp.post("/settings/people/<id:user_id>/end")
@uses(services.end_membership)
def end_membership(user_id: int) -> Response:
    """Somebody leaves the team."""
    services.end_membership(user_id)
    return done(url_for("people.team_people"), _("The membership has ended."), undo=True)


@bp.route("/settings/team", methods=["GET", "POST"])
@uses(services.edit_team, queries.team)
def team() -> Response:
    """Name, zone and business day."""
    row = queries.team()
    held = {"version": row.version, "team_name": row.name, "timezone": row.timezone, "day_start": str(row.day_start)}
    form = forms.TeamForm(data=held)
    if form.ok():
        with form.catching():
            services.edit_team(
                form.version.data or 0, form.team_name.data or "", form.timezone.data, int(form.day_start.data)
            )
        if not form.errors:
            return done(url_for("people.team"), _("Saved."))
    return page("people/team_settings.html", 200 if request.method == "GET" else form.status, form=form)


@bp.route("/settings/positions", methods=["GET", "POST"])
@uses(services.add_position, queries.positions)
def positions() -> Response:
    """What one can do in the room."""
    form = forms.PositionForm()
    status = 200 if request.method == "GET" else 422
    if form.ok():
        with form.catching():
            services.add_position(form.name.data or "")
        if not form.errors:
            return done(url_for("people.positions"), _("Saved."))
    return page("people/positions.html", status, form=form, positions=queries.positions())


@bp.post("/settings/positions/<id:position_id>/remove")
@uses(services.remove_position)
def remove_position(position_id: int) -> Response:
    """A position that is no longer used."""
    services.remove_position(position_id)
    return done(url_for("people.positions"), _("Removed."), undo=True)


@bp.get("/settings/installation")
@uses(queries.installation)
def installation() -> Response:
    """Teams and accounts of the whole installation."""
    held = queries.installation()
    return page("people/installation.html", every_team=held["teams"], users=held["users"])


@bp.post("/settings/installation/teams")
@uses(services.create_team)
def new_team() -> Response:
    """Another team; its first people come by an invitation of the administrator."""
    services.create_team(request.form.get("team_name", ""))
    return done(url_for("people.installation"), _("The team is made."))


@bp.post("/settings/installation/people/<id:user_id>/admin")
@uses(services.set_admin)
def set_admin(user_id: int) -> Response:
    """Make somebody an administrator, or end that."""
    services.set_admin(user_id, request.form.get("is_admin") == "1")
    return done(url_for("people.installation"), _("Saved."))
