"""A period that is begun from the built-in plan or from another period: looked at first, then made."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import show
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.people import queries as people
from planner.plan import builtin, forms, queries, services
from planner.plan.rules import PeriodKind, PeriodState, kind_of
from planner.plan.views import proposals
from planner.plan.views.blueprint import bp, day


def _form() -> forms.BeginForm:
    """What it can begin from, a closed period too; as the next period of the same kind."""
    sources = {f"{queries.FROM_PERIOD}{p.id}": p for p in queries.every_period()}
    found = {key: queries.coming(kind_of(p.start, p.end)) for key, p in sources.items()}
    found[builtin.THREE_MONTHS] = queries.coming(PeriodKind.QUARTER)
    asked = request.args.get("source", "")
    source = asked if asked in found else builtin.THREE_MONTHS
    usual = {"name": found[source].name, "start": found[source].start, "owners": True, "late_today": True}
    form = forms.BeginForm(data={"source": source, **usual})
    form.source.offer(
        [
            (_("Template"), [(builtin.THREE_MONTHS, _("Template: the plan of three months"))]),
            (_("Plans of this team"), [(key, _source_name(p)) for key, p in sources.items()]),
        ]
    )
    form.source.render_kw = {"data-proposes": proposals.told(found)}
    return form


def _source_name(period: Any) -> str:
    if period.state is PeriodState.OPEN:
        return period.name
    return _("%(period)s (closed)", period=period.name)


@bp.route("/plan/periods/begin", methods=["GET", "POST"])
@uses(services.begin_from, queries.proposed, queries.every_period, people.people)
def begin() -> Response:
    """What it begins from, its name and first day; then what it would hold, and then it is there."""
    form, plan = _form(), None
    if form.ok():
        with form.catching():
            source, start = str(form.source.data), day(form.start.data)
            plan = queries.proposed(source, start)
            if request.form.get("step") == "make":
                late_today = bool(form.late_today.data)
                made = services.begin_from(source, form.name.data or "", start, bool(form.owners.data), late_today)
                return done(
                    url_for("plan.index", period=made), _("The period is made, with all it begins from."), undo=True
                )
    past = plan.past(show.today()) if plan else 0
    shown = {"plan": plan, "past": past, "names": people.names(s.owner_id for s in plan.steps) if plan else {}}
    return page("plan/begin.html", form.status if form.errors else 200, form=form, **shown)
