"""Periods as a whole: the list of all, one with what it came to, closing it and opening it again."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.figures import queries as team_figures
from planner.plan import forms, queries, services
from planner.plan.queries import ClosingPage
from planner.plan.rules import Choice, Wish
from planner.plan.services import Answer
from planner.plan.views.blueprint import bp, number


@bp.get("/plan/periods")
@uses(queries.all_periods)
def periods() -> Response:
    """All of them."""
    return page("plan/periods.html", rows=queries.all_periods())


@bp.get("/plan/periods/<id:period_id>")
@uses(queries.period_page)
def period(period_id: int) -> Response:
    """How it stood, against the one before; once closed, why and what became of the rest."""
    return page("plan/period.html", view=queries.period_page(period_id))


def _sent_id(name: str) -> int | None:
    typed = request.form.get(name, "")
    return int(typed) if typed.isdecimal() and len(typed) < 19 and int(typed) else None


def _answers(view: ClosingPage) -> dict[int, Answer]:
    """What was sent for each missed target; before that what was said when it was closed the last time."""
    found: dict[int, Answer] = {}
    for _goal, t, _health in view.missed:
        held = view.page.explained.get(t.id)
        if request.method == "POST":
            words = [request.form.get(f"{name}_{t.id}", "") for name in ("reason", "improvement")]
            found[t.id] = Answer(_sent_id(f"cause_{t.id}"), *words)
        elif held is not None:
            found[t.id] = Answer(held.cause_id, held.reason, held.improvement)
    return found


def _wish(sent: str, why: str, kind: str) -> Wish:
    """`carry` to no phase, `carry-7` to a phase, `leave` or `cancel`; a goal goes to no phase."""
    word, _dash, phase = sent.partition("-")
    choice = Choice(word) if word in set(Choice) else Choice.LEAVE
    phase_id = int(phase) if phase.isascii() and phase.isdecimal() and len(phase) < 19 and kind == "step" else None
    return Wish(choice, why, phase_id)


def _wishes(view: ClosingPage) -> dict[tuple[str, int], Wish]:
    """What was chosen for each row; what has no choice of its own goes with the one for all of them."""
    every, found = request.form.get("every", ""), dict[tuple[str, int], Wish]()
    for part in view.open:
        name = f"{part.kind}_{part.id}"
        why = request.form.get(f"why_{name}", "")
        found[part.key] = _wish(request.form.get(name, "") or every, why, part.kind)
    return found


def _close_form(view: ClosingPage) -> forms.CloseForm:
    """With what was said when it was closed the last time, and where everything can go."""
    row = view.page.period
    form = forms.CloseForm(
        data={"version": row.version, "lessons": row.lessons, "into_id": view.into.id if view.into else None}
    )
    form.into_id.offer(view.others)
    form.every.choices = [("", _("Leave them here"))]
    if view.into:
        form.every.choices += [
            ("carry", _("Carry all over, no phase")),
            *((f"carry-{key}", _("Carry all over: %(phase)s", phase=name)) for key, name in view.phases),
        ]
    return form


@bp.route("/plan/periods/<id:period_id>/close", methods=["GET", "POST"])
@uses(services.close_period, queries.closing_page, team_figures.causes)
def close_period(period_id: int) -> Response:
    """Causes of what was missed, what becomes of what is open, and what the team takes along."""
    sent = request.method == "POST"
    view = queries.closing_page(period_id, _sent_id("into_id") if sent else number("into"))
    row, form = view.page.period, _close_form(view)
    answers, wishes = _answers(view), _wishes(view)
    if "show" not in request.form and form.ok():
        with form.catching():
            services.close_period(
                period_id, form.version.data or 0, answers, wishes, form.into_id.data, form.lessons.data or "",
                bool(form.move_dates.data),
            )  # fmt: skip
            return done(url_for("plan.period", period_id=period_id), _("The period is closed."), undo=True)
    status = form.status if sent and form.errors else 200
    shown = {"form": form, "answers": answers, "wishes": wishes, "causes": team_figures.causes()}
    return page("plan/close.html", status, view=view, row=row, **shown)


@bp.post("/plan/periods/<id:period_id>/reopen")
@uses(services.reopen_period)
def reopen_period(period_id: int) -> Response:
    """It can be changed again."""
    services.reopen_period(period_id)
    return done(url_for("plan.period", period_id=period_id), _("The period is open again."), undo=True)
