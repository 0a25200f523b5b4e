"""Words of the plan."""

from __future__ import annotations

from planner.base.words import _l, field_labels, labels, news_words, part_words
from planner.plan.rules import Aggregation, Pace, StepState, Urgency, Way

labels(
    StepState,
    {
        StepState.OPEN: _l("Not started"),
        StepState.DOING: _l("In progress"),
        StepState.DONE: _l("Done"),
        StepState.DROPPED: _l("Dropped"),
    },
    icons={
        StepState.OPEN: "circle",
        StepState.DOING: "circle-dot",
        StepState.DONE: "circle-check",
        StepState.DROPPED: "circle-minus",
    },
    chips={StepState.DOING: "accent", StepState.DONE: "ok"},
)
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
part_words({"target": _l("Target")})
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
