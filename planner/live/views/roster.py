"""Bringing a roster: pasted or as a file, read by its heads, shown row by row, then planned."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import i18n, sheets, shell, show
from planner.base.i18n import gettext as _
from planner.base.web import done, fragment, page, uses
from planner.kernel.errors import Invalid
from planner.live import forms, queries, services
from planner.live.queries.foreseen import Wanted
from planner.live.queries.roster import NotMapped, Roster, RosterRow
from planner.live.rules import Take
from planner.live.rules.roster import Column, Sent
from planner.live.services import rosters
from planner.live.views.blueprint import bp
from planner.live.views.copying import planned_words
from planner.live.words import COLUMN_WORDS


@dataclass(frozen=True)
class Shown:
    """A row of the preview with what is chosen for it and what is wrong or in its way, in the reader's words."""

    row: RosterRow
    take: Take
    faults: list[str]
    words: list[str]


def _pasted(form: forms.RosterForm) -> None:
    """A file that was brought becomes the rows in the box, where they can be seen and mended."""
    sent = request.files.get("file")
    if sent and sent.filename:
        sheet = sheets.read(sent.stream.read(sheets.MOST_BYTES + 1))
        form.roster.data = "\n".join("\t".join(cell.replace("\t", " ") for cell in cells) for _n, cells in sheet.rows)


def _shown(found: Roster) -> list[Shown]:
    rows: list[Shown] = []
    for row in found.rows:
        usual = row.seen.usual if row.seen else Take.NONE
        take = forms.taken(str(row.number), usual)
        words = [i18n.told(word) for word in row.seen.words] if row.seen else []
        rows.append(Shown(row, take if row.seen else Take.NONE, [i18n.told(fault) for fault in row.faults], words))
    return rows


def _taken(rows: list[Shown]) -> tuple[list[Wanted], dict[str, str]]:
    """What is planned, and at which row of the page a fault of the service belongs."""
    wanted: list[Wanted] = []
    places: dict[str, str] = {}
    for n, shown in enumerate(rows):
        made = shown.row.seen.taken(shown.take) if shown.row.seen else None
        if made is not None:
            places[f"rows.{len(wanted)}"] = f"rows.{n}"
            wanted.append(made)
    return wanted, places


def _choices() -> list[tuple[str, str]]:
    own = [(str(c), str(COLUMN_WORDS[c])) for c in Column]
    return [("", _("leave it out")), *own, *[(f"position:{i}", name) for i, name, _w in queries.roster_columns()]]


@bp.route("/sessions/roster", methods=["GET", "POST"])
@uses(
    services.plan_roster,
    services.send_roster,
    queries.read_roster,
    queries.roster_columns,
    queries.channels,
    queries.recent_rosters,
)
def roster() -> Response:
    """Paste or bring it, look at what was read, plan what is good. Nothing is made before that."""
    channels, rows, columns = [(c.id, c.name) for c in queries.channels()], list[Shown](), None
    form = forms.RosterForm(data={"channel_id": channels[0][0] if len(channels) == 1 else None})
    form.channel_id.offer(channels)
    if form.ok():
        with form.catching({"rows": "roster", "file": "roster"}):
            rows, columns = _read(form)
        if request.form.get("step") == "confirm" and request.form.get("looked", _mark(form)) != _mark(form):
            form.fault("", _("The rows were changed since they were looked at. Look at them once more."))
        if request.form.get("step") == "confirm" and not form.errors:
            wanted, places = _taken(rows)
            with form.catching(places):
                return _planned(form, rows, wanted)
    shown: dict[str, Any] = {"rows": rows, "columns": columns, "choices": _choices() if columns else []}
    shown |= {"recent": [] if rows else queries.recent_rosters(), "mark": _mark(form)}
    return page("live/roster.html", 422 if form.errors else 200, form=form, **shown)


def _mark(form: forms.RosterForm) -> str:
    """What of the rows a look has seen: other rows, or another channel, have another mark."""
    return hashlib.sha256(f"{form.channel_id.data}\n{form.roster.data}".encode()).hexdigest()[:16]


def _planned(form: forms.RosterForm, rows: list[Shown], wanted: list[Wanted]) -> Response:
    """Plan it now, or leave a long one to the worker, whose page shows how far it is."""
    if len(wanted) <= rosters.AT_ONCE:
        made = services.plan_roster(wanted, form.override_reason.data or "")
        return done(url_for("live.sessions", day=wanted[0].start.date()), planned_words(len(made)), undo=True)
    takes = {r.row.number: r.take for r in rows if r.row.seen is not None}
    columns = forms.chosen_columns(request.form)
    reason = form.override_reason.data or ""
    sent = Sent(form.roster.data or "", columns, form.channel_id.data, takes, reason)
    return done(url_for("live.roster_plan", plan_id=services.send_roster(sent, wanted)))


@bp.get("/sessions/roster/<id:plan_id>")
@uses(queries.roster_progress)
def roster_plan(plan_id: int) -> Response:
    """How far the worker is with a long roster; then what came of it, or which rows clash and the way back."""
    found, part = queries.roster_progress(plan_id), request.args.get("part") == "progress"
    shown: dict[str, Any] = {"p": found, "day": show.local(found.first).date() if found.first else None}
    shown["undo_url"] = shell.undo_url(found.command_id)
    answer = fragment("live/_roster_progress.html", **shown) if part else page("live/roster_plan.html", **shown)
    answer.headers["Cache-Control"] = "no-store"
    if part and not found.running:
        answer.headers["HX-Refresh"] = "true"
    return answer


def _read(form: forms.RosterForm) -> tuple[list[Shown], list[tuple[str, str, str]]]:
    """The rows; and of each column its head, what it says, and a cell of it."""
    _pasted(form)
    try:
        found = queries.read_roster(form.roster.data or "", forms.chosen_columns(request.form), form.channel_id.data)
    except NotMapped as asked:
        form.fault("", i18n.told(asked.message))
        return [], _columns(asked.heads, asked.columns, asked.sample)
    except Invalid as fault:
        form.fault("roster", i18n.told(fault.message))
        return [], []
    return _shown(found), _columns(found.heads, found.columns, [row.cells for row in found.rows[:1]])


def _columns(heads: list[str], columns: list[str], sample: list[list[str]]) -> list[tuple[str, str, str]]:
    first = sample[0] if sample else []
    return [(head, columns[n], first[n] if n < len(first) else "") for n, head in enumerate(heads)]
