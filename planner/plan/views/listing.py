"""Steps as a list that can be narrowed, sorted and chosen from, and as a board."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from planner.base import actor
from planner.base.i18n import gettext as _
from planner.base.pieces import drawn
from planner.base.web import done, fragment, page, safe_next, uses
from planner.base.words import label
from planner.kernel.errors import Invalid, Refused, Stale
from planner.kernel.permissions import P
from planner.people import queries as people
from planner.plan import queries, services
from planner.plan.queries import COUNTED, Board, StepRow, Wanted
from planner.plan.rules import UNFINISHED, Place, Show, Sort, StepState
from planner.plan.views import narrowing
from planner.plan.views.blueprint import bp
from planner.plan.words import hours_word

ROWS, MOST_ROWS = 100, 200
NEEDS_WORDS = {StepState.BLOCKED: "plan.block", StepState.DROPPED: "plan.drop"}


def _shown(s: StepRow, goals: dict[int, str], **more: Any) -> dict[str, Any]:
    """What a row or a card shows: all of it, so that it is drawn once."""
    return {
        "id": s.id,
        "title": s.title,
        "owner": s.owner_name,
        "due": s.due,
        "due_word": s.due_word,
        "days_late": s.days_late,
        "state": s.state,
        "open": s.open,
        "waits_for": s.waits_for,
        "goal": goals.get(s.goal_id or 0, ""),
        "priority": s.priority,
        "lines": s.lines,
        "lines_done": s.lines_done,
        "ahead": s.ahead,
        "series_id": s.series_id,
        "version": s.version,
        "estimate": hours_word(s.estimate_minutes),
        **more,
    }


@bp.get("/plan/steps")
@uses(queries.listed, queries.counts, queries.words_in_use, queries.choices, queries.tags_of, people.people)
def steps() -> Response:
    """Every step, narrowed and in an order; all of it in the address."""
    given = narrowing.asked()
    given = given if actor.current().may(P.PLAN_EDIT) else {k: v for k, v in given.items() if k != "pick"}
    wanted, skip = narrowing.wanted(given), _skip()
    size = min(int(given.get("rows", ROWS)), MOST_ROWS)
    found = queries.listed(wanted, skip, size + 1)
    rows, pick = found[:size], "pick" in given
    tags, held = queries.tags_of([s.id for s in rows]), queries.choices()
    goals, phases = dict(held["goals"]), dict(held["phases"])
    body = [
        drawn(
            "plan/_step_row.html",
            **_shown(s, goals, pick=pick, phase=phases.get(s.phase_id or 0, ""), tags=tuple(tags.get(s.id, ()))),
        )
        for s in rows
    ]
    numbers = queries.counts(wanted)
    listed: dict[str, Any] = {
        "given": given,
        "body": Markup("").join(body),
        "shown": len(rows),
        "skipped": skip,
        "total": numbers[wanted.show],
        "following": narrowing.here("plan.steps", given, skip=skip + size) if len(found) > size else None,
        "here": narrowing.here("plan.steps", given, skip=skip or ""),
    }
    if request.args.get("part") == "rows":
        return fragment("plan/_list.html", **listed)
    return page(
        "plan/list.html",
        **listed,
        fresh=narrowing.here("plan.steps", given, skip=skip or "", part="rows"),
        filters=_filters(given, wanted, numbers),
        sorts=_sorts(given, wanted),
        keep={name: value for name, value in given.items() if name in ("q", "show", "sort", "pick")},
        kept_by_words={name: value for name, value in given.items() if name != "q"},
        pick_url=narrowing.here("plan.steps", given, pick="" if pick else "1"),
        **narrowing.choices(given),
    )


def _skip() -> int:
    typed = request.args.get("skip", "")
    return min(int(typed), 100_000) if typed.isascii() and typed.isdecimal() and len(typed) < 9 else 0


def _filters(given: dict[str, str], wanted: Wanted, numbers: dict[Show, int]) -> list[dict[str, Any]]:
    return [
        {
            "label": label(each),
            "url": narrowing.here("plan.steps", given, show="" if each is Show.UNFINISHED else str(each)),
            "on": wanted.show is each,
            "count": numbers[each] if numbers[each] < COUNTED or wanted.show is each else f"{COUNTED}+",
        }
        for each in (Show.UNFINISHED, Show.OPEN, Show.DOING, Show.BLOCKED, Show.DONE, Show.DROPPED)
    ]


def _sorts(given: dict[str, str], wanted: Wanted) -> list[dict[str, Any]]:
    return [
        {
            "label": label(each),
            "url": narrowing.here("plan.steps", given, sort="" if each is Sort.DUE else str(each)),
            "on": wanted.sort is each,
        }
        for each in Sort
    ]


def _place() -> Place:
    typed = request.values.get("by", "")
    return Place(typed) if typed in set(Place) else Place.STATE


def _board(by: Place, wanted: Wanted) -> Board:
    if by is Place.PHASE:
        return queries.by_phase(wanted, queries.choices()["phases"], _("No phase"))
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
            drawn("plan/_card.html", **_shown(s, goals, by=str(by), movable=_movable(s, by, leads)))
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
        to = request.form.get("to", "")
        if by is Place.STATE and to in NEEDS_WORDS and queries.ticked(step_id).state != to:
            return done(url_for(NEEDS_WORDS[StepState(to)], step_id=step_id, next=back))
        return done(f"{back}#card-{step_id}", **_placed(step_id, by, to))
    held = queries.ticked(step_id)
    return page("plan/place.html", held=held, by=by, columns=_columns(by, held), back=back)


def _placed(step_id: int, by: Place, to: str) -> dict[str, Any]:
    """Put it there; or say why it stays, which a drag shows where the card was."""
    typed = request.form.get("version", "")
    version = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0
    try:
        services.place_step(step_id, version, by, to)
    except Stale:
        return {"say": _("Somebody changed this step a moment ago. It stands where they left it."), "kind": "warn"}
    except (Refused, Invalid):
        return {"say": _("This step can't go there. It stands where it was."), "kind": "warn"}
    return {"say": _("The card is moved."), "undo": True}
