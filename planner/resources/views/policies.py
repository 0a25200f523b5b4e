"""Who signs what: the policy with its try-out, and who stands in for whom."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from planner.base import actor, show
from planner.base.i18n import gettext as _
from planner.base.i18n import told
from planner.base.web import done, page, uses
from planner.kernel.errors import Invalid
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.people import queries as people
from planner.resources import forms, queries, services
from planner.resources.rules import Facts, Kind, Policy, Tried
from planner.resources.views.blueprint import bp
from planner.resources.words import level_name

COUNT = msg("Type a number from 1 to 1000.")
PLAIN = ("quotes_from", "quotes", "restart", "remind_hours", "escalate_hours", "over_percent", "over_amount")


def _try_form(sent: MultiDict[str, str] | None) -> forms.TryForm:
    form = forms.TryForm(sent)
    form.category_id.offer([(row.id, row.name) for row in queries.categories()])
    form.requester_id.offer(list(queries.by_name().items()))
    return form


def _tried(form: forms.TryForm, held: Policy | None = None) -> tuple[Tried, list[Any]] | None:
    """Who would sign what is asked in the form; None where it can't be read, which stands beside its field."""
    if not form.validate() or form.amount.data is None:
        return None
    asked_by = queries.present().get(form.requester_id.data or 0)
    over = bool(form.over_budget.data)
    facts = Facts(form.amount.data, Kind(form.kind.data), form.category_id.data or 0, over, asked_by)
    tried = queries.would_sign(facts, form.requester_id.data, held)
    names = people.names({user_id for stop in tried.stops for user_id in stop.signers})
    return tried, queries.stop_rows(tried.stops, names)


@bp.get("/approvals/policy")
@uses(queries.newest)
def policy() -> Response:
    """Who signs what, and who would sign this."""
    _id, held = queries.newest()
    asked = "amount" in request.args
    form = _try_form(request.args if asked else None)
    tried = _tried(form) if asked else None
    team, called = queries.by_name(), {row.id: row.name for row in queries.categories()}
    return page(
        "resources/policy.html", form.status if form.errors else 200, policy=held, versions=queries.versions(),
        form=form, tried=tried, names=team, categories=called, level_name=level_name,
    )  # fmt: skip


@bp.route("/approvals/policy/edit", methods=["GET", "POST"])
@uses(services.publish_policy, queries.newest, queries.faults_of, queries.would_sign)
def edit_policy() -> Response:
    """Level by level; in force when it is published. It can be tried out before."""
    form, rows = _policy_form()
    if not _only_rows() and form.ok():
        with form.catching():
            services.publish_policy(form.version.data or 0, _policy(form, rows), form.note.data or "")
            return done(url_for("resources.policy"), _("Published: it holds for what is handed in from now on."))
    trial = _try_form(request.form if request.method == "POST" else None)
    tries = "try_out" in request.form
    tried = _try_draft(form, rows, trial) if tries else None
    status = form.status if form.errors or trial.errors else 200
    team, called = queries.by_name(), queries.categories()
    return page(
        "resources/policy_edit.html", status, form=form, rows=rows, members=team, categories=called, trial=trial,
        tries=tries, tried=tried,
    )  # fmt: skip


def _policy_form() -> tuple[forms.PolicyForm, list[dict[str, Any]]]:
    """The newest version to be changed, or what was sent, with its levels."""
    _id, held = queries.newest()
    versions = queries.versions()
    newest = versions[0].number if versions else 0
    form = forms.PolicyForm(data={name: getattr(held, name) for name in PLAIN} | {"version": newest or None})
    rows = forms.level_rows(request.form) if request.method == "POST" else forms.rows_of_levels(held.levels, level_name)
    return form, _changed(rows)


def _try_draft(
    form: forms.PolicyForm, rows: list[dict[str, Any]], trial: forms.TryForm
) -> tuple[Tried, list[Any]] | None:
    """Who would sign under what stands in the form, which is kept nowhere; what hinders its publishing stands beside
    its field."""
    if not form.validate():
        trial.validate()
        return None
    with form.catching():
        held = _policy(form, rows)
        for place, words in queries.faults_of(held).items():
            form.fault(place, told(words))
        return _tried(trial, held)
    trial.validate()
    return None


def _only_rows() -> bool:
    """Nothing is to be published yet: a row more or less, or it is tried out."""
    return any(name in request.form for name in ("more_level", "drop_level", "up_level", "try_out"))


def _changed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A level more, one less, or one further up: by the buttons, which send the form."""
    dropped, up = request.form.get("drop_level", ""), request.form.get("up_level", "")
    if dropped.isdecimal() and int(dropped) < len(rows):
        del rows[int(dropped)]
    if up.isdecimal() and 0 < int(up) < len(rows):
        rows.insert(int(up) - 1, rows.pop(int(up)))
    if "more_level" in request.form or not rows:
        rows.append(dict.fromkeys(forms.LEVEL, "") | {name: [] for name in forms.LISTS} | {"needed": "1"})
    return rows


def _policy(form: forms.PolicyForm, rows: list[dict[str, Any]]) -> Policy:
    counted = {name: getattr(form, name).data for name in ("quotes", "remind_hours", "escalate_hours", "over_percent")}
    faults = {name: COUNT for name, value in counted.items() if value is None or not 0 < value <= 1000}
    if faults:
        raise Invalid(faults)
    return Policy(
        forms.read_levels(rows), quotes_from=form.quotes_from.data, restart=bool(form.restart.data),
        over_amount=max(0, form.over_amount.data or 0), **counted,
    )  # fmt: skip


def _day(typed: date | None) -> date:
    """A day that the form requires."""
    assert typed is not None
    return typed


@bp.route("/approvals/delegations", methods=["GET", "POST"])
@uses(services.delegate, queries.delegations)
def delegations() -> Response:
    """Who signs for whom, until when."""
    manages = actor.current().may(P.POLICY_EDIT)
    form = forms.DelegationForm(data={"first": show.today(), "last": show.today()})
    team = list(queries.by_name().items())
    form.user_id.offer(team if manages else [])
    form.deputy_id.offer(team)
    if form.ok():
        with form.catching():
            services.delegate(
                form.user_id.data if manages else None, form.deputy_id.data or 0, _day(form.first.data),
                _day(form.last.data), form.note.data or "",
            )  # fmt: skip
            return done(url_for("resources.delegations"), _("Saved: they have been told."))
    status = 200 if request.method == "GET" else form.status
    rows = queries.delegations()
    return page("resources/delegations.html", status, form=form, rows=rows, manages=manages)


@bp.post("/approvals/delegations/<id:delegation_id>/end")
@uses(services.end_delegation)
def end_delegation(delegation_id: int) -> Response:
    """Not any more."""
    services.end_delegation(delegation_id)
    return done(url_for("resources.delegations"), _("Ended."), undo=True)
