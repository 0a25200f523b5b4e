"""The inbox, how one wants to be told, and saying on Today that one knows."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from planner.base import mail
from planner.base.i18n import gettext as _
from planner.base.telling import Sort
from planner.base.web import done, fragment, page, safe_next, uses
from planner.base.words import label
from planner.kernel.telling import SORTS
from planner.notifications import forms, queries, services
from planner.notifications.words import WHAT_THEY_ARE
from planner.people import queries as people

bp = Blueprint("notifications", __name__)


def _sort() -> Sort | None:
    return SORTS.get(request.values.get("sort", ""))


def _before() -> int | None:
    asked = request.args.get("before", "")
    return int(asked) if asked.isdecimal() and len(asked) < 19 else None


def _address(show: str, sort: Sort | None, before: int | None = None) -> str:
    return url_for("notifications.inbox", show=show or None, sort=sort, before=before)


@bp.get("/inbox")
@uses(queries.inbox)
def inbox() -> Response:
    """What is new for me: unread, or everything; all sorts, or one."""
    show, sort = "all" if request.args.get("show") == "all" else "", _sort()
    view = queries.inbox(not show, sort, _before())
    places = [("", _("Unread"), view.unread), ("all", _("Everything"), None)]
    tabs = [{"label": word, "url": _address(key, sort), "on": key == show, "count": n} for key, word, n in places]
    filters = [{"label": _("All sorts"), "url": _address(show, None), "on": sort is None, "count": None}]
    filters += [
        {"label": label(each), "url": _address(show, each), "on": sort is each, "count": view.counts.get(each)}
        for each in Sort
    ]
    older = _address(show, sort, view.before) if view.before else None
    return page("notifications/inbox.html", view=view, tabs=tabs, filters=filters, sort=sort, older=older, show=show)


@bp.post("/inbox/<id:notice_id>/open")
@uses(services.open_notice)
def open_notice(notice_id: int) -> Response:
    """Go where it leads; what leads to many things stays here, with them."""
    way = services.open_notice(notice_id)
    return done(way or url_for("notifications.inbox", show="all", _anchor=f"notice-{notice_id}"))


@bp.post("/inbox/<id:notice_id>/read")
@uses(services.read_notice)
def read(notice_id: int) -> Response:
    """I have read it."""
    services.read_notice(notice_id)
    again = url_for("notifications.unread", notice_id=notice_id, next=safe_next(url_for("notifications.inbox")))
    return done(safe_next(url_for("notifications.inbox")), _("Marked as read."), undo=again)


@bp.post("/inbox/<id:notice_id>/unread")
@uses(services.unread_notice)
def unread(notice_id: int) -> Response:
    """I want to come back to it."""
    services.unread_notice(notice_id)
    return done(safe_next(url_for("notifications.inbox")), _("It waits in your inbox again."))


@bp.post("/inbox/<id:newest>/read-all")
@uses(services.read_all)
def read_all(newest: int) -> Response:
    """Everything that is shown, and what is older; of one sort where one was chosen."""
    sort = _sort()
    services.read_all(newest, sort)
    back = url_for("notifications.read_none", newest=newest, sort=sort)
    return done(_address("", sort), _("Everything is read."), undo=back)


@bp.post("/inbox/<id:newest>/read-none")
@uses(services.read_none)
def read_none(newest: int) -> Response:
    """Not read, after all."""
    services.read_none(newest, _sort())
    return done(_address("", _sort()))


@bp.route("/me/notifications", methods=["GET", "POST"])
@uses(queries.my_habits, services.set_habits, people.me)
def habits() -> Response:
    """How I want to be told."""
    form = forms.HabitsForm(queries.my_habits())
    if form.ok():
        with form.catching():
            services.set_habits(form.habits())
        if not form.errors:
            return done(url_for("notifications.habits"), _("Saved."))
    status = 200 if request.method == "GET" else form.status
    lost, address = queries.my_lost_letter(), people.me().mail
    facts = {"lost": lost, "address": address, "mail_on": mail.is_on(), "what": WHAT_THEY_ARE}
    return page("notifications/habits.html", status, form=form, **facts)


@bp.get("/calls")
@uses(queries.my_strip)
def calls() -> Response:
    """What blocks a show and waits for me: every open page asks for it now and then."""
    return fragment("notifications/_calls.html", **queries.my_strip())


@bp.post("/calls/known")
@uses(services.know_calls)
def know_calls() -> Response:
    """I have heard it."""
    services.know_calls()
    return done(safe_next(url_for("home.today")), _("Noted. It still waits for you in the checklist."))


@bp.post("/sessions/<id:session_id>/nudge")
@uses(services.nudge)
def nudge(session_id: int) -> Response:
    """Ask whoever has what blocks."""
    whom = services.nudge(session_id, request.form.get("check", "")[:60])
    names = people.names(whom)
    asked = _("Asked: %(names)s", names="、".join(names.get(user_id, "") for user_id in whom))
    return done(safe_next(url_for("live.session", session_id=session_id, phase="prepare")), asked)


@bp.post("/notices/<id:newest>/known")
@uses(services.know_notices)
def know(newest: int) -> Response:
    """One button on Today for all that is shown there."""
    services.know_notices(newest)
    again = url_for("notifications.again", newest=newest)
    return done(url_for("home.today"), _("Noted. These messages are gone."), undo=again)


@bp.post("/notices/<id:newest>/again")
@uses(services.show_notices_again)
def again(newest: int) -> Response:
    """Not yet, after all."""
    services.show_notices_again(newest)
    return done(url_for("home.today"))
