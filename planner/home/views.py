"""The first page."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from planner.base import actor, panels
from planner.base.web import page, uses
from planner.home import queries
from planner.kernel.permissions import Role
from planner.people import queries as people

bp = Blueprint("home", __name__)
PAGES = {Role.MANAGER: "home/manager.html", Role.LEAD: "home/lead.html"}


@bp.get("/")
@uses(people.whoever, queries.today)
def today() -> Response:
    """Today, by what the person does."""
    who = actor.current()
    if who.team_id is None:
        return redirect(url_for("settings.index"), 303)
    view = queries.today()
    template = PAGES.get(who.role, "home/crew.html") if who.role else "home/crew.html"
    return page(template, view=view, me_id=who.user_id, top=panels.shown("today", "top", who.user_id or 0))


@bp.get("/work")
@uses(queries.work)
def work() -> Response:
    """Everything that waits for me."""
    return page("home/work.html", view=queries.work())
