"""Words of the plan."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from planner.base import show
from planner.base.i18n import gettext as _
from planner.base.words import _l, field_forms, field_labels, label, labels, news_words, part_words
from planner.figures.rules import METRICS, Unit
from planner.figures.words import format_value, metric_label
from planner.plan import rules
from planner.plan.rules import (
    Aggregation,
    Choice,
    Due,
    Edge,
    Gate,
    HangsOn,
    Health,
    ListColumn,
    Load,
    PeriodKind,
    PeriodState,
    Place,
    Priority,
    Show,
    Sort,
    StepState,
    Urgency,
    Way,
    Zoom,
)
from planner.plan.rules.rows import Column

labels(
    StepState,
    {
        StepState.OPEN: _l("Not started"),
        StepState.DOING: _l("In progress"),
        StepState.BLOCKED: _l("Blocked"),
        StepState.DONE: _l("Done"),
        StepState.DROPPED: _l("Dropped"),
    },
    icons={
        StepState.OPEN: "circle",
        StepState.DOING: "circle-dot",
        StepState.BLOCKED: "hourglass",
        StepState.DONE: "circle-check",
        StepState.DROPPED: "circle-minus",
    },
    chips={StepState.DOING: "accent", StepState.BLOCKED: "warn", StepState.DONE: "ok"},
)
labels(
    Priority,
    {
        Priority.URGENT: _l("Urgent"),
        Priority.HIGH: _l("Important"),
        Priority.NORMAL: _l("Normal"),
        Priority.LOW: _l("Can wait"),
    },
    icons={Priority.URGENT: "zap", Priority.HIGH: "flag"},
    chips={Priority.URGENT: "bad", Priority.HIGH: "warn"},
)
labels(
    Show,
    {
        Show.UNFINISHED: _l("Unfinished"),
        Show.STANDING: _l("With what is done"),
        Show.OPEN: _l("Not started"),
        Show.DOING: _l("In progress"),
        Show.BLOCKED: _l("Blocked"),
        Show.DONE: _l("Done"),
        Show.DROPPED: _l("Dropped"),
        Show.ALL: _l("All"),
    },
)
labels(
    Due,
    {
        Due.LATE: _l("Late"),
        Due.TODAY: _l("Due today"),
        Due.WEEK: _l("This week"),
        Due.NONE: _l("Without a day"),
    },
)
labels(
    Sort,
    {
        Sort.DUE: _l("By day"),
        Sort.LATEST: _l("Latest day first"),
        Sort.PRIORITY: _l("By priority"),
        Sort.NEWEST: _l("Newest first"),
    },
)
labels(
    ListColumn,
    {
        ListColumn.OWNER: _l("Owner"),
        ListColumn.START: _l("Begins"),
        ListColumn.DUE: _l("Due"),
        ListColumn.PHASE: _l("Phase"),
        ListColumn.GOAL: _l("Goal"),
        ListColumn.DEPARTMENT: _l("Department"),
        ListColumn.PRIORITY: _l("Priority"),
        ListColumn.TAGS: _l("Tags"),
        ListColumn.LINES: _l("To tick"),
        ListColumn.STATE: _l("State"),
    },
)
labels(
    Column,
    {
        Column.NUMBER: _l("Step no."),
        Column.TITLE: _l("Step"),
        Column.OWNER: _l("Owner"),
        Column.START: _l("Begins"),
        Column.DUE: _l("Due"),
        Column.STATE: _l("State"),
        Column.BLOCKED_BY: _l("Blocked by"),
        Column.PRIORITY: _l("Priority"),
        Column.PHASE: _l("Phase"),
        Column.PERIOD: _l("Period"),
        Column.GOAL: _l("Goal"),
        Column.DEPARTMENT: _l("Department"),
        Column.TAGS: _l("Tags"),
        Column.NOTE: _l("Note"),
    },
)
labels(
    HangsOn,
    {
        HangsOn.SESSION: _l("the day of a session"),
        HangsOn.PHASE_START: _l("the first day of its phase"),
        HangsOn.PHASE_END: _l("the last day of its phase"),
    },
)
labels(Zoom, {Zoom.DAY: _l("In days"), Zoom.WEEK: _l("In weeks"), Zoom.MONTH: _l("In months")})
labels(Edge, {Edge.WHOLE: _l("All of it"), Edge.END: _l("Its last day only")})
labels(
    Load,
    {Load.FREE: _l("Free"), Load.NORMAL: _l("Fine"), Load.HIGH: _l("A lot"), Load.OVER: _l("Too much")},
    icons={Load.HIGH: "chevron-up", Load.OVER: "triangle-alert"},
    chips={Load.HIGH: "warn", Load.OVER: "bad"},
)
labels(Place, {Place.STATE: _l("By state"), Place.PHASE: _l("By phase"), Place.OWNER: _l("By owner")})
labels(
    Aggregation,
    {
        Aggregation.SUM: _l("Sum over the period"),
        Aggregation.PER_DAY: _l("Per day that had a show"),
        Aggregation.PER_SESSION: _l("Mean of a session"),
        Aggregation.BEST_SESSION: _l("Best single session"),
        Aggregation.BEST_DAY: _l("Best single day"),
        Aggregation.MEAN_RATIO: _l("Ratio over all sessions"),
        Aggregation.LATEST: _l("Latest session"),
        Aggregation.LATEST_DAY: _l("Latest day"),
    },
)
labels(
    Urgency,
    {
        Urgency.LATE: _l("Late"),
        Urgency.TODAY: _l("Due today"),
        Urgency.WEEK: _l("This week"),
        Urgency.LATER: _l("Later"),
        Urgency.UNDATED: _l("Without a day"),
        Urgency.WAITING: _l("Waiting for others"),
    },
)
labels(Gate, {Gate.ENTRY: _l("To begin"), Gate.EXIT: _l("To be done")})
labels(Way, {Way.UP: _l("More is better"), Way.DOWN: _l("Less is better")})
labels(
    Health,
    {
        Health.MET: _l("Met"),
        Health.ON_TRACK: _l("On track"),
        Health.AT_RISK: _l("At risk"),
        Health.OFF_TRACK: _l("Off track"),
        Health.MISSED: _l("Missed"),
        Health.UNKNOWN: _l("No figures yet"),
    },
    icons={
        Health.MET: "trophy",
        Health.ON_TRACK: "trending-up",
        Health.AT_RISK: "triangle-alert",
        Health.OFF_TRACK: "trending-down",
        Health.MISSED: "circle-x",
        Health.UNKNOWN: "circle-help",
    },
    chips={
        Health.MET: "ok",
        Health.ON_TRACK: "ok",
        Health.AT_RISK: "warn",
        Health.OFF_TRACK: "bad",
        Health.MISSED: "bad",
    },
)
labels(
    PeriodKind,
    {PeriodKind.MONTH: _l("Monthly"), PeriodKind.QUARTER: _l("Quarterly"), PeriodKind.CUSTOM: _l("Own length")},
)
labels(
    PeriodState,
    {PeriodState.OPEN: _l("Open"), PeriodState.CLOSED: _l("Closed")},
    icons={PeriodState.OPEN: "circle-dot", PeriodState.CLOSED: "lock"},
)
labels(
    Choice,
    {Choice.LEAVE: _l("Left here"), Choice.CARRY: _l("Carried over"), Choice.CANCEL: _l("Cancelled")},
    icons={Choice.LEAVE: "circle", Choice.CARRY: "arrow-right", Choice.CANCEL: "circle-minus"},
)
OF_CHECK_INS: dict[Aggregation, Any] = {
    Aggregation.LATEST: _l("Latest check-in"),
    Aggregation.SUM: _l("Sum of the check-ins"),
    Aggregation.PER_SESSION: _l("Mean of the check-ins"),
    Aggregation.BEST_SESSION: _l("Best check-in"),
}


def own_countings() -> list[tuple[str, Any]]:
    """How a figure of the team's own can be counted, for a form."""
    return list(OF_CHECK_INS.items())


