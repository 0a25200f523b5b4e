"""The parts of a session that are rewritten as a whole: crew, targets, lineup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import i18n, show
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.base.words import label
from planner.figures import queries as figures
from planner.figures.words import metric_label, typed_value
from planner.kernel.spans import Span
from planner.live import forms, queries, rules, services
from planner.live.ports import FollowerLine
from planner.live.queries import SessionBrief, ShiftRow
from planner.live.rules import Booking
from planner.live.views.blueprint import answered, bp
from planner.people import queries as people

EMPTY_ROWS = 1
FIRST_ROWS = 3


def crew_choices(held: Sequence[ShiftRow] = ()) -> dict[str, Any]:
    """Whom and what the rows of a crew can name: what is offered, and what shifts name that is offered no more."""
    team = [p for p in people.people() if not p.disabled]
    names = {p.user_id: p.name for p in team}
    gone = {s.user_id: _("%(name)s (no longer in the team)", name=s.user_name) for s in held if s.user_id not in names}
    places = {p.id: p.name for p in people.positions()}
    return {
        "people": list((names | gone).items()),
        "gone": set(gone),
        "members": team,
        "positions": list((places | {s.position_id: s.position_name for s in held}).items()),
    }


def with_choices(rows: list[dict[str, Any]], choices: dict[str, Any], span: Span | None, but: int | None) -> None:
    """For each row whom it can name: who can fill its position first, each with how they stand to its time."""
    if span is None:
        return
    read = forms.crew_spans(rows, span)
    bench = queries.bench(rules.hull([span, *read]), but, choices["members"])
    names = dict(choices["people"])
    for row, its in zip(rows, read, strict=True):
        place = int(row["position"]) if row["position"].isdecimal() else 0
        groups: dict[str, list[tuple[int, str]]] = {}
        for c in bench.candidates([its], [place] if place else []):
            word = _("Can fill it") if c.eligible and place in bench.skilled else _("Others")
            groups.setdefault(word if place in bench.skilled else "", []).append((c.user_id, _person_word(c)))
        known = {user_id for options in groups.values() for user_id, _word in options}
        rest = [(user_id, name) for user_id, name in names.items() if user_id not in known]
        held = [pair for pair in rest if str(pair[0]) == row["person"] or pair[0] in choices["gone"]]
        row["choices"] = [*groups.items(), *([(_("Others"), held)] if held else [])]


def _person_word(c: rules.Candidate) -> str:
    """A name, and where somebody is not free, why and until when."""
    if c.standing is rules.Standing.FREE:
        return c.name
    said = label(c.standing)
    if c.standing is rules.Standing.BUSY and c.reason is not None:
        what = c.reason.theme or _("another team")
        return _("%(name)s · %(how)s: %(what)s until %(end)s", name=c.name, how=said, what=what, end=_until(c.reason))
    return f"{c.name} · {said}"


def _until(work: rules.Work) -> str:
    return show.clock_of(work.span.end)


def target_choices() -> dict[str, Any]:
    """What the rows of targets can count."""
    base, derived = figures.metric_groups()
    return {"base_metrics": base, "derived_metrics": derived}


def wants_rows() -> bool:
    """Whether a button for more or fewer rows was pressed: nothing is saved, the page comes back with them."""
    return any(name in request.form for name in ("more_crew", "drop_crew", "more_target", "drop_target"))


def sent_crew() -> list[dict[str, Any]]:
    """The rows as they were typed, with empty ones behind them."""
    return _with_empty(_sent("crew", forms.CREW), forms.CREW, "crew")


def sent_targets() -> list[dict[str, Any]]:
    """The rows as they were typed, with empty ones behind them; at first what a session usually has."""
    usual: list[dict[str, Any]] = [{"metric": metric, "value": ""} for metric in forms.USUAL_TARGETS]
    rows = _sent("target", forms.TARGET) if request.method == "POST" else usual
    return _with_empty(rows, forms.TARGET, "target")


def _sent(prefix: str, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """What was typed, without the row whose button was pressed."""
    dropped = request.form.get(f"drop_{prefix}", "")
    rows = enumerate(forms.typed_rows(request.form, prefix, names))
    return [row for n, row in rows if any(row.values()) and str(n) != dropped]


def _with_empty(rows: list[dict[str, Any]], names: tuple[str, ...], name: str) -> list[dict[str, Any]]:
    more = FIRST_ROWS if f"more_{name}" in request.form else EMPTY_ROWS
    return rows + [dict.fromkeys(names, "") for _n in range(max(more, FIRST_ROWS - len(rows)))]


def _held_crew(b: SessionBrief) -> list[dict[str, Any]]:
    span = Span(b.planned_start, b.planned_end)
    rows: list[dict[str, Any]] = []
    for s in queries.shifts(b.id):
        start, end = forms.crew_cells(s.start, s.end, span)
        held = {"position": str(s.position_id), "person": str(s.user_id), "start": start, "end": end}
        rows.append(held | {"why": s.override_reason})
    return _with_empty(rows, forms.CREW, "crew")


def _told(rows: list[dict[str, Any]], choices: dict[str, Any]) -> str:
    """Rows as one line each, for theirs and mine."""
    names = {str(row_id): name for row_id, name in choices["people"]}
    places = {str(row_id): name for row_id, name in choices["positions"]}
    told = [
        f"{places.get(r['position'], '')} {names.get(r['person'], '')} {r['start']}–{r['end']}".strip()
        for r in rows
        if r["person"] or r["position"]
    ]
    return "；".join(told)


@bp.route("/sessions/<id:session_id>/crew", methods=["GET", "POST"])
@uses(services.set_crew, services.crew_preview, queries.brief, queries.shifts, queries.bench, people.positions)
def crew(session_id: int) -> Response:
    """Who does what when; where that opens again what is done, first what, then the decision."""
    b = queries.brief(session_id)
    form = forms.CrewForm(data={"version": b.version})
    lines: list[FollowerLine] = []
    if form.ok() and not wants_rows():
        with form.catching():
            lines = _preview_or_save(b, form)
        if not form.errors and not lines:
            return done(_hub(session_id), _("Saved."), undo=True)
    return _crew_page(b, form, lines)


def _crew_page(b: SessionBrief, form: forms.CrewForm, lines: list[FollowerLine]) -> Response:
    rows = sent_crew() if request.method == "POST" else _held_crew(b)
    choices = crew_choices(queries.shifts(b.id))
    pair = [(_("Crew"), _told(_held_crew(b), choices), _told(rows, choices), True)] if form.stale else []
    status = 200 if wants_rows() or lines else answered(form)
    span = Span(b.planned_start, b.planned_end)
    with_choices(rows, choices, span, b.id)
    shown = {
        "crew": rows,
        "pair": pair,
        "lines": lines,
        "warnings": warnings_of(rows, span, b.id, dict(choices["people"])),
    }
    return page("live/crew.html", status, form=form, session=b, **shown, **choices)


@bp.get("/sessions/<id:session_id>/crew/check")
@uses(queries.bench, queries.brief, people.positions)
def check_crew(session_id: int) -> Response:
    """Whom each row can name and what it asks of them, while the crew is being changed."""
    b = queries.brief(session_id)
    rows: list[dict[str, Any]] = [*forms.typed_rows(request.args, "crew", forms.CREW)]
    span, choices = Span(b.planned_start, b.planned_end), crew_choices(queries.shifts(b.id))
    with_choices(rows, choices, span, b.id)
    told = warnings_of(rows, span, b.id, dict(choices["people"]))
    return page("live/_crew_check.html", crew=rows, warnings=told, people=choices["people"])


def warnings_of(rows: list[dict[str, Any]], span: Span, but: int, names: dict[int, str]) -> dict[str, list[str]]:
    """What the shifts of these rows ask of their people beyond what the team agreed on, at their rows."""
    read = forms.shifts_of_rows(rows, span)
    told: dict[str, list[str]] = {}
    asked = [Booking(s.user_id, Span(s.start, s.end)) for s in read.values()]
    for one in queries.strains_of(asked, but, names):
        told.setdefault(f"crew-{list(read)[one.index]}", []).append(i18n.told(one.message))
    return told


def _preview_or_save(b: SessionBrief, form: forms.CrewForm) -> list[FollowerLine]:
    shifts = forms.read_crew(request.form, Span(b.planned_start, b.planned_end))
    reason = form.override_reason.data or ""
    lines = [] if request.form.get("step") == "confirm" else services.crew_preview(b.id, shifts, reason)
    if not lines:
        services.set_crew(b.id, form.version.data or 0, shifts, reason)
    return lines


def _hub(session_id: int) -> str:
    return url_for("live.session", session_id=session_id)


@bp.route("/sessions/<id:session_id>/targets", methods=["GET", "POST"])
@uses(services.set_targets, queries.brief, queries.targets)
def targets(session_id: int) -> Response:
    """What it is meant to reach."""
    b, held = queries.brief(session_id), queries.targets(session_id)
    form, places = forms.TargetsForm(data={"version": b.version}), dict[str, str]()
    if form.ok() and not wants_rows():
        with form.catching(places):
            wanted, found = forms.read_targets(request.form)
            places.update(found)
            services.set_targets(session_id, wanted, form.version.data or 0)
        if not form.errors:
            return done(_hub(session_id), _("Saved."), undo=True)
    rows = sent_targets() if request.method == "POST" else _held_targets(held)
    pair = _pair_of_targets(held) if form.stale else []
    status = 200 if wants_rows() else answered(form)
    return page("live/targets.html", status, form=form, session=b, targets=rows, pair=pair, **target_choices())


def _held_targets(held: Mapping[str, Decimal]) -> list[dict[str, str]]:
    rows = [{"metric": metric, "value": typed_value(value, metric)} for metric, value in held.items()]
    return _with_empty(rows, forms.TARGET, "target")


def _pair_of_targets(held: Mapping[str, Decimal]) -> list[tuple[str, str, str, bool]]:
    """Theirs and mine, a line for each figure that either has."""
    theirs = {metric: typed_value(value, metric) for metric, value in held.items()}
    mine = {row["metric"]: row["value"] for row in forms.target_rows(request.form) if row["value"]}
    keys = list(dict.fromkeys([*theirs, *mine]))
    rows = [(metric_label(key), theirs.get(key, ""), mine.get(key, "")) for key in keys]
    return [(name, there, here, there != here) for name, there, here in rows]


@bp.route("/sessions/<id:session_id>/lineup", methods=["GET", "POST"])
@uses(services.set_lineup, queries.brief, queries.lineup)
def lineup(session_id: int) -> Response:
    """Rows pasted out of the team's sheet."""
    b, held = queries.brief(session_id), _as_rows(session_id)
    form = forms.LineupForm(data={"rows": held, "version": b.version})
    if form.ok():
        with form.catching():
            services.set_lineup(session_id, rules.read_lineup(form.rows.data or ""), form.version.data or 0)
        if not form.errors:
            return done(_hub(session_id), _("Saved."), undo=True)
    return page("live/lineup.html", answered(form, {"rows": held}), form=form, session=b)


def _as_rows(session_id: int) -> str:
    """The lineup as it was pasted: tabs between, missing cells empty, 0 a value."""

    def price(minor: int | None) -> str:
        return "" if minor is None else f"{minor // 100}.{minor % 100:02d}"

    def told(pieces: int | None) -> str:
        return "" if pieces is None else str(pieces)

    return "\n".join(
        "\t".join([i.number, i.name, i.link_no, price(i.live_price), price(i.usual_price), told(i.stock), i.mechanism])
        for i in queries.lineup(session_id)
    )
