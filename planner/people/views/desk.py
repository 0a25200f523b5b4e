"""A shared desk: its lock screen, the number pad, locking; and the link that turns a browser into one."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from planner.base import actor, again
from planner.base.i18n import gettext as _
from planner.base.web import done, fragment, page, safe_next, uses
from planner.kernel.errors import NotFound, TooMany
from planner.people import desk, forms, passwords, queries, services
from planner.people.views.blueprint import bp


@bp.get("/station")
@uses(queries.lock_screen)
def lock_screen() -> Response:
    """Whose turn is it: the names of tonight first."""
    if actor.current().signed_in or actor.current().station is None:
        return redirect("/", 303)
    return _lock_page()


def _lock_page() -> Response:
    kept = again.carried()
    held = again.sealed(kept) if kept else ""
    told = {"view": queries.lock_screen(), "next": safe_next(""), "again": held}
    return page("people/station.html", zone=actor.current().timezone, **told)


@bp.post("/station/names")
@uses(queries.lock_screen)
def unlock_to_send() -> Response:
    """The names again, for somebody whose form came after the lock: it is carried along."""
    return _lock_page()


@bp.get("/station/tonight")
@uses(queries.tonight_here)
def tonight() -> Response:
    """Tonight's shows, asked again by the lock screen."""
    return fragment("people/_station_tonight.html", shows=queries.tonight_here())


@bp.get("/station/here")
@uses(queries.whoever)
def here() -> Response:
    """Somebody types or reads at an unlocked station, which puts its lock off: loading who acts has noted it."""
    return Response("", 204)


@bp.post("/station/lock")
@uses(services.lock_station)
def lock() -> Response:
    """Lock it now."""
    if actor.current().station is not None:
        desk.lock()
    return redirect(url_for("people.lock_screen"), 303)


def _pad(form: forms.UnlockForm, user_id: int, status: int = 200) -> Response:
    kept = again.carried()
    held = again.sealed(kept) if kept else ""
    view = queries.pad(user_id)
    return page("people/station_pin.html", status, form=form, view=view, next=safe_next(""), again=held)


@bp.get("/station/people/<id:user_id>")
@uses(queries.pad)
def pin_pad(user_id: int) -> Response:
    """The number pad."""
    if actor.current().signed_in:
        return redirect("/", 303)
    return _pad(forms.UnlockForm(), user_id)


@bp.post("/station/people/<id:user_id>/chosen")
@uses(queries.pad)
def pin_pad_to_send(user_id: int) -> Response:
    """The number pad, with a form that came after the lock."""
    return _pad(forms.UnlockForm(), user_id)


@bp.post("/station/people/<id:user_id>")
@uses(services.unlock, services.take_pin_try, services.wrong_pin, queries.pad, queries.pin_behind)
def unlock(user_id: int) -> Response:
    """Act as oneself from now on, until it locks."""
    form, name = forms.UnlockForm(), queries.pad(user_id).name
    if not form.ok():
        return _pad(form, user_id, 422)
    try:
        with form.catching():
            desk.unlock(user_id, form.pin.data or "")
    except TooMany:
        return _pad(form, user_id, 429)
    if form.errors:
        return _pad(form, user_id, 422)
    held = again.carried()
    return again.answer(200, held, name) if held is not None else redirect(safe_next("/"), 303)


@bp.get("/station/open/<token>")
@uses(queries.link_behind)
def station_link(token: str) -> Response:
    """What this browser would become. Looking uses nothing up."""
    try:
        found = queries.link_behind("station", passwords.digest(token))
    except NotFound:
        return page("people/gone.html", 404, kind="station")
    return page("people/station_link.html", found=found, token=token)


@bp.post("/station/open/<token>")
@uses(services.use_station_link, services.take_scan_try)
def use_station_link(token: str) -> Response:
    """Become the station."""
    services.take_scan_try(request.remote_addr or "")
    made = desk.new_token()
    try:
        services.use_station_link(passwords.digest(token), passwords.digest(made))
    except NotFound:
        return page("people/gone.html", 404, kind="station")
    desk.become(made)
    return done(url_for("people.lock_screen"), _("This device is a station now."))
