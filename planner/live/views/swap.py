"""换人: whose shift, to whom, what follows, and done; three taps on a phone."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import i18n
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.kernel.errors import Invalid, NotFound
from planner.live import forms, queries, services
from planner.live.ports import FollowerLine
from planner.live.queries import SwapPage
from planner.live.views.blueprint import answered, bp


def _id(name: str) -> int | None:
    cell = request.values.get(name, "")
    return int(cell) if cell.isdecimal() and cell.isascii() and len(cell) <= 18 else None


def _view(session_id: int, form: forms.SwapForm) -> SwapPage:
    """The page as far as the address says; a time that can't be is told, and the choice begins anew.

    Beside a crew that others changed meanwhile nothing has to be theirs any more.
    """
    try:
        return queries.swap_page(session_id, _id("who"), _id("shift"), form.at.data or "")
    except Invalid as fault:
        form.at.errors = [i18n.told(m) for m in fault.fields.values()]
        return queries.swap_page(session_id, None)
    except NotFound:
        if not form.stale:
            raise
        return queries.swap_page(session_id, None)


def _asked(form: forms.SwapForm) -> dict[str, Any]:
    return {"from_id": _id("who") or 0, "to_id": _id("to") or 0, "shift_id": _id("shift"), "at": form.at.data or ""}


@bp.route("/sessions/<id:session_id>/swap", methods=["GET", "POST"])
@uses(services.swap_person, services.swap_preview, queries.swap_page)
def swap(session_id: int) -> Response:
    """Somebody else holds a shift, from now on or as a whole."""
    form = forms.SwapForm(data={"version": None, "at": request.args.get("at", "")[:20]})
    if form.ok():
        with form.catching():
            reason = form.override_reason.data or ""
            services.swap_person(session_id, form.version.data or 0, **_asked(form), override_reason=reason)
        if not form.errors:
            return done(url_for("live.session", session_id=session_id), _("Swapped."), undo=True)
    view = _view(session_id, form)
    lines = _lines(session_id, form) if view.giving and _id("to") and request.method == "GET" else []
    return page(
        "live/swap.html", answered(form), form=form, view=view, session=view.session, **_shown(view, lines, form)
    )


def _lines(session_id: int, form: forms.SwapForm) -> list[FollowerLine]:
    """What follows; what speaks against it is told above the button, where a reason can be given."""
    with form.catching():
        return services.swap_preview(session_id, **_asked(form))
    return []


def _shown(view: SwapPage, lines: list[FollowerLine], form: forms.SwapForm) -> dict[str, Any]:
    chosen = next((c for c in view.candidates if c.user_id == _id("to")), None)
    keep = {"session_id": view.session.id, "who": _id("who"), "shift": _id("shift"), "at": form.at.data or None}
    if not form.is_submitted():
        form.version.data = view.session.version
    theirs = (
        "；".join(f"{s.position_name} {s.user_name}" for s in queries.shifts(view.session.id)) if form.stale else ""
    )
    pair = [(_("Crew"), theirs, _mine(view, chosen.name if chosen else ""), True)] if form.stale else []
    return {"chosen": chosen, "keep": keep, "lines": lines, "pair": pair}


def _mine(view: SwapPage, name: str) -> str:
    given = view.giving
    return f"{'、'.join(given.positions.values())} {given.name} → {name}" if given else name
