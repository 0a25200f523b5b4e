"""The door: first run, login, logout."""

from __future__ import annotations

from flask import current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from planner.base import actor, again, shell
from planner.base.i18n import gettext as _
from planner.base.web import done, page, safe_next, uses
from planner.kernel.text import fold
from planner.people import forms, login, passwords, queries, rules, services
from planner.people.views.blueprint import bp


@bp.get("/login")
@uses(queries.is_empty)
def sign_in() -> Response:
    """Who are you; on an empty installation, the first-run page instead."""
    if queries.is_empty():
        return redirect(url_for("people.first_run"), 303)
    if actor.current().signed_in:
        return redirect(safe_next("/"), 303)
    if actor.current().station:
        return redirect(url_for("people.lock_screen", next=safe_next("") or None), 303)
    return _login_page(forms.LoginForm())


def _login_page(form: forms.LoginForm, status: int = 200) -> Response:
    demo = current_app.config["DEMO_PASSWORD"] if current_app.config["DEMO"] and queries.has_demo() else ""
    kept = again.carried()
    held = {"again": again.sealed(kept), "shell": again.frame()} if kept else {"again": ""}
    return page("people/login.html", status, form=form, next=safe_next(""), demo_password=demo, **held)


@bp.post("/login")
@uses(services.take_try, services.forget_tries, services.open_device, queries.has_demo, queries.account_for_login)
def enter() -> Response:
    """Equal time and answer whether the account exists or not."""
    form = forms.LoginForm()
    if not form.ok():
        return _login_page(form, 422)
    name, address = fold(form.login.data or "")[:80], request.remote_addr or ""
    services.take_try(name, address)
    found = queries.account_for_login(name)
    if not passwords.matches(form.password.data or "", found[1] if found else None) or found is None:
        form.fault("", _("Login name or password is wrong."))
        return _login_page(form, 422)
    services.forget_tries(name, address)
    login.enter(found[0])
    held = again.carried()
    if held is not None:
        return again.answer(200, held, name)
    return redirect(safe_next("/"), 303)


@bp.post("/logout")
@uses(services.sign_out)
def sign_out() -> Response:
    """End this device."""
    services.sign_out()
    login.leave()
    return done(url_for("people.sign_in"), _("You are signed out."))


@bp.get("/first-run")
@uses(queries.is_empty, queries.has_demo)
def first_run() -> Response:
    """The welcome of an empty installation."""
    if not queries.is_empty():
        return redirect(url_for("people.sign_in"), 303)
    if queries.has_demo():
        return redirect(url_for(shell.SHELL["demo"]), 303)
    return page("people/first_run.html", form=forms.FirstRunForm())


@bp.post("/first-run")
@uses(services.first_run)
def make_first() -> Response:
    """The first administrator and team."""
    form = forms.FirstRunForm()
    if form.ok():
        with form.catching():
            rules.check_password(form.password.data or "", form.login.data or "")
            hashed = passwords.hash_password(form.password.data or "")
            user_id = services.first_run(
                form.login.data or "", form.name.data or "", hashed, form.team_name.data or "", form.timezone.data
            )
        if not form.errors:
            login.enter(user_id)
            return done("/", _("Welcome. Your team is ready: plan the first session, or invite your people."))
    return page("people/first_run.html", 422, form=form)
