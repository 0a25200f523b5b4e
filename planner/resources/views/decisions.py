"""Deciding: one tap says yes; everything else says why."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import actor
from planner.base.forms import Form
from planner.base.i18n import from_json, ngettext, told
from planner.base.i18n import gettext as _
from planner.base.web import done, fragment, page, safe_next, strip, uses
from planner.kernel.errors import NotFound, Refused, Stale
from planner.kernel.money import show_money
from planner.resources import forms, queries, services
from planner.resources.services import Seen
from planner.resources.views.blueprint import bp, request_url
from planner.resources.views.requests import shown


def _seen(request_id: int) -> Seen:
    return Seen(request_id, request.form.get("seen", "")[:64])


def _queue() -> str:
    """What waits for me, also when nothing does any more."""
    return url_for("resources.requests", tab="waiting")


def _undo(batch: str, back: str | None = None) -> str:
    return url_for("resources.take_back", batch=batch, next=back or request.values.get("next"))


def _stale(request_id: int) -> Response:
    """It is another by now: look once more, and decide on that."""
    services.follow_papers("request", request_id)
    return done(request_url(request_id), _("It has changed since you looked: decide on what stands now."), kind="warn")


@bp.get("/requests/waiting")
@uses(queries.cards)
def waiting_cards() -> Response:
    """What waits for me as cards, for the first page."""
    return fragment("resources/_cards.html", panel=queries.cards())


@bp.post("/requests/<id:request_id>/approve")
@uses(services.approve)
def approve(request_id: int) -> Response:
    """Yes."""
    try:
        answer = services.approve(_seen(request_id), request.form.get("note", ""))
    except Stale:
        return _stale(request_id)
    except Refused as fault:
        return _refused(request_id, fault)
    said = _("Approved: %(title)s, %(amount)s", title=answer["title"], amount=show_money(answer["total"]))
    return done(safe_next(_queue()), said, undo=_undo(answer["batch"]))


def _refused(request_id: int, fault: Refused) -> Response:
    """It can't be approved now: the page says why, and how it stands."""
    try:
        strip(fault.message, "warn")
        return shown(request_id, 409)
    except NotFound:
        raise fault from None


@bp.post("/requests/approve")
@uses(services.approve_many)
def approve_many() -> Response:
    """Yes to all that are ticked, each under all rules."""
    seen = [Seen(int(n), request.form.get(f"seen-{n}", "")[:64]) for n in request.form.getlist("request") if _is_id(n)]
    if not seen:
        return done(_queue(), _("Choose at least one request."), kind="warn")
    answer = services.approve_many(seen)
    for request_id, words in list(answer["left"].items())[:5]:
        title = queries.one_request(int(request_id)).title
        strip(_("%(title)s is not approved: %(why)s", title=title, why=told(from_json(words))), "warn")
    count = len(answer["done"])
    if not count:
        return done(_queue())
    total = show_money(queries.total_of(answer["done"]))
    words = ngettext("%(num)s request approved, %(sum)s.", "%(num)s requests approved, %(sum)s.", count, sum=total)
    return done(_queue(), words, undo=_undo(answer["batch"]))


def _is_id(typed: str) -> bool:
    return typed.isdecimal() and typed.isascii() and len(typed) <= 18


@bp.post("/requests/take-back/<batch>")
@uses(services.take_back)
def take_back(batch: str) -> Response:
    """Not yet: before anybody was told."""
    services.take_back(batch)
    return done(safe_next(_queue()), _("Taken back: nobody was told."))


def _asked(form: Form, request_id: int, heading: str, button: str, **more: Any) -> Response:
    view = queries.head_of(request_id)
    status = 200 if request.method == "GET" else form.status
    return page("resources/decide.html", status, form=form, view=view, heading=heading, button=button, **more)


@bp.route("/requests/<id:request_id>/refuse", methods=["GET", "POST"])
@uses(services.refuse, queries.head_of)
def refuse(request_id: int) -> Response:
    """No, and why."""
    form = forms.DecisionForm()
    if form.ok():
        with form.catching():
            batch = services.refuse(_seen(request_id), form.note.data or "")
            return done(_queue(), _("Refused."), undo=_undo(batch))
    return _asked(form, request_id, _("Refuse"), _("Refuse"), danger=True)


