"""Words of results and reviews."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from planner.base import show
from planner.base.exports import Cell
from planner.base.i18n import gettext as _
from planner.base.i18n import ngettext
from planner.base.words import _l, field_forms, field_labels, label, labels, news_words, part_words
from planner.figures.rules import Standing
from planner.figures.words import attained, bound_word, format_value, metric_label, standing_of, standing_word
from planner.live.queries import LogRow
from planner.outcomes.queries.actions import ActionView
from planner.outcomes.queries.imports import ImportPage, LeftOut
from planner.outcomes.queries.listing import SHOWN, ShowRow, Totals
from planner.outcomes.queries.results import ResultPage, ResultRow
from planner.outcomes.rules.checking import Difference
from planner.outcomes.rules.foreseeing import Foreseen
from planner.outcomes.rules.reviews import Decision, ReviewState, Verdict
from planner.outcomes.rules.waiting import Waits
from planner.outcomes.rules.worth import Reading

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
labels(
    Reading,
    {
        Reading.FEW_BEFORE: _l("Can't tell"),
        Reading.FEW_AFTER: _l("Can't tell yet"),
        Reading.WITHIN: _l("Can't tell"),
        Reading.REACHED: _l("Moved as expected"),
        Reading.LESS: _l("Moved, by less than expected"),
        Reading.AGAINST: _l("Moved the other way"),
        Reading.MOVED: _l("Moved beyond the usual spread"),
    },
    icons={
        Reading.FEW_BEFORE: "circle-dashed",
        Reading.FEW_AFTER: "hourglass",
        Reading.WITHIN: "circle-help",
        Reading.REACHED: "circle-check",
        Reading.LESS: "circle-dot",
        Reading.AGAINST: "circle-x",
        Reading.MOVED: "activity",
    },
    chips={
        Reading.WITHIN: "accent",
        Reading.REACHED: "ok",
        Reading.LESS: "warn",
        Reading.AGAINST: "bad",
        Reading.MOVED: "accent",
    },
)
labels(
    Waits,
    {
        Waits.FIGURES: _l("Waiting for figures"),
        Waits.REVIEW: _l("To review"),
        Waits.NOTHING: _l("Closed"),
    },
    icons={Waits.FIGURES: "upload", Waits.REVIEW: "flag", Waits.NOTHING: "check-check"},
    chips={Waits.FIGURES: "warn", Waits.REVIEW: "warn", Waits.NOTHING: "ok"},
)
news_words(
    "outcomes",
    {
        "FiguresStored": _l("brought in figures"),
        "FiguresWithdrawn": _l("withdrew an import"),
        "ReviewClosed": _l("closed the review"),
        "ReviewReopened": _l("reopened the review"),
        "ActionAgreed": _l("agreed on an action"),
        "VerdictSigned": _l("signed a verdict"),
        "OthersVerify": _l("chose which shows verify an action"),
    },
)


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


_OUTCOMES: dict[str, Any] = {
    "new": _l("new"),
    "replaced": _l("replaced"),
    "unchanged": _l("unchanged"),
    "older": _l("older than what is there"),
    "skip": _l("left out"),
    "clash": _l("no free place for its session"),
    "error": _l("has errors"),
}


def outcome_word(outcome: str) -> str:
    """What became of a row of a file."""
    return str(_OUTCOMES.get(outcome, ""))


def fault_word(fault: Sequence[Any], number: int) -> str:
    """What is wrong with a row of a file, by row and column."""
    column, cell = fault[0], fault[1]
    if len(fault) > 2:
        return _("Row %(row)s is the same stream as row %(other)s, with other figures", row=number, other=fault[2])
    if cell:
        return _("Row %(row)s, column “%(column)s”: “%(cell)s” can not be read", row=number, column=column, cell=cell)
    return _("Row %(row)s, column “%(column)s” is empty", row=number, column=column)


_CHECKED: dict[str, Any] = {
    "viewers_per_hour": _l("Viewers per hour"),
    "paid_per_hour": _l("Paid per hour"),
    "refund_1h_rate": _l("Refund rate within 1 h (amount)"),
    "coupon_share": _l("Share paid with coupons"),
}
_LIKE = {"paid_per_hour": "gpm", "refund_1h_rate": "refund_rate", "coupon_share": "refund_rate"}
"""Whose unit a figure has that is compared and never stored."""


def difference_word(found: Difference) -> str:
    """What the file says of a figure, and what its own base columns come to."""
    name = str(_CHECKED[found.key]) if found.key in _CHECKED else metric_label(found.key)
    told, mine = (format_value(value, _LIKE.get(found.key, found.key)) for value in (found.told, found.ours))
    return _("%(figure)s: the file says %(told)s, we compute %(mine)s", figure=name, told=told, mine=mine)


def left_out(left: LeftOut) -> str:
    """Why rows are not taken over, in one line."""
    told = [
        (left.broken, ngettext("%(num)s row has errors", "%(num)s rows have errors", left.broken)),
        (left.unlinked, ngettext("%(num)s row has no session", "%(num)s rows have no session", left.unlinked)),
        (left.by_hand, ngettext("%(num)s row was left out", "%(num)s rows were left out", left.by_hand)),
    ]
    return " · ".join(word for count, word in told if count)


def replacing_word(found: Foreseen) -> str:
    """What a row puts in the place of what: the GMV, or how many figures where that stays."""
    old, new = found.before.get("gmv"), found.after.get("gmv")
    if old is None or new is None:
        return ngettext("Will replace %(num)s figure", "Will replace %(num)s figures", found.count)
    return _("Will replace: %(old)s → %(new)s", old=format_value(old, "gmv"), new=format_value(new, "gmv"))


def take_word(view: ImportPage) -> str:
    """What taking a file over does, on its button: how many rows change something, replace something, or do not."""
    count, same, out = view.changing, view.linked - view.changing, view.left.all
    told = [
        (view.replacing, ngettext("%(num)s replaces what is there", "%(num)s replace what is there", view.replacing)),
        (same, ngettext("%(num)s stays as it is", "%(num)s stay as they are", same)),
        (out, _("leave out %(out)s", out=out)),
    ]
    more = [word for number, word in told if number]
    text = ngettext("Take %(num)s row", "Take %(num)s rows", count)
    for word in more:
        text = _("%(before)s, %(after)s", before=text, after=word)
    return text if more else ngettext("Take %(num)s row over", "Take %(num)s rows over", count)


def counted(counts: Mapping[str, int]) -> str:
    """What became of the rows of a file, in one line."""
    return " · ".join(f"{word} {counts[name]}" for name, word in _OUTCOMES.items() if counts.get(name))


def taken_back(counts: Mapping[str, int]) -> str:
    """What a withdrawal left behind, in one line."""
    if "waiting" in counts:
        return _("The import is being withdrawn. You need not wait here.")
    back = ngettext(
        "%(num)s session has its earlier figures again",
        "%(num)s sessions have their earlier figures again",
        counts["back"],
    )
    gone = ngettext("%(num)s session has none any more", "%(num)s sessions have none any more", counts["gone"])
    told = [word for word, count in ((back, counts["back"]), (gone, counts["gone"])) if count]
    return " ".join([_("The import is withdrawn."), " · ".join(told)]).strip()


def table_head() -> list[str]:
    """The columns of the list of results, to take away."""
    figures = [f"{metric_label(key)}" for key in SHOWN]
    return [
        _("Day"), _("Planned start"), _("Real start"), _("Real end"), _("Theme"), _("Channel"), _("Weight"), _("Host"),
        figures[0], _("Target"), _("Attainment"), _("Judged"), *figures[1:], _("Basis"), _("State"),
    ]  # fmt: skip


def table_rows(rows: Sequence[ShowRow], totals: Totals) -> list[list[Cell]]:
    """The list of results in cells, the sums last; what nobody knows stays empty."""
    return [*(_table_row(row) for row in rows), _table_sum(totals)]


def _share(value: Decimal | None, target: Decimal | None) -> tuple[Cell, Cell]:
    if value is None or not target:
        return None, None
    return round(value / target, 4), standing_word(standing_of(value, target, "gmv"), "gmv")


def _table_row(row: ShowRow) -> list[Cell]:
    b, gmv, target = row.session, row.value("gmv"), row.targets.get("gmv")
    share, word = _share(gmv, target)
    basis = "" if row.result is None else _("provisional") if row.result.provisional else _("final")
    times = [show.clock_of(at) for at in (b.planned_start, b.real_start, b.real_end)]
    return [
        str(show.local(b.planned_start).date()), *times, b.theme, b.channel_name, label(b.weight), "、".join(row.hosts),
        gmv, target, share, word, *(_rounded(row.value(key)) for key in SHOWN[1:]), basis, label(row.waits),
    ]  # fmt: skip


def _table_sum(totals: Totals) -> list[Cell]:
    value, target = (totals.aimed[0], totals.aimed[1]) if totals.aimed else (None, None)
    share, word = _share(value, target)
    shows = ngettext("%(num)s show", "%(num)s shows", totals.shows)
    bound = bound_word(totals.bound("viewers"))
    return [
        _("Together"), None, None, None, shows, None, None, None, totals.values.get("gmv"), target, share, word,
        *(_rounded(totals.values.get(key)) for key in SHOWN[1:]),
        f"{metric_label('viewers')}: {bound}" if bound else None, None,
    ]  # fmt: skip


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else round(value, 4)


def finding_title(row: Any) -> str:
    """A finding in one line: the figure with its word and numbers, or what somebody saw."""
    if row.metric is None or row.value is None or row.target is None:
        return metric_label(row.metric) if row.metric else row.title
    found = standing_of(row.value, row.target, row.metric)
    if found is not Standing.REACHED:
        found = Standing.MISSED if row.beyond else Standing.WITHIN
    told = {
        "figure": metric_label(row.metric),
        "word": standing_word(found, row.metric),
        "value": format_value(row.value, row.metric),
        "target": format_value(row.target, row.metric),
    }
    if found is Standing.REACHED:
        return _("%(figure)s reached after all: %(value)s of %(target)s", **told)
    return _("%(figure)s %(word)s: %(value)s of %(target)s", **told)


def report(page: ResultPage, log: Sequence[LogRow] = (), actions: Sequence[ActionView] = ()) -> str:
    """复制战报: the result as plain text for the group, with 暂估 until it is final, and what is done next."""
    b, r = page.session, page.result
    if r is None:
        return ""
    word = _("provisional") if r.provisional else _("final")
    start, end = (b.real_start, b.real_end) if b.real_start and b.real_end else (b.planned_start, b.planned_end)
    lines = [
        f"【{b.theme}】{show.day(start)} {show.span(start, end)} ({word})",
        _("as of %(when)s", when=f"{show.day(r.taken_at)} {show.clock_of(r.taken_at)}"),
        *(_figure_line(row) for row in page.rows if row.value is not None),
    ]
    if page.by_hour:
        lines.append(_("Means are scaled by the hour, because lengths differ."))
    lines += [*_log_lines(log), *_action_lines(actions)]
    return "\n".join(lines)


def _figure_line(row: ResultRow) -> str:
    assert row.value is not None
    line = f"{metric_label(row.metric)} {format_value(row.value, row.metric)}"
    if row.bound:
        line += f" ({bound_word(row.bound)})"
    if row.target is not None:
        share, word = attained(row.value, row.target, row.metric, row.tolerance)
        line += f" / {format_value(row.target, row.metric)} {share} {word}".replace("  ", " ")
    if row.past is not None and row.past.mean:
        ahead = (row.value - row.past.mean) / row.past.mean
        sign = "▲" if ahead > 0 else "▼" if ahead < 0 else "="
        told = {
            "n": row.past.n,
            "mean": format_value(row.past.mean, row.metric),
            "by": f"{sign}{show.percent(abs(ahead), 0)}",
        }
        line += " · " + _("mean of %(n)s %(mean)s %(by)s", **told)
    return line


def _log_lines(log: Sequence[LogRow]) -> list[str]:
    if not log:
        return []
    faults = [entry for entry in log if entry.fault]
    bright = sum(1 for entry in log if entry.bright)
    told = ngettext("%(num)s fault", "%(num)s faults", len(faults))
    if faults:
        told += f" ({'、'.join(dict.fromkeys(entry.name for entry in faults))})"
    return [_("Noted on air:") + f" {told} · " + ngettext("%(num)s highlight", "%(num)s highlights", bright)]


def _action_lines(actions: Sequence[ActionView]) -> list[str]:
    found: dict[int, str] = {}
    for view in actions:
        if view.step is None or view.action.id in found:
            continue
        owner = view.step.owner_name or _("nobody yet")
        due = f", {show.day(view.step.due)}" if view.step.due else ""
        aim = f"{metric_label(view.action.metric)} → {format_value(view.action.value, view.action.metric)}"
        found[view.action.id] = f"- {view.step.title} ({owner}{due}) · {aim}"
    return [_("Next:"), *found.values()] if found else []


def change_word(change: Decimal | None, key: str) -> str:
    """A change with its sign: `+10 s`, `−0.8%`."""
    if change is None:
        return "–"
    sign = "+" if change > 0 else "−" if change < 0 else ""
    return f"{sign}{format_value(abs(change), key)}"
