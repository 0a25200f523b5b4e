"""Writing a request: its form, kept as it is typed, until it is handed in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from planner.base import actor, show
from planner.base.i18n import gettext as _
from planner.base.i18n import told
from planner.base.web import done, page, strip, uses
from planner.checklists import queries as checklists
from planner.figures import queries as figures
from planner.kernel import clock
from planner.kernel.errors import Invalid, Stale
from planner.kernel.spans import business_day
from planner.live import queries as live
from planner.live.rules import AFTER_AIR, OPEN_STATES
from planner.live.rules import State as ShowState
from planner.plan import queries as plan
from planner.resources import forms, queries, services
from planner.resources.queries import panels
from planner.resources.rules import EDITABLE, Kind, Wish
from planner.resources.views.blueprint import bp, kept_as, member, number, request_url

SESSIONS_OFFERED, LATELY, EARLY = 30, timedelta(days=7), timedelta(hours=12)


@bp.route("/requests/new", methods=["GET", "POST"])
@uses(services.draft, queries.request_templates)
def new_request() -> Response:
    """What it is and of which kind; a draft that nobody else sees."""
    serves = {
        "session_id": number("session"), "goal_id": number("goal"), "step_id": number("step"),
        "incident_id": number("incident"),
    }  # fmt: skip
    usual = Kind.PER_SESSION if serves["session_id"] else Kind.ONE_OFF
    form = forms.NewRequestForm(data={"kind": member(Kind, "kind") or usual})
    if form.ok() and form.kind.data == Kind.ENVELOPE:
        return redirect(url_for("resources.new_envelope", title=form.title.data), 303)
    if form.ok():
        with form.catching():
            wish = _on_its_day(replace(Wish(Kind(form.kind.data), form.title.data or ""), **serves))
            return done(url_for("resources.edit_request", request_id=services.draft(wish)))
    status = 200 if request.method == "GET" else form.status
    kept = queries.request_templates()
    named = panels.titles_of({(name.removesuffix("_id"), row_id) for name, row_id in serves.items() if row_id})
    return page("resources/new.html", status, form=form, templates=kept, session_id=serves["session_id"], serves=named)


def _on_its_day(wish: Wish) -> Wish:
    """What is for a show is needed on its day, or was spent on it."""
    held = live.briefs({wish.session_id}).get(wish.session_id) if wish.session_id else None
    if held is None:
        return wish
    who, today = actor.current(), show.today()
    day = business_day(held.planned_start, who.timezone, who.day_start)
    if wish.kind is Kind.AFTERWARDS:
        return replace(wish, spent_on=min(day, today))
    return replace(wish, needed_by=day) if day >= today else wish


FIELDS = (
    "version", "kind", "title", "purpose", "category_id", "needed_by", "goal_id", "session_id", "step_id",
    "payee", "payee_id", "pay_way", "invoice", "invoice_number", "tax", "metric", "effect", "effect_note", "every",
    "renews_on", "spent_on", "reason", "incident_id", "gates",
)  # fmt: skip


CHOSEN = ("every", "pay_way", "metric")
"""Choices among words, of which none is the empty one."""
OF_A_KIND = ("needed_by", "spent_on", "reason", "incident_id", "every", "renews_on")


def _form(row: Any, sent: bool = True) -> forms.RequestForm:
    """The form as it was sent, or as it stands where something else was (`sent` False)."""
    held = {name: getattr(row, name) for name in FIELDS}
    held |= {name: held[name] or "" for name in CHOSEN}
    form = forms.RequestForm(data=held) if sent else forms.RequestForm(formdata=None, data=held)
    for name in OF_A_KIND:
        if sent and request.method == "POST" and name not in request.form:
            form[name].data = held[name]  # the form of this kind did not show it
    _offer(form, row)
    return form


def _offer(form: forms.RequestForm, row: Any) -> None:
    """What can be chosen."""
    team = list(queries.by_name().items())
    offered = [(c.id, c.name) for c in queries.categories()]
    form.category_id.offer(_with(offered, row.category_id))
    form.goal_id.offer(_with(plan.choices()["goals"], row.goal_id, "goal"))
    shows = _shows(row)
    form.session_id.offer_groups(_in_time(shows))
    form.step_id.offer(_with(plan.to_choose(), row.step_id, "step"))
    form.payee_id.offer(_with(team, row.payee_id))
    form.incident_id.offer(_with(_incidents(row, shows), row.incident_id))
    named = [(word, [(m.key, _with_unit(m)) for m in group]) for word, group in figures.grouped_metrics()]
    form.metric.offer([(None, [("", _("None"))]), *named])
    units = {m.key: m.unit for _word, group in figures.grouped_metrics() for m in group}
    form.metric.marks = {key: {"data-unit": unit} for key, unit in units.items() if unit}
    form.effect.metric = form.metric.data or ""


def _with(choices: list[tuple[int, str]], held: int | None, kind: str = "") -> list[tuple[int, str]]:
    """What can be chosen, with what stands even where it is offered no more."""
    if held is None or held in dict(choices):
        return choices
    return [*choices, (held, panels.titles_of({(kind, held)}).get((kind, held), f"#{held}"))]


def _shows(row: Any) -> list[live.SessionBrief]:
    """Those on air and to come, then those of the last days; with the one it names."""
    now = clock.now()
    around = live.briefs_between(now - LATELY, now + EARLY, OPEN_STATES | AFTER_AIR)
    begun = [b for b in around if b.state is ShowState.LIVE or (b.state in OPEN_STATES and b.planned_start <= now)]
    to_come = live.next_briefs(after=now, limit=SESSIONS_OFFERED)
    rows = [*begun, *to_come, *(b for b in reversed(around) if b.state in AFTER_AIR)]
    if row.session_id and row.session_id not in {b.id for b in rows}:
        rows.append(live.brief(row.session_id))
    return rows


def _named(shows: list[live.SessionBrief]) -> list[tuple[int, str]]:
    return [(b.id, f"{show.day(b.planned_start)} {show.clock_of(b.planned_start)} · {b.theme}") for b in shows]


def _with_unit(metric: Any) -> str:
    return f"{metric.name} ({metric.unit})" if metric.unit else metric.name


def _in_time(shows: list[live.SessionBrief]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Those on air and to come, the next first; then those that are over, the latest first."""
    over = [b for b in shows if b.state in AFTER_AIR]
    begins = sorted((b for b in shows if b.state not in AFTER_AIR), key=lambda b: b.planned_start)
    return [(_("On air and to come"), _named(begins)), (_("Over"), _named(over))]


