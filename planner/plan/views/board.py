"""Steps as cards on a board, and the ways of a card."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from planner.base import actor, i18n
from planner.base.i18n import gettext as _
from planner.base.pieces import drawn
from planner.base.web import done, fragment, page, safe_next, uses
from planner.base.words import label
from planner.kernel.errors import Invalid, Refused, Stale
from planner.kernel.permissions import P
from planner.people import queries as people
from planner.plan import queries, services
from planner.plan.queries import Board, StepRow, Wanted
from planner.plan.rules import UNFINISHED, Place, StepState
from planner.plan.views import drawing, narrowing
from planner.plan.views.blueprint import NEEDS_WORDS, bp


def _place() -> Place:
    typed = request.values.get("by", "")
    return Place(typed) if typed in set(Place) else Place.STATE


def _board(by: Place, wanted: Wanted) -> Board:
    if by is Place.PHASE:
        return queries.by_phase(wanted, queries.choices(wanted.period_id)["phases"], _("No phase"))
    if by is Place.OWNER:
        return queries.by_owner(wanted, people.assignable(), _("Nobody yet"))
    return queries.by_state(wanted, {state: label(state) for state in StepState})


@bp.get("/plan/board")
@uses(queries.board_rows, queries.words_in_use, queries.choices, people.people)
def board() -> Response:
    """Unfinished steps as cards in columns of states, phases or people."""
    given, by, who = narrowing.asked(), _place(), actor.current()
    found, goals = _board(by, narrowing.wanted(given)), dict(queries.choices()["goals"])
    leads = who.may(P.PLAN_EDIT)
    back = narrowing.here("plan.board", given, by="" if by is Place.STATE else str(by))
    cards = {
        column.key: Markup("").join(
            drawn("plan/_card.html", **drawing.shown(s, goals, by=str(by), movable=_movable(s, by, leads)))
            for s in column.rows
        )
        for column in found.columns
    }
    shown: dict[str, Any] = {"board": found, "cards": cards, "by": by, "here": back}
    if request.args.get("part") == "board":
        return fragment("plan/_board.html", **shown)
    return page(
        "plan/board.html",
        **shown,
        given=given,
        fresh=narrowing.here("plan.board", given, by=str(by), part="board"),
        places=[
            {
                "label": label(each),
                "url": narrowing.here("plan.board", given, by="" if each is Place.STATE else str(each)),
                "on": each is by,
            }
            for each in Place
        ],
        keep={"by": str(by), **({"q": given["q"]} if "q" in given else {})},
        kept_by_words={"by": str(by), **{name: value for name, value in given.items() if name != "q"}},
        **narrowing.choices(given),
    )


def _movable(s: StepRow, by: Place, leads: bool) -> bool:
    return leads or (by is Place.STATE and s.doable)


def _columns(by: Place, held: StepRow) -> list[tuple[str, str]]:
    """Where a card can go, by the words of the board."""
    if by is Place.STATE:
        states = [state for state in (*UNFINISHED, StepState.DONE) if state is not held.state]
        return [(str(state), label(state)) for state in states]
    if by is Place.PHASE:
        found = [(0, _("No phase")), *queries.choices()["phases"]]
        return [(str(key), name) for key, name in found if key != (held.phase_id or 0)]
    people_of = [(0, _("Nobody yet")), *people.assignable().items()]
    return [(str(key), name) for key, name in people_of if key != (held.owner_id or 0)]


@bp.route("/plan/steps/<id:step_id>/place", methods=["GET", "POST"])
@uses(services.place_step, queries.ticked, queries.choices, people.people)
def place(step_id: int) -> Response:
    """Into another column: what a drag sends, and the page that does the same for keys and touch."""
    by = _place()
    back = safe_next(url_for("plan.board", by=by))
    if request.method == "POST":
        to, in_place = request.form.get("to", ""), request.headers.get("X-Requested-With") == "cell"
        if by is Place.STATE and to in NEEDS_WORDS and queries.ticked(step_id).state != to:
            asks = url_for(NEEDS_WORDS[StepState(to)], step_id=step_id, next=back)
            return jsonify(ok=False, url=asks) if in_place else done(asks)
        told = _placed(step_id, by, to)
        return _strip(told) if in_place else done(f"{back}#card-{step_id}", **told)
    held = queries.ticked(step_id)
    return page("plan/place.html", held=held, by=by, columns=_columns(by, held), back=back)


def _strip(told: dict[str, Any]) -> Response:
    """For the board, which goes on without a new page where it could be done: the strip with the way back."""
    if not told.get("undo"):
        return jsonify(ok=False)
    return jsonify(ok=True, strip_html=drawing.saved(told["say"]))


def _placed(step_id: int, by: Place, to: str) -> dict[str, Any]:
    """Put it there; or say why it stays, which a drag shows where the card was."""
    typed = request.form.get("version", "")
    version = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0
    try:
        ahead = services.place_step(step_id, version, by, to) or []
    except Stale:
        return {"say": _("Somebody changed this step a moment ago. It stands where they left it."), "kind": "warn"}
    except (Refused, Invalid) as fault:
        stays = _("This step can't go there. It stands where it was.")
        return {"say": f"{stays} {i18n.told(fault.message)}", "kind": "warn"}
    return {"say": drawing.with_ahead(_("The card is moved."), ahead), "undo": True}
