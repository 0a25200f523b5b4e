"""Envelopes: their terms, what was drawn of them, the call to whoever is on duty, and the credit of ad accounts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import show
from planner.base.i18n import gettext as _
from planner.base.web import done, fragment, page, safe_next, strip, uses
from planner.base.words import label_of
from planner.kernel.errors import Invalid, Refused, Stale
from planner.kernel.permissions import Role
from planner.live import queries as live
from planner.resources import forms, queries, services
from planner.resources.rules.envelopes import DAYS_AT_FIRST, Reason
from planner.resources.views.blueprint import bp, kept_as, number, request_url

DRAWING = (Role.MEMBER, Role.HOST, Role.LEAD, Role.MANAGER)


def _air(session_id: int) -> str:
    return url_for("live.session", session_id=session_id, phase="air", _anchor="draw")


def _offer(form: forms.EnvelopeForm) -> None:
    """What can be chosen."""
    held = queries.envelope_choices()
    form.category_id.offer([(c.id, c.name) for c in queries.categories()])
    form.channels.choices, form.positions.choices = held.channels, held.positions
    form.users.choices, form.duty.choices = held.users, held.duty
    form.roles.choices = [(str(role), label_of(role)) for role in DRAWING]
    form.sessions.choices = [(b.id, f"{show.when(b.planned_start)} {b.theme}") for b in held.sessions]


def _begins(ads: int | None) -> dict[str, Any]:
    """What the form of a new one begins with: a title, or all of a template."""
    kept = number("template")
    wish, terms = queries.filled(kept) if kept else (None, None)
    if wish is None or terms is None:
        week = {"first": show.today(), "last": show.today() + timedelta(days=DAYS_AT_FIRST - 1)}
        return {"title": request.args.get("title", "")[:120], "category_id": ads, **week}
    return forms.envelope_data(wish, terms)


@bp.route("/requests/envelopes/new", methods=["GET", "POST"])
@uses(services.draft_envelope, queries.envelope_choices, queries.filled)
def new_envelope() -> Response:
    """The terms of a new one."""
    ads = next((c.id for c in queries.categories() if c.key == "ads"), None)
    form = forms.EnvelopeForm(data=_begins(ads))
    _offer(form)
    if form.ok():
        with form.catching():
            made = services.draft_envelope(form.wish())
            return done(request_url(made), _("Saved. Nobody else sees it before it is submitted."))
    status = 200 if request.method == "GET" else form.status
    back = url_for("resources.requests")
    return page("resources/envelope_edit.html", status, form=form, back=back, row=None, way=None)


@bp.get("/requests/envelopes/ahead")
@uses(queries.way_of_envelope)
def envelope_ahead() -> Response:
    """Who would sign what stands in the form of a new one, and whether the budget holds."""
    form = forms.AheadForm(request.args)
    form.validate()
    way = queries.way_of_envelope(form.total.data or 0, form.category_id.data, form.first.data)
    unreadable = bool(form.total.errors)
    return page(
        "resources/_ahead.html", way=way, saved=True, kept=False, stale=False, looked=True, unreadable=unreadable
    )


@bp.route("/requests/<id:request_id>/envelope/edit", methods=["GET", "POST"])
@uses(services.edit_envelope, services.submit, queries.one_request, queries.envelope_choices)
def edit_envelope(request_id: int) -> Response:
    """Other terms, while nobody decides on it."""
    row, held = queries.one_request(request_id), queries.envelope_terms(request_id)
    form = forms.EnvelopeForm(data=forms.envelope_data(row, held))
    _offer(form)
    if form.ok():
        with form.catching():
            return _saved(request_id, form)
    status = 200 if request.method == "GET" else form.status
    way, back = queries.way_ahead(request_id), request_url(request_id)
    return page(
        "resources/envelope_edit.html", status, form=form, back=back, row=row, way=way, unreadable=form.unreadable,
        came=queries.came_back(row),
    )  # fmt: skip


def _saved(request_id: int, form: forms.EnvelopeForm) -> Response:
    services.edit_envelope(request_id, form.version.data or 0, form.wish())
    if request.form.get("then") == "submit":
        form.version.data, form.version.raw_data = queries.one_request(request_id).version, None
        services.submit(request_id, form.version.data)
        return done(request_url(request_id), _("Submitted."))
    return done(request_url(request_id), _("Saved. Nobody else sees it before it is submitted."))


@bp.post("/requests/<id:request_id>/envelope/save")
@uses(services.edit_envelope, queries.way_ahead, queries.envelope_choices)
def save_envelope(request_id: int) -> Response:
    """What is typed is kept as it comes; answers the way it will go, with the version that stands now."""
    form = forms.EnvelopeForm()
    _offer(form)
    kept, stale = 0, False
    if form.ok():
        try:
            kept = services.edit_envelope(request_id, form.version.data or 0, form.wish())
        except Stale:
            stale = True
        except Invalid:
            kept = 0  # what makes no sense yet stays in the form, and is said when it is sent
    way, unreadable = queries.way_ahead(request_id), form.unreadable
    answer = page("resources/_ahead.html", way=way, kept=bool(kept), stale=stale, saved=True, unreadable=unreadable)
    return kept_as(answer, kept)


@bp.get("/requests/<id:request_id>/envelope")
@uses(queries.envelope_page)
def envelope(request_id: int) -> Response:
    """What is left, show by show and draw by draw."""
    view = queries.envelope_page(request_id)
    form = forms.DrawForm(formdata=None)
    form.session_id.offer([(b.id, f"{show.when(b.planned_start)} {b.theme}") for b in view.may_draw])
    return page("resources/envelope.html", view=view, form=form)


@bp.post("/requests/<id:request_id>/envelope/close")
@uses(services.close_envelope, queries.one_request)
def close_envelope(request_id: int) -> Response:
    """Nothing more is drawn; the rest is free."""
    services.close_envelope(request_id, number("version") or queries.one_request(request_id).version)
    return done(url_for("resources.envelope", request_id=request_id), _("Closed: what was not drawn is free again."))


@bp.route("/sessions/<id:session_id>/draw", methods=["GET", "POST"])
@uses(services.draw, queries.covers)
def draw(session_id: int) -> Response:
    """So much more, now: by one tap, or typed."""
    form = forms.DrawForm(data={"envelope_id": number("envelope")})
    held = [each for each in queries.covers(session_id) if each.may_draw]
    form.envelope_id.offer([(each.envelope_id, each.title) for each in held])
    if form.ok():
        with form.catching():
            envelope_id = form.envelope_id.data or (held[0].envelope_id if held else 0)
            answer = services.draw(envelope_id, session_id, form.minor, Reason(form.reason.data), form.note.data or "")
            return _drawn(session_id, answer)
    status = 200 if request.method == "GET" else form.status
    brief = live.brief(session_id)
    return page("resources/draw_form.html", status, form=form, covers=held, session=brief)


def _drawn(session_id: int, answer: dict[str, object]) -> Response:
    if answer["granted"]:
        back = url_for("resources.take_back_draw", draw_id=answer["id"])
        return done(_air(session_id), _("Granted: put it in."), undo=back)
    if answer["called"]:
        return done(_air(session_id), _("The manager on duty is called. Keep the plan until they answer."), kind="warn")
    return done(_air(session_id), _("Nobody is there to decide: not approved, keep the plan."), kind="warn")


@bp.post("/draws/<id:draw_id>/take-back")
@uses(services.take_back_draw)
def take_back_draw(draw_id: int) -> Response:
    """A wrong tap."""
    return done(_air(services.take_back_draw(draw_id)), _("Taken back: it is in the envelope again."))


@bp.get("/sessions/<id:session_id>/draws")
@uses(queries.on_air)
def draws(session_id: int) -> Response:
    """What may be drawn, what was and what waits, for the page of the show on air."""
    return fragment("resources/_on_air.html", panel=queries.on_air(session_id))


@bp.get("/sessions/<id:session_id>/draws/review")
@uses(queries.drawn_in_review)
def drawn(session_id: int) -> Response:
    """What a show has drawn, looked at afterwards; ?part=rows for its review."""
    panel = queries.drawn_in_review(session_id)
    if request.args.get("part") == "rows":
        return fragment("resources/_in_review.html", panel=panel)
    return page("resources/draws_page.html", panel=panel, heading=_("Ad money drawn"), mine=False)


@bp.get("/draws/mine")
@uses(queries.my_calls)
def my_calls() -> Response:
    """The calls that wait for me; ?part=rows for Today."""
    panel = queries.my_calls()
    if request.args.get("part") == "rows":
        return fragment("resources/_calls_today.html", panel=panel)
    return page("resources/draws_page.html", panel=panel, heading=_("Ad money: they wait on air"), mine=True)


@bp.get("/draws/<id:draw_id>")
@uses(queries.draw_page)
def one_draw(draw_id: int) -> Response:
    """One call: what for, what the platform shows, how long there is; yes or no."""
    if request.args.get("part") == "state":
        view = queries.draw_page(draw_id)
        answer = fragment("resources/_draw.html", view=view)
        if request.args.get("turn", "") != str(view.draw.turn or ""):
            answer.headers["HX-Refresh"] = "true"  # it has passed on or ended: the title and the buttons are others
        return answer
    return _draw_page(draw_id)


def _draw_page(draw_id: int, status: int = 200) -> Response:
    return page("resources/draw.html", status, view=queries.draw_page(draw_id))


@bp.post("/draws/<id:draw_id>/decide")
@uses(services.decide_draw, queries.draw_page)
def decide_draw(draw_id: int) -> Response:
    """Yes or no, in time."""
    approve = request.form.get("approve") == "y"
    try:
        services.decide_draw(draw_id, approve, request.form.get("note", ""))
    except Refused as fault:
        strip(fault.message, "warn")  # too late, or decided: the page says how it stands
        return _draw_page(draw_id, 409)
    back = safe_next(url_for("resources.one_draw", draw_id=draw_id))
    return done(back, _("Approved.") if approve else _("Refused."))
