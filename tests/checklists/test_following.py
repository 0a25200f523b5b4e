"""A list follows its session: another weight, another length, a later day; what is held stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from planner.base import undo
from planner.base.actor import acting
from planner.base.verbs import last_command
from planner.checklists import queries, services
from planner.checklists.rules import ItemState
from planner.kernel import clock
from planner.kernel.errors import Refused
from planner.live import queries as sessions
from planner.live import services as live
from planner.live.rules import Weight
from planner.live.services import move_preview as sessions_preview
from tests.cast import Cast
from tests.checklists.conftest import HOUR, Item, Items, Plan, key

pytestmark = pytest.mark.engines


def version(session_id: int) -> int:
    return sessions.brief(session_id).version


def weigh(session_id: int, weight: Weight) -> None:
    live.edit_session(session_id, version(session_id), "换量级", weight, "", [])


def open_titles(session_id: int) -> list[tuple[str, datetime | None, bool]]:
    return [(i.title, i.due, i.blocks) for i in queries.list_page(session_id).items if i.state is ItemState.OPEN]


def test_a_daily_show_that_becomes_a_big_one_has_the_big_list(cast: Cast, plan: Plan, item_of: Item) -> None:
    start = clock.now() + 9 * timedelta(days=1)
    made, model = plan(start), plan(start + timedelta(days=2), weight=Weight.BIG)
    with acting(cast.actors["lead"]):
        kept = item_of(made, "benefits").id
        services.tick(kept, key())
        before = open_titles(made)
        weigh(made, Weight.BIG)
        assert item_of(made, "stream").blocks, "what only a big show has blocks it, too"
        assert (item_of(made, "benefits").id, item_of(made, "benefits").state) == (kept, ItemState.DONE)
        ticked = item_of(made, "benefits").title
        two_days_later = {(title, due and due + timedelta(days=2), blocks) for title, due, blocks in open_titles(made)}
        assert two_days_later == {line for line in open_titles(model) if line[0] != ticked}
        undo.undo(last_command.get() or "")
        assert sorted(open_titles(made), key=str) == sorted(before, key=str)
        assert item_of(made, "benefits").state is ItemState.DONE


def test_a_longer_show_is_read_more_often_and_a_shorter_one_less(cast: Cast, plan: Plan, items_of: Items) -> None:
    start = clock.now() + 3 * timedelta(days=1)
    made = plan(start, 120)
    with acting(cast.actors["lead"]):
        assert [i.due for i in items_of(made, "reading")] == [start + n * HOUR / 2 for n in (1, 2, 3)]
        services.tick(items_of(made, "reading")[2].id, key())
        live.move_session(made, version(made), start, 180, None)
        assert len(items_of(made, "reading")) == 5
        live.move_session(made, version(made), start, 60, None)
        left = items_of(made, "reading")
        assert [i.state for i in left] == [ItemState.OPEN, ItemState.DONE], "what was done stays on the record"


def test_what_was_too_late_counts_again_when_the_show_moves(cast: Cast, plan: Plan, item_of: Item) -> None:
    made = plan(clock.now() + HOUR)
    with acting(cast.actors["lead"]):
        late = item_of(made, "benefits")
        assert late.state is ItemState.NOT_APPLICABLE
        b = sessions.brief(made)
        preview = sessions_preview(made, b.planned_start + timedelta(days=1), 240, None)
        assert ("reopens", late.title) in {(line.group, line.text) for line in preview}
        live.move_session(made, b.version, b.planned_start + timedelta(days=1), 240, None)
        assert item_of(made, "benefits").state is ItemState.OPEN


def test_a_held_time_stays_and_a_lead_says_so(
    cast: Cast, plan: Plan, item_of: Item, client_of: Callable[[str], Any]
) -> None:
    start = clock.now() + 3 * timedelta(days=1)
    made = plan(start, crew=[("host", cast.host), ("control", cast.member)])
    held = item_of(made, "benefits")
    lead, host = client_of("lead"), client_of("host")
    path = f"/checklist-items/{held.id}/pin"
    assert path in lead.get(f"/sessions/{made}/checklist").text
    assert path not in host.get(f"/sessions/{made}/checklist").text
    assert host.post_form(path, {"pinned": "1"}).status_code == 403
    assert lead.post_form(path, {"pinned": "1"}).status_code == 303
    assert "时间固定" in lead.get(f"/sessions/{made}/checklist").text
    with acting(cast.actors["lead"]):
        preview = sessions_preview(made, start + 5 * HOUR, 240, None)
        assert ("stays", held.title, held.due) in {(line.group, line.text, line.after) for line in preview}
        live.move_session(made, version(made), start + 5 * HOUR, 240, None)
        assert item_of(made, "benefits").due == held.due
        services.pin(held.id, False)
        assert held.due is not None
        assert item_of(made, "benefits").due == held.due + 5 * HOUR
        with pytest.raises(Refused):
            services.pin(item_of(made, "slips").id, True)
