"""Many steps changed at once: chosen in the list, looked at, then done, with one undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue as AnyResponse

from planner.base import i18n
from planner.base.i18n import gettext as _
from planner.base.i18n import ngettext
from planner.base.web import done, fragment, page, safe_next, uses
from planner.base.words import label
from planner.kernel.errors import Invalid, NotFound, Refused
from planner.people import queries as people
from planner.plan import forms, queries, services
from planner.plan.queries import StepRow
from planner.plan.rules import GOES_ON, Priority, StepState
from planner.plan.services import Change
from planner.plan.views import drawing, narrowing
from planner.plan.views.blueprint import NEEDS_WORDS, bp, persons

MOST = 200
FORMS: dict[str, Callable[[], Any]] = {
    "owner": forms.OwnerTogetherForm,
    "due": forms.DueTogetherForm,
    "phase": forms.PhaseTogetherForm,
    "goal": forms.GoalTogetherForm,
    "state": forms.StateTogetherForm,
    "priority": forms.PriorityTogetherForm,
    "tags": forms.TagsTogetherForm,
    "delete": forms.StepsForm,
}


def _ids() -> list[int]:
    sent = request.values.getlist("id")[:MOST]
    return [int(text) for text in dict.fromkeys(sent) if text.isdecimal() and text.isascii() and len(text) <= 18]


def _version(s: StepRow) -> int:
    text = request.form.get(f"version_{s.id}", "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= 9 else s.version


def _choices_of(do: str) -> list[tuple[Any, Any]]:
    """What all of them can get; the empty one of a place or a person is 0."""
    if do == "owner":
        return [(0, _("Nobody yet")), *persons()]
    if do == "phase":
        return [(0, _("No phase")), *queries.choices()["phases"]]
    if do == "goal":
        return [(0, _("No goal")), *queries.choices()["goals"]]
    return [(each, label(each)) for each in (StepState if do == "state" else Priority)]


def _form(do: str) -> Any:
    form = FORMS[do]()
    if do in CHOSEN:
        form[FIELDS[do][0]].offer(_choices_of(do))
    return form


def _due(form: Any) -> Change:
    if form.due.data is not None:
        return Change(frozenset({"due"}), due=form.due.data)
    return Change(frozenset({"days"}) if form.days.data else frozenset(), days=form.days.data or 0)


def _tags(form: Any) -> Change:
    add, drop = form.tags()
    return Change(frozenset({"tags"}) if add or drop else frozenset(), add_tags=add, drop_tags=drop)


CHANGES: dict[str, Callable[[Any], Change]] = {
    "owner": lambda form: Change(frozenset({"owner_id"}), owner_id=form.owner_id.chosen_id()),
    "due": _due,
    "phase": lambda form: Change(frozenset({"phase_id"}), phase_id=form.phase_id.chosen_id()),
    "goal": lambda form: Change(frozenset({"goal_id"}), goal_id=form.goal_id.chosen_id()),
    "state": lambda form: Change(frozenset({"state"}), state=StepState(form.state.data), why=form.why.data or ""),
    "priority": lambda form: Change(frozenset({"priority"}), priority=Priority(form.priority.data)),
    "tags": _tags,
}
FIELDS = {
    "owner": ["owner_id"],
    "due": ["due", "days"],
    "phase": ["phase_id"],
    "goal": ["goal_id"],
    "state": ["state", "why"],
    "priority": ["priority"],
    "tags": ["add_tags", "drop_tags"],
    "delete": [],
}
CHOSEN = ("owner", "phase", "goal", "state", "priority")


def _do(do: str, form: Any, versions: dict[int, int]) -> str:
    if do == "delete":
        count = services.trash_steps(versions)
        return ngettext("%(num)s step is in the trash.", "%(num)s steps are in the trash.", count)
    count = services.change_together(versions, CHANGES[do](form))
    return ngettext("%(num)s step changed.", "%(num)s steps changed.", count)


def _cell_form(do: str, form: Any, row: StepRow) -> AnyResponse:
    """The field of a value, with what stands: it has one already, so there is none to be chosen first."""
    name = FIELDS[do][0]
    held = getattr(row, name)
    form[name].data = held if name == "due" else str(held or 0)
    if do in CHOSEN:
        form[name].choices = form[name].choices[1:]
    return fragment("plan/_cell.html", form=form, name=name, do=do, row=row)


def _cell(do: str, form: Any, row: StepRow) -> AnyResponse:
    """A value of the list that is changed where it stands: the field, then the row as it is now or what is wrong. A
    state that says by what, or why, asks it on its page."""
    if request.method == "GET":
        return _cell_form(do, form, row)
    if not form.ok():
        return jsonify(ok=False, message=str(next(iter(form.errors.values()))[0])), 422
    if do == "state" and form.state.data in NEEDS_WORDS and form.state.data != row.state:
        back = safe_next(url_for("plan.steps"))
        return jsonify(ok=False, url=url_for(NEEDS_WORDS[StepState(form.state.data)], step_id=row.id, next=back))
    try:
        change = Change(frozenset({"due"}), due=form.due.data) if do == "due" else CHANGES[do](form)
        services.change_together({row.id: _version(row)}, change)
    except (Invalid, Refused) as fault:
        return jsonify(ok=False, message=i18n.told(fault.message)), 409
    said = _("Saved.")
    if do == "state" and form.state.data in GOES_ON:
        said = drawing.with_ahead(said, queries.open_before(row.id))
    return jsonify(ok=True, row_html=_drawn(row), strip_html=drawing.saved(said))


def _drawn(row: StepRow) -> str:
    """A row of the list as it is now, with the columns that were shown."""
    held, goals, phases = queries.ticked(row.id), dict(queries.choices()["goals"]), queries.phases_at_hand()
    columns = narrowing.columns(narrowing.named_columns(request.form.getlist("cols")))
    tags = queries.tags_of([row.id]).get(row.id, [])
    return drawing.list_row(held, goals, phases, tags, columns=columns, edits=True)


@bp.route("/plan/steps/together", methods=["GET", "POST"])
@uses(
    services.change_together,
    services.trash_steps,
    queries.some_steps,
    queries.open_before,
    queries.choices,
    people.people,
)
def together() -> AnyResponse:
    """What was chosen in the list, and what is to become of it."""
    do = request.values.get("do", "owner")
    if do not in FORMS:
        raise NotFound()
    form, rows = _form(do), queries.some_steps(_ids())
    if request.headers.get("X-Requested-With") == "cell" and len(rows) == 1:
        return _cell(do, form, rows[0])
    versions, back = {s.id: _version(s) for s in rows}, safe_next(url_for("plan.steps"))
    if form.ok():
        with form.catching({"waits_for": "why"}):
            return done(back, _do(do, form, versions), undo=True)
    shown: dict[str, Any] = {"rows": rows, "versions": versions, "do": do, "fields": FIELDS[do], "next": back}
    return page("plan/together.html", 422 if form.errors else 200, form=form, **shown)
