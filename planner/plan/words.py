"""Words of the plan."""

from __future__ import annotations

from planner.base.words import _l, field_labels, labels, news_words, part_words
from planner.plan.rules import Aggregation, Due, Pace, Place, Priority, Show, Sort, StepState, Urgency, Way

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
labels(Place, {Place.STATE: _l("By state"), Place.PHASE: _l("By phase"), Place.OWNER: _l("By owner")})
labels(
    Aggregation,
    {
        Aggregation.SUM: _l("Sum over the period"),
        Aggregation.PER_DAY: _l("Per day that had a show"),
        Aggregation.BEST_SESSION: _l("Best single session"),
        Aggregation.MEAN_RATIO: _l("Ratio over all sessions"),
        Aggregation.LATEST: _l("Latest session"),
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
labels(Way, {Way.UP: _l("More is better"), Way.DOWN: _l("Less is better")})
labels(
    Pace,
    {
        Pace.REACHED: _l("Reached"),
        Pace.ON_PACE: _l("On pace"),
        Pace.BEHIND: _l("Behind"),
        Pace.UNKNOWN: _l("No figures yet"),
    },
    icons={
        Pace.REACHED: "trophy",
        Pace.ON_PACE: "trending-up",
        Pace.BEHIND: "triangle-alert",
        Pace.UNKNOWN: "circle-help",
    },
    chips={Pace.REACHED: "ok", Pace.ON_PACE: "ok", Pace.BEHIND: "warn"},
)
news_words(
    "plan",
    {
        "StepAdded": _l("added a step"),
        "StepMoved": _l("moved a step"),
        "GoalAdded": _l("set a goal"),
        "GoalMoved": _l("moved a goal with new figures"),
    },
)
part_words({"target": _l("Target"), "step_line": _l("Line"), "step_tag": _l("Tag"), "step_link": _l("Comes first")})
field_labels("step_line", {"text": _l("Text"), "done_at": _l("Done at"), "done_by": _l("Done by"), "sort": _l("Order")})
field_labels("step_tag", {"tag": _l("Tag")})
field_labels("step_link", {"step_id": _l("Step"), "on_id": _l("Comes first")})
field_labels(
    "target",
    {
        "metric": _l("Figure"),
        "baseline": _l("Baseline"),
        "value": _l("Value"),
        "way": _l("Direction"),
        "aggregation": _l("Adding up"),
    },
)
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
        "started_at": _l("Started at"),
        "dropped_why": _l("Dropped because"),
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
    },
)
field_labels("phase", {"name": _l("Name"), "start": _l("First day"), "end": _l("Last day"), "sort": _l("Order")})
field_labels("period", {"name": _l("Name"), "start": _l("First day"), "end": _l("Last day")})
