"""The lines of a SOP as a sheet: taken away, brought back."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from planner.base import exports, files, i18n, sheets, show
from planner.base.i18n import ngettext
from planner.base.web import done, page, uses
from planner.checklists import forms, queries, services
from planner.checklists.rules.sheets import MOST_COLUMNS, Sheet
from planner.checklists.views.blueprint import bp
from planner.checklists.views.sops import sop_url
from planner.checklists.words import COLUMN_WORDS
from planner.kernel.errors import Invalid


@bp.get("/sop/<id:template_id>/lines.xlsx")
@uses(queries.lines_to_take)
def take_lines(template_id: int) -> Response:
    """As a workbook that can be brought back; ?draft=1 as they are edited."""
    name, heads, rows = queries.lines_to_take(template_id, request.args.get("draft") == "1")
    made = exports.made(exports.XLSX, name, heads, rows)
    return files.attachment(f"{name}_{show.today()}.xlsx", exports.MIMES[exports.XLSX], made)


@bp.route("/sop/<id:template_id>/import", methods=["GET", "POST"])
@uses(queries.settings, queries.read_lines, services.bring_lines)
def bring_lines(template_id: int) -> Response:
    """A file or pasted rows, read by the names of their columns; into the draft, all or nothing."""
    held: dict[str, Any] = queries.settings(template_id)
    form, faults = forms.BringForm(data={"mode": "whole"}), list[tuple[int, str, str]]()
    if form.ok():
        with form.catching({"file": "rows"}):
            found = _read(template_id, form)
            faults = _told(found)
            if not faults:
                count, faults = _bring(template_id, form, found)
                if not faults:
                    return done(sop_url(template_id), _said(count), undo=True)
    status = 422 if form.errors or faults else 200
    return page("checklists/bring.html", status, form=form, faults=faults, back=sop_url(template_id), **held)


def _said(count: int) -> str:
    return ngettext("%(num)s line is in the draft.", "%(num)s lines are in the draft.", count)


def _read(template_id: int, form: forms.BringForm) -> Sheet:
    """A file that was brought becomes the rows in the box, where they can be seen and mended."""
    sent = request.files.get("file")
    if sent and sent.filename:
        found = sheets.read(sent.stream.read(sheets.MOST_BYTES + 1))
        form.rows.data = "\n".join("\t".join(_cell(cell) for cell in cells[:MOST_COLUMNS]) for _n, cells in found.rows)
        return queries.read_lines(template_id, [(n, cells[:MOST_COLUMNS]) for n, cells in found.rows])
    rows = sheets.pasted(form.rows.data or "", MOST_COLUMNS)
    if not rows:
        raise Invalid.at("rows", forms.NOTHING_BROUGHT)
    return queries.read_lines(template_id, rows)


def _cell(text: str) -> str:
    return " ".join(text.replace("\t", " ").split("\n"))


def _told(found: Sheet) -> list[tuple[int, str, str]]:
    """What is wrong, by row and column."""
    return [(row, str(COLUMN_WORDS[column]) if column else "", i18n.told(words)) for row, column, words in found.faults]


def _bring(template_id: int, form: forms.BringForm, found: Sheet) -> tuple[int, list[tuple[int, str, str]]]:
    try:
        return services.bring_lines(template_id, found.rows, form.mode.data != "add"), []
    except Invalid as fault:
        places = {f"rows.{place}": row.number for place, row in enumerate(found.rows)}
        return 0, [(places.get(name, 0), "", i18n.told(words)) for name, words in fault.fields.items()]
