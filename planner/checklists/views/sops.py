"""A SOP: its draft, its versions, what is proposed."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import actor
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.checklists import forms, queries, services
from planner.checklists.views.blueprint import bp
from planner.kernel.permissions import P


def sop_url(template_id: int, line: str = "") -> str:
    """The page of a SOP, at one of its lines."""
    return url_for("checklists.sop", template_id=template_id) + (f"#line-{line}" if line else "")


@bp.get("/sop/<id:template_id>")
@uses(queries.template, queries.releases, queries.behind)
def sop(template_id: int) -> Response:
    """What is our standard, and what will it be."""
    held = queries.template(template_id)
    more = _beside(template_id)
    return page("checklists/sop.html", form=_publishing(held["template"].draft_id), **more, **held)


def _beside(template_id: int) -> dict[str, Any]:
    """What an editor is offered: lines to unblock, lists to upgrade."""
    if not actor.current().may(P.SOP_EDIT):
        return {"releases": [], "behind": 0}
    return {"releases": queries.releases(template_id), "behind": queries.behind(template_id)}


def _publishing(draft_id: int | None) -> forms.PublishForm:
    return forms.PublishForm(data={"draft_id": draft_id})


@bp.post("/sop/<id:template_id>/publish")
@uses(services.publish_draft, queries.template)
def publish(template_id: int) -> Response:
    """The draft counts from the next lists on."""
    form = forms.PublishForm()
    if form.ok():
        with form.catching():
            services.publish_draft(template_id, form.draft_id.data or 0, form.note.data or "")
            return done(sop_url(template_id), _("Published."), undo=True)
    held = queries.template(template_id)
    form.draft_id.data = held["template"].draft_id
    form.draft_id.raw_data = None
    return page("checklists/sop.html", form.status, form=form, **_beside(template_id), **held)


@bp.post("/sop/<id:template_id>/drop")
@uses(services.drop_draft)
def drop(template_id: int) -> Response:
    """The draft is nothing any more."""
    sent = request.form.get("draft_id", "")
    services.drop_draft(template_id, int(sent) if sent.isdecimal() and len(sent) < 19 else 0)
    return done(sop_url(template_id), _("The draft is dropped."), undo=True)


@bp.post("/sop/versions/<id:version_id>/restore")
@uses(services.restore_version)
def restore(version_id: int) -> Response:
    """An older version as a draft."""
    template_id = services.restore_version(version_id)
    return done(sop_url(template_id), _("The older version is a draft now. Publish it to have it count."), undo=True)


@bp.post("/sop/proposals/<id:proposal_id>/refuse")
@uses(services.refuse_proposal)
def refuse(proposal_id: int) -> Response:
    """Not this time."""
    template_id = services.refuse_proposal(proposal_id)
    return done(sop_url(template_id), _("Refused."), undo=True)