def _incidents(row: Any, shows: list[live.SessionBrief]) -> list[tuple[int, str]]:
    """What went wrong in the show it names, or in these: where that can be why it was paid."""
    if row.kind is not Kind.AFTERWARDS:
        return []
    ids = {row.session_id} if row.session_id else {b.id for b in shows}
    return [(e.id, f"{show.when(e.began)} {e.name}") for e in reversed(checklists.emergencies(ids))]


COLUMNS: dict[str, tuple[str, ...]] = {"lines": forms.LINE, "quotes": forms.QUOTE}


def _rows(row: Any) -> dict[str, list[dict[str, str]]]:
    """The rows of lines and offers: as they were sent, else as they stand."""
    if request.method == "POST":
        sent = request.form
        found = {
            "lines": forms.typed_rows(sent, "line", forms.LINE),
            "quotes": forms.typed_rows(sent, "quote", forms.QUOTE),
        }
    else:
        found = {
            "lines": forms.rows_of_lines(queries.lines_of(row.id)),
            "quotes": forms.rows_of_quotes(queries.quotes_of(row.id)),
        }
    for name, prefix in (("lines", "line"), ("quotes", "quote")):
        dropped = request.form.get(f"drop_{prefix}", "")
        if dropped.isdecimal() and int(dropped) < len(found[name]):
            del found[name][int(dropped)]
        if request.method == "POST" and not _only_rows():
            found[name] = forms.said_rows(found[name])
        more = int(f"more_{prefix}" in request.form or not found[name])
        if name == "quotes" and f"more_{prefix}" in request.form:
            more = max(more, queries.way_ahead(row.id).quotes - len(found[name]))
        found[name] += [dict.fromkeys(COLUMNS[name], "") for _each in range(more)]
    return found


def _only_rows() -> bool:
    """Whether a button of the rows was pressed, without JavaScript: nothing is saved yet."""
    return any(name.startswith(("more_", "drop_")) for name in request.form)


@bp.route("/requests/<id:request_id>/edit", methods=["GET", "POST"])
@uses(services.edit, services.submit, queries.one_request)
def edit_request(request_id: int) -> Response:
    """Write it; the way it will go and what is left of the budget stand beside it."""
    row = queries.one_request(request_id)
    if row.kind is Kind.ENVELOPE:
        return redirect(url_for("resources.edit_envelope", request_id=request_id), 303)
    form = _form(row)
    if row.state not in EDITABLE:
        return done(request_url(request_id), _("It is being decided: recall it to change it."), kind="warn")
    saved = _taken(row, form) if request.method == "POST" and not _only_rows() else None
    if saved is not None:
        return saved
    status = 200 if request.method == "GET" or _only_rows() else form.status
    return _edit_page(status, form, row, **_rows(row))


def _edit_page(status: int, form: forms.RequestForm, row: Any, **rows: Any) -> Response:
    papers = len(queries.papers_of(row.id))
    way, follows = queries.way_ahead(row.id), queries.followed(row)
    taken = queries.invoice_of(form.invoice_number.data or "", row.id) if form.invoice_number.errors else None
    told = {"unreadable": forms.has_unread(form, request.form), "unkept": form.at_fault("lines")}
    return page(
        "resources/edit.html", status, form=form, row=row, way=way, papers=papers, follows=follows, taken=taken,
        came=queries.came_back(row), **told, **rows,
    )  # fmt: skip


