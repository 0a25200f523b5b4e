"""Sheets for finance: requests as they are listed, the ledger, an envelope, ad credit; as XLSX or CSV."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from werkzeug.wrappers import Response

from planner.base import exports, files, show
from planner.base.exports import Cell, Table
from planner.base.i18n import gettext as _
from planner.base.web import uses
from planner.base.words import label
from planner.resources import queries
from planner.resources.queries import LedgerTaken, RequestsTaken
from planner.resources.rules import State
from planner.resources.views.blueprint import bp, member
from planner.resources.views.requests import tab_asked
from planner.resources.words import entry_word


def _yuan(minor: int | None) -> Decimal | None:
    return None if minor is None else Decimal(minor).scaleb(-2)


def _day(instant: Any) -> Any:
    return show.local(instant).date() if instant is not None else None


def _minute(instant: Any) -> Any:
    """The instant on the team's clock, as a sheet holds it."""
    return show.local(instant).replace(tzinfo=None, second=0, microsecond=0) if instant is not None else None


def _yes(is_so: bool) -> str:
    return _("Yes") if is_so else ""


def _sent(kind: str, name: str, tables: list[Table]) -> Response:
    """A workbook holds all sheets, a CSV file the first."""
    data = exports.as_book(tables) if kind == exports.XLSX else exports.as_csv(tables[0].head, tables[0].rows)
    return files.attachment(f"{name}_{show.today()}.{kind}", exports.MIMES[kind], data)


def _marked(rows: list[list[Cell]], more: bool, most: int) -> list[list[Cell]]:
    """The rows, and a last one that says so where there are more of them."""
    return [*rows, [_("Only the latest %(num)s are in this file.", num=most)]] if more else rows


@bp.get("/requests.xlsx")
@uses(queries.requests_to_take)
def requests_xlsx() -> Response:
    """The requests of a tab with their lines and payments, as a workbook."""
    return _requests(exports.XLSX)


@bp.get("/requests.csv")
@uses(queries.requests_to_take)
def requests_csv() -> Response:
    """The requests of a tab, one a row."""
    return _requests(exports.CSV)


def _requests(kind: str) -> Response:
    taken = queries.requests_to_take(tab_asked(), member(State, "state"))
    made: list[Callable[[RequestsTaken], Table]] = [_request_rows, _line_rows, _payment_rows]
    return _sent(kind, _("Requests"), [make(taken) for make in (made if kind == exports.XLSX else made[:1])])


def _request_rows(taken: RequestsTaken) -> Table:
    head = [
        _("Request no."), _("Title"), _("Kind"), _("State"), _("Requester"), _("Category"), _("Amount"),
        _("Reserved"), _("Committed"), _("Spent"), _("Budget period"), _("Over budget when asked"),
        _("Handed in on"), _("Decided on"), _("Approved by"), _("Approved at"), _("Waits for"), _("Needed by"),
        _("Spent on"), _("Paid to"), _("Who has paid"), _("How it is paid"), _("Invoice"),
        _("Number of the invoice"), _("Tax in it"), _("Comes again"), _("Renewed on"), _("Adds to request no."),
        _("Goal"), _("Session"), _("Step"), _("Purpose"), _("Expected effect in words"),
    ]  # fmt: skip
    return Table(_("Requests"), head, _marked([_one(taken, r) for r in taken.rows], taken.more, queries.MOST_REQUESTS))


def _one(taken: RequestsTaken, r: Any) -> list[Cell]:
    held = taken.sums.get(r.id)
    sums = (held.reserved, held.committed, held.spent) if held else (0, 0, 0)
    return [
        r.number, r.title, label(r.kind), label(r.state), taken.people.get(r.requester_id, ""),
        taken.categories.get(r.category_id, ""), _yuan(r.total), *(_yuan(each) for each in sums),
        taken.periods.get(r.budget_id, ""), _yes(r.over_budget), _day(r.submitted_at), _day(r.decided_at),
        *_signed(taken, r.id), _(", ").join(taken.asked.get(r.id, ())), r.needed_by, r.spent_on, r.payee,
        taken.people.get(r.payee_id, ""),
        label(r.pay_way) if r.pay_way else "", label(r.invoice), r.invoice_number, _yuan(r.tax),
        label(r.every) if r.every else "", r.renews_on, taken.numbers.get(r.follows_id), *_served(taken, r), r.purpose,
        r.effect_note,
    ]  # fmt: skip


