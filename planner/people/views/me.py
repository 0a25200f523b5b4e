"""One's own account: name, language, look, password, devices, data."""

from __future__ import annotations

import json

from flask import Response as Answer
from flask import current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from planner.base import actor, i18n, panels
from planner.base.i18n import gettext as _
from planner.base.web import done, open_to_all, page, safe_next, uses
from planner.kernel.permissions import P
from planner.people import forms, login, passwords, queries, rules, services
from planner.people.views.blueprint import bp
from planner.people.views.one_time import new_link, show_scan

YEAR_SECONDS = 365 * 24 * 3600


@bp.get("/me")
@uses(queries.me, queries.my_devices, queries.my_pin, queries.days_away)
def me() -> Response:
    """The page about oneself."""
    row = queries.me()
    return _me_page(forms.MeForm(data={"name": row.name, "mail": row.mail or "", "density": row.density}))


def _my_days_away() -> list[queries.AwayRow]:
    who = actor.current()
    return queries.days_away(who.user_id or 0) if who.may(P.PEOPLE_VIEW) else []


def _me_page(form: forms.MeForm, status: int = 200) -> Response:
    return page(
        "people/me.html",
        status,
        form=form,
        row=queries.me(),
        devices=queries.my_devices(),
        pin_since=queries.my_pin(),
        rows=_my_days_away(),
        here=actor.current().session_id,
        parts=panels.shown("me", "main", actor.current().user_id or 0),
    )


@bp.get("/me/device")
@uses(queries.whoever)
def device() -> Response:
    """What this phone can do, which its browser finds out by itself."""
    return page("people/device.html")


@bp.post("/me")
@uses(services.edit_me)
def edit_me() -> Response:
    """Save name, mail, density."""
    form = forms.MeForm()
    if form.ok():
        with form.catching():
            services.edit_me(form.name.data or "", form.mail.data or "", form.density.data or "")
        if not form.errors:
            return done(url_for("people.me"), _("Saved."))
    return _me_page(form, 422)


def _remember(answer: Response, name: str, value: str) -> None:
    """In this browser, for a year."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    answer.set_cookie(name, value, max_age=YEAR_SECONDS, httponly=True, samesite="Lax", secure=secure)


@bp.post("/me/language")
@open_to_all("the language of one's own pages, also before signing in; kept in a cookie of this browser")
def language() -> Response:
    """Chinese or English, from any page."""
    wanted = request.form.get("language", "")
    answer = redirect(safe_next("/"), 303)
    if wanted in i18n.LANGUAGES:
        _remember(answer, "language", wanted)
        if actor.current().may(P.SELF):
            services.set_language(wanted)
    return answer


@bp.post("/me/theme")
@open_to_all("light or dark, also before signing in; kept in a cookie of this browser")
def theme() -> Response:
    """Light, dark, or as the system says."""
    wanted = request.form.get("theme", "")
    answer = redirect(safe_next("/"), 303)
    kept = wanted if wanted in ("light", "dark") else ""
    _remember(answer, "theme", kept)
    if actor.current().may(P.SELF):
        services.set_theme(kept)
    return answer


@bp.post("/me/team")
@uses(services.switch_team)
def switch_team() -> Response:
    """Look at another of one's teams."""
    typed = request.form.get("team_id", "")
    services.switch_team(int(typed) if typed.isdecimal() and len(typed) < 19 else 0)
    return done("/")


@bp.post("/me/devices/<id:device_id>/end")
@uses(services.end_device)
def end_device(device_id: int) -> Response:
    """Sign one device out."""
    services.end_device(device_id)
    return done(url_for("people.me"), _("That device is signed out."))


@bp.post("/me/devices/end-others")
@uses(services.revoke_other_devices)
def end_others() -> Response:
    """Sign all other devices out."""
    services.revoke_other_devices()
    return done(url_for("people.me"), _("All other devices are signed out."))


@bp.route("/me/devices/scan", methods=["GET", "POST"])
@uses(services.make_scan)
def scan_code() -> Response:
    """A picture to sign in with on one's phone; it is shown once, so coming back leads to where it is made."""
    if request.method == "GET":
        return redirect(url_for("people.me"), 303)
    link = new_link("people.scan")
    services.make_scan(link.digest)
    return show_scan(link)


@bp.route("/me/password", methods=["GET", "POST"])
@uses(services.change_password, queries.me)
def password() -> Response:
    """A new password by the old one."""
    form = forms.ChangePasswordForm()
    status = 200 if request.method == "GET" else 422
    if form.ok():
        row = queries.me()
        services.take_try(row.login, request.remote_addr or "")
        with form.catching():
            if passwords.matches(form.old.data or "", row.password_hash):
                rules.check_password(form.password.data or "", row.login)
                services.change_password(passwords.hash_password(form.password.data or ""))
                services.forget_tries(row.login, request.remote_addr or "")
            else:
                form.fault("old", _("This is not your present password."))
        if not form.errors:
            return done(url_for("people.me"), _("Your password is changed. All other devices are signed out."))
    return page("people/password.html", status, form=form)


@bp.route("/me/pin", methods=["GET", "POST"])
@uses(services.set_pin, queries.me, queries.my_pin)
def pin() -> Response:
    """Four digits for the shared desk, by the password."""
    form = forms.PinForm()
    status = 200 if request.method == "GET" else 422
    if form.ok():
        row = queries.me()
        services.take_try(row.login, request.remote_addr or "")
        with form.catching():
            if passwords.matches(form.old.data or "", row.password_hash):
                services.set_pin(passwords.hash_password(rules.read_pin(form.pin.data or "")))
                services.forget_tries(row.login, request.remote_addr or "")
            else:
                form.fault("old", _("This is not your present password."))
        if not form.errors:
            return done(url_for("people.me"), _("Your PIN is set. With it you unlock the stations of your team."))
    return page("people/pin.html", status, form=form, since=queries.my_pin())


@bp.post("/me/pin/remove")
@uses(services.remove_pin)
def remove_pin() -> Response:
    """No PIN any more."""
    services.remove_pin()
    return done(url_for("people.me"), _("Your PIN is removed."))


@bp.get("/me/data.json")
@uses(queries.my_data)
def my_data() -> Response:
    """Everything kept about oneself, to take along."""
    told = json.dumps(queries.my_data(), ensure_ascii=False, indent=2)
    head = {"Content-Disposition": 'attachment; filename="my-data.json"', "Cache-Control": "no-store"}
    return Answer(told, mimetype="application/json", headers=head)


@bp.route("/me/erase", methods=["GET", "POST"])
@uses(services.erase_me, queries.me, queries.erasing)
def erase() -> Response:
    """Erase one's personal data, after one more look."""
    form = forms.EraseForm()
    status = 200 if request.method == "GET" else 422
    if form.ok():
        row = queries.me()
        services.take_try(row.login, request.remote_addr or "")
        with form.catching():
            if passwords.matches(form.old.data or "", row.password_hash):
                services.erase_me()
            else:
                form.fault("old", _("This is not your present password."))
        if not form.errors:
            login.leave()
            return done(url_for("people.sign_in"), _("Your personal data is erased."))
    return page("people/erase.html", status, form=form, leaving=queries.erasing())