def counted(target: Any) -> str:
    """How a target is counted, in the words of what it counts."""
    if target.own_id and target.aggregation in OF_CHECK_INS:
        return str(OF_CHECK_INS[target.aggregation])
    return label(target.aggregation)


def target_name(target: Any) -> str:
    """What a target counts."""
    return target.own_name if target.own_id else metric_label(target.metric)


def measured(value: Decimal | None, target: Any) -> str:
    """A value of a target, exact, with its unit."""
    if not target.own_id:
        return format_value(value, target.metric)
    if value is None:
        return "–"
    places = min(max(-int(value.normalize().as_tuple().exponent), 0), 2)
    gap = "" if target.unit in ("", "%", "‰") else " "
    return f"{show.number(value, places)}{gap}{target.unit}"


def rounded(value: Decimal, metric: str) -> Decimal:
    """A value in the digits in which its figure is typed; one of the team's own in two."""
    places = {Unit.COUNT: 0, Unit.SECONDS: 0, Unit.RATIO: 4}.get(METRICS[metric].unit, 2) if metric else 2
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP).normalize() + 0


def owner_open(department: str) -> str:
    """In the place of an owner where there is none: the department that is meant to do it, where one is named."""
    return _("%(department)s · open", department=department) if department else _("Nobody yet")


def hours_word(minutes: int | None) -> str:
    """An estimate as people say it: `1.5 h`."""
    hours = rules.as_hours(minutes)
    return "" if hours is None else _("%(n)s h", n=show.number(hours, max(-int(hours.as_tuple().exponent), 0)))


def relative_word(share: Decimal) -> str:
    """A target as it was typed against its baseline: `+30%`."""
    return rules.show_relative(share)


def _relative_in_history(value: Any) -> str:
    return rules.show_relative(Decimal(str(value)))


