"""Somebody leaves: what still is theirs is shown before, and the sessions say so afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from planner.base.actor import Actor, acting
from planner.base.ports import Unwired
from planner.kernel.permissions import Role
from planner.live import queries as live
from planner.live import services as sessions
from planner.live.rules import Weight
from planner.live.services import ShiftIn
from planner.people import ports, queries, services
from planner.plan import services as planning
from tests.cast import PASSWORD, Cast
from tests.conftest import Visitor

As = Callable[[str], AbstractContextManager[Actor]]
Browsers = Callable[[str], Visitor]
CHIP = "已离队"


@pytest.fixture
def busy(cast: Cast, as_: As, db: Flask) -> int:
    """The host has two shifts and open items of a show that comes, a show that was called off, and two steps, one done."""
    start = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=2)
    with as_("lead"):
        place = {p.key: p.id for p in queries.positions()}

        def show(theme: str, start: datetime, *keys: str) -> int:
            crew = [ShiftIn(place[key], cast.host, start, start + timedelta(hours=4)) for key in keys]
            crew.append(ShiftIn(place["floor"], cast.member, start, start + timedelta(hours=4)))
            return sessions.schedule_session(theme, Weight.DAILY, cast.channel, None, start, 240, shifts=crew)

        made = show("秋冬专场", start, "host", "cohost")
        sessions.cancel_session(show("停掉的", start + timedelta(days=1), "host"), 1, "停电")
        period = planning.add_period("季度", start.date(), start.date() + timedelta(days=60))
        planning.add_goal(period, "涨粉三成", cast.host)
        planning.add_step("剪十条切片", cast.host, start.date(), None, None)
        planning.move_step(planning.add_step("写复盘", cast.host, start.date(), None, None), "finish")
    return made


def told(page: str) -> dict[str, int]:
    """Word and count of each kind that is still somebody's."""
    return {
        word: int(count)
        for word, count in re.findall(r'<p class="strong">([^<]*) <span class="count">(\d+)</span>', page)
    }


def chosen(page: str) -> list[str]:
    """The people the crew form has chosen."""
    return [
        name
        for found in re.findall(r'<select class="select" name="crew_person".*?</select>', page, re.S)
        for name in re.findall(r'<option value="\d+" selected>([^<]*)', found)
    ]


@pytest.mark.engines
@pytest.mark.parametrize("way", ["end", "disable"])
def test_what_is_still_theirs_is_shown_and_stays_marked(
    client_of: Browsers, cast: Cast, busy: int, way: str, as_: As
) -> None:
    lead = client_of("lead")
    with as_("lead"):
        mine = sum(1 for c in live.checks_of([live.brief(busy)], datetime.now(UTC))[busy] if c.who_id == cast.host)
    page = lead.get(f"/settings/people/{cast.host}/{way}")
    assert page.status_code == 200
    found = told(page.text)
    assert found["将来的班次"] == 2, "neither what is over nor what was called off"
    assert found["未完成的步骤"] == 1
    assert found["目标"] == 1
    assert found["未完成的清单项"] >= mine > 0
    assert f'href="/sessions/{busy}"' in page.text
    assert "剪十条切片" in page.text
    assert "写复盘" not in page.text
    assert "停掉的" not in page.text
    assert CHIP not in lead.get(f"/sessions/{busy}").text
    assert lead.post_form(f"/settings/people/{cast.host}/{way}", {"disabled": "1"}).status_code == 303
    hub = lead.get(f"/sessions/{busy}").text
    aside = hub[hub.index("<aside") :]
    assert aside.count(CHIP) == 2, "beside both shifts, and not beside the other person's"
    ready = hub[hub.index("就绪") : hub.index("<aside")]
    assert "主播：小米 已离队" in ready, "readiness says whom to replace"
    form = lead.get(f"/sessions/{busy}/crew").text
    assert chosen(form) == ["小米（已离队）", "小米（已离队）", "阿强"], "no row has become empty"


