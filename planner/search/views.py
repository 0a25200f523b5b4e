"""The palette behind Ctrl K, and the same as a page for browsers without scripts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request, url_for
from werkzeug.wrappers import Response

from planner.base import shell
from planner.base.i18n import gettext as _
from planner.base.show import money, when
from planner.base.web import page, uses
from planner.base.words import label
from planner.kernel.text import clean_line
from planner.live import queries as live
from planner.search import queries

bp = Blueprint("search", __name__)


def _places() -> list[dict[str, Any]]:
    """The menu, my work, and the inbox, which has its bell."""
    bell = [(_("Inbox"), url_for("notifications.inbox"), "bell")] if shell.may("notifications.inbox") else []
    menu = [(link.label, link.url, link.icon) for link in shell.context()["nav"]]
    menu.append((_("My work"), url_for("home.work"), "list-checks"))
    return [{"label": word, "hint": "", "url": address, "icon": picture} for word, address, picture in menu + bell]


def _groups(text: str) -> list[dict[str, Any]]:
    wanted = text.lower()
    makers = [
        ("live.schedule_session", _("New session"), "live.new", "calendar-plus"),
        ("plan.add_step", _("New step"), "plan.new_step", "plus"),
        ("outcomes.upload", _("Import figures"), "outcomes.imports", "upload"),
        ("people.invite", _("Invite somebody"), "people.invite", "user-plus"),
    ]
    create = [
        {"label": word, "hint": "", "url": url_for(endpoint), "icon": picture}
        for verb, word, endpoint, picture in makers
        if shell.may(verb)
    ]
    groups = [{"label": _("Go to"), "items": _places()}, {"label": _("Create"), "items": create}]
    for group in groups:
        group["items"] = [item for item in group["items"] if wanted in item["label"].lower()]
    if wanted:
        told = queries.find(text)
        found = [
            {
                "label": b.theme,
                "hint": when(b.planned_start),
                "url": url_for("live.session", session_id=b.id),
                "icon": "calendar",
            }
            for b in told.sessions
        ]
        todo = [
            {
                "label": s.title,
                "hint": " · ".join(filter(None, [s.owner_name, told.apart.get(s.id)])),
                "url": url_for("plan.step", step_id=s.id),
                "icon": "target",
            }
            for s in told.steps
        ]
        asked_for = [
            {
                "label": r.title,
                "hint": " · ".join([_("No. %(n)s", n=r.number), str(label(r.state)), money(r.total)]),
                "url": url_for("resources.request", request_id=r.id),
                "icon": "receipt",
            }
            for r in told.requests
        ]
        manages = shell.may("people.set_role")
        team = [
            {
                "label": p.name,
                "hint": label(p.role),
                "url": url_for("people.person", user_id=p.user_id) if manages else url_for("people.team_people"),
                "icon": "user",
            }
            for p in told.people
        ]
        groups += [
            {"label": _("Sessions"), "items": found},
            {"label": _("Steps"), "items": todo},
            {"label": _("Requests"), "items": asked_for},
            {"label": _("People"), "items": team},
        ]
    return [group for group in groups if group["items"]]


def _asked() -> str:
    return clean_line(request.args.get("q", "")[:400])[:80].strip()


@bp.get("/search.json")
@uses(queries.find, live.listed)
def palette() -> Response:
    """The palette's answer."""
    return jsonify(groups=_groups(_asked()))


@bp.get("/search")
@uses(queries.find, live.listed)
def search() -> Response:
    """The same as a page."""
    text = _asked()
    return page("search/search.html", groups=_groups(text), q=text)
