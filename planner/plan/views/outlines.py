"""A period that is begun from the built-in plan or from another period: looked at first, then made."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from planner.base import show
from planner.base.i18n import gettext as _
from planner.base.web import done, page, uses
from planner.people import queries as people
from planner.plan import builtin, forms, queries, services
from planner.plan.rules import add_months
from planner.plan.views.blueprint import bp, day


def _form() -> forms.BeginForm:
    """What it can begin from, usually on the first of the next month."""
    source = request.args.get("source", builtin.THREE_MONTHS)
    usual = {"start": add_months(show.today().replace(day=1), 1), "owners": True, "late_today": True}
    form = forms.BeginForm(data={"source": source, **usual})
    form.source.choices = [
        (builtin.THREE_MONTHS, _("The built-in plan of three months")),
        *((f"{queries.FROM_PERIOD}{row_id}", name) for row_id, name in queries.period_choices()),
    ]
    return form


@bp.route("/plan/periods/begin", methods=["GET", "POST"])
@uses(services.begin_from, queries.proposed, queries.period_choices, people.people)
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