@pytest.mark.engines
def test_the_crew_can_be_saved_with_and_without_whom_left(client_of: Browsers, cast: Cast, busy: int, as_: As) -> None:
    lead = client_of("lead")
    lead.post_form(f"/settings/people/{cast.host}/end")
    page = lead.get(f"/sessions/{busy}/crew").text
    cells = re.findall(r'name="crew_position".*?<option value="(\d+)" selected', page, re.S)
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert version
    people = [cast.host, cast.host, cast.member]
    sent = {"version": version[1], "crew_position": cells, "crew_person": [str(each) for each in people]}
    assert (
        lead.post_form(f"/sessions/{busy}/crew", sent | {"crew_start": [""] * 3, "crew_end": [""] * 3}).status_code
        == 303
    )
    with as_("lead"):
        assert [s.user_id for s in live.shifts(busy)].count(cast.host) == 2, "what stays, stays"
        after = live.brief(busy).version
    people = [cast.lead, cast.host, cast.member, cast.host]
    sent = {"version": str(after), "crew_position": [*cells, cells[2]], "crew_person": [str(each) for each in people]}
    late = lead.post_form(f"/sessions/{busy}/crew", sent | {"crew_start": [""] * 4, "crew_end": [""] * 4})
    assert late.status_code == 422, "but nobody gets a new shift who is gone"
    assert chosen(late.text)[1] == "小米（已离队）"


def test_an_account_that_is_opened_again_is_back(client_of: Browsers, cast: Cast, busy: int) -> None:
    lead = client_of("lead")
    for closed, times in (("1", 2), ("0", 0)):
        lead.post_form(f"/settings/people/{cast.host}/disable", {"disabled": closed})
        hub = lead.get(f"/sessions/{busy}").text
        assert hub[hub.index("<aside") :].count(CHIP) == times


@pytest.mark.engines
def test_who_erases_their_data_sees_the_same_first(client_of: Browsers, cast: Cast, busy: int) -> None:
    host, lead = client_of("host"), client_of("lead")
    page = host.get("/me/erase").text
    assert told(page)["将来的班次"] == 2
    assert "/me/data.json" in page, "and can take everything along first"
    wrong = host.post_form("/me/erase", {"old": "wrong"})
    assert told(wrong.text)["将来的班次"] == 2
    assert host.post_form("/me/erase", {"old": PASSWORD}).status_code == 303
    hub = lead.get(f"/sessions/{busy}").text
    assert hub[hub.index("<aside") :].count(CHIP) == 2
    assert chosen(lead.get(f"/sessions/{busy}/crew").text)[0].startswith("已注销")


@pytest.mark.engines
def test_an_administrator_sees_all_teams_and_opens_none(client_of: Browsers, cast: Cast, busy: int, as_: As) -> None:
    with as_("outsider"):
        services.invite(Role.LEAD, "", "e" * 64)
    with as_("host"):
        services.accept_as_me("e" * 64)
    with acting(Actor(cast.host, "host", "小米", cast.other_team, Role.LEAD, team_name="暮色")):
        planning.add_step("别组的事", cast.host, None, None, None)
    admin = client_of("admin")
    page = admin.get(f"/settings/installation/people/{cast.host}/disable")
    assert page.status_code == 200
    main = page.text[page.text.index("<main") :]
    assert [*re.findall(r"<h3>([^<]*)", main)] == ["晨光", "暮色"]
    assert told(main)["将来的班次"] == 2
    assert "别组的事" in main
    assert f'href="/sessions/{busy}"' not in main
    assert admin.get("/settings/installation/people/999/disable").status_code == 404
    lead = client_of("lead")
    assert lead.get(f"/settings/people/{cast.host}/disable").status_code == 403, "only who answers for all their teams"
    assert "别组的事" not in lead.get(f"/settings/people/{cast.host}/end").text
    assert lead.get(f"/settings/people/{cast.outsider}/end").status_code == 404


def test_nothing_left_is_said(client_of: Browsers, cast: Cast) -> None:
    page = client_of("lead").get(f"/settings/people/{cast.viewer}/end").text
    assert told(page) == {}
    assert "没有将来的班次" in page


def test_a_port_nobody_has_filled_is_an_error(monkeypatch: pytest.MonkeyPatch, cast: Cast, as_: As, db: Flask) -> None:
    monkeypatch.setattr(ports.leavers, "_wired", False)
    with as_("lead"), pytest.raises(Unwired):
        queries.leaving(cast.host)