news_words(
    "plan",
    {
        "StepAdded": _l("added a step"),
        "StepMoved": _l("moved a step"),
        "GoalAdded": _l("set a goal"),
        "GoalMoved": _l("moved a goal with new figures"),
        "GoalReported": _l("reported of a goal"),
        "PeriodClosed": _l("closed a period"),
        "PeriodReopened": _l("opened a period again"),
    },
)
part_words(
    {
        "target": _l("Target"),
        "step_line": _l("Line"),
        "step_tag": _l("Tag"),
        "step_helper": _l("Helper"),
        "phase_criterion": _l("Criterion"),
        "step_link": _l("Comes first"),
        "check_in": _l("Check-in"),
        "own_value": _l("Reported figure"),
        "target_closing": _l("Closing of a target"),
        "goal_link": _l("Link"),
        "carried": _l("Carried over"),
    }
)
field_forms("check_in", {"computed": None})
field_forms("step", {"started_at": None, "estimate_minutes": hours_word})
field_forms("own_value", {"check_in_id": None})
field_forms("carried", {"kind": None, "object_id": None, "made_id": None})
field_forms("target", {"relative": _relative_in_history})
field_labels("step_line", {"text": _l("Text"), "done_at": _l("Done at"), "done_by": _l("Done by"), "sort": _l("Order")})
field_labels("step_tag", {"tag": _l("Tag")})
field_labels("step_helper", {"user_id": _l("Helper")})
field_labels(
    "phase_criterion",
    {
        "phase_id": _l("Phase"),
        "gate": _l("For"),
        "text": _l("Criterion"),
        "sort": _l("Order"),
        "signed_at": _l("Signed at"),
        "signed_by": _l("Signed by"),
    },
)
field_labels(
    "plan_habits",
    {
        "estimates": _l("Steps have an estimate in hours"),
        "helpers": _l("Steps have helpers beside their owner"),
        "criteria": _l("Phases have criteria that a lead signs"),
        "most_open": _l("Not started: at most"),
        "most_doing": _l("In progress: at most"),
        "most_blocked": _l("Blocked: at most"),
        "most_each": _l("Of one person: at most"),
    },
)
field_labels("step_link", {"step_id": _l("Step"), "on_id": _l("Comes first")})
field_labels(
    "target",
    {
        "metric": _l("Figure"),
        "baseline": _l("Baseline"),
        "value": _l("Value"),
        "way": _l("Direction"),
        "aggregation": _l("Adding up"),
        "own_id": _l("Own figure"),
        "weight": _l("Weight among the targets"),
        "relative": _l("Against the baseline"),
        "baseline_first": _l("Baseline from"),
        "baseline_last": _l("Baseline until"),
    },
)
field_labels(
    "check_in",
    {
        "goal_id": _l("Goal"),
        "day": _l("Day"),
        "note": _l("Note"),
        "health": _l("Standing"),
        "seen_at": _l("Read at"),
        "seen_by": _l("Read by"),
    },
)
field_labels(
    "own_value",
    {"goal_id": _l("Goal"), "own_id": _l("Own figure"), "day": _l("Day"), "value": _l("Value")},
)
field_labels(
    "target_closing",
    {
        "goal_id": _l("Goal"),
        "target_id": _l("Target"),
        "value": _l("Value"),
        "health": _l("Standing"),
        "cause_id": _l("Cause"),
        "reason": _l("What happened"),
        "improvement": _l("What gets better"),
    },
)
field_labels("goal_link", {"goal_id": _l("Goal"), "phase_id": _l("Phase"), "session_id": _l("Session")})
field_labels(
    "carried",
    {"period_id": _l("Period"), "choice": _l("Choice"), "reason": _l("Reason"), "into_id": _l("Into")},
)
field_labels("own_metric", {"name": _l("Name"), "unit": _l("Unit"), "way": _l("Direction")})
field_labels(
    "step",
    {
        "title": _l("Title"),
        "owner_id": _l("Owner"),
        "due": _l("Due"),
        "state": _l("State"),
        "phase_id": _l("Phase"),
        "goal_id": _l("Goal"),
        "note": _l("Note"),
        "waits_for": _l("Waits for"),
        "start": _l("Begins"),
        "priority": _l("Priority"),
        "department": _l("Department"),
        "dropped_why": _l("Dropped because"),
        "hangs_on": _l("Day counted from"),
        "hangs_session_id": _l("Session"),
        "offset_days": _l("Days after"),
        "estimate_minutes": _l("Estimate"),
        "done_at": _l("Done at"),
        "done_by": _l("Done by"),
        "from_session_id": _l("From the review of"),
    },
)
field_labels(
    "goal",
    {
        "title": _l("Title"),
        "why": _l("Why"),
        "owner_id": _l("Owner"),
        "period_id": _l("Period"),
        "sort": _l("Order"),
        "carried_from": _l("Carried over from"),
    },
)
field_labels("phase", {"name": _l("Name"), "start": _l("First day"), "end": _l("Last day"), "sort": _l("Order")})
field_labels(
    "period",
    {
        "name": _l("Name"),
        "start": _l("First day"),
        "end": _l("Last day"),
        "state": _l("State"),
        "closed_at": _l("Closed at"),
        "closed_by": _l("Closed by"),
        "lessons": _l("What we take along"),
    },
)
