"""Reading and sending the pages of sessions, for tests."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import event

from planner.base.engine import engine
from tests.cast import Cast

Client = Callable[[str], Any]
SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)


def wall(instant: datetime) -> str:
    """As a form has it."""
    return instant.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")


def form_of(page: Any) -> dict[str, list[str]]:
    """What the main form of a page would send as it stands."""
    html = re.search(r'<form method="post" class="form".*?</form>', page.text, re.S)
    assert html, page.text
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", html[0]):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if not name or name[1] in ("csrf_token", "once"):
            continue
        if re.search(r'type="(radio|checkbox)"', tag) and "checked" not in tag:
            continue
        sent.setdefault(name[1], []).append(value[1] if value else "")
    for name, inner in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', html[0], re.S):
        sent.setdefault(name, []).append(inner.strip())
    for name, inner in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', html[0], re.S):
        chosen = re.search(r'<option[^>]*selected[^>]*value="([^"]*)"|<option value="([^"]*)"[^>]*selected', inner)
        sent.setdefault(name, []).append((chosen[1] or chosen[2] or "") if chosen else "")
    return sent


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The SQL statements of the database meanwhile, without transaction control."""
    told: list[str] = []

    def note(_c: Any, _cur: Any, text: str, *_rest: Any) -> None:
        if not text.upper().startswith(("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK")):
            told.append(text)

    with app.app_context():
        event.listen(engine(), "before_cursor_execute", note)
        try:
            yield told
        finally:
            event.remove(engine(), "before_cursor_execute", note)


def new_form(cast: Cast, start: datetime, **more: Any) -> dict[str, Any]:
    return {
        "theme": "双十二预热",
        "weight": "daily",
        "channel_id": str(cast.channel),
        "studio_id": str(cast.studio),
        "start": wall(start),
        "minutes": "240",
    } | more


def undo_of(visitor: Any, location: str) -> Any:
    """Take back, by the button of the strip, what the page behind an answer offers to take back."""
    page = visitor.get(location).text
    found = re.search(r'<div class="undo".*?<form method="post" action="([^"]+)"', page, re.S)
    assert found, page
    return visitor.post_form(found[1].replace("&amp;", "&"), headers={"Referer": f"http://localhost{location}"})
