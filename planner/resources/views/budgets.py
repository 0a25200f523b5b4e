"""Budgets: how much is left, and what became of the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import show
from planner.base.forms import Form
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.people import queries as people
from planner.plan import queries as plan
from planner.plan import services as plan_services
from planner.resources import forms, queries, rules, services
from planner.resources.rules import Standing
from planner.resources.rules.budgets import Booking
from planner.resources.views.blueprint import bp, member, number
from planner.resources.words import entry_word


@dataclass(frozen=True)
class Move:
    """A budget by its category, as it stands and as it would stand."""

    category: str
    now: Standing
    then: Standing

    @classmethod
    def of(cls, category: str, now: Standing, booking: Booking) -> Move:
        """What an entry would make of it."""
        return cls(category, now, now.after(booking))


def form_page(form: Form, heading: str, rows: list[list[str]], back: str, help_text: str = "", **more: Any) -> Response:
    """A page that is one form. `moves` are budgets it changes, looked at again when a field of `asks` changes."""
    status = 200 if request.method == "GET" else form.status
    return page("resources/form.html", status, form=form, heading=heading, rows=rows, back=back, help_text=help_text,
                **more)  # fmt: skip


def moved(moves: list[Move], instead: str = "") -> Response:
    """The part of such a page that says what budgets would come to, and which one would pay no more."""
    return page("resources/_moved.html", moves=moves, instead=instead)


def budget_url(period_id: int) -> str:
    """The page of a period's budgets."""
    return url_for("resources.budgets", period=period_id)


@bp.get("/budget")
@uses(queries.budget_page)
def budgets() -> Response:
    """The bars of a period, category by category."""
    view = queries.budget_page(number("period"))
    return page("resources/budgets.html", view=view, transfers=view.transfers if view else [],
                coming=plan.not_begun() if view else {})  # fmt: skip


@bp.post("/budget/periods/next")
@uses(services.allocate_budget, plan_services.add_period, plan.every_period)
def next_period() -> Response:
    """The next month or quarter, so that its budgets can be allocated."""
    kind = next((each for each in plan.not_begun() if each == request.form.get("kind")), None)
    found = plan.not_begun().get(kind) if kind else None
    if found is None or found.end is None:
        return done(url_for("resources.budgets"), _("It is there already."), kind="warn")
    made = plan_services.add_period(found.name, found.start, found.end)
    said = _("%(period)s is there: allocate its first amount.", period=found.name)
    return done(url_for("resources.allocate", period_id=made), said, undo=True)


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
    return page("resources/ledger.html", period=period, row=row, entries=shown, more=more, names=names, titles=titles,
                word=entry_word, transfers=queries.transfers_of(budget_id))  # fmt: skip


@bp.route("/budget/periods/<id:period_id>/allocate", methods=["GET", "POST"])
@uses(services.allocate_budget, queries.budget_page, plan.period)
def allocate(period_id: int) -> Response:
    """More for a category, or less; `part=moved` says what it would come to."""
    period = plan.period(period_id)
    view = queries.budget_page(period.id)
    held = {row.category_id: row.standing for row in view.rows} if view else {}
    names = {row.id: row.name for row in queries.categories()}
    part = request.args.get("part") == "moved"
    form = forms.AllocateForm(request.args) if part else forms.AllocateForm(data={"category_id": number("category")})
    form.category_id.offer([(row_id, _offered(name, held.get(row_id))) for row_id, name in names.items()])
    if part:
        form.validate()
        return moved(_more(form, names, held), _instead(period, form))
    if form.ok():
        with form.catching():
            services.allocate_budget(period_id, form.category_id.data or 0, form.amount.data, form.note.data or "")
            return done(budget_url(period_id), _("Allocated."), undo=_reversing())
    return form_page(
        form, _("Allocate for %(period)s", period=period.name), [["category_id", "amount"], ["note"]],
        budget_url(period_id),
        _("The amount is added to what the category has already; with a minus it is taken away."),
        moves=_more(form, names, held), asks="category_id amount", instead=_instead(period, form), save=_("Allocate"),
    )  # fmt: skip


def _offered(name: str, standing: Standing | None) -> str:
    """A category by its name, with what it stands at."""
    if standing is None:
        return _("%(name)s · no budget yet", name=name)
    return _("%(name)s · %(left)s available", name=name, left=show.money(standing.available))


def _more(form: forms.AllocateForm, names: dict[int, str], held: dict[int, Standing]) -> list[Move]:
    """What the chosen category would come to with what stands in the form."""
    chosen = form.category_id.data or 0
    if chosen not in names:
        return []
    return [Move.of(names[chosen], held.get(chosen, Standing()), rules.allocate(form.amount.data or 0))]


def _instead(period: Any, form: forms.AllocateForm) -> str:
    """What a first budget of a category in a period takes over from a longer one."""
    paying = queries.paid_until_now(period.id, form.category_id.data) if form.category_id.data else None
    if paying is None:
        return ""
    return _("Requests for %(period)s are paid from this budget then, no longer from %(other)s (%(left)s available).",
             period=period.name, other=paying[0], left=show.money(paying[1].available))  # fmt: skip


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
    return form_page(form, row.name, [["name"]], url_for("resources.categories"))


@bp.post("/budget/categories/<id:category_id>/delete")
@uses(services.trash_category)
def delete_category(category_id: int) -> Response:
    """It is offered no more."""
    services.trash_category(category_id)
    return done(url_for("resources.categories"), _("The category is in the trash."), undo=True)
