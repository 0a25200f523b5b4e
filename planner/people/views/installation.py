"""The installation: its teams and accounts, for administrators."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.kernel.permissions import Role
from planner.people import forms, queries, services
from planner.people.views.blueprint import bp
from planner.people.views.one_time import new_link, show_link


@bp.get("/settings/installation")
@uses(queries.installation)
def installation() -> Response:
    """Teams and accounts of the whole installation."""
    return _installation_page(forms.NewTeamForm())


def _installation_page(form: forms.NewTeamForm, status: int = 200) -> Response:
    held = queries.installation()
    return page("people/installation.html", status, form=form, every_team=held["teams"], users=held["users"])


@bp.post("/settings/installation/teams")
@uses(services.create_team, queries.installation)
def new_team() -> Response:
    """Another team; its first people come by an invitation of the administrator."""
    form = forms.NewTeamForm()
    if form.ok():
        with form.catching():
            services.create_team(form.team_name.data or "")
        if not form.errors:
            return done(url_for("people.installation"), _("The team is made. Invite its first manager."))
    return _installation_page(form, 422)


@bp.post("/settings/installation/teams/<id:team_id>/invite")
@uses(services.invite_manager)
def invite_manager(team_id: int) -> Response:
    """A one-time link for somebody who is to manage a team."""
    link = new_link("people.invitation")
    services.invite_manager(team_id, link.digest)
    return show_link("invite", link, Role.MANAGER, back=url_for("people.installation"))


@bp.post("/settings/installation/people/<id:user_id>/admin")
@uses(services.set_admin)
def set_admin(user_id: int) -> Response:
    """Make somebody an administrator, or end that."""
    services.set_admin(user_id, request.form.get("is_admin") == "1")
    return done(url_for("people.installation"), _("Saved."))


@bp.post("/settings/installation/people/<id:user_id>/reset")
@uses(services.make_reset_for)
def make_reset_for(user_id: int) -> Response:
    """A one-time way back in for anybody who lost the password."""
    link = new_link("people.reset")
    services.make_reset_for(user_id, link.digest)
    return show_link("reset", link, back=url_for("people.installation"))


@bp.route("/settings/installation/people/<id:user_id>/disable", methods=["GET", "POST"])
@uses(services.set_account_disabled, queries.closing_account)
def disable_account(user_id: int) -> Response:
    """Close any account, after a look at what still is theirs; or open it again."""
    if request.method == "GET":
        name, left = queries.closing_account(user_id)
        return page("people/closing.html", user_id=user_id, name=name, leaving=left)
    closing = request.form.get("disabled") == "1"
    services.set_account_disabled(user_id, closing)
    return done(
        url_for("people.installation"), _("The account is closed.") if closing else _("The account is open again.")
    )
