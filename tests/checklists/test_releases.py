"""A blocking line that shows are let on air without, more often than not, is offered to block no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from planner.base.actor import acting
from planner.checklists import queries, services
from planner.checklists.queries.releases import Release
from planner.checklists.rules import ItemState, Stage, is_let_pass
from planner.kernel import clock
from planner.kernel.errors import Refused
from planner.live import services as live
from tests.cast import Cast
from tests.checklists.conftest import PHOTO, Item, Plan, key

Client = Callable[[str], Any]


@pytest.mark.parametrize(
    ("shows", "released", "told"),
    [(5, 3, True), (5, 2, False), (4, 2, False), (3, 2, True), (2, 2, False), (0, 0, False)],
)
def test_more_often_passed_over_than_kept(shows: int, released: int, told: bool) -> None:
    assert is_let_pass(shows, released) is told


@pytest.fixture
def shows(cast: Cast, plan: Plan, item_of: Item) -> Callable[..., None]:
    """Shows that have been on air, each begun without these lines; everything else that blocks was done."""

    def run(*without: tuple[str, ...]) -> None:
        first = clock.now() - timedelta(days=2 * len(without) + 1)
        for number, left in enumerate(without):
            start = first + timedelta(days=2 * number)
            with clock.standing(start - timedelta(days=1)):
                made = plan(start, 60)
            with clock.standing(start), acting(cast.actors["lead"]):
                for item in queries.list_page(made, "all").items:
                    if item.blocks and item.state is ItemState.OPEN:
                        _tick(cast, item, [item_of(made, each).id for each in left])
                live.go_live(made)
                live.end_live(made)

    def _tick(cast: Cast, item: Any, left: list[int]) -> None:
        if item.id in left:
            return
        services.tick(item.id, key(), PHOTO)
        if item.evidence.two:
            with acting(cast.actors["manager"]):
                services.tick(item.id, key(), PHOTO)

    return run


@pytest.mark.engines
def test_what_shows_begin_without_is_offered(cast: Cast, daily: int, shows: Callable[..., None]) -> None:
    shows(("kit",), ("kit", "papers"), ("papers",), ("kit",), ())
    with acting(cast.actors["lead"]):
        assert queries.releases(daily) == [Release("kit", 5, 3)], "twice in five is no habit"
    shows(("papers",), ("papers",))
    with acting(cast.actors["lead"]):
        found = {r.key: (r.shows, r.released) for r in queries.releases(daily)}
        assert found == {"papers": (5, 3)}, "only the last five count"
        services.unblock_item(daily, "papers")
        line = next(i for _s, rows in queries.template(daily)["stages"] for i in rows if i.key == "papers")
        assert not line.blocks and line.stage is Stage.PREPARE
        with pytest.raises(Refused):
            services.unblock_item(daily, "papers")


def test_the_page_offers_it_to_who_may(client_of: Client, cast: Cast, daily: int, shows: Callable[..., None]) -> None:
    shows(("kit",), ("kit",), ("kit",))
    lead = client_of("lead")
    page = lead.get(f"/sop/{daily}").text
    assert "近 3 场有 3 场被放行" in page and f'action="/sop/{daily}/unblock"' in page
    assert "被放行" not in client_of("host").get(f"/sop/{daily}").text
    assert lead.post_form(f"/sop/{daily}/unblock", {"key": "kit"}).status_code == 303
    after = lead.get(f"/sop/{daily}").text
    assert "草稿里已不再阻断" in after
    assert client_of("outsider").post_form(f"/sop/{daily}/unblock", {"key": "kit"}).status_code == 404
    assert client_of("member").post_form(f"/sop/{daily}/unblock", {"key": "kit"}).status_code == 403