def _signed(taken: RequestsTaken, request_id: int) -> list[Cell]:
    """Who approved it, the last of them, and when."""
    found = taken.approved.get(request_id)
    if found is None:
        return ["", None]
    by, other = taken.people.get(found.by, ""), taken.people.get(found.for_user or 0, "")
    return [_("%(by)s for %(name)s", by=by, name=other) if other else by, _minute(found.at)]


def _served(taken: RequestsTaken, r: Any) -> list[Cell]:
    """The goal, the session and the step it is for."""
    pairs = (("goal", r.goal_id), ("session", r.session_id), ("step", r.step_id))
    return [taken.titles.get(pair, "") for pair in pairs]


def _line_rows(taken: RequestsTaken) -> Table:
    head = [
        _("Request no."), _("Title"), _("Item"), _("Quantity"), _("Unit price"), _("Amount"), _("Received"),
        _("Supplier"), _("Web address"),
    ]  # fmt: skip
    held = {r.id: r for r in taken.rows}
    rows: list[list[Cell]] = [
        [
            held[each.request_id].number, held[each.request_id].title, each.item, each.quantity.normalize(),
            _yuan(each.unit_price), _yuan(each.amount), taken.received.get(each.id, Decimal()).normalize(),
            each.supplier, each.link,
        ]
        for each in taken.lines
    ]  # fmt: skip
    return Table(_("Lines"), head, rows)


def _payment_rows(taken: RequestsTaken) -> Table:
    head = [
        _("Request no."), _("Title"), _("Day"), _("Amount"), _("How it is paid"), _("Receipt or invoice no."),
        _("Session"), _("Note"), _("Recorded by"),
    ]  # fmt: skip
    held = {r.id: r for r in taken.rows}
    rows: list[list[Cell]] = [
        [
            held[each.request_id].number, held[each.request_id].title, each.day, _yuan(each.amount),
            label(each.way) if each.way else "", each.number, taken.titles.get(("session", each.session_id or 0), ""),
            each.note, taken.people.get(each.by or 0, ""),
        ]
        for each in taken.payments
    ]  # fmt: skip
    return Table(_("Payments"), head, rows)


@bp.get("/budget/<id:budget_id>/ledger.xlsx")
@uses(queries.ledger_to_take)
def ledger_xlsx(budget_id: int) -> Response:
    """One budget with its entries, as a workbook."""
    return _ledger(exports.XLSX, queries.ledger_to_take(budget_id))


@bp.get("/budget/<id:budget_id>/ledger.csv")
@uses(queries.ledger_to_take)
def ledger_csv(budget_id: int) -> Response:
    """The entries of one budget, one a row."""
    return _ledger(exports.CSV, queries.ledger_to_take(budget_id))


@bp.get("/budget/periods/<id:period_id>/ledger.xlsx")
@uses(queries.period_to_take)
def period_xlsx(period_id: int) -> Response:
    """The budgets of a period with their entries, as a workbook."""
    return _ledger(exports.XLSX, queries.period_to_take(period_id))


@bp.get("/budget/periods/<id:period_id>/ledger.csv")
@uses(queries.period_to_take)
def period_csv(period_id: int) -> Response:
    """The entries of a period's budgets, one a row."""
    return _ledger(exports.CSV, queries.period_to_take(period_id))


def _ledger(kind: str, taken: LedgerTaken) -> Response:
    entries = _entry_rows(taken)
    tables = [_budget_rows(taken), entries] if kind == exports.XLSX else [entries]
    only = next(iter(taken.budgets.values())).category if len(taken.budgets) == 1 else ""
    return _sent(kind, "_".join(word for word in (_("Budget"), taken.period.name, only) if word), tables)


def _budget_rows(taken: LedgerTaken) -> Table:
    """A row a budget, with heads that bringing budgets reads again."""
    head = [
        _("Category"), _("Period"), _("Allocated"), _("Reserved"), _("Committed"), _("Spent"), _("Available"),
        _("Frozen"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            b.category, taken.period.name, _yuan(b.standing.allocated), _yuan(b.standing.reserved),
            _yuan(b.standing.committed), _yuan(b.standing.spent), _yuan(b.standing.available), _yes(b.frozen),
        ]
        for b in taken.budgets.values()
    ]  # fmt: skip
    return Table(_("Budget"), head, rows)


