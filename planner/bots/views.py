"""The pages of group bots."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from planner.base.i18n import gettext as _
from planner.base.web import done, fragment, page, uses
from planner.bots import queries, services
from planner.bots.forms import BotForm, NamesForm

bp = Blueprint("bots", __name__)


@bp.route("/me/chat-names", methods=["GET", "POST"])
@uses(queries.my_chat_names, services.set_chat_names)
def chat_names() -> Response:
    """By which ids the groups' bots call me."""
    form = NamesForm(data={str(vendor): handle for vendor, handle in queries.my_chat_names().items()})
    if form.ok():
        with form.catching():
            services.set_chat_names(form.handles())
        if not form.errors:
            return done(url_for("people.me"), _("Saved."))
    return page("bots/names.html", 200 if request.method == "GET" else form.status, form=form)


@bp.get("/settings/bots")
@uses(queries.bots)
def index() -> Response:
    """All bots with how it goes, and how one is set up."""
    return page("bots/index.html", view=queries.bots())


@bp.get("/settings/bots/list")
@uses(queries.bots)
def listed() -> Response:
    """The list again, for a page that is open."""
    return fragment("bots/_list.html", view=queries.bots())


@bp.route("/settings/bots/new", methods=["GET", "POST"])
@uses(services.add_bot, queries.bots)
def new() -> Response:
    """Another bot."""
    form = BotForm()
    if form.ok():
        bot_id = None
        with form.catching():
            bot_id = services.add_bot(form.wish())
        if bot_id is not None:
            return done(url_for("bots.bot", bot_id=bot_id), _("Saved. Send a test message to see it in the group."))
    return page("bots/new.html", 200 if request.method == "GET" else form.status, form=form, view=queries.bots())


@bp.get("/settings/bots/<id:bot_id>")
@uses(queries.bot, queries.pushes)
def bot(bot_id: int) -> Response:
    """A bot with its last messages."""
    return page("bots/bot.html", bot=queries.bot(bot_id), pushes=queries.pushes(bot_id))


@bp.get("/settings/bots/<id:bot_id>/state")
@uses(queries.bot, queries.pushes)
def state(bot_id: int) -> Response:
    """How it goes, again, for a page that is open."""
    return fragment("bots/_state.html", bot=queries.bot(bot_id), pushes=queries.pushes(bot_id))


@bp.route("/settings/bots/<id:bot_id>/edit", methods=["GET", "POST"])
@uses(services.edit_bot, queries.bot)
def edit(bot_id: int) -> Response:
    """What it tells and where."""
    row = queries.bot(bot_id)
    form = BotForm(data=asdict(row) | {"address": "", "vendor": str(row.vendor), "summary_at": str(row.summary_at)})
    if form.ok():
        with form.catching():
            services.edit_bot(bot_id, form.version.data or 0, form.wish())
        if not form.errors:
            return done(url_for("bots.bot", bot_id=bot_id), _("Saved."))
    return page("bots/edit.html", 200 if request.method == "GET" else form.status, form=form, bot=row)


@bp.post("/settings/bots/<id:bot_id>/test")
@uses(services.try_bot)
def test(bot_id: int) -> Response:
    """A message to see whether it arrives."""
    services.try_bot(bot_id)
    return done(url_for("bots.bot", bot_id=bot_id), _("The test message is on its way. What came of it stands below."))


@bp.post("/settings/bots/<id:bot_id>/switch")
@uses(services.switch_bot)
def switch(bot_id: int) -> Response:
    """Off, or on again."""
    on = request.form.get("on") == "1"
    services.switch_bot(bot_id, on)
    return done(
        url_for("bots.bot", bot_id=bot_id), _("It tells again from now on.") if on else _("It is switched off.")
    )


@bp.post("/settings/bots/<id:bot_id>/resume")
@uses(services.resume_bot)
def resume(bot_id: int) -> Response:
    """After a pause."""
    services.resume_bot(bot_id)
    return done(url_for("bots.bot", bot_id=bot_id), _("It tells again from now on."))


@bp.post("/settings/bots/<id:bot_id>/delete")
@uses(services.trash_bot)
def delete(bot_id: int) -> Response:
    """Into the trash."""
    services.trash_bot(bot_id)
    return done(url_for("bots.index"), _("The bot is in the trash."), undo=True)
