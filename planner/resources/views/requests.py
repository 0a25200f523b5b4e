"""Requests: the lists by tabs, the page of one, and what its writer does with it besides writing."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from planner.base import show
from planner.base.i18n import gettext as _
from planner.base.pieces import drawn
from planner.base.web import done, fragment, page, uses
from planner.base.words import label
from planner.discussions import queries as discussions
from planner.live import queries as live
from planner.resources import queries, services
from planner.resources.queries import Tab, panels
from planner.resources.rules import EDITABLE, Kind, State
from planner.resources.views.blueprint import bp, member, number, request_url, words

OF_MANY_STATES = (Tab.MINE, Tab.DONE, Tab.COPIED, Tab.ALL)


def tab_asked() -> Tab:
    """The tab in the address, of those that somebody has; else what waits for them, or what they asked for."""
    tab = member(Tab, "tab")
    if tab is None or (tab is Tab.ALL and not queries.may_see_all()):
        tab = Tab.WAITING if queries.waiting_count() or queries.transfers_for_me() else Tab.MINE
    return tab


@bp.get("/requests")
@uses(queries.request_list)
def requests() -> Response:
    """What waits for me, what I asked for, what I decided, what was copied to me; for leads all of the team's."""
    view = queries.request_list(tab_asked(), number("before"), member(State, "state"), number("skip") or 0, words())
    queued = [_queued(row) for row in view.rows] if view.tab is Tab.WAITING else []
    told = {"see_all": queries.may_see_all(), "states": _states(view), "transfers": _transfers(view.tab)}
    return page("resources/requests.html", view=view, queued=queued, **told)


def _states(view: queries.RequestList) -> list[dict[str, Any]]:
    """The states a list can be narrowed to, as links that keep the words; none where a tab is of one state."""
    if view.tab not in OF_MANY_STATES:
        return []
    offered = [None, *(each for each in State if each is not State.DRAFT or view.tab is Tab.MINE)]
    return [
        {
            "label": _("All") if state is None else label(state),
            "url": url_for("resources.requests", tab=view.tab, state=state, q=view.words or None),
            "on": state is view.state,
        }
        for state in offered
    ]


def _transfers(tab: Tab) -> list[queries.TransferRow]:
    """Money between budgets stands above the requests: where the reader decides, and among what they proposed."""
    if tab is Tab.WAITING:
        return queries.transfers_for_me()
    return queries.transfers_of_mine() if tab is Tab.MINE else []


def _queued(row: queries.RequestRow) -> Markup:
    """A row of what waits for me: days are read against today, so they are handed in as words."""
    needed = show.day(row.needed_by) if row.needed_by else ""
    return drawn("resources/_queued.html", r=row, since=show.when(row.waits_since), needed=needed, today=show.today())


@bp.get("/sessions/<id:session_id>/money")
@uses(panels.on_session)
def money_of_session(session_id: int) -> Response:
    """What was asked, approved and spent for a show; ?part=rows for its page."""
    panel = panels.on_session(session_id)
    if request.args.get("part") == "rows":
        return fragment("resources/_money_for.html", panel=panel)
    return page("resources/money_page.html", panel=panel, session=live.brief(session_id))


@bp.get("/requests/<id:request_id>")
@uses(queries.page_of)
def request_page(request_id: int) -> Response:
    """What it buys, what is left, who signs, what was said."""
    if request.args.get("part") == "way":
        return fragment("resources/_way.html", view=queries.page_of(request_id))
    return shown(request_id)


def shown(request_id: int, status: int = 200) -> Response:
    """The whole page of a request."""
    view = queries.page_of(request_id)
    terms = queries.terms_of(request_id) if view.row.kind is Kind.ENVELOPE else None
    thread = discussions.thread("request", request_id)
    complete = view.mine and view.row.state in EDITABLE and queries.is_complete(request_id)
    return page("resources/request.html", status, view=view, terms=terms, thread=thread, complete=complete)


bp.add_url_rule("/requests/<id:request_id>", "request", request_page)


@bp.get("/requests/<id:request_id>/alike")
@uses(queries.alike)
def alike(request_id: int) -> Response:
    """What was asked for lately and may be the same thing; ?part=rows for the pages that warn of it."""
    found, row = queries.alike(request_id), queries.one_request(request_id)
    if request.args.get("part") == "rows":
        return fragment("resources/_alike.html", found=found)
    return page("resources/alike.html", found=found, row=row)


@bp.get("/requests/<id:request_id>/print")
@uses(queries.page_of)
def print_request(request_id: int) -> Response:
    """On paper, with its trail and the amount in capitals."""
    return page("resources/print.html", view=queries.page_of(request_id), papers=len(queries.papers_of(request_id)))


@bp.post("/requests/<id:request_id>/recall")
@uses(services.recall, queries.one_request)
def recall_request(request_id: int) -> Response:
    """A draft again."""
    services.recall(request_id, queries.one_request(request_id).version)
    return done(request_url(request_id), _("Recalled: it is a draft again."))


@bp.post("/requests/<id:request_id>/duplicate")
@uses(services.duplicate)
def duplicate_request(request_id: int) -> Response:
    """Another like it."""
    made = services.duplicate(request_id)
    return done(url_for("resources.edit_request", request_id=made), _("A new draft like it."), undo=True)


@bp.post("/requests/<id:request_id>/delete")
@uses(services.trash_request)
def delete_request(request_id: int) -> Response:
    """A draft into the trash."""
    services.trash_request(request_id)
    return done(url_for("resources.requests", tab="mine"), _("The draft is in the trash."), undo=True)
