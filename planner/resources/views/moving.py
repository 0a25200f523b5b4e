"""Money that moves between budgets: transfers that somebody decides on, and what is left going forward."""

from __future__ import annotations

import secrets

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from planner.base.forms import Form
from planner.base.i18n import gettext as _
from planner.base.i18n import ngettext
from planner.base.show import money
from planner.base.web import done, page, uses
from planner.kernel.errors import Invalid
from planner.plan import queries as plan
from planner.resources import forms, queries, services
from planner.resources.queries import BudgetRow, CarryPage
from planner.resources.rules import allocate
from planner.resources.views.blueprint import bp, number
from planner.resources.views.budgets import Move, budget_url, form_page, moved

MOST_BUDGETS = 500


@bp.route("/budget/periods/<id:period_id>/transfer", methods=["GET", "POST"])
@uses(services.propose_transfer, queries.budget_page, plan.period)
def transfer_budget(period_id: int) -> Response:
    """From one category to another; `part=moved` says what the budgets would come to."""
    view = queries.budget_page(plan.period(period_id).id)
    rows = {row.id: row for row in view.rows} if view else {}
    form, part = _transfer_form(rows)
    if part:
        return moved(_moves(form, rows))
    who = _(", ").join(queries.other_managers())
    if form.ok():
        with form.catching():
            made = services.propose_transfer(
                form.from_id.data or 0, form.to_id.data or 0, form.amount.data, form.reason.data or ""
            )
            said = _("Proposed. %(names)s can decide.", names=who) if who else _("Proposed. %(why)s", why=_nobody())
            return done(url_for("resources.between_budgets", transfer_id=made), said)
    return form_page(
        form, _("Move money between budgets"), [["from_id", "to_id"], ["amount"], ["reason"]], budget_url(period_id),
        _("%(names)s can decide.", names=who) if who else _nobody(),
        moves=_moves(form, rows), asks="from_id to_id amount", save=_("Propose the transfer"),
    )  # fmt: skip


def _transfer_form(rows: dict[int, BudgetRow]) -> tuple[forms.TransferForm, bool]:
    """The form, and whether only the part is asked for that says what budgets would come to."""
    part = request.args.get("part") == "moved"
    chosen = {"from_id": number("from"), "to_id": number("to")}
    form = forms.TransferForm(request.args) if part else forms.TransferForm(data=chosen)
    offered = [(row.id, _offered(row)) for row in rows.values()]
    form.from_id.offer(offered)
    form.to_id.offer(offered)
    if not form.is_submitted() and not part:
        _two_ends(form, rows)
    if part:
        form.validate()
    return form, part


def _two_ends(form: forms.TransferForm, rows: dict[int, BudgetRow]) -> None:
    """It begins with two budgets: out of the one that has the most, where none was said."""
    ids = list(rows)
    if form.from_id.data not in rows:
        free = [key for key in ids if key != form.to_id.data and not rows[key].frozen] or ids
        form.from_id.data = max(free, key=lambda key: rows[key].standing.available, default=None)
    if form.to_id.data not in rows:
        form.to_id.data = next((key for key in ids if key != form.from_id.data), None)


def _nobody() -> str:
    return _("Nobody else is a manager of the team, so nobody can decide: make somebody a manager first.")


def _offered(row: BudgetRow) -> str:
    """A budget by its name, with what it stands at."""
    left = _("%(name)s · %(left)s available", name=row.category, left=money(row.standing.available))
    return f"{left} · {_('Frozen')}" if row.frozen else left


def _moves(form: forms.TransferForm, rows: dict[int, BudgetRow]) -> list[Move]:
    """What both budgets would come to with what stands in the form."""
    amount = form.amount.data or 0
    ends = ((form.from_id.data or 0, -amount), (form.to_id.data or 0, amount))
    if ends[0][0] == ends[1][0]:
        ends = ends[:1] if not amount else ()
    return [Move.of(rows[key].category, rows[key].standing, allocate(change)) for key, change in ends if key in rows]


@bp.get("/budget/transfers/<id:transfer_id>")
@uses(queries.transfer_page)
def between_budgets(transfer_id: int) -> Response:
    """What would move and why, with the buttons of whoever may decide or take it back; later what became of it."""
    form = forms.DecideForm()
    return _transfer_page(transfer_id, form, heading=_("Move money between budgets"))


