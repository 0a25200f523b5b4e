"""Budgets: how much is left, and what became of the rest."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base.forms import Form
from planner.base.i18n import gettext as _
from planner.base.i18n import ngettext
from planner.base.web import done, page, uses
from planner.people import queries as people
from planner.plan import queries as plan
from planner.resources import forms, queries, services
from planner.resources.views.blueprint import bp, member, number


def _form_page(form: Form, heading: str, rows: list[list[str]], back: str, help_text: str = "") -> Response:
    status = 200 if request.method == "GET" else form.status
    return page("resources/form.html", status, form=form, heading=heading, rows=rows, back=back, help_text=help_text)


def budget_url(period_id: int) -> str:
    """The page of a period's budgets."""
    return url_for("resources.budgets", period=period_id)


@bp.get("/budget")
@uses(queries.budget_page)
def budgets() -> Response:
    """The bars of a period, category by category."""
    view = queries.budget_page(number("period"))
    names = people.names([row.by for row in view.transfers]) if view else {}
    return page("resources/budgets.html", view=view, names=names)


@bp.get("/budget/periods/<id:period_id>/served")
@uses(queries.served)
def served(period_id: int) -> Response:
    """What it served: by goal, or by session."""
    by = member(queries.By, "by") or queries.By.GOAL
    return page("resources/served.html", view=queries.served(period_id, by))


@bp.get("/budget/<id:budget_id>")
@uses(queries.ledger)
def ledger(budget_id: int) -> Response:
    """Entry by entry."""
    period, row, entries = queries.ledger(budget_id, number("before"))
    shown = entries[: queries.ENTRIES]
    more = shown[-1].id if len(entries) > len(shown) else None
    names = people.names([entry.by for entry in shown])
    titles = queries.request_titles({entry.request_id for entry in shown if entry.request_id})
    return page("resources/ledger.html", period=period, row=row, entries=shown, more=more, names=names, titles=titles)


@bp.route("/budget/periods/<id:period_id>/allocate", methods=["GET", "POST"])
@uses(services.allocate_budget, plan.period)
def allocate(period_id: int) -> Response:
    """More for a category, or less."""
    period = plan.period(period_id)
    form = forms.AllocateForm(data={"category_id": number("category")})
    form.category_id.offer([(row.id, row.name) for row in queries.categories()])
    if form.ok():
        with form.catching():
            services.allocate_budget(period_id, form.category_id.data or 0, form.amount.data, form.note.data or "")
            return done(budget_url(period_id), _("Allocated."), undo=_reversing())
    return _form_page(
        form, _("Allocate for %(period)s", period=period.name), [["category_id", "amount"], ["note"]],
        budget_url(period_id),
    )  # fmt: skip


def _reversing() -> str:
    """The form's address that takes the last allocation back."""
    return url_for("resources.reverse", entry_id=queries.newest_entry())


@bp.post("/budget/entries/<id:entry_id>/reverse")
@uses(services.reverse_entry, queries.ledger)
def reverse(entry_id: int) -> Response:
    """It was a mistake."""
    budget_id = services.reverse_entry(entry_id)
    return done(url_for("resources.ledger", budget_id=budget_id), _("Reversed."))


@bp.post("/budget/<id:budget_id>/freeze")
@uses(services.freeze, queries.ledger)
def freeze(budget_id: int) -> Response:
    """Nothing more goes out of it, or it does again."""
    frozen = request.form.get("frozen") == "y"
    services.freeze(budget_id, frozen)
    words = _("Frozen: nothing more can be committed from it.") if frozen else _("It can be used again.")
    return done(url_for("resources.ledger", budget_id=budget_id), words)


