"""Channels and studios: what the team broadcasts with and from. Everybody may look; leads keep them."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.live import forms, queries, services
from planner.live.rules import Platform
from planner.live.views.blueprint import answered, bp


@bp.get("/settings/channels")
@uses(queries.channels)
def channels() -> Response:
    """The accounts of the team."""
    return page("live/channels.html", form=forms.ChannelForm(), rows=queries.channels())


@bp.post("/settings/channels")
@uses(services.add_channel, queries.channels)
def add_channel() -> Response:
    """A new one."""
    form = forms.ChannelForm()
    if form.ok():
        with form.catching():
            services.add_channel(Platform(form.platform.data), form.name.data or "", form.account.data or "")
        if not form.errors:
            return done(url_for("live.channels"), _("Saved."), undo=True)
    return page("live/channels.html", answered(form), form=form, rows=queries.channels())


def _channel(channel_id: int, save: bool) -> Response:
    row = queries.channel(channel_id)
    held = {"version": row.version, "platform": row.platform.value, "name": row.name, "account": row.account}
    form = forms.ChannelForm(data=held)
    if save and form.ok():
        with form.catching():
            _save_channel(channel_id, form)
        if not form.errors:
            return done(url_for("live.channels"), _("Saved."), undo=True)
    return page("live/channel.html", answered(form, held), form=form, row=row)


def _save_channel(channel_id: int, form: forms.ChannelForm) -> None:
    platform = Platform(form.platform.data)
    services.edit_channel(channel_id, form.version.data or 0, platform, form.name.data or "", form.account.data or "")


@bp.get("/settings/channels/<id:channel_id>")
@uses(queries.channel)
def channel(channel_id: int) -> Response:
    """One channel."""
    return _channel(channel_id, save=False)


@bp.post("/settings/channels/<id:channel_id>")
@uses(services.edit_channel, queries.channel)
def edit_channel(channel_id: int) -> Response:
    """Change it."""
    return _channel(channel_id, save=True)


@bp.post("/settings/channels/<id:channel_id>/delete")
@uses(services.trash_channel)
def delete_channel(channel_id: int) -> Response:
    """Into the trash."""
    services.trash_channel(channel_id)
    return done(url_for("live.channels"), _("The channel is in the trash."), undo=True)


@bp.get("/settings/studios")
@uses(queries.studios)
def studios() -> Response:
    """The rooms of the team."""
    return page("live/studios.html", form=forms.StudioForm(), rows=queries.studios())


@bp.post("/settings/studios")
@uses(services.add_studio, queries.studios)
def add_studio() -> Response:
    """A new one."""
    form = forms.StudioForm()
    if form.ok():
        with form.catching():
            services.add_studio(form.name.data or "")
        if not form.errors:
            return done(url_for("live.studios"), _("Saved."), undo=True)
    return page("live/studios.html", answered(form), form=form, rows=queries.studios())


def _studio(studio_id: int, save: bool) -> Response:
    row = queries.studio(studio_id)
    held = {"version": row.version, "name": row.name}
    form = forms.StudioForm(data=held)
    if save and form.ok():
        with form.catching():
            services.edit_studio(studio_id, form.version.data or 0, form.name.data or "")
        if not form.errors:
            return done(url_for("live.studios"), _("Saved."), undo=True)
    return page("live/studio.html", answered(form, held), form=form, row=row)


@bp.get("/settings/studios/<id:studio_id>")
@uses(queries.studio)
def studio(studio_id: int) -> Response:
    """One studio."""
    return _studio(studio_id, save=False)


@bp.post("/settings/studios/<id:studio_id>")
@uses(services.edit_studio, queries.studio)
def edit_studio(studio_id: int) -> Response:
    """Change its name."""
    return _studio(studio_id, save=True)


@bp.post("/settings/studios/<id:studio_id>/delete")
@uses(services.trash_studio)
def delete_studio(studio_id: int) -> Response:
    """Into the trash."""
    services.trash_studio(studio_id)
    return done(url_for("live.studios"), _("The studio is in the trash."), undo=True)
