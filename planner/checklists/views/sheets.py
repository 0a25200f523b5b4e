"""The lines of a SOP as a sheet: taken away, brought back."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from planner.base import exports, files, i18n, sheets, show
from planner.base.i18n import gettext as _
from planner.base.i18n import ngettext
from planner.base.web import done, page, uses
from planner.checklists import forms, queries, services
from planner.checklists.rules.sheets import MOST_COLUMNS, Sheet
from planner.checklists.views.blueprint import bp
from planner.checklists.views.sops import sop_url
from planner.checklists.words import COLUMN_WORDS
from planner.kernel.errors import Invalid

CellFault = tuple[int, str, str]
"""The row, the column and what is wrong there, in the reader's words."""


@bp.get("/sop/<id:template_id>/lines.xlsx")
@uses(queries.lines_to_take)
def take_lines(template_id: int) -> Response:
    """As a workbook that can be brought back; ?draft=1 as they are edited."""
    name, heads, rows = queries.lines_to_take(template_id, request.args.get("draft") == "1")
    made = exports.made(exports.XLSX, name, heads, rows)
    return files.attachment(f"{name}_{show.today()}.xlsx", exports.MIMES[exports.XLSX], made)


@bp.route("/sop/<id:template_id>/import", methods=["GET", "POST"])
@uses(queries.settings, queries.read_lines, services.look_at_lines, services.bring_lines)
def bring_lines(template_id: int) -> Response:
    """A file or pasted rows, read by the names of their columns: first what that would change, then the decision."""
    held: dict[str, Any] = queries.settings(template_id)
    form, faults, seen, mark = forms.BringForm(), list[CellFault](), None, ""
    if form.ok():
        with form.catching({"file": "rows"}):
            found = _read(template_id, form)
            mark = _mark(form, held["template"].draft_id or held["template"].version_id)
            faults, seen = _look(template_id, form, found)
            if seen is not None and _decided(form, mark):
                count = services.bring_lines(template_id, found.rows, form.whole)
                return done(sop_url(template_id), _said(count), undo=True)
    status = 422 if form.errors or faults else 200
    more = {"faults": faults, "seen": seen, "mark": mark, "back": sop_url(template_id)}
    return page("checklists/bring.html", status, form=form, **more, **held)


def _mark(form: forms.BringForm, version_id: int | None) -> str:
    """What a look was at: the rows, what becomes of the lines that are there, and which these are."""
    looked_at = f"{version_id} {form.whole} {form.rows.data or ''}"
    return hashlib.sha256(looked_at.encode()).hexdigest()[:16]


def _decided(form: forms.BringForm, mark: str) -> bool:
    """Whether this very thing was looked at and is wanted."""
    wanted = request.form.get("step") == "bring"
    if wanted and request.form.get("looked") != mark:
        form.fault("", _("This was changed since it was looked at, so nothing is brought yet. Look at it once more."))
    return wanted and not form.errors


def _look(template_id: int, form: forms.BringForm, found: Sheet) -> tuple[list[CellFault], services.Brought | None]:
    faults = _told(found)
    if faults:
        return faults, None
    try:
        return [], services.look_at_lines(template_id, found.rows, form.whole)
    except Invalid as fault:
        places = {f"rows.{place}": row.number for place, row in enumerate(found.rows)}
        return [(places.get(name, 0), "", i18n.told(words)) for name, words in fault.fields.items()], None


def _said(count: int) -> str:
    return ngettext("%(num)s line is in the draft.", "%(num)s lines are in the draft.", count)


def _read(template_id: int, form: forms.BringForm) -> Sheet:
    """A file that was brought becomes the rows in the box, where they can be seen and mended."""
    sent = request.files.get("file")
    if sent and sent.filename:
        found = sheets.read(sent.stream.read(sheets.MOST_BYTES + 1))
        rows = [(number, cells[:MOST_COLUMNS]) for number, cells in found.rows]
        form.rows.data = sheets.as_text([cells for _number, cells in rows])
        return queries.read_lines(template_id, rows)
    rows = sheets.pasted(form.rows.data or "", MOST_COLUMNS, lines=True)
    if not rows:
        raise Invalid.at("rows", forms.NOTHING_BROUGHT)
    return queries.read_lines(template_id, rows)


def _told(found: Sheet) -> list[CellFault]:
    """What is wrong, by row and column."""
    return [(row, str(COLUMN_WORDS[column]) if column else "", i18n.told(words)) for row, column, words in found.faults]
