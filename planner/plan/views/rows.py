"""Steps out of a sheet: pasted or as a file, read by its heads, shown row by row, then taken."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import i18n, sheets
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.base.words import label
from planner.kernel.text import clean_text
from planner.plan import forms, queries, services
from planner.plan.queries import StepSheet
from planner.plan.rules.rows import Column
from planner.plan.views.blueprint import bp


def _pasted(form: forms.RowsForm) -> None:
    """A file that was brought becomes the rows in the box, where they can be seen and mended."""
    sent = request.files.get("file")
    if sent and sent.filename:
        sheet = sheets.read(sent.stream.read(sheets.MOST_BYTES + 1))
        typed = "\n".join("\t".join(cell.replace("\t", " ") for cell in cells) for _n, cells in sheet.rows)
        form.rows.data = clean_text(typed)  # as it comes back out of the box


def _mark(form: forms.RowsForm) -> str:
    return hashlib.sha256((form.rows.data or "").encode()).hexdigest()[:16]


@bp.route("/plan/steps/bring", methods=["GET", "POST"])
@uses(services.take_steps, queries.read_steps)
def bring() -> Response:
    """Paste or bring it, look at what was read, take what is good. Nothing is made before that."""
    form, found = forms.RowsForm(), StepSheet()
    if form.ok():
        with form.catching({"file": "rows"}):
            _pasted(form)
            found = queries.read_steps(form.rows.data or "")
        if request.form.get("step") == "take" and not form.errors and (said := _taken(form, found)):
            return done(url_for("plan.steps"), said, undo=True)
    status = form.status if form.errors else 200
    return page("plan/bring.html", status, form=form, found=found, rows=_shown(found), mark=_mark(form))


def _taken(form: forms.RowsForm, found: StepSheet) -> str:
    """What was done, in the reader's words; nothing where it was not."""
    if request.form.get("looked") != _mark(form):
        form.fault("", _("The rows were changed since they were looked at. Look at them once more."))
        return ""
    good = [row for row in found.rows if row.good]
    with form.catching({f"rows.{n}": f"rows.{found.rows.index(row)}" for n, row in enumerate(good)}):
        added, changed = services.take_steps(good)
        return _("%(added)s steps added, %(changed)s changed.", added=added, changed=changed)
    return ""


def _shown(found: StepSheet) -> list[dict[str, Any]]:
    return [
        {
            "row": row,
            "kind": queries.kind_of(row),
            "changes": [label(column) for column in row.changes],
            "due": row.values.get(Column.DUE) if row.step_id is None else None,
            "faults": [i18n.told(fault) for fault in row.faults],
        }
        for row in found.rows
    ]
