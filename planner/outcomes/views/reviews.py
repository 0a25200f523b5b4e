"""Reviews: explain, decide, close; sign what became of actions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import actor, i18n
from planner.base.i18n import gettext as _
from planner.base.i18n import told
from planner.base.web import done, page, strip, uses
from planner.checklists import queries as checklists
from planner.checklists.rules import Anchor, Proof, Stage, recheck_of
from planner.discussions import queries as discussions
from planner.kernel.errors import Invalid, Refused
from planner.kernel.text import Message, msg
from planner.live.rules import Weight
from planner.outcomes import forms, services
from planner.outcomes.queries import reviews as queries
from planner.outcomes.rules.reviews import Decision, Verdict
from planner.outcomes.views.blueprint import bp
from planner.people import queries as people


def _review_url(session_id: int) -> str:
    return url_for("outcomes.review", session_id=session_id)


@bp.get("/sessions/<id:session_id>/review")
@uses(queries.review_page, discussions.thread)
def review(session_id: int) -> Response:
    """What did we learn."""
    return _review_page(session_id, 200)


def _review_page(session_id: int, status: int, summary: Any = None, title: str = "", problem: str = "") -> Response:
    """The review, with what was typed and could not be saved, if so."""
    view, actions = queries.review_page(session_id), queries.actions_for(session_id)
    held = {"form": summary, "title": title, "problem": problem, "thread": discussions.thread("session", session_id)}
    return page("outcomes/review.html", status, view=view, actions=actions, **held)


@bp.post("/sessions/<id:session_id>/review/open")
@uses(services.open_review)
def open_review(session_id: int) -> Response:
    """Begin: missed targets become findings."""
    services.open_review(session_id)
    return done(_review_url(session_id))


@bp.post("/sessions/<id:session_id>/review/findings")
@uses(services.add_finding, queries.review_page, queries.actions_for)
def add_finding(session_id: int) -> Response:
    """Something somebody saw."""
    typed = request.form.get("title", "")
    try:
        services.add_finding(session_id, typed)
    except Invalid as fault:
        return _review_page(session_id, 422, title=typed, problem=told(fault.message))
    return done(_review_url(session_id), _("Saved."), undo=True)


@bp.route("/findings/<id:finding_id>", methods=["GET", "POST"])
@uses(queries.finding, services.save_finding, services.agree_action, services.propose_sop, services.decide_finding)
def finding(finding_id: int) -> Response:
    """One finding: cause and facts first, then what it ends in."""
    view = queries.finding(finding_id)
    held = _forms(view)
    act = request.form.get("act", "")
    if request.method == "POST" and act in held:
        form = held[act]
        if form.ok():
            with form.catching():
                _ACTS[act](finding_id, form)
            if not form.errors:
                return done(_review_url(view.session.id), _("Saved."), undo=True)
        return _finding_page(view, held, form.status, act)
    return _finding_page(view, held)


def _finding_page(view: queries.FindingPage, held: dict[str, Any], status: int = 200, chosen: str = "") -> Response:
    thread = discussions.thread("finding", view.row.id)
    return page("outcomes/finding.html", status, view=view, forms=held, chosen=chosen, thread=thread)


def _forms(view: queries.FindingPage) -> dict[str, Any]:
    row = view.row
    save = forms.FindingForm(
        data={"version": row.version, "cause_id": row.cause_id, "facts": row.facts, "guess": row.guess}
    )
    save.cause_id.offer([(c.id, c.name) for c in view.causes])
    agree = forms.ActionForm(
        data={
            "metric": row.metric or "gmv", "value": row.target, "verify": [b.id for b in view.later[:1]],
            "owner_id": view.answers or actor.current().user_id, "due": view.due,
        }
    )  # fmt: skip
    agree.owner_id.offer([(p.user_id, p.name) for p in people.people()])
    agree.verify.choices = [(b.id, b.theme) for b in view.later]
    propose = forms.ProposalForm()
    propose.template_id.offer(checklists.template_choices())
    propose.position_id.offer([(p.id, p.name) for p in people.positions()])
    return {"save": save, "agree": agree, "propose": propose, "decide": forms.DecideForm()}


def _save(finding_id: int, form: Any) -> None:
    services.save_finding(
        finding_id, form.version.data or 0, form.cause_id.data, form.facts.data or "", form.guess.data or ""
    )


def _agree(finding_id: int, form: Any) -> None:
    value = form.value.data or Decimal(0)
    services.agree_action(
        finding_id,
        form.title.data or "",
        form.owner_id.data,
        form.due.data,
        form.metric.data,
        value,
        form.verify.data or [],
    )


def _propose(finding_id: int, form: Any) -> None:
    services.propose_sop(
        finding_id, form.template_id.data or 0, form.text.data or "", form.position_id.data, Stage(form.stage.data),
        Anchor(form.anchor.data), form.offset_minutes.data or 0, Proof(form.proof.data),
        recheck_of(form.recheck.data or [], form.recheck_hours.data),
    )  # fmt: skip


def _decide(finding_id: int, form: Any) -> None:
    for title, stays in services.decide_finding(finding_id, Decision(form.decision.data), form.reason.data or ""):
        begun = _("The action is withdrawn. Its step “%(title)s” was begun, so it stays in the plan.", title=title)
        fresh = _("The action is withdrawn, and its step “%(title)s” is in the trash.", title=title)
        strip(begun if stays else fresh, "warn")


_ACTS = {"save": _save, "agree": _agree, "propose": _propose, "decide": _decide}


@bp.post("/sessions/<id:session_id>/review/summary")
@uses(services.save_summary, services.open_review, queries.review_page, queries.actions_for)
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
@uses(queries.reviews_due, services.close_many)
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
    more = {"faults": told, "able": able, "sent": request.form, "causes": queries.causes()}
    return page("outcomes/quick.html", 422 if faults else 200, due=due, **more)


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
    return done(_review_url(session_id), _("The verdict is signed."), undo=True)