def _entry_rows(taken: LedgerTaken) -> Table:
    head = [
        _("Entry no."), _("Day"), _("Time of day"), _("Period"), _("Category"), _("What"), _("Amount"),
        _("Available afterwards"), _("Request no."), _("Request"), _("Session"), _("Note"), _("Recorded by"),
        _("Takes back entry no."), _("Allocated +/−"), _("Reserved +/−"), _("Committed +/−"), _("Spent +/−"),
    ]  # fmt: skip
    rows = _marked([_entry(taken, each) for each in taken.entries], taken.more, queries.MOST_ENTRIES)
    return Table(_("Ledger"), head, rows)


def _entry(taken: LedgerTaken, e: Any) -> list[Cell]:
    number, title = taken.requests.get(e.request_id or 0, (None, ""))
    b = e.booking
    return [
        e.id, _day(e.at), show.clock_of(e.at), taken.period.name, taken.budgets[e.budget_id].category,
        entry_word(b.kind, e.key, e.note),
        _yuan(b.amount), _yuan(e.left), number, title, taken.titles.get(("session", e.session_id or 0), ""), e.note,
        taken.people.get(e.by or 0, ""), e.reverses_id,
        *(_yuan(each) for each in (b.allocated, b.reserved, b.committed, b.spent)),
    ]  # fmt: skip


@bp.get("/requests/<id:request_id>/envelope.xlsx")
@uses(queries.envelope_page)
def envelope_xlsx(request_id: int) -> Response:
    """What was drawn of an envelope, and by which shows, as a workbook."""
    return _envelope(exports.XLSX, queries.envelope_page(request_id))


@bp.get("/requests/<id:request_id>/envelope.csv")
@uses(queries.envelope_page)
def envelope_csv(request_id: int) -> Response:
    """What was drawn of an envelope, one draw a row."""
    return _envelope(exports.CSV, queries.envelope_page(request_id))


def _envelope(kind: str, view: Any) -> Response:
    draws = _draw_rows(view)
    return _sent(kind, view.row.title, [draws, _show_rows(view)] if kind == exports.XLSX else [draws])


def _draw_rows(view: Any) -> Table:
    head = [
        _("When"), _("Session"), _("Amount"), _("Reason"), _("In words"), _("Drawn by"), _("State"), _("Decided by"),
        _("Decided at"), _("Answer"), _("GMV then"), _("Ad spend then"), _("ROI then"),
    ]  # fmt: skip
    themes = {s.session.id: s.session.theme for s in view.shows}
    rows: list[list[Cell]] = [
        [
            _minute(d.at), themes.get(d.session_id, ""), _yuan(d.amount), label(d.reason), d.note, d.who,
            label(d.state), view.names.get(d.decided_by, ""), _minute(d.decided_at), d.answer,
            _yuan(d.moment.gmv) if d.moment else None, _yuan(d.moment.ad_spend) if d.moment else None, d.roi,
        ]
        for d in reversed(view.draws)
    ]  # fmt: skip
    return Table(_("Draws"), head, rows)


def _show_rows(view: Any) -> Table:
    head = [_("When"), _("Session"), _("Drawn"), _("Waiting"), _("Spent")]
    rows: list[list[Cell]] = [
        [_minute(s.session.planned_start), s.session.theme, _yuan(s.drawn), _yuan(s.waiting), _yuan(s.spent)]
        for s in reversed(view.shows)
    ]
    return Table(_("Sessions"), head, rows)


@bp.get("/budget/credit.xlsx")
@uses(queries.credit_to_take)
def credit_xlsx() -> Response:
    """Recharge and gifted credit, as a workbook."""
    return _credit(exports.XLSX)


@bp.get("/budget/credit.csv")
@uses(queries.credit_to_take)
def credit_csv() -> Response:
    """Recharge and gifted credit, one entry a row."""
    return _credit(exports.CSV)


def _credit(kind: str) -> Response:
    rows, more = queries.credit_to_take()
    name = _("Recharge and gifted credit")
    head = [
        _("Day"), _("Kind"), _("Channel"), _("Amount"), _("Amount that counts"), _("Session"), _("Note"),
        _("Recorded by"), _("Corrected to"), _("Corrects"), _("Taken back because"),
    ]  # fmt: skip
    return _sent(kind, name, [Table(name, head, _marked([_credited(c) for c in rows], more, queries.MOST_TAKEN))])


def _credited(c: queries.CreditRow) -> list[Cell]:
    why = c.turns[-1].reason if c.turns and not c.counts else ""
    return [
        c.day, label(c.kind), c.channel, _yuan(c.amount), _yuan(c.amount if c.counts else 0), c.theme, c.note, c.by,
        _yuan(c.corrected), _yuan(c.was), why,
    ]  # fmt: skip
