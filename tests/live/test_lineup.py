"""The lineup as people paste it: on its own page, and with a new session."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from planner.base import undo
from planner.base.actor import acting
from planner.base.verbs import last_command
from planner.live import queries, services
from planner.live.rules import State, Weight, read_lineup
from tests.cast import Cast

Client = Callable[[str], Any]
BAD = "1\t精华\t\t99\n2\t\t\t免费\n3\t面膜\t\t59\t\t很多"
GOOD = "序号\t品名\n1\t精华\tL1\t¥1,299.00\t1599\t2,000\t买一送一\n2，唇釉，L2，59.9"


def faults(text: str) -> list[str]:
    """What is said under the box."""
    found = re.search(r'<div class="sheet-faults".*?</div>', text, re.S)
    return re.findall(r"<li.*?<span>([^<]*)</span></li>", found[0], re.S) if found else []


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh_Hans_CN", ["第 2 行，商品：没有填写", "第 2 行，直播价：“免费”不是价格", "第 3 行，库存：“很多”不是件数"]),
        (
            "en",
            [
                "Row 2, Product: the name is missing",
                "Row 2, Live price: 免费 is not a price",
                "Row 3, Stock: 很多 is not a number of pieces",
            ],
        ),
    ],
)
def test_every_faulty_row_is_told_and_nothing_typed_is_lost(
    client_of: Client, cast: Cast, plan: Callable[..., int], evening: datetime, language: str, told: list[str]
) -> None:
    made = plan(evening)
    lead = client_of("lead")
    lead.post_form("/me/language", {"language": language})
    page = lead.get(f"/sessions/{made}/lineup").text
    assert re.search(r'<textarea[^>]*rows="12"', page)
    assert "L1" in page, "an example row says what is expected"
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert version
    answer = lead.post_form(f"/sessions/{made}/lineup", {"rows": BAD, "version": version[1]})
    assert answer.status_code == 422
    assert faults(answer.text) == told
    assert "3\t面膜\t\t59\t\t很多</textarea>" in answer.text
    assert 'aria-invalid="true"' in answer.text
    with acting(cast.actors["lead"]):
        assert queries.lineup(made) == []
    assert lead.post_form(f"/sessions/{made}/lineup", {"rows": GOOD, "version": version[1]}).status_code == 303
    with acting(cast.actors["lead"]):
        assert [(i.name, i.live_price) for i in queries.lineup(made)] == [("精华", 129900), ("唇釉", 5990)]


@pytest.mark.engines
def test_a_lineup_is_changed_cleared_and_brought_back(cast: Cast, plan: Callable[..., int], evening: datetime) -> None:
    made = plan(evening)

    def names() -> list[str]:
        return [item.name for item in queries.lineup(made)]

    with acting(cast.actors["lead"]):
        services.set_lineup(made, read_lineup("1\t精华\t\t99\n2\t面膜\t\t59"))
        services.set_lineup(made, read_lineup("1\t面膜\t\t59\n2\t唇釉\t\t39\n3\t精华\t\t99"))
        assert names() == ["面膜", "唇釉", "精华"]
        services.set_lineup(made, [])
        assert names() == []
        undo.undo(last_command.get() or "")
        assert names() == ["面膜", "唇釉", "精华"]


def new(cast: Cast, **more: str) -> dict[str, str]:
    """The form of a new session as a lead fills it in."""
    held = {"theme": "秋冬修护", "weight": "daily", "channel_id": str(cast.channel), "studio_id": str(cast.studio)}
    return held | {"start": "2030-03-01T20:00", "minutes": "240"} | more


@pytest.mark.engines
@pytest.mark.parametrize("draft", [False, True])
def test_a_new_session_comes_with_its_lineup(client_of: Client, cast: Cast, db: Any, draft: bool) -> None:
    lead = client_of("lead")
    page = lead.get("/sessions/new").text
    assert re.search(r'<details class="fold" id="lineup-part"><summary>', page), "folded while there is nothing in it"
    sent = new(cast, lineup=GOOD) | ({"draft": "1"} if draft else {})
    answer = lead.post_form("/sessions/new", sent)
    assert answer.status_code == 303
    made = int(answer.location.rpartition("/")[2])
    with acting(cast.actors["lead"]):
        assert queries.brief(made).state is (State.DRAFT if draft else State.SCHEDULED)
        assert [(i.sort, i.name, i.stock) for i in queries.lineup(made)] == [(1, "精华", 2000), (2, "唇釉", None)]


def test_a_faulty_lineup_holds_a_new_session_back_with_everything_typed(client_of: Client, cast: Cast, db: Any) -> None:
    lead = client_of("lead")
    answer = lead.post_form("/sessions/new", new(cast, lineup=BAD, target_metric="gmv", target_value="很多"))
    assert answer.status_code == 422
    assert len(faults(answer.text)) == 3
    assert 'id="lineup-part" open' in answer.text
    assert 'value="秋冬修护"' in answer.text
    assert 'id="fault-target-0"' in answer.text, "the targets are told at the same time"
    assert "3\t面膜" in answer.text
    with acting(cast.actors["lead"]):
        assert queries.listed(None, 10) == []


@pytest.mark.engines
def test_the_same_show_again_has_the_same_lineup(
    cast: Cast, db: Any, plan: Callable[..., int], evening: datetime
) -> None:
    with acting(cast.actors["lead"]):
        made = services.schedule_session(
            "晚场", Weight.DAILY, cast.channel, cast.studio, evening, 240, lineup=read_lineup(GOOD)
        )
        again = services.duplicate_session(made, evening + timedelta(days=7))
        assert [i.name for i in queries.lineup(again)] == ["精华", "唇釉"]
