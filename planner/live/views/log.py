"""The show log: when something happened and was over, slips put right, and clip marks to take away."""

from __future__ import annotations

from datetime import datetime

from flask import jsonify, request, url_for
from werkzeug.wrappers import Response

from planner.base import exports, files, show
from planner.base.i18n import gettext as _
from planner.base.web import done, is_tick, page, uses
from planner.kernel import clock
from planner.kernel.errors import NotFound
from planner.live import forms, queries, services
from planner.live.queries import ClipRow, LogRow, SessionBrief
from planner.live.rules import State, timecode
from planner.live.views.air import client_id, hub_url, tapped_at
from planner.live.views.blueprint import answered, bp


def _answer(session_id: int, say: str, undo: str = "") -> Response:
    """To the phone's queue as JSON, else back to the page it was tapped on."""
    if is_tick():
        return jsonify(ok=True, message=say)
    return done(hub_url(session_id, request.form.get("phase")), say, undo=undo or False)


@bp.post("/log/<id:entry_id>/restored")
@uses(services.restore_entry)
def restored(entry_id: int) -> Response:
    """It runs again."""
    session_id = services.restore_entry(entry_id, client_id(), tapped_at())
    return _answer(session_id, _("Restored."), url_for("live.not_restored", entry_id=entry_id))


@bp.post("/log/<id:entry_id>/not-restored")
@uses(services.unrestore_entry)
def not_restored(entry_id: int) -> Response:
    """Not yet after all."""
    return _answer(services.unrestore_entry(entry_id, client_id()), _("Not restored yet; its clock runs on."))


@bp.post("/log/<id:entry_id>/clip-start")
@uses(services.start_clip)
def clip_start(entry_id: int) -> Response:
    """The highlight began so many seconds before the tap."""
    typed = request.form.get("seconds", "").strip()
    seconds = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else -1
    return _answer(services.start_clip(entry_id, seconds, client_id()), _("Saved."))


def _entry(entry_id: int) -> tuple[SessionBrief, LogRow]:
    b, row = queries.log_entry_of(entry_id)
    if row is None:
        raise NotFound()
    return b, row


@bp.route("/log/<id:entry_id>/times", methods=["GET", "POST"])
@uses(services.correct_moments, queries.log_entry_of)
def entry_times(entry_id: int) -> Response:
    """Set right when it happened, and when it was over."""
    b, row = _entry(entry_id)
    form = forms.MomentsForm(data={"happened": row.at, "ended": row.ended})
    if form.ok():
        with form.catching():
            happened = form.happened.near(row.at)
            services.correct_moments(entry_id, happened, form.ended.near(row.ended))
        if not form.errors:
            back = {"happened": row.at.isoformat(), "ended": row.ended.isoformat() if row.ended else None}
            return done(hub_url(b.id), _("Saved."), undo=url_for("live.entry_times_back", entry_id=entry_id, **back))
    return page("live/entry_times.html", answered(form), form=form, session=b, entry=row)


@bp.post("/log/<id:entry_id>/times/back")
@uses(services.correct_moments)
def entry_times_back(entry_id: int) -> Response:
    """The times as they stood before."""
    happened, ended = _instant("happened"), _instant("ended")
    if happened is None:
        raise NotFound()
    session_id = services.correct_moments(entry_id, happened, ended)
    return done(hub_url(session_id), _("Undone."))


def _instant(name: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if found.tzinfo is not None and 2000 < found.year < 2100 else None


@bp.route("/log/<id:entry_id>/slip", methods=["GET", "POST"])
@uses(services.record_slip, queries.log_entry_of)
def slip(entry_id: int) -> Response:
    """The record of a slip: what was said, what was put right."""
    b, row = _entry(entry_id)
    stands, offered = row.slip, request.form.get("offered", "")
    if request.method == "GET" and row.slip is None and b.state is State.LIVE:
        offered = show.local(clock.now()).strftime("%Y-%m-%dT%H:%M:%S")
    form = forms.SlipForm(data=vars(stands) if stands else {"said": row.note, "at": forms.wall(offered)})
    form.heard_by.offer(list(queries.people_of(b.id).items()))
    if form.ok():
        with form.catching():
            words = (form.said.data or "", form.put_right.data or "")
            at = None if form.untouched(offered) else form.at.near(stands.at if stands else None)
            services.record_slip(entry_id, *words, at, form.heard_by.data)
        if not form.errors:
            return done(hub_url(b.id), _("The record is kept."))
    return page("live/slip.html", answered(form), form=form, session=b, entry=row, offered=offered)


@bp.get("/sessions/<id:session_id>/clips")
@uses(queries.clip_marks, queries.brief, queries.airings)
def clips(session_id: int) -> Response:
    """The clip marks, to be copied as text."""
    b, marks, streams = queries.brief(session_id), queries.clip_marks(session_id), queries.airings(session_id)
    return page("live/clips.html", session=b, marks=marks, streams=streams, text=_text(marks))


@bp.get("/sessions/<id:session_id>/clips.csv")
@uses(queries.clip_marks)
def clips_csv(session_id: int) -> Response:
    """The same as a table."""
    head = [_("Stream"), _("Channel"), _("Start"), _("End"), _("Clock"), _("Note"), _("Who")]
    data = exports.as_csv(head, [_cells(mark) for mark in queries.clip_marks(session_id)])
    return files.attachment(f"clips_{session_id}.csv", exports.MIMES[exports.CSV], data)


def _cells(mark: ClipRow) -> list[exports.Cell]:
    seen = mark.stream is not None
    end = timecode(mark.end) if mark.end is not None else ""
    name = mark.stream.channel_name if mark.stream else _("between the streams")
    clock = show.clock_of(mark.entry.at)
    return [mark.number or "", name, timecode(mark.start) if seen else "", end, clock, mark.entry.note, mark.entry.who]


def _head(mark: ClipRow) -> str:
    if mark.stream is None:
        return _("between the streams")
    told = {"number": mark.number, "channel": mark.stream.channel_name, "start": show.clock_of(mark.stream.real_start)}
    return _("Stream %(number)s · %(channel)s · %(start)s", **told)


def _text(marks: list[ClipRow]) -> str:
    """One mark on a line, under the stream it counts from."""
    lines, head = list[str](), -1
    for mark in marks:
        if mark.number != head:
            lines.append(_head(mark))
            head = mark.number
        times = timecode(mark.start) + (f"–{timecode(mark.end)}" if mark.end is not None else "")
        when = times if mark.stream else show.clock_of(mark.entry.at)
        lines.append("  ".join(part for part in (when, mark.entry.note, mark.entry.who) if part))
    return "\n".join(lines)
