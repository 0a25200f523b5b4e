"""Channels and studios: what the team broadcasts with and from."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.live import forms, queries, services
from planner.live.rules import Platform
from planner.live.views.blueprint import answered, bp


@bp.route("/settings/channels", methods=["GET", "POST"])
@uses(services.add_channel, queries.channels)
def channels() -> Response:
    """The list, and a new one."""
    form = forms.ChannelForm()
    if form.ok():
        with form.catching():
            services.add_channel(Platform(form.platform.data), form.name.data or "", form.account.data or "")
        if not form.errors:
            return done(url_for("live.channels"), _("Saved."), undo=True)
    return page("live/channels.html", answered(form), form=form, rows=queries.channels())


@bp.route("/settings/channels/<id:channel_id>", methods=["GET", "POST"])
@uses(services.edit_channel, queries.channel)
def channel(channel_id: int) -> Response:
    """One channel."""
    row = queries.channel(channel_id)
    held = {"version": row.version, "platform": row.platform.value, "name": row.name, "account": row.account}
    form = forms.ChannelForm(data=held)
    if form.ok():
        with form.catching():
            services.edit_channel(
                channel_id,
                form.version.data or 0,
                Platform(form.platform.data),
                form.name.data or "",
                form.account.data or "",
            )
        if not form.errors:
            return done(url_for("live.channels"), _("Saved."), undo=True)
    return page("live/channel.html", answered(form, held), form=form, row=row)


@bp.post("/settings/channels/<id:channel_id>/delete")
@uses(services.trash_channel)
def delete_channel(channel_id: int) -> Response:
    """Into the trash."""
    services.trash_channel(channel_id)
    return done(url_for("live.channels"), _("The channel is in the trash."), undo=True)


@bp.route("/settings/studios", methods=["GET", "POST"])
@uses(services.add_studio, queries.studios)
def studios() -> Response:
    """The list, and a new one."""
    form = forms.StudioForm()
    if form.ok():
        with form.catching():
            services.add_studio(form.name.data or "")
        if not form.errors:
            return done(url_for("live.studios"), _("Saved."), undo=True)
    return page("live/studios.html", answered(form), form=form, rows=queries.studios())


@bp.route("/settings/studios/<id:studio_id>", methods=["GET", "POST"])
@uses(services.edit_studio, queries.studio)
def studio(studio_id: int) -> Response:
    """One studio."""
    row = queries.studio(studio_id)
    held = {"version": row.version, "name": row.name}
    form = forms.StudioForm(data=held)
    if form.ok():
        with form.catching():
            services.edit_studio(studio_id, form.version.data or 0, form.name.data or "")
        if not form.errors:
            return done(url_for("live.studios"), _("Saved."), undo=True)
    return page("live/studio.html", answered(form, held), form=form, row=row)


@bp.post("/settings/studios/<id:studio_id>/delete")
@uses(services.trash_studio)
def delete_studio(studio_id: int) -> Response:
    """Into the trash."""
    services.trash_studio(studio_id)
    return done(url_for("live.studios"), _("The studio is in the trash."), undo=True)