@bp.route("/budget/periods/<id:period_id>/transfer", methods=["GET", "POST"])
@uses(services.propose_transfer, queries.budget_page, plan.period)
def transfer_budget(period_id: int) -> Response:
    """From one category to another."""
    view = queries.budget_page(plan.period(period_id).id)
    form = forms.TransferForm(data={"from_id": number("from")})
    offered = [(row.id, row.category) for row in view.rows] if view else []
    form.from_id.offer(offered)
    form.to_id.offer(offered)
    if form.ok():
        with form.catching():
            services.propose_transfer(
                form.from_id.data or 0, form.to_id.data or 0, form.amount.data, form.reason.data or ""
            )
            return done(budget_url(period_id), _("Proposed: a manager decides."))
    return _form_page(
        form, _("Move money between budgets"), [["from_id", "to_id"], ["amount"], ["reason"]], budget_url(period_id),
        _("Somebody else approves it."),
    )  # fmt: skip


@bp.post("/budget/transfers/<id:transfer_id>/decide")
@uses(services.decide_transfer, queries.transfer_period)
def decide_transfer(transfer_id: int) -> Response:
    """Yes, or no with a reason."""
    form = forms.AnswerForm()
    approve = request.form.get("approve") == "y"
    period_id = queries.transfer_period(transfer_id)
    if form.ok():
        with form.catching():
            services.decide_transfer(transfer_id, form.version.data or 0, approve, form.answer.data or "")
            return done(budget_url(period_id), _("The money has moved.") if approve else _("Refused."))
    return _form_page(form, _("Refuse the transfer"), [["answer"]], budget_url(period_id))


@bp.post("/budget/transfers/<id:transfer_id>/take-back")
@uses(services.take_transfer_back, queries.transfer_period)
def take_transfer_back(transfer_id: int) -> Response:
    """One's own proposal."""
    services.take_transfer_back(transfer_id)
    return done(budget_url(queries.transfer_period(transfer_id)), _("Taken back."))


@bp.route("/budget/periods/<id:period_id>/carry", methods=["GET", "POST"])
@uses(services.carry_forward, plan.period)
def carry(period_id: int) -> Response:
    """What is left goes forward."""
    period = plan.period(period_id)
    form = forms.CarryForm()
    later = [(p.id, p.name) for p in plan.every_period() if p.start > period.start and p.id != period_id]
    form.into_id.offer(later)
    if form.ok():
        with form.catching():
            count = services.carry_forward(period_id, form.into_id.data or 0)
            words = ngettext("%(num)s budget goes on.", "%(num)s budgets go on.", count)
            return done(budget_url(form.into_id.data or 0), words)
    return _form_page(
        form, _("Carry forward what is left of %(period)s", period=period.name), [["into_id"]], budget_url(period_id),
        _("What is committed stays. What waits for approval keeps what it needs."),
    )  # fmt: skip


@bp.route("/budget/categories", methods=["GET", "POST"])
@uses(queries.categories, services.add_category)
def categories() -> Response:
    """What money goes into."""
    form = forms.CategoryForm()
    if form.ok():
        with form.catching():
            services.add_category(form.name.data or "")
            return done(url_for("resources.categories"), _("Saved."), undo=True)
    status = 200 if request.method == "GET" else form.status
    return page("resources/categories.html", status, rows=queries.categories(), form=form)


@bp.route("/budget/categories/<id:category_id>/edit", methods=["GET", "POST"])
@uses(services.rename_category, queries.categories)
def edit_category(category_id: int) -> Response:
    """Another name."""
    row = queries.category(category_id)
    form = forms.CategoryForm(data={"version": row.version, "name": row.name})
    if form.ok():
        with form.catching():
            services.rename_category(category_id, form.version.data or 0, form.name.data or "")
            return done(url_for("resources.categories"), _("Saved."), undo=True)
    return _form_page(form, row.name, [["name"]], url_for("resources.categories"))


@bp.post("/budget/categories/<id:category_id>/delete")
@uses(services.trash_category)
def delete_category(category_id: int) -> Response:
    """It is offered no more."""
    services.trash_category(category_id)
    return done(url_for("resources.categories"), _("The category is in the trash."), undo=True)
