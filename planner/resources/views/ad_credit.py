"""Credit of ad accounts: written in, taken back, brought back, corrected."""

from __future__ import annotations

from datetime import timedelta

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import show
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.kernel import clock
from planner.live import queries as live
from planner.live.rules import State
from planner.resources import forms, queries, services
from planner.resources.rules.envelopes import CreditKind
from planner.resources.views.blueprint import bp, number

SHOWS_OFFERED = 20
DAY = timedelta(days=1)


def _here() -> str:
    return url_for("resources.credit")


def _offer(form: forms.CreditForm, held: queries.CreditRow | None = None) -> None:
    """What can be chosen, with what stands even where it is offered no more."""
    channels = [(c.id, c.name) for c in live.channels()]
    near = live.briefs_around(clock.now() - DAY, clock.now() + DAY)
    known = (*(b for b in near if b.state is State.LIVE), *live.past_briefs(limit=SHOWS_OFFERED))
    shows = [(b.id, f"{show.when(b.planned_start)} {b.theme}") for b in known]
    if held is not None and held.channel_id not in dict(channels):
        channels.append((held.channel_id, held.channel))
    if held is not None and held.session_id is not None and held.session_id not in dict(shows):
        shows.append((held.session_id, held.theme))
    form.channel_id.offer(channels)
    form.session_id.offer(shows)


def _typed(form: forms.CreditForm) -> services.CreditIn:
    return services.CreditIn(
        form.channel_id.data or 0, CreditKind(form.kind.data), form.amount.data or 0, form.day.data or show.today(),
        form.session_id.data, form.note.data or "",
    )  # fmt: skip


@bp.route("/budget/credit", methods=["GET", "POST"])
@uses(queries.credit, services.add_credit)
def credit() -> Response:
    """Recharge and gifted credit, kept apart."""
    form = forms.CreditForm(data={"day": show.today()})
    _offer(form)
    if form.ok():
        with form.catching():
            t = _typed(form)
            made = services.add_credit(t.channel_id, t.kind, t.amount, t.day, t.session_id, t.note)
            return done(_here(), _("Saved."), undo=url_for("resources.undo_credit", credit_id=made))
    status = 200 if request.method == "GET" else form.status
    return page("resources/credit.html", status, form=form, view=queries.credit(number("before")))


@bp.route("/budget/credit/<id:credit_id>/correct", methods=["GET", "POST"])
@uses(services.correct_credit, queries.one_credit)
def correct_credit(credit_id: int) -> Response:
    """As it should have been; what stood stays in sight, taken back with the reason."""
    held = queries.one_credit(credit_id)
    named = ("channel_id", "kind", "amount", "day", "session_id", "note")
    form = forms.CorrectionForm(data={name: getattr(held, name) for name in named})
    _offer(form, held)
    if form.ok():
        with form.catching():
            services.correct_credit(credit_id, _typed(form), form.reason.data or "")
            return done(_here(), _("Corrected."), undo=url_for("resources.bring_credit_back", credit_id=credit_id))
    status = 200 if request.method == "GET" else form.status
    return page("resources/credit_correct.html", status, form=form, held=held, back=_here())


@bp.route("/budget/credit/<id:credit_id>/take-back", methods=["GET", "POST"])
@uses(services.take_credit_back, queries.one_credit)
def take_credit_back(credit_id: int) -> Response:
    """It was a mistake, and why."""
    held, form = queries.one_credit(credit_id), forms.CreditBackForm()
    if form.ok():
        with form.catching():
            services.take_credit_back(credit_id, form.reason.data or "")
            return done(_here(), _("Taken back."), undo=url_for("resources.bring_credit_back", credit_id=credit_id))
    status = 200 if request.method == "GET" else form.status
    return page("resources/credit_correct.html", status, form=form, held=held, back=_here())


@bp.post("/budget/credit/<id:credit_id>/undo")
@uses(services.take_credit_back, queries.one_credit)
def undo_credit(credit_id: int) -> Response:
    """One's own of just now, without a word."""
    services.take_credit_back(credit_id)
    return done(_here(), _("Taken back."))


@bp.post("/budget/credit/<id:credit_id>/bring-back")
@uses(services.bring_credit_back, queries.one_credit)
def bring_credit_back(credit_id: int) -> Response:
    """It was right after all."""
    services.bring_credit_back(credit_id)
    return done(_here(), _("It counts again."))
