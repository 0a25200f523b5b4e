"""Budgets out of a sheet: pasted or as a file, shown amount by amount, then taken as a whole."""

from __future__ import annotations

import hashlib
import secrets
from decimal import Decimal
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import exports, files, i18n, sheets
from planner.base.exports import Cell
from planner.base.i18n import gettext as _
from planner.base.i18n import ngettext
from planner.base.web import done, page, uses
from planner.kernel.errors import Invalid
from planner.kernel.text import msg
from planner.plan import queries as plan
from planner.resources import forms, queries, services
from planner.resources.queries import BudgetSheet
from planner.resources.rules.bringing import MOST_COLUMNS
from planner.resources.views.blueprint import bp
from planner.resources.views.budgets import budget_url
from planner.resources.words import COLUMN_WORDS

MOST_NAMES = 200


@bp.route("/budget/periods/<id:period_id>/bring", methods=["GET", "POST"])
@uses(services.bring_budgets, queries.read_budgets, plan.period)
def bring_budgets(period_id: int) -> Response:
    """Paste or bring it, look at what each amount would set, take it. Nothing is written before that."""
    period, form, found = plan.period(period_id), forms.BringForm(), BudgetSheet()
    meant = _meant()
    if form.ok():
        with form.catching({"file": "rows"}):
            found = queries.read_budgets(period_id, _lines(form), meant)
        if _decided(form, found) and (answer := _taken(period_id, form, found)):
            return answer
    wrong = form.errors or found.faults or found.count("wrong")
    more = {"faults": _faults(form, found), "mark": _mark(form, found), "meant": meant, "back": budget_url(period_id)}
    offered = [(row.id, row.name) for row in queries.categories()]
    return page("resources/bring.html", form.status if wrong else 200, form=form, found=found, period=period,
                offered=offered, **more)  # fmt: skip


@bp.get("/budget/periods/<id:period_id>/bring/sample.xlsx")
@uses(queries.read_budgets, plan.period)
def budget_sample(period_id: int) -> Response:
    """A sheet to fill in: the period's categories, with what is allocated to them now."""
    period, view = plan.period(period_id), queries.budget_page(period_id)
    held = {row.category_id: row.standing.allocated for row in view.rows} if view else {}
    rows: list[list[Cell]] = [
        [row.name, Decimal(held.get(row.id, 0)).scaleb(-2), period.name, ""] for row in queries.categories()
    ]
    head = [_("Category"), _("Amount"), _("Period"), _("Note")]
    data = exports.as_xlsx(_("Budget"), head, rows)
    return files.attachment(f"{_('Budget')}_{period.name}.xlsx", exports.MIMES[exports.XLSX], data)


@bp.post("/budget/brought/<token>/take-back")
@uses(services.take_brought_back)
def take_brought_back(token: str) -> Response:
    """It was the wrong file."""
    return done(budget_url(services.take_brought_back(token)), _("Taken back: the budgets are as before."))


def _lines(form: forms.BringForm) -> list[tuple[int, list[str]]]:
    """A file that was brought becomes the rows in the box, where they can be seen and mended, with their numbers."""
    sent = request.files.get("file")
    if sent and sent.filename:
        sheet = sheets.read(sent.stream.read(sheets.MOST_BYTES + 1))
        by_row = {number: [" ".join(cell.split()) for cell in cells[:MOST_COLUMNS]] for number, cells in sheet.rows}
        first = min(by_row)
        form.rows.data = sheets.as_text([by_row.get(number, []) for number in range(first, max(by_row) + 1)])
        form.first.data, form.sheet.data, form.source.data = str(first), sheet.name, sent.filename[-120:]
    rows = sheets.pasted(form.rows.data or "", MOST_COLUMNS)
    if not rows:
        raise Invalid.at("rows", msg("Bring a file, or paste rows with the names of their columns above them."))
    return [(number + form.first_row - 1, cells) for number, cells in rows]


def _meant() -> dict[str, int]:
    """Which categories were chosen for names that none has."""
    names, chosen = request.form.getlist("name")[:MOST_NAMES], request.form.getlist("category")
    return {
        name: queries.NEW if c == "new" else int(c)
        for name, c in zip(names, chosen, strict=False)
        if c == "new" or (c.isdecimal() and c.isascii() and 0 < len(c) < 19 and int(c))
    }


def _mark(form: forms.BringForm, found: BudgetSheet) -> str:
    """What a look was at: the rows, what names mean, and how the budgets stood."""
    seen = [(row.number, row.category, row.category_id, row.period_id, row.before, row.after) for row in found.rows]
    return hashlib.sha256(repr((form.rows.data, seen)).encode()).hexdigest()[:16]


def _decided(form: forms.BringForm, found: BudgetSheet) -> bool:
    """Whether this very thing was looked at and is wanted."""
    wanted = request.form.get("step") == "take" and not form.errors
    if wanted and request.form.get("looked") != _mark(form, found):
        form.fault("", _("This was changed since it was looked at, so nothing is brought yet. Look at it once more."))
    return wanted and not form.errors


def _taken(period_id: int, form: forms.BringForm, found: BudgetSheet) -> Response | None:
    token = secrets.token_hex(16)
    with form.catching():
        count = services.bring_budgets(found.rows, token, form.source.data or "")
        said = ngettext("%(num)s budget is set.", "%(num)s budgets are set.", count)
        return done(budget_url(period_id), said, undo=url_for("resources.take_brought_back", token=token))
    return None


def _faults(form: forms.BringForm, found: BudgetSheet) -> list[tuple[int, str, str]]:
    """What is wrong, by row and column, in the reader's words."""
    told = [(number, "", i18n.told(words)) for number, words in found.faults]
    for place, row in enumerate(found.rows):
        told += [(row.number, _column(row, column), i18n.told(words)) for column, words in row.faults]
        told += [(row.number, "", words) for words in form.row_errors(place, "rows")]
    return told


def _column(row: Any, column: Any) -> str:
    """What the column is called in the sheet; that of an amount by its own head."""
    return row.head if column == "amount" else str(COLUMN_WORDS[column]) if column else ""