@bp.route("/budget/transfers/<id:transfer_id>/decide", methods=["GET", "POST"])
@uses(services.decide_transfer, queries.transfer_page)
def decide_transfer(transfer_id: int) -> Response:
    """What would move, and the button that moves it; where it can't, why and what to do."""
    if request.method == "POST" and request.form.get("approve") != "y":
        return redirect(url_for("resources.refuse_transfer", transfer_id=transfer_id), 303)
    form = forms.DecideForm()
    if form.ok():
        with form.catching():
            services.decide_transfer(transfer_id, form.version.data or 0, True)
            return done(budget_url(queries.transfer_period(transfer_id)), _("The money has moved."))
    return _transfer_page(transfer_id, form)


@bp.route("/budget/transfers/<id:transfer_id>/refuse", methods=["GET", "POST"])
@uses(services.decide_transfer, queries.transfer_page)
def refuse_transfer(transfer_id: int) -> Response:
    """No, with a reason."""
    form = forms.AnswerForm()
    if form.ok():
        with form.catching():
            services.decide_transfer(transfer_id, form.version.data or 0, False, form.answer.data or "")
            return done(budget_url(queries.transfer_period(transfer_id)), _("Refused."))
    return _transfer_page(transfer_id, form, refusing=True)


def _transfer_page(transfer_id: int, form: Form, refusing: bool = False, heading: str = "") -> Response:
    row = queries.transfer_page(transfer_id)
    if "version" in form and not form.stale and not form.errors:
        form["version"].data = row.version
    after = [
        Move.of(row.source, row.left, allocate(-row.amount)), Move.of(row.target, row.held, allocate(row.amount)),
    ]  # fmt: skip
    status = 200 if request.method == "GET" else form.status
    return page("resources/transfer.html", status, form=form, row=row, refusing=refusing, moves=after,
                back=budget_url(row.period_id), heading=heading)  # fmt: skip


@bp.post("/budget/transfers/<id:transfer_id>/take-back")
@uses(services.take_transfer_back, queries.transfer_period)
def take_transfer_back(transfer_id: int) -> Response:
    """One's own proposal."""
    services.take_transfer_back(transfer_id)
    return done(budget_url(queries.transfer_period(transfer_id)), _("Taken back."))


@bp.route("/budget/periods/<id:period_id>/carry", methods=["GET", "POST"])
@uses(queries.carry_page, services.carry_forward)
def carry(period_id: int) -> Response:
    """What is left, category by category, and the button that carries it into the chosen period."""
    form, view, wanted = forms.CarryForm(), _looked_at(period_id, number("into")), _wanted()
    form.into_id.offer([(p.id, p.name) for p in view.targets])
    if form.ok():
        if answer := _carried(period_id, form, wanted):
            return answer
        view = _looked_at(period_id, form.into_id.data)
    status = 200 if request.method == "GET" else form.status
    left_out = set(view.amounts) - set(wanted) if request.method == "POST" else set[int]()
    return page("resources/carry.html", status, form=form, view=view, left_out=left_out, back=budget_url(period_id))


def _looked_at(period_id: int, into_id: int | None) -> CarryPage:
    """What would go into the chosen period, or into the next one where that can't take it."""
    try:
        return queries.carry_page(period_id, into_id)
    except Invalid:
        return queries.carry_page(period_id)


def _carried(period_id: int, form: forms.CarryForm, wanted: dict[int, int]) -> Response | None:
    token, into_id = secrets.token_hex(16), form.into_id.data or 0
    with form.catching():
        count = services.carry_forward(period_id, into_id, wanted, token)
        said = ngettext("%(num)s budget goes on: %(sum)s.", "%(num)s budgets go on: %(sum)s.", count,
                        sum=money(sum(wanted.values())))  # fmt: skip
        return done(budget_url(into_id), said, undo=url_for("resources.take_carried_back", token=token))
    return None


def _wanted() -> dict[int, int]:
    """The budgets that are ticked, each with the amount that was shown."""
    found: dict[int, int] = {}
    for box in request.form.getlist("budget")[:MOST_BUDGETS]:
        budget_id, _colon, amount = box.partition(":")
        if all(each.isdecimal() and each.isascii() and len(each) < 19 for each in (budget_id, amount)):
            found[int(budget_id)] = int(amount)
    return found


@bp.post("/budget/carried/<token>/take-back")
@uses(services.take_carried_back)
def take_carried_back(token: str) -> Response:
    """It was not meant to go on."""
    return done(budget_url(services.take_carried_back(token)), _("Taken back: the budgets are as before."))
