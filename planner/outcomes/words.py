"""Words of results and reviews."""

from __future__ import annotations

from typing import Any

from planner.base import show
from planner.base.i18n import gettext as _
from planner.base.words import _l, field_forms, field_labels, labels, news_words, part_words
from planner.figures.words import format_value, metric_label
from planner.outcomes.queries.results import ResultPage
from planner.outcomes.rules.reviews import Decision, ReviewState, Verdict

labels(ReviewState, {ReviewState.OPEN: _l("Open"), ReviewState.CLOSED: _l("Closed")}, chips={ReviewState.CLOSED: "ok"})
labels(
    Decision,
    {
        Decision.NONE: _l("Not decided"),
        Decision.ACTION: _l("Action agreed"),
        Decision.PROPOSAL: _l("SOP change proposed"),
        Decision.NO_ACTION: _l("No action, on purpose"),
        Decision.NORMAL_SWING: _l("Normal swing"),
    },
    icons={
        Decision.NONE: "circle-dashed",
        Decision.ACTION: "zap",
        Decision.PROPOSAL: "clipboard-list",
        Decision.NO_ACTION: "circle-minus",
        Decision.NORMAL_SWING: "activity",
    },
    chips={Decision.NONE: "warn", Decision.ACTION: "accent", Decision.PROPOSAL: "accent"},
)
labels(
    Verdict,
    {
        Verdict.REACHED_BEYOND: _l("Reached, beyond the usual swing"),
        Verdict.REACHED_WITHIN: _l("Reached, within the usual swing: can't tell"),
        Verdict.NOT_REACHED: _l("Not reached"),
        Verdict.TOO_LITTLE: _l("Too little data"),
    },
    icons={
        Verdict.REACHED_BEYOND: "circle-check",
        Verdict.REACHED_WITHIN: "circle-help",
        Verdict.NOT_REACHED: "circle-x",
        Verdict.TOO_LITTLE: "circle-dashed",
    },
    chips={Verdict.REACHED_BEYOND: "ok", Verdict.NOT_REACHED: "bad", Verdict.REACHED_WITHIN: "accent"},
)
news_words(
    "outcomes",
    {
        "FiguresStored": _l("brought in figures"),
        "ReviewClosed": _l("closed the review"),
        "ReviewReopened": _l("reopened the review"),
        "ActionAgreed": _l("agreed on an action"),
        "VerdictSigned": _l("signed a verdict"),
        "OthersVerify": _l("chose which shows verify an action"),
    },
)


def finding_title(row: Any) -> str:
    """What was found, in a list of many things."""
    return _("%(figure)s missed", figure=metric_label(row.metric)) if row.metric else row.title


part_words({"figure_set": _l("Figures"), "review": _l("Review"), "finding": _l("Finding"), "action": _l("Action")})
field_labels("figure_set", {"source": _l("Source"), "taken_at": _l("Downloaded at")})
_SOURCES = {"typed": _l("typed"), "file": _l("the platform's file")}
field_forms(
    "figure_set",
    {"source": lambda key: str(_SOURCES.get(key, key)), "airing_id": None, "import_row_id": None, "current": None},
)
field_forms("review", {"quick": None})
field_forms("finding", {"beyond": None, "sort": None})
field_labels(
    "action",
    {"session_id": _l("From the review of"), "step_id": _l("Step"), "metric": _l("Figure"), "value": _l("Value")},
)
field_labels(
    "action_check",
    {
        "action_id": _l("Action"),
        "session_id": _l("Verified by"),
        "was_session_id": _l("Instead of"),
        "adrift": _l("No show verifies it"),
        "value": _l("Value"),
        "proposed": _l("Proposed"),
        "basis": _l("Basis"),
        "verdict": _l("Verdict"),
        "signed_by": _l("Signed by"),
        "signed_at": _l("Signed at"),
    },
)
field_labels(
    "finding",
    {
        "metric": _l("Figure"),
        "value": _l("Value"),
        "target": _l("Target"),
        "title": _l("Title"),
        "cause_id": _l("Cause"),
        "facts": _l("Facts"),
        "guess": _l("Guesses"),
        "decision": _l("Decision"),
        "reason": _l("Reason"),
    },
)
field_labels("review", {"state": _l("State"), "summary": _l("Summary"), "closed_at": _l("Closed at")})


def report(page: ResultPage) -> str:
    """复制战报: the result as plain text for the group, with 暂估 until it is final."""
    b, r = page.session, page.result
    if r is None:
        return ""
    word = _("provisional") if r.provisional else _("final")
    lines = [f"【{b.theme}】{show.day(b.planned_start)} {show.span(b.planned_start, b.planned_end)} ({word})"]
    for row in page.rows:
        if row.value is None:
            continue
        line = f"{metric_label(row.metric)} {format_value(row.value, row.metric)}"
        if row.target is not None and row.attainment is not None:
            reached = _("missed") if row.missed else _("reached")
            line += f" / {format_value(row.target, row.metric)} {show.percent(row.attainment, 0)} {reached}"
        lines.append(line)
    return "\n".join(lines)
