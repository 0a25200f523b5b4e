"""What narrows the sessions in every view of them: channel, host, studio, tag; and the day, all in the address."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request

from planner.base import show
from planner.base.i18n import gettext as _
from planner.kernel.text import clean_line
from planner.live import queries
from planner.live.queries import ListWanted
from planner.people import queries as people

LONGEST_TAG = 40


def number(text: str, most: int) -> str:
    """A number above zero as it stands in an address, else nothing."""
    return text if text.isdecimal() and text.isascii() and 0 < len(text) <= most and int(text) else ""


def day_asked() -> date:
    """The day the address names, else the business day that runs now."""
    try:
        found = date.fromisoformat(request.args.get("day", ""))
        return found if 2000 <= found.year <= 2100 else show.today()
    except ValueError:
        return show.today()


def narrowed() -> dict[str, str]:
    """What the address narrows the sessions to, without what is empty or can't be."""
    given = {name: number(request.args.get(name, ""), 18) for name in ("channel", "host", "studio")}
    given["tag"] = clean_line(request.args.get("tag", ""))[:LONGEST_TAG]
    return {name: value for name, value in given.items() if value}


def conditions(kept: dict[str, str]) -> dict[str, Any]:
    """The same as conditions of a list."""
    found: dict[str, Any] = {f"{n}_id": int(kept[n]) for n in ("channel", "host", "studio") if n in kept}
    return {**found, "tag": kept.get("tag", "")}


def choices(wanted: ListWanted) -> dict[str, Any]:
    """What can be chosen: channels, whoever can host, studios, and the tags of late and coming sessions."""
    hosts, tags = people.assignable(), queries.late_tags()
    channels, studios = queries.names_of_places()
    if wanted.host_id is not None and wanted.host_id not in hosts:
        hosts |= people.names([wanted.host_id])
    if wanted.tag and wanted.tag not in tags:
        tags = [wanted.tag, *tags]
    chosen: dict[str, Any] = {"channel": wanted.channel_id, "host": wanted.host_id, "studio": wanted.studio_id}
    return {
        "chosen": chosen | {"tag": wanted.tag or None},
        "choices": [
            ("channel", _("Channel"), _("All channels"), channels),
            ("host", _("Host"), _("All hosts"), [*hosts.items()]),
            ("studio", _("Studio"), _("All studios"), studios),
            ("tag", _("Tag"), _("All tags"), [(tag, tag) for tag in tags]),
        ],
    }
