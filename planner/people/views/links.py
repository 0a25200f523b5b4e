"""One-time links: accepting an invitation, setting a lost password anew."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import actor
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.kernel.errors import NotFound
from planner.kernel.text import msg
from planner.people import forms, login, passwords, queries, rules, services
from planner.people.views.blueprint import bp
from planner.people.words import ROLE_HELP


def _gone(kind: str) -> Response:
    """What a link says that was used, withdrawn or is too old."""
    return page("people/gone.html", 404, kind=kind)


@bp.get("/invite/<token>")
@uses(queries.link_behind)
def invitation(token: str) -> Response:
    """What one is invited to, and as what."""
    try:
        found = queries.link_behind("invite", passwords.digest(token))
    except NotFound:
        return _gone("invite")
    form = forms.AccountForm(data={"name": found.invited_name})
    return page("people/invitation.html", form=form, found=found, help=ROLE_HELP, token=token)


@bp.post("/invite/<token>")
@uses(services.accept_invitation, queries.link_behind)
def accept(token: str) -> Response:
    """Join as a new person, and be signed in."""
    key, form = passwords.digest(token), forms.AccountForm()
    if form.ok():
        with form.catching():
            rules.check_password(form.password.data or "", form.login.data or "")
            hashed = passwords.hash_password(form.password.data or "")
            user_id = services.accept_invitation(key, form.login.data or "", form.name.data or "", hashed)
        if not form.errors:
            login.enter(user_id)
            return done("/", _("Welcome to the team."))
    found = queries.link_behind("invite", key)
    return page("people/invitation.html", 422, form=form, found=found, help=ROLE_HELP, token=token)


@bp.post("/invite/<token>/me")
@uses(services.accept_as_me, services.switch_team)
def accept_as_me(token: str) -> Response:
    """Join another team with the account one has."""
    team_id = services.accept_as_me(passwords.digest(token))
    services.switch_team(team_id)
    return done("/", _("Welcome to the team."))


@bp.get("/reset/<token>")
@uses(queries.link_behind)
def reset(token: str) -> Response:
    """A new password by a one-time link."""
    try:
        found = queries.link_behind("reset", passwords.digest(token))
    except NotFound:
        return _gone("reset")
    return page("people/reset.html", form=forms.NewPasswordForm(), found=found)


@bp.post("/reset/<token>")
@uses(services.use_reset, queries.link_behind)
def use_reset(token: str) -> Response:
    """Set it, and sign in."""
    key, form = passwords.digest(token), forms.NewPasswordForm()
    found = queries.link_behind("reset", key)
    if form.ok():
        with form.catching():
            rules.check_password(form.password.data or "", found.login)
            user_id = services.use_reset(key, passwords.hash_password(form.password.data or ""))
        if not form.errors:
            if not actor.current().signed_in:
                login.enter(user_id)
            return done(url_for("people.me"), _("Your password is changed. All other devices are signed out."))
    return page("people/reset.html", 422, form=form, found=found)


@bp.get("/scan/<token>")
@uses(queries.link_behind)
def scan(token: str) -> Response:
    """Whose account would be opened here. Looking uses nothing up: programs that show previews look too."""
    try:
        found = queries.link_behind("scan", passwords.digest(token))
    except NotFound:
        return _gone("scan")
    return page("people/scan.html", found=found, token=token)


@bp.post("/scan/<token>")
@uses(services.use_scan, services.take_scan_try)
def use_scan(token: str) -> Response:
    """Sign in on this device."""
    services.take_scan_try(request.remote_addr or "")
    try:
        user_id = services.use_scan(passwords.digest(token))
    except NotFound:
        return _gone("scan")
    login.enter(user_id)
    return done("/", msg("You are signed in on this device."))
