"""The team's stations: making, naming, revoking; and whose PINs there are."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.people import desk, forms, passwords, queries, services
from planner.people.views.blueprint import bp
from planner.people.views.one_time import new_link, show_station


@bp.get("/settings/stations")
@uses(queries.stations, queries.pins)
def stations() -> Response:
    """Every station that counts, and who has a PIN."""
    return _stations_page(forms.StationForm())


def _stations_page(form: forms.StationForm, status: int = 200) -> Response:
    return page("people/stations.html", status, form=form, rows=queries.stations(), pins=queries.pins())


@bp.post("/settings/stations")
@uses(services.make_station, queries.stations, queries.pins)
def make_station() -> Response:
    """This browser becomes a station: whoever made it is signed out here."""
    form, token = forms.StationForm(), desk.new_token()
    if form.ok():
        with form.catching():
            services.make_station(form.name.data or "", passwords.digest(token))
        if not form.errors:
            services.sign_out()
            desk.become(token)
            return done(url_for("people.lock_screen"), _("This device is a station now."))
    return _stations_page(form, 422)


@bp.route("/settings/stations/link", methods=["GET", "POST"])
@uses(services.make_station_link, queries.stations, queries.pins)
def station_link_for() -> Response:
    """A link and a picture of it, to be opened on the desk's device; shown once."""
    if request.method == "GET":
        return redirect(url_for("people.stations"), 303)
    form = forms.StationForm()
    if form.ok():
        link = new_link("people.station_link")
        with form.catching():
            services.make_station_link(form.name.data or "", link.digest)
        if not form.errors:
            return show_station(link, form.name.data or "")
    return _stations_page(form, 422)


@bp.route("/settings/stations/<id:station_id>", methods=["GET", "POST"])
@uses(services.edit_station, queries.station)
def edit_station(station_id: int) -> Response:
    """Its name, and after how long it locks."""
    row = queries.station(station_id)
    form = forms.EditStationForm(data={"version": row.version, "name": row.name, "lock_after": row.lock_after})
    if form.ok():
        with form.catching():
            services.edit_station(station_id, form.version.data or 0, form.name.data or "", form.lock_after.data)
        if not form.errors:
            return done(url_for("people.stations"), _("Saved."), undo=True)
    return page("people/station_edit.html", 200 if request.method == "GET" else form.status, form=form, row=row)


@bp.post("/settings/stations/<id:station_id>/revoke")
@uses(services.revoke_station)
def revoke_station(station_id: int) -> Response:
    """It counts no more."""
    services.revoke_station(station_id)
    return done(url_for("people.stations"), _("The station is revoked. Its next request shows the sign-in page."))


@bp.post("/settings/stations/pins/<id:user_id>/remove")
@uses(services.remove_pin_of)
def remove_pin_of(user_id: int) -> Response:
    """Somebody has no PIN any more."""
    services.remove_pin_of(user_id)
    return done(url_for("people.stations"), _("The PIN is removed."))