@bp.route("/requests/<id:request_id>/return", methods=["GET", "POST"])
@uses(services.give_back, queries.head_of)
def give_back(request_id: int) -> Response:
    """Back to whoever asked, or to a level that has signed."""
    form = forms.ReturnForm()
    form.to_level.offer(queries.levels_behind(request_id))
    if form.ok():
        with form.catching():
            batch = services.give_back(_seen(request_id), form.note.data or "", form.to_level.data)
            return done(_queue(), _("Returned."), undo=_undo(batch))
    return _asked(form, request_id, _("Return"), _("Return"), to_level=True)


def _others(request_id: int) -> list[tuple[int, str]]:
    """Who can sign besides, or instead of, whoever decides."""
    me = actor.current().user_id
    return [(user_id, name) for user_id, name in queries.signers_to_choose(request_id) if user_id != me]


@bp.route("/requests/<id:request_id>/add", methods=["GET", "POST"])
@uses(services.add_signer, queries.head_of, queries.signers_to_choose)
def add_signer(request_id: int) -> Response:
    """Somebody more."""
    form = forms.PersonForm()
    form.user_id.offer(_others(request_id))
    if form.ok():
        with form.catching():
            before = form.when.data != "after"
            batch = services.add_signer(_seen(request_id), form.user_id.data or 0, before, form.note.data or "")
            page_of = request_url(request_id)
            return done(page_of, _("They are asked now."), undo=_undo(batch, page_of))
    return _asked(form, request_id, _("Add a signer"), _("Ask them"), person=True, when=True)


@bp.route("/requests/<id:request_id>/transfer", methods=["GET", "POST"])
@uses(services.transfer, queries.head_of, queries.signers_to_choose)
def transfer(request_id: int) -> Response:
    """Somebody else."""
    form = forms.PersonForm()
    form.user_id.offer(_others(request_id))
    if form.ok():
        with form.catching():
            batch = services.transfer(_seen(request_id), form.user_id.data or 0, form.note.data or "")
            name = dict(queries.signers_to_choose(request_id)).get(form.user_id.data or 0, "")
            said = _("Handed on to %(name)s.", name=name)
            return done(_queue(), said, undo=_undo(batch, request_url(request_id)))
    return _asked(form, request_id, _("Hand on"), _("Hand on"), person=True)


@bp.route("/requests/<id:request_id>/appoint", methods=["GET", "POST"])
@uses(services.appoint, queries.head_of, queries.signers_to_choose)
def appoint(request_id: int) -> Response:
    """Somebody, because nobody else can."""
    form = forms.PersonForm()
    form.user_id.offer(queries.signers_to_choose(request_id))
    if form.ok():
        with form.catching():
            services.appoint(request_id, form.user_id.data or 0, form.note.data or "")
            return done(request_url(request_id), _("They are asked now."))
    return _asked(form, request_id, _("Name a signer"), _("Ask them"), person=True)


@bp.route("/requests/<id:request_id>/copy", methods=["GET", "POST"])
@uses(services.copy_to, queries.head_of)
def copy_to(request_id: int) -> Response:
    """Let somebody know."""
    form = forms.PersonForm()
    form.user_id.offer(list(queries.by_name().items()))
    if form.ok():
        with form.catching():
            services.copy_to(request_id, form.user_id.data or 0)
            return done(request_url(request_id), _("They have been told."))
    return _asked(form, request_id, _("Copy to"), _("Copy to"), person=True, plain=True)


@bp.route("/requests/<id:request_id>/cancel", methods=["GET", "POST"])
@uses(services.cancel, queries.head_of, queries.one_request)
def cancel_request(request_id: int) -> Response:
    """It is not needed after all."""
    form = forms.DecisionForm()
    if form.ok():
        with form.catching({"reason": "note"}):
            services.cancel(request_id, queries.one_request(request_id).version, form.note.data or "")
            return done(request_url(request_id), _("Whoever approved it is asked."))
    return _asked(form, request_id, _("Ask to cancel"), _("Ask to cancel"), danger=True)


@bp.post("/requests/<id:request_id>/nudge")
@uses(services.nudge)
def nudge(request_id: int) -> Response:
    """An answer, please."""
    try:
        count = services.nudge(request_id)
    except Refused as fault:
        return done(request_url(request_id), told(fault.message), kind="warn")
    words = ngettext("%(num)s person was asked for an answer.", "%(num)s people were asked for an answer.", count)
    return done(request_url(request_id), words)


@bp.post("/requests/<id:request_id>/wait-no-more")
@uses(services.wait_no_more)
def wait_no_more(request_id: int) -> Response:
    """Its step and its show go on without it."""
    services.wait_no_more(request_id)
    return done(request_url(request_id), _("Nothing waits for it any more."))
