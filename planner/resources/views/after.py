"""After the approval: ordered, received, paid, closed; taken back, opened again, asked for more."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import show
from planner.base.forms import Form
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.live import queries as live
from planner.resources import forms, queries, services
from planner.resources.rules import Fact, PayWay
from planner.resources.views.blueprint import bp, request_url


def day_of(form: forms.FactForm) -> date:
    """A day that the form requires."""
    assert form.day.data is not None
    return form.day.data


def _shown(
    form: Form, request_id: int, heading: str, button: str, fact: Fact | None = None, **more: Any
) -> Response:  # fmt: skip
    """A form about a request, or why there is none; sent once more, it knows what was recorded meanwhile."""
    status = 200 if request.method == "GET" else form.status
    barred = queries.why_no_fact(request_id, fact) if fact is not None else None
    view = queries.after(request_id)
    if "known" in form:
        form["known"].data, form["known"].raw_data = view.last, None
    return page(
        "resources/fact.html", status, form=form, view=view, heading=heading, button=button, barred=barred, **more
    )


@bp.route("/requests/<id:request_id>/order", methods=["GET", "POST"])
@uses(services.order, queries.after)
def order(request_id: int) -> Response:
    """Ordered at the supplier."""
    form = forms.OrderForm(data={"day": show.today()})
    if form.ok():
        with form.catching():
            services.order(request_id, form.known.data or 0, day_of(form), form.number.data or "", form.note.data or "")
            return done(request_url(request_id), _("The order is recorded."))
    return _shown(
        form, request_id, _("Place the order"), _("Record the order"), Fact.ORDER, fields=("day", "number", "note")
    )


@bp.route("/requests/<id:request_id>/receive", methods=["GET", "POST"])
@uses(services.receive, queries.after, queries.became_kit, live.studios)
def receive(request_id: int) -> Response:
    """What has come, line by line, perhaps in part."""
    form = forms.ReceiveForm(data={"day": show.today()})
    ids = [each.line.id for each in queries.after(request_id).lines]
    if form.ok():
        with form.catching():
            came = form.came(request.form, ids)
            services.receive(request_id, form.known.data or 0, day_of(form), came, form.note.data or "")
            return _received(request_id)
    return _shown(
        form, request_id, _("Receive"), _("Record what has come"), Fact.RECEIVE, fields=("day", "note"), lines=True
    )


def _received(request_id: int) -> Response:
    """What of equipment has come may go into a studio at once."""
    kit = queries.became_kit(request_id)
    if kit is not None and kit.offered and kit.may and live.studios():
        return done(
            url_for("resources.put_away", request_id=request_id),
            _("What has come is recorded. In which studio does it stand?"),
        )  # fmt: skip
    return done(request_url(request_id), _("What has come is recorded."))


@bp.route("/requests/<id:request_id>/pay", methods=["GET", "POST"])
@uses(services.pay, queries.after)
def pay(request_id: int) -> Response:
    """What was paid, when, how."""
    view = queries.after(request_id)
    held = {"day": show.today(), "amount": max(view.approved - view.paid, 0) or None, "way": view.row.pay_way}
    form = forms.PayForm(data=held)
    if form.ok():
        with form.catching():
            services.pay(
                request_id, form.known.data or 0, day_of(form), form.amount.data or 0, PayWay(form.way.data),
                form.number.data or "", form.note.data or "",
            )  # fmt: skip
            return done(_then(request_id), _("The payment is recorded."))
    over = max(view.paid + (form.amount.data or 0) - view.approved, 0) if form.amount.errors else 0
    return _shown(
        form, request_id, _("Record a payment"), _("Record the payment"), Fact.PAY,
        fields=("day", "amount", "way", "number", "note"), over=over, papers=True,
        taken=queries.invoice_of(form.number.data or "", request_id, paid_too=True) if form.number.errors else None,
    )  # fmt: skip


def _then(request_id: int) -> str:
    """Back to the request, or on to its papers, as the button said that was pressed."""
    back = request_url(request_id)
    wanted = request.form.get("then") == "papers"
    return url_for("discussions.attach", kind="request", object_id=request_id, next=back) if wanted else back


@bp.route("/requests/<id:request_id>/close", methods=["GET", "POST"])
@uses(services.close, queries.after)
def close(request_id: int) -> Response:
    """Nothing more comes: what is left is free again."""
    form = forms.CloseForm()
    if form.ok():
        with form.catching():
            services.close(request_id, form.known.data or 0, form.note.data or "")
            return done(request_url(request_id), _("Closed: what was not spent is free again."))
    return _shown(
        form, request_id, _("Close the request"), _("Close the request"), Fact.CLOSE, fields=("note",), closing=True
    )


@bp.route("/requests/<id:request_id>/open-again", methods=["GET", "POST"])
@uses(services.open_again, queries.after)
def open_again(request_id: int) -> Response:
    """It was closed too early."""
    form = forms.ReasonForm()
    if form.ok():
        with form.catching():
            services.open_again(request_id, form.note.data or "")
            return done(request_url(request_id), _("Open again."))
    return _shown(form, request_id, _("Open again"), _("Open again"), fields=("note",))


@bp.route("/requests/facts/<id:event_id>/reverse", methods=["GET", "POST"])
@uses(services.reverse_fact, queries.fact, queries.after)
def reverse_fact(event_id: int) -> Response:
    """It was wrong: another fact takes it back."""
    form = forms.ReasonForm()
    event, row = queries.fact(event_id)
    if form.ok():
        with form.catching():
            services.reverse_fact(event_id, form.note.data or "")
            return done(request_url(row.id), _("Reversed: both stay in the list."))
    return _shown(form, row.id, _("Reverse"), _("Reverse"), fields=("note",), event=event, danger=True)


@bp.route("/requests/<id:request_id>/ask-more", methods=["GET", "POST"])
@uses(services.ask_more, queries.after)
def ask_more(request_id: int) -> Response:
    """A draft that asks for more money for the same thing."""
    form = forms.MoreForm()
    if form.ok():
        with form.catching():
            made = services.ask_more(request_id, form.amount.data or 0)
            return done(url_for("resources.edit_request", request_id=made), _("A draft for the difference."))
    return _shown(form, request_id, _("Ask for more"), _("Make a draft"), fields=("amount",))


@bp.get("/requests/renewals")
@uses(queries.renewals)
def renewals() -> Response:
    """What comes up in the next twelve months."""
    return page("resources/renewals.html", view=queries.renewals())


@bp.post("/requests/<id:request_id>/renew")
@uses(services.renew)
def renew(request_id: int) -> Response:
    """A draft for the next time."""
    made = services.renew(request_id)
    return done(url_for("resources.edit_request", request_id=made), _("A draft for the next time."))


@bp.route("/requests/<id:request_id>/lapse", methods=["GET", "POST"])
@uses(services.lapse, queries.after)
def lapse(request_id: int) -> Response:
    """It won't be renewed."""
    form = forms.ReasonForm()
    if form.ok():
        with form.catching():
            services.lapse(request_id, form.note.data or "")
            return done(url_for("resources.renewals"), _("It won't be renewed."), undo=True)
    return _shown(form, request_id, _("Don't renew"), _("Don't renew"), fields=("note",))
