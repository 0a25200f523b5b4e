"""What narrows steps in the list and on the board, all in the address."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request, url_for

from planner.base.i18n import gettext as _
from planner.base.words import label
from planner.kernel.text import clean_line
from planner.people import queries as people
from planner.plan import queries
from planner.plan.queries import Wanted
from planner.plan.rules import USUAL_COLUMNS, Due, ListColumn, Priority, Show, Sort

IDS = ("owner", "phase", "goal", "period")
DAYS = ("from", "to")
OF_THE_LIST = ("due", *DAYS, "pick", "sort", "rows", "cols")
"""What a view by days has no use for: its days are its own."""
BETWEEN_VIEWS = ("period", "owner", "phase", "goal", "priority", "department", "tag", "q")
"""What goes along from one view of the plan to another."""
NOBODY = "0"


def _id(text: str) -> str:
    return text if text.isascii() and text.isdecimal() and 0 < len(text) <= 18 else ""


def day_of(text: str) -> date | None:
    """A day in the address; None where it is none."""
    try:
        found = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return found if found is not None and 2000 <= found.year < 2100 else None


def asked() -> dict[str, str]:
    """What the address asks for, without what is usual or can't be."""
    args = request.args
    given = {name: _id(args.get(name, "")) for name in IDS}
    given["q"] = clean_line(args.get("q", ""))[:80]
    given |= {name: args.get(name, "") if day_of(args.get(name, "")) else "" for name in DAYS}
    for name in ("tag", "department"):
        given[name] = clean_line(args.get(name, ""))[:40]
    for name, known in (("show", Show), ("due", Due), ("priority", Priority), ("sort", Sort)):
        given[name] = args.get(name, "") if args.get(name, "") in set(known) else ""
    rows = args.get("rows", "")
    given["rows"] = rows if rows.isascii() and rows.isdecimal() and 0 < len(rows) <= 4 and int(rows) else ""
    given["pick"] = "1" if args.get("pick") == "1" else ""
    given |= named_columns(args.getlist("cols"))
    return {name: value for name, value in given.items() if value}


def kept_between_views() -> dict[str, str]:
    """What the other views of the plan are narrowed by as well."""
    given = asked()
    return {name: given[name] for name in BETWEEN_VIEWS if name in given}


GLOBALS = {"kept_between_views": kept_between_views}
"""For templates of this column."""


def named_columns(texts: list[str]) -> dict[str, str]:
    """The columns that are named, in the order of the list, as `cols`; nothing where they are the usual ones."""
    named = {word for text in texts for word in text[:200].split(",")}
    found = tuple(each for each in ListColumn if each in named)
    return {} if not found or found == USUAL_COLUMNS else {"cols": ",".join(found)}


def columns(given: dict[str, str]) -> tuple[ListColumn, ...]:
    """Which columns the list shows."""
    return tuple(ListColumn(word) for word in given["cols"].split(",")) if "cols" in given else USUAL_COLUMNS


def period_of(given: dict[str, str]) -> int | None:
    """The one period that is asked for."""
    return int(given["period"]) if "period" in given else None


def wanted(given: dict[str, str], usual: Show = Show.UNFINISHED) -> Wanted:
    """The same as conditions; `usual` are the states where the address asks for none."""
    ids: dict[str, Any] = {f"{name}_id": int(given[name]) for name in IDS if name in given}
    return Wanted(
        q=given.get("q", ""),
        show=Show(given.get("show", usual)),
        priority=Priority(given["priority"]) if "priority" in given else None,
        department=given.get("department", ""),
        tag=given.get("tag", ""),
        due=Due(given["due"]) if "due" in given else None,
        sort=Sort(given.get("sort", Sort.DUE)),
        first=day_of(given.get("from", "")),
        last=day_of(given.get("to", "")),
        **ids,
    )


def here(endpoint: str, given: dict[str, str], **more: Any) -> str:
    """This view with something else asked for."""
    values: dict[str, Any] = {**given, **more}
    return url_for(endpoint, **{name: value for name, value in values.items() if value})


def choices(given: dict[str, str]) -> dict[str, Any]:
    """What can be chosen: people, phases and goals of the period, days, weights, departments and tags in use."""
    names = (*IDS, "due", "priority", "department", "tag")
    chosen: dict[str, Any] = {name: given.get(name) or None for name in names}
    chosen |= {name: int(given[name]) if name in given else None for name in IDS}
    return {"chosen": chosen, "choices": [*_places(given), *_words(chosen)]}


def view_choices(given: dict[str, str], usual: Show) -> dict[str, Any]:
    """The same for a view by days: its days are its own, and which states it shows is one of the choices."""
    found = choices(given)
    found["choices"] = [each for each in found["choices"] if each[0] != "due"]
    states = [(str(each), label(each)) for each in Show if each is not usual]
    found["choices"].append(("show", _("State"), label(usual), states))
    found["chosen"] |= {"due": None, "show": given.get("show")}
    return found


Choice = tuple[str, str, str, list[Any]]


def _places(given: dict[str, str]) -> list[Choice]:
    held, owners = queries.choices(period_of(given)), people.assignable()
    if given.get("owner", NOBODY) != NOBODY and int(given["owner"]) not in owners:
        owners |= people.names([int(given["owner"])])
    periods = queries.choices()["periods"]
    found = [("period", _("Period"), _("All periods"), periods)] if len(periods) > 1 or "period" in given else []
    return [
        *found,
        ("owner", _("Owner"), _("All owners"), [(0, _("Nobody yet")), *owners.items()]),
        ("phase", _("Phase"), _("All phases"), [(0, _("No phase")), *held["phases"]]),
        ("goal", _("Goal"), _("All goals"), held["goals"]),
        ("due", _("Due"), _("All days"), [(str(each), label(each)) for each in Due]),
        ("priority", _("Priority"), _("All priorities"), [(str(each), label(each)) for each in Priority]),
    ]


def _words(chosen: dict[str, Any]) -> list[Choice]:
    """Departments and tags, where any are in use."""
    tags, departments = queries.words_in_use()
    given = [
        ("department", _("Department"), _("All departments"), departments),
        ("tag", _("Tag"), _("All tags"), tags),
    ]
    found: list[Choice] = []
    for name, word, every, known in given:
        kept = [chosen[name]] if chosen[name] and chosen[name] not in known else []
        if known or kept:
            found.append((name, word, every, [(each, each) for each in [*kept, *known]]))
    return found
