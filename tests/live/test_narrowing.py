"""The calendar's views narrowed by channel, host, studio and tag; and the nights of promotion, which bear a mark."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from planner.base.actor import acting
from planner.live import queries, services
from planner.live.queries import ListWanted
from planner.live.rules import Platform
from tests.cast import Cast

Client = Callable[[str], Any]
Plan = Callable[..., int]
DAY = timedelta(days=1)


@pytest.fixture
def pair(cast: Cast, plan: Plan, evening: datetime) -> tuple[int, int]:
    """A show of promotion hosted by one, and another one of another channel."""
    with acting(cast.actors["lead"]):
        other = services.add_channel(Platform.TAOBAO, "晨光旗舰店", "chenguang-tb")
    night = plan(evening, theme="大促首夜", crew=[("host", cast.host)], tags=["2026大促", "美妆"])
    return night, plan(
        evening + timedelta(hours=2), 60, theme="家居专场", channel_id=other, tags=["家居"], studio_id=None
    )


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        (["618"], True),
        (["Big Sale"], True),
        (["年中大促"], True),
        (["美妆", "双11"], True),
        (["美妆"], False),
        ([], False),
    ],
)
@pytest.mark.engines
def test_a_promotion_is_told_by_its_tags(
    cast: Cast, plan: Plan, evening: datetime, tags: list[str], told: bool
) -> None:
    night = plan(evening, tags=tags)
    with acting(cast.actors["lead"]):
        assert queries.brief(night).promotion is told


@pytest.mark.engines
def test_sessions_are_narrowed_by_channel_host_and_tag(cast: Cast, pair: tuple[int, int], evening: datetime) -> None:
    night, home = pair
    with acting(cast.actors["lead"]):

        def ids(**wanted: Any) -> list[int]:
            found = queries.wanted_between(evening - DAY, evening + DAY, ListWanted(**wanted))
            assert {b.id for b in found} == {b.id for b in queries.listed(None, 10, ListWanted(**wanted))}
            return [b.id for b in found]

        assert ids() == [night, home]
        assert ids(tag="美妆") == [night]
        assert ids(tag="美") == []
        assert ids(host_id=cast.host) == [night]
        assert ids(channel_id=queries.brief(home).channel_id) == [home]
        assert ids(channel_id=queries.brief(home).channel_id, tag="美妆") == []
        assert [b.id for b in queries.briefs([night, home]).values() if b.promotion] == [night]
        assert set(queries.late_tags()) == {"2026大促", "美妆", "家居"}
    with acting(cast.actors["outsider"]):
        assert queries.late_tags() == []


@pytest.mark.parametrize("view", ["week", "month", "studios", "list"])
def test_a_view_is_narrowed_and_keeps_that_on_every_way(
    client_of: Client, pair: tuple[int, int], evening: datetime, view: str
) -> None:
    client = client_of("viewer")
    path = f"/sessions?view={view}&day={evening:%Y-%m-%d}"
    whole, part = client.get(path).text, client.get(path + "&tag=家居").text
    assert "大促首夜" in whole
    assert "家居专场" in whole
    assert "大促首夜" not in part
    assert "家居专场" in part
    assert '<option value="家居" selected>' in part
    ways = re.findall(r'href="(/sessions\?[^"]*)"', part)
    kept = [way for way in ways if "tag=%E5%AE%B6%E5%B1%85" in way]
    assert any("view=month" in way for way in kept)
    assert any("view=list" in way for way in kept)
    if view != "list":
        assert sum("day=" in way and "#" not in way for way in kept) >= 2, "the steps before and after"


@pytest.mark.parametrize("view", ["week", "month", "studios", "list"])
def test_a_night_of_promotion_bears_a_mark(
    client_of: Client, pair: tuple[int, int], evening: datetime, view: str
) -> None:
    client = client_of("viewer")
    path = f"/sessions?view={view}&day={evening:%Y-%m-%d}"
    assert client.get(path).text.count("#megaphone") >= 2, "on the show and on its day"
    assert "#megaphone" not in client.get(path + "&tag=家居").text


@pytest.mark.parametrize("value", ["0", "-1", "x", "9" * 30, "9" * 18, "%00", "٣"])
@pytest.mark.parametrize("name", ["channel", "host", "studio", "tag"])
def test_an_address_that_cannot_be_is_no_fault(client_of: Client, name: str, value: str) -> None:
    client = client_of("viewer")
    for view in ("week", "month", "studios", "list"):
        assert client.get(f"/sessions?view={view}&{name}={value}").status_code == 200


def test_a_week_in_which_nothing_fits_offers_the_way_back(
    client_of: Client, pair: tuple[int, int], evening: datetime
) -> None:
    shown = client_of("viewer").get(f"/sessions?day={evening:%Y-%m-%d}&tag=没有").text
    assert "没有符合的场次" in shown or "No session fits" in shown
    assert "Nothing is planned" not in shown
