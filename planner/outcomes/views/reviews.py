"""Reviews: explain, decide, close; sign what became of actions."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import i18n
from planner.base.i18n import gettext as _
from planner.base.i18n import told
from planner.base.web import done, page, safe_next, strip, uses
from planner.discussions import queries as discussions
from planner.kernel.errors import Invalid, Refused
from planner.kernel.text import Message, msg
from planner.live.rules import Weight
from planner.outcomes import forms, services
from planner.outcomes.queries import actions as action_queries
from planner.outcomes.queries import reviews as queries
from planner.outcomes.rules.reviews import Verdict
from planner.outcomes.views.blueprint import bp


def _review_url(session_id: int) -> str:
    return url_for("outcomes.review", session_id=session_id)


@bp.get("/sessions/<id:session_id>/review")
@uses(queries.review_page, discussions.thread)
def review(session_id: int) -> Response:
    """What did we learn."""
    return _review_page(session_id, 200)


def _review_page(session_id: int, status: int, summary: Any = None, title: str = "", problem: str = "") -> Response:
    """The review, with what was typed and could not be saved, if so."""
    view, actions = queries.review_page(session_id), action_queries.actions_for(session_id)
    held = {"form": summary, "title": title, "problem": problem, "thread": discussions.thread("session", session_id)}
    return page("outcomes/review.html", status, view=view, actions=actions, **held)


@bp.post("/sessions/<id:session_id>/review/open")
@uses(services.open_review)
def open_review(session_id: int) -> Response:
    """Begin: missed targets become findings."""
    services.open_review(session_id)
    return done(_review_url(session_id))


@bp.post("/sessions/<id:session_id>/review/findings")
@uses(services.add_finding, queries.review_page, action_queries.actions_for)
def add_finding(session_id: int) -> Response:
    """Something somebody saw."""
    typed = request.form.get("title", "")
    try:
        services.add_finding(session_id, typed)
    except Invalid as fault:
        return _review_page(session_id, 422, title=typed, problem=told(fault.message))
    return done(_review_url(session_id), _("Saved."), undo=True)


@bp.post("/sessions/<id:session_id>/review/summary")
@uses(services.save_summary, services.open_review, queries.review_page, action_queries.actions_for)
def summary(session_id: int) -> Response:
    """What is worth keeping."""
    form = forms.SummaryForm()
    if form.ok():
        with form.catching():
            services.save_summary(services.open_review(session_id), form.version.data or 0, form.summary.data or "")
        if not form.errors:
            return done(_review_url(session_id), _("Saved."), undo=True)
    return _review_page(session_id, form.status, summary=form)


@bp.post("/sessions/<id:session_id>/review/close")
@uses(services.close_review)
def close(session_id: int) -> Response:
    """Done."""
    try:
        services.close_review(session_id)
    except Refused as fault:
        return done(_review_url(session_id), fault.message, kind="bad")
    return done(_review_url(session_id), _("The review is closed."))


@bp.post("/sessions/<id:session_id>/review/reopen")
@uses(services.reopen_review)
def reopen(session_id: int) -> Response:
    """Open again."""
    services.reopen_review(session_id)
    return done(_review_url(session_id), _("The review is open again."))


@bp.route("/reviews/quick", methods=["GET", "POST"])
@uses(services.close_many, queries.reviews_due)
def quick() -> Response:
    """Five minutes for daily shows: several closed together, or those that can be, if that is asked for."""
    due, faults, sent = _quick_due(), dict[str, Message](), forms.read_quick({}, [])
    if request.method == "POST":
        sent = forms.read_quick(request.form, [d.session.id for d in due])
        faults = _close(sent)
        closed = sent.without(faults) if sent.partly or not faults else []
        said = _("%(count)s reviews are closed.", count=len(closed))
        if not faults:
            return done(url_for("outcomes.results"), said)
        if closed:
            strip(said)
            due = _quick_due()
    able = 0 if sent.partly else len(sent.without(faults))
    told = {name: i18n.told(fault) for name, fault in faults.items()}
    more = {"faults": told, "able": able, "sent": request.form, "causes": queries.causes(), "groups": _groups(due)}
    return page("outcomes/quick.html", 422 if faults else 200, due=due, **more)


def _groups(due: list[queries.Due]) -> list[tuple[str, str, list[queries.Due]]]:
    """What needs a word, what can be closed as it is, and what nobody can judge: only the second is chosen already."""
    smooth, missed = [d for d in due if d.smooth], [d for d in due if d.beyond]
    aimed = [d for d in due if d.judged.targets and not d.smooth and not d.beyond]
    free = [d for d in due if not d.judged.targets]
    return [
        (_("A target was missed"), _("Name the cause to close them here."), missed),
        (_("Targets reached, or within tolerance"), "", smooth),
        (_("Some figures are missing"), _("Whether these targets were reached, nobody knows yet."), aimed),
        (_("No target set"), _("Nothing says whether these went well: look before you close them."), free),
    ]


def _quick_due() -> list[queries.Due]:
    return [d for d in queries.reviews_due(30) if d.result is not None and d.session.weight is Weight.DAILY]


def _close(sent: forms.Quick) -> dict[str, Message]:
    """Close them; answers what keeps some from closing, by the names of their fields."""
    if not sent.chosen:
        return {"": msg("Choose at least one show.")}
    try:
        services.close_many(sent.chosen, sent.causes, sent.notes)
    except Invalid as fault:
        rest = sent.without(fault.fields)
        if sent.partly and rest:
            services.close_many(rest, sent.causes, sent.notes)
        return dict(fault.fields)
    return {}


@bp.post("/checks/<id:check_id>/sign")
@uses(services.sign_verdict)
def sign(check_id: int) -> Response:
    """What became of the action."""
    version, chosen = request.form.get("version", ""), request.form.get("verdict", "")
    if chosen not in set(Verdict):
        raise Invalid.at("verdict", msg("Choose a verdict."))
    number = int(version) if version.isdecimal() and len(version) < 10 else 0
    session_id = services.sign_verdict(check_id, number, Verdict(chosen))
    return done(safe_next(_review_url(session_id)), _("The verdict is signed."), undo=True)
