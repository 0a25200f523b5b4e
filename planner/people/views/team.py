"""The team's people: roles, positions, invitations, ways back in."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import actor, i18n, mail
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.kernel.permissions import P, Role
from planner.people import forms, queries, services
from planner.people.views.blueprint import bp
from planner.people.views.one_time import new_link, show_link
from planner.people.words import ROLE_HELP


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
    form.role.choices = forms.roles_to_give()
    status = 200 if request.method == "GET" else 422
    if form.ok():
        link, to = new_link("people.invitation"), form.mail.data or ""
        by_mail = services.ByMail(link.once, link.front, to, form.language.data) if to else None
        with form.catching():
            services.invite(Role(form.role.data), form.name.data or "", link.digest, by_mail)
        if not form.errors:
            return show_link("invite", link, Role(form.role.data), to)
    given = {role: text for role, text in ROLE_HELP.items() if role in dict(form.role.choices)}
    return page("people/invite.html", status, form=form, help=given, mail_is_on=mail.is_on())


@bp.post("/settings/people/invitations/<id:link_id>/withdraw")
@uses(services.withdraw_invitation)
def withdraw(link_id: int) -> Response:
    """An invitation that counts no more."""
    services.withdraw_invitation(link_id)
    return done(url_for("people.team_people"), _("The invitation is withdrawn."))


@bp.route("/settings/people/<id:user_id>", methods=["GET", "POST"])
@uses(services.edit_person, queries.person, queries.positions, queries.has_mail, queries.days_away)
def person(user_id: int) -> Response:
    """One member: role and positions."""
    found = queries.person(user_id)
    held = {"version": found.version, "role": found.role.value, "positions": list(found.position_ids)}
    form = forms.PersonForm(data=held)
    form.role.choices = forms.roles_to_give(found.role)
    form.positions.choices = [(row.id, row.name) for row in queries.positions()]
    if form.ok():
        with form.catching():
            services.edit_person(user_id, form.version.data or 0, Role(form.role.data), list(form.positions.data or []))
        if not form.errors:
            return done(url_for("people.team_people"), _("Saved."))
    return page(
        "people/person.html",
        200 if request.method == "GET" else form.status,
        form=form,
        person=found,
        help=ROLE_HELP,
        me_id=actor.current().user_id,
        may_edit=forms.may_manage(found.role),
        rows=queries.days_away(user_id),
        can_mail=mail.is_on() and queries.has_mail(user_id),
    )


@bp.post("/settings/people/<id:user_id>/reset")
@uses(services.make_reset)
def make_reset(user_id: int) -> Response:
    """A one-time way back in for somebody who lost the password."""
    link, wanted = new_link("people.reset"), request.form.get("by_mail") == "1"
    services.make_reset(user_id, link.digest, services.ByMail(link.once, link.front) if wanted else None)
    return show_link("reset", link, None, "yes" if wanted else "")


@bp.route("/settings/people/<id:user_id>/disable", methods=["GET", "POST"])
@uses(services.set_disabled, queries.closing)
def disable(user_id: int) -> Response:
    """Close an account, after a look at what still is theirs; or open it again."""
    if request.method == "GET":
        found, left = queries.closing(user_id)
        return page("people/leaving.html", person=found, leaving=left, ends=False)
    closing = request.form.get("disabled") == "1"
    services.set_disabled(user_id, closing)
    return done(
        url_for("people.team_people"), _("The account is closed.") if closing else _("The account is open again.")
    )


@bp.route("/settings/people/<id:user_id>/end", methods=["GET", "POST"])
@uses(services.end_membership, queries.leaving)
def end_membership(user_id: int) -> Response:
    """Somebody leaves the team: first what still is theirs, then the decision."""
    if request.method == "GET":
        found, left = queries.leaving(user_id)
        return page("people/leaving.html", person=found, leaving=left, ends=True)
    services.end_membership(user_id)
    return done(url_for("people.team_people"), _("The membership has ended."), undo=True)


@bp.route("/settings/team", methods=["GET", "POST"])
@uses(services.edit_team, queries.team)
def team() -> Response:
    """Name, zone and business day."""
    row = queries.team()
    held = {"version": row.version, "team_name": row.name, "timezone": row.timezone, "day_start": str(row.day_start)}
    form = forms.TeamForm(data=held)
    form.keep(row.timezone, row.day_start)
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