def _taken(row: Any, form: forms.RequestForm) -> Response | None:
    """The answer where what was sent could be saved; else None, with all that is wrong at its fields."""
    fine = form.ok()
    wish, faults = form.read(request.form)
    for name, message in faults.items():
        form.fault(name, told(message))
    if fine and not faults:
        with form.catching():
            return _saved(row, form, wish)
    _tell_the_rest(row.id, form, wish)
    return None


def _tell_the_rest(request_id: int, form: forms.RequestForm, wish: Wish) -> None:
    """Where something is wrong with what shall be handed in, all of it is told at once, each at its field."""
    if request.form.get("then") != "submit" or form.stale or wish.kind is Kind.ENVELOPE:
        return
    known = {*form.errors, *(".".join(map(str, each)) for each in form.row_fields)}
    rows = {name for name, _place in form.row_faults}
    for name, message in queries.missing_of(request_id, wish).items():
        if name not in known and name not in rows:
            form.fault(name, told(message))


def _saved(row: Any, form: forms.RequestForm, wish: Wish) -> Response:
    request_id, held = row.id, row.kind
    services.edit(request_id, form.version.data or 0, wish)
    if wish.kind is Kind.ENVELOPE is not held:
        said = _("It is an envelope now: say below what may be drawn, by whom and when.")
        return done(url_for("resources.edit_envelope", request_id=request_id), said)
    if request.form.get("then") == "papers":
        back = url_for("resources.edit_request", request_id=request_id)
        return done(url_for("discussions.attach", kind="request", object_id=request_id, next=back))
    if request.form.get("then") == "submit":
        form.version.data = queries.one_request(request_id).version
        form.version.raw_data = None
        _hand_in(request_id, form.version.data)
        return done(request_url(request_id), _("Submitted."))
    return done(request_url(request_id), _("Saved. Nobody else sees it before it is submitted."))


def _hand_in(request_id: int, version: int) -> None:
    """Hand it in, and say where it is paid from another budget than when it was handed in before."""
    before = queries.paid_from(request_id)
    services.submit(request_id, version)
    now = queries.paid_from(request_id)
    if before and now and before[0] != now[0]:
        strip(_("It is paid from %(now)s now, no longer from %(before)s.", now=now[1], before=before[1]), "warn")


@bp.post("/requests/<id:request_id>/save")
@uses(services.edit, queries.way_ahead)
def save_request(request_id: int) -> Response:
    """What is typed is kept as it comes; answers the way it will go, with the version that stands now."""
    row = queries.one_request(request_id)
    held, form = row.kind, _form(row)
    kept, stale = 0, False
    if form.ok():
        try:
            kept = services.edit(request_id, form.version.data or 0, form.wish(request.form, whole_rows=True))
        except Stale:
            stale = True
        except Invalid:
            kept = 0  # what can't be read stays in the form, and is said when it is sent
    way = queries.way_ahead(request_id)
    unfinished, unreadable = forms.has_unfinished(request.form), forms.has_unread(form, request.form)
    told = {"unfinished": unfinished, "unreadable": unreadable, "form": form}
    answer = page("resources/_ahead.html", way=way, kept=bool(kept), stale=stale, saved=True, **told)
    kept_as(answer, kept, part=unfinished)
    return _goes_on(answer, bool(kept), queries.one_request(request_id).kind != held)


def _goes_on(answer: Response, kept: bool, another_kind: bool) -> Response:
    """What the form does with the answer besides showing it."""
    if kept:
        answer.headers["HX-Trigger"] = "kept"  # whether it was asked for already is looked up anew
    if another_kind:
        answer.headers["HX-Refresh"] = "true"  # another kind asks for other things
    return answer


@bp.post("/requests/<id:request_id>/submit")
@uses(services.submit, queries.one_request)
def submit_request(request_id: int) -> Response:
    """Hand it in as it stands; what is missing is said beside its fields."""
    row = queries.one_request(request_id)
    try:
        _hand_in(request_id, row.version)
    except Invalid as fault:
        if row.kind is Kind.ENVELOPE:
            for message in fault.fields.values():
                strip(told(message), "warn")
            return done(url_for("resources.edit_envelope", request_id=request_id))
        form = _form(row, sent=False)
        for name, message in fault.fields.items():
            form.fault(name, told(message))
        lines, quotes = queries.lines_of(request_id), queries.quotes_of(request_id)
        rows = {"lines": forms.rows_of_lines(lines), "quotes": forms.rows_of_quotes(quotes)}
        return _edit_page(422, form, row, **rows)
    return done(request_url(request_id), _("Submitted."))
