"""Many sessions changed at once: chosen in the list, or those of a series; looked at, then done, with one undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import shell
from planner.base.i18n import ngettext
from planner.base.web import done, page, uses
from planner.kernel.errors import NotFound
from planner.live import forms, queries, services
from planner.live.queries import SessionBrief
from planner.live.rules import BEFORE_AIR, State
from planner.live.views.blueprint import bp
from planner.people import queries as people

MOST = 200
FORMS: dict[str, Callable[[], Any]] = {
    "move": lambda: forms.MoveTogetherForm(data={"days": 0}),
    "crew": forms.CrewTogetherForm,
    "edit": forms.EditTogetherForm,
    "cancel": forms.CancelTogetherForm,
    "delete": forms.DeleteTogetherForm,
}


def _ids(name: str = "id") -> list[int]:
    """The sessions the address or the form names; `apart` are those of a series that are offered only."""
    sent = request.values.getlist(name)[:MOST]
    return [int(text) for text in dict.fromkeys(sent) if text.isdecimal() and text.isascii() and len(text) <= 18]


def _version(b: SessionBrief) -> int:
    text = request.form.get(f"version_{b.id}", "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= 9 else b.version


def _do() -> str:
    found = request.values.get("do", "move")
    if found not in FORMS:
        raise NotFound()
    return found


def _form(do: str) -> Any:
    form = FORMS[do]()
    if do == "move":
        form.studio_id.offer([(s.id, s.name) for s in queries.studios()])
    if do == "crew":
        names = list(people.assignable().items())
        form.position_id.offer([(p.id, p.name) for p in people.positions()])
        form.instead_of.offer(names)
        form.user_id.offer(names)
    return form


@bp.route("/sessions/together", methods=["GET", "POST"])
@uses(
    services.move_together,
    services.moves_preview,
    services.recrew_together,
    services.edit_together,
    services.cancel_together,
    services.trash_together,
    queries.briefs,
    queries.shifts_of,
    people.people,
)
def together() -> Response:
    """What was chosen in the list, and what is to become of it."""
    do, ids = _do(), _ids()
    form, known = _form(do), queries.briefs({*ids, *_ids("apart")})
    rows, apart = _split(known, ids)
    versions, seen = {b.id: _version(b) for b in rows}, []
    if "step" in request.form and form.ok():
        with form.catching():
            seen, told = CHANGES[do](form, versions)
            if told is not None:
                return done(_back(), told, undo=True)
    shown = {
        "rows": rows,
        "apart": apart,
        "crews": queries.shifts_of(b.id for b in rows),
        "seen": seen,
        "versions": versions,
        "do": do,
    }
    held = {"open": [b for b in rows if b.state in BEFORE_AIR or (do == "delete" and b.state is State.CANCELLED)]}
    return page("live/together.html", 422 if form.errors else 200, form=form, next=_back(), **shown, **held)


def _split(known: Mapping[int, SessionBrief], ids: Sequence[int]) -> tuple[list[SessionBrief], list[SessionBrief]]:
    """Those that are chosen, and those that could be, each in the order of their starts."""
    ordered = sorted(known.values(), key=lambda b: (b.planned_start, b.id))
    return [b for b in ordered if b.id in ids], [b for b in ordered if b.id not in ids]


def _back() -> str:
    asked = request.values.get("next", "")
    return asked if shell.is_ours(asked) else url_for("live.sessions", view="list")


Told = tuple[Sequence[Any], str | None]
"""Where each would go, while it is looked at; or what was done, in the reader's words."""


def _move(form: Any, versions: dict[int, int]) -> Told:
    """A move is looked at first."""
    if request.form.get("step") != "confirm":
        return services.moves_preview(versions, form.by()), None
    count = services.move_together(versions, form.by(), form.override_reason.data or "")
    return [], ngettext("%(num)s session moved.", "%(num)s sessions moved.", count)


def _recrew(form: Any, versions: dict[int, int]) -> Told:
    count = services.recrew_together(versions, form.by(), form.override_reason.data or "")
    return [], ngettext("%(num)s crew changed.", "%(num)s crews changed.", count)


def _edit(form: Any, versions: dict[int, int]) -> Told:
    count = services.edit_together(versions, form.theme.data or "", *form.tags())
    return [], ngettext("%(num)s session saved.", "%(num)s sessions saved.", count)


def _cancel(form: Any, versions: dict[int, int]) -> Told:
    count = services.cancel_together(versions, form.reason.data or "")
    return [], ngettext("%(num)s session cancelled.", "%(num)s sessions cancelled.", count)


def _delete(_form: Any, versions: dict[int, int]) -> Told:
    count = services.trash_together(versions)
    return [], ngettext("%(num)s session is in the trash.", "%(num)s sessions are in the trash.", count)


CHANGES: dict[str, Callable[[Any, dict[int, int]], Told]] = {
    "move": _move,
    "crew": _recrew,
    "edit": _edit,
    "cancel": _cancel,
    "delete": _delete,
}
