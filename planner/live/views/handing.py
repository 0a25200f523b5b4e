"""交接: a shift is handed over, and signed for."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from planner.base import actor, show
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.kernel import clock
from planner.live import forms, queries, services
from planner.live.rules import Phase
from planner.live.views.air import hub_url
from planner.live.views.blueprint import answered, bp
from planner.live.words import reading_words


@bp.route("/sessions/<id:session_id>/handover", methods=["GET", "POST"])
@uses(services.hand_over, queries.brief, queries.lineup, queries.readings, queries.follower)
def hand_over(session_id: int) -> Response:
    """What the next shift has to know, signed by who writes it."""
    form = forms.HandoverForm(data={"figures": _last_figures(session_id)})
    if form.ok():
        with form.catching():
            told = (form.figures.data or "", form.stock.data or "", form.promises.data or "", form.next_item.data or "")
            made = services.hand_over(session_id, *told)
        if not form.errors:
            back = url_for("live.withdraw_handover", handover_id=made)
            return done(hub_url(session_id, Phase.AIR), _("Signed. Whoever takes over signs next."), undo=back)
    b, offered = queries.brief(session_id), queries.lineup(session_id)
    to = queries.follower(session_id, actor.current().user_id or 0, clock.now())
    return page("live/handover.html", answered(form), form=form, session=b, lineup=offered, to=to)


def _last_figures(session_id: int) -> str:
    """The last reading in one line, to be written on; nothing where none was taken."""
    held = queries.readings(session_id)
    return f"{show.clock_of(held[-1].at)} {reading_words(held[-1].figures)}" if held else ""


@bp.post("/handovers/<id:handover_id>/take")
@uses(services.take_over)
def take_over(handover_id: int) -> Response:
    """Read, and signed by another person."""
    return done(hub_url(services.take_over(handover_id), Phase.AIR), _("Signed by both."))


@bp.post("/handovers/<id:handover_id>/withdraw")
@uses(services.withdraw_handover)
def withdraw_handover(handover_id: int) -> Response:
    """Taken back before anybody signed."""
    session_id = services.withdraw_handover(handover_id)
    return done(hub_url(session_id, Phase.AIR), _("The handover is taken back."))
