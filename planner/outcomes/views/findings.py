"""One finding on one page and in one form: why, and what it ends in. Every button sends all that was typed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import actor
from planner.base.i18n import gettext as _
from planner.base.i18n import told
from planner.base.web import done, page, strip, uses
from planner.base.words import label
from planner.checklists import queries as checklists
from planner.checklists.rules import Anchor, Kind, Stage, evidence_of, read_when, recheck_of
from planner.discussions import queries as discussions
from planner.kernel.errors import Invalid
from planner.outcomes import forms, services
from planner.outcomes.queries import reviews as queries
from planner.outcomes.rules.reviews import Decision
from planner.outcomes.views.blueprint import bp
from planner.people import queries as people


@dataclass
class Parts:
    """The form as its parts read it: the head is always kept, of the others the one that was chosen."""

    head: forms.FindingForm
    action: forms.ActionForm
    proposal: forms.ProposalForm
    decided: forms.DecideForm

    @property
    def chosen(self) -> Any:
        """The part of the chosen ending, if it has one."""
        return {
            Decision.ACTION.value: self.action,
            Decision.PROPOSAL.value: self.proposal,
            Decision.NO_ACTION.value: self.decided,
        }.get(self.head.ending.data or "")

    def ok(self) -> bool:
        """Whether the shape of what counts is right; what was written for an ending nobody chose is asked about."""
        fine = self.head.ok()
        if self.chosen is not None:
            fine = self.chosen.ok() and fine
        elif not self.head.ending.data and any(
            (self.action.title.data, self.proposal.text.data, self.decided.reason.data)
        ):
            self.head.fault("ending", _("Something is written below: choose what the finding ends in, or empty it."))
            return False
        return fine

    @property
    def faulty(self) -> bool:
        """Whether anything stands beside a field."""
        return bool(self.head.errors or (self.chosen is not None and self.chosen.errors))

    def catch(self, fault: Invalid) -> None:
        """What the service found wrong stands beside its field."""
        for name, message in fault.fields.items():
            name = "ending" if name == "decision" else name
            home = self.chosen if self.chosen is not None and name in self.chosen else self.head
            home.fault(name, told(message))


@bp.route("/findings/<id:finding_id>", methods=["GET", "POST"])
@uses(queries.finding, discussions.thread, services.settle_finding)
def finding(finding_id: int) -> Response:
    """Cause, facts, guesses and the ending, kept together."""
    view = queries.finding(finding_id)
    parts = _parts(view)
    if request.method == "POST" and parts.ok():
        head, withdrawn = parts.head, list[tuple[str, bool]]()
        with head.catching():
            try:
                withdrawn = services.settle_finding(
                    finding_id, head.version.data or 0, head.cause_id.data, head.facts.data or "",
                    head.guess.data or "", _ending(parts),
                )  # fmt: skip
            except Invalid as fault:
                parts.catch(fault)
        if not parts.faulty:
            return _saved(view, withdrawn)
    status = parts.head.status if request.method == "POST" else 200
    thread = discussions.thread("finding", finding_id)
    return page("outcomes/finding.html", status, view=view, parts=parts, thread=thread)


def _saved(view: queries.FindingPage, withdrawn: list[tuple[str, bool]]) -> Response:
    """On to the next finding or back to the review, saying what became of actions that were agreed on before."""
    for title, stays in withdrawn:
        begun = _("The action is withdrawn. Its step “%(title)s” was begun, so it stays in the plan.", title=title)
        fresh = _("The action is withdrawn, and its step “%(title)s” is in the trash.", title=title)
        strip(begun if stays else fresh, "warn")
    further = view.next_id if request.form.get("then") == "next" else None
    back = url_for("outcomes.finding", finding_id=further) if further else _review_url(view.session.id)
    return done(back, _("Saved."), undo=True)


def _review_url(session_id: int) -> str:
    return url_for("outcomes.review", session_id=session_id)


def _parts(view: queries.FindingPage) -> Parts:
    row = view.row
    held = {"version": row.version, "cause_id": row.cause_id, "facts": row.facts, "guess": row.guess}
    offered = _endings(view)
    ending = row.decision.value if row.decision.value in {value for value, _word in offered[3:]} else ""
    head = forms.FindingForm(data={**held, "ending": ending})
    head.cause_id.offer([(c.id, c.name) for c in view.causes])
    head.ending.choices = offered
    action = forms.ActionForm(
        data={
            "metric": row.metric or "gmv", "value": row.target, "verify": [b.id for b in view.later[:1]],
            "owner_id": view.answers or actor.current().user_id, "due": view.due,
        }
    )  # fmt: skip
    action.owner_id.offer([*people.assignable().items()])
    action.verify.choices = [(b.id, b.theme) for b in view.later]
    proposal = forms.ProposalForm()
    proposal.template_id.offer(checklists.template_choices(Kind.SHOW))
    proposal.position_id.offer([(p.id, p.name) for p in people.positions()])
    reason = row.reason if row.decision is Decision.NO_ACTION else ""
    return Parts(head, action, proposal, forms.DecideForm(data={"reason": reason}))


def _endings(view: queries.FindingPage) -> list[tuple[str, str]]:
    """What the finding may end in. A swing explains a miss within tolerance only."""
    again = view.row.decision in (Decision.ACTION, Decision.PROPOSAL)
    swings = view.row.metric is not None and not view.row.beyond
    return [
        ("", _("As it is: %(word)s", word=label(view.row.decision)) if again else label(Decision.NONE)),
        (Decision.ACTION.value, _("Another action") if view.view.actions else _("An action")),
        (Decision.PROPOSAL.value, _("A change of the SOP")),
        (Decision.NO_ACTION.value, label(Decision.NO_ACTION)),
        *([(Decision.NORMAL_SWING.value, label(Decision.NORMAL_SWING))] if swings else []),
    ]


def _ending(parts: Parts) -> services.ActionWanted | services.ProposalWanted | services.Decided | None:
    """The chosen ending as the service takes it."""
    ending: Any = parts.head.ending.data
    if ending == Decision.ACTION:
        a = parts.action
        return services.ActionWanted(
            a.title.data or "",
            a.owner_id.data,
            a.due.data,
            a.metric.data,
            a.value.data or Decimal(0),
            a.verify.data or [],
        )
    if ending == Decision.PROPOSAL:
        p = parts.proposal
        anchor, minutes = read_when(p.offset_minutes.data or "", Anchor(p.anchor.data))
        return services.ProposalWanted(
            p.template_id.data or 0, p.text.data or "", p.position_id.data, Stage(p.stage.data), anchor,
            minutes, evidence_of(p.evidence.data or []), recheck_of(p.recheck.data or [], p.recheck_hours.data),
        )  # fmt: skip
    if ending in (Decision.NO_ACTION, Decision.NORMAL_SWING):
        swing = ending == Decision.NORMAL_SWING
        return services.Decided(Decision(ending), "" if swing else parts.decided.reason.data or "")
    return None
