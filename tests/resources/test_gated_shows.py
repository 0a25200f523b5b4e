"""Money a show waits for: not ready before it is approved, known to every list without a statement more."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from planner.base.actor import acting
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Refused
from planner.live import queries as shows
from planner.live import services as live
from planner.live.ports import GateCheck
from planner.live.rules import Go, Weight
from planner.live.services import ShiftIn
from planner.people import queries as people
from planner.resources import services
from planner.resources.rules import State
from tests.resources.conftest import DAY, Money, today
from tests.resources.decided import MANAGERS, agree, told_to

pytestmark = pytest.mark.engines
Client = Callable[[str], Any]
HOUR = timedelta(hours=1)


def a_show(money: Money, start: datetime) -> int:
    """Planned, with the host as its crew."""
    cast = money.cast
    with acting(cast.actors["lead"]):
        host = next(p.id for p in people.positions() if p.key == "host")
        crew = [ShiftIn(host, cast.host, start, start + 3 * HOUR)]
        return live.schedule_session("夜场", Weight.DAILY, cast.channel, cast.studio, start, 180, shifts=crew)


def check_of(money: Money, session_id: int, who: str = "lead") -> GateCheck | None:
    """The money among what must hold before air."""
    with acting(money.cast.actors[who]):
        found = shows.checks_of([shows.brief(session_id)], clock.now(), named=True)[session_id]
    return next((each for each in found if each.key.startswith("request-")), None)


def passed(money: Money, session_id: int) -> bool | None:
    """Whether it is there; None where the show does not wait for it."""
    held = check_of(money, session_id)
    return held.passed if held else None


@pytest.fixture
def evening() -> datetime:
    """20:00 in three days."""
    begin = datetime.combine(today() + 3 * DAY, time(20), ZoneInfo("Asia/Shanghai"))
    return begin.astimezone(UTC)


@pytest.fixture
def tonight(money: Money, evening: datetime) -> int:
    """A show in the evening."""
    return a_show(money, evening)


def test_a_show_is_not_ready_until_its_money_is_approved(money: Money, tonight: int, evening: datetime) -> None:
    agree(money, MANAGERS)
    made = money.ask(session_id=tonight, gates=True)
    held = check_of(money, tonight)
    assert held is not None
    assert (held.text, held.passed, held.blocking, held.due) == (
        f"Request No. {money.row(made).number}: 补光灯", False, True, evening - timedelta(days=1),
    )  # fmt: skip
    assert held.own == (f"申请 {money.row(made).number} 号：补光灯", held.text)
    with acting(money.cast.actors["lead"]):
        assert shows.go_of([held], evening - HOUR) is Go.BLOCKED
        assert shows.go_of([held], evening - timedelta(days=2)) is Go.ON_COURSE
    batch = money.approve("manager", made)
    assert passed(money, tonight) is True
    with acting(money.cast.actors["manager"]):
        services.take_back(batch)
    assert passed(money, tonight) is False, "taken back: it waits again"
    money.approve("manager", made)
    assert passed(money, tonight) is True


def test_it_holds_until_somebody_says_it_does_not_wait(money: Money, tonight: int) -> None:
    agree(money, MANAGERS)
    made = money.ask(session_id=tonight, gates=True)
    with acting(money.cast.actors["manager"]):
        services.refuse(money.seen(made), "本月不投")
    assert passed(money, tonight) is False, "a refusal does not make the show ready"
    for stranger in ("member", "viewer"):
        with acting(money.cast.actors[stranger]), pytest.raises(Forbidden):
            services.wait_no_more(made)
    with acting(money.cast.actors["host"]):
        services.wait_no_more(made)
    assert passed(money, tonight) is None
    with acting(money.cast.actors["host"]), pytest.raises(Refused):
        services.wait_no_more(made)


def test_recalled_cancelled_or_turned_to_another_show_it_lets_the_first_one_go(
    money: Money, tonight: int, evening: datetime
) -> None:
    agree(money, MANAGERS)
    made = money.ask(session_id=tonight, gates=True)
    with acting(money.cast.actors["host"]):
        services.recall(made, money.row(made).version)
    assert passed(money, tonight) is None
    other = a_show(money, evening + 24 * HOUR)
    with acting(money.cast.actors["host"]):
        services.submit(made, money.row(made).version)
    with acting(money.cast.actors["manager"]):
        services.give_back(money.seen(made), "哪一场")
    with acting(money.cast.actors["host"]):
        services.edit(made, money.row(made).version, money.wish(session_id=other, gates=True))
        assert passed(money, tonight) is None
        services.submit(made, money.row(made).version)
    assert (passed(money, tonight), passed(money, other)) == (None, False)
    money.approve("manager", made)
    with acting(money.cast.actors["host"]):
        services.cancel(made, money.row(made).version, "不播了")
    money.approve("manager", made)
    assert money.state(made) is State.CANCELLED
    assert passed(money, other) is None


def test_only_who_works_in_a_show_or_plans_it_lets_it_wait(money: Money, tonight: int) -> None:
    agree(money, MANAGERS)
    money.ask("member", session_id=tonight, gates=True)
    assert passed(money, tonight) is None
    money.ask(session_id=tonight)
    assert passed(money, tonight) is None, "it was not said to wait"


def test_pages_say_what_the_show_waits_for(client_of: Client, money: Money, tonight: int) -> None:
    agree(money, MANAGERS)
    made = money.ask(session_id=tonight, gates=True)
    host = client_of("host")
    hub = host.get(f"/sessions/{tonight}").text
    assert re.search(rf'href="/requests/{made}">(申请 \d+ 号：补光灯|Request No\. \d+: 补光灯)', hub)
    panel = host.get(f"/sessions/{tonight}/money?part=rows").text
    assert f'href="/requests/{made}"' in panel
    assert f'href="/requests/new?session={tonight}"' in panel
    assert "new?session" not in client_of("viewer").get(f"/sessions/{tonight}/money").text
    assert client_of("outsider").get(f"/sessions/{tonight}/money").status_code == 404
    assert "wait-no-more" in host.get(f"/requests/{made}").text
    assert host.post_form(f"/requests/{made}/wait-no-more", {}).status_code == 303
    assert "wait-no-more" not in host.get(f"/requests/{made}").text
    assert passed(money, tonight) is None
    sent = host.post_form(f"/requests/new?session={tonight}", {"kind": "one_off", "title": "嘉宾"})
    assert sent.status_code == 303
    assert f'<option selected value="{tonight}">' in host.get(sent.location).text


def test_the_crew_is_called_for_it_in_its_own_language(money: Money) -> None:
    """Half an hour before the start the lead hears that the money is missing."""
    agree(money, MANAGERS)
    soon = a_show(money, clock.now() + timedelta(minutes=10))
    money.ask(session_id=soon, gates=True)
    with acting(money.cast.actors["lead"]):
        calls = [each for each in shows.calls(clock.now()) if each.check.key.startswith("request-")]
    assert [each.user_ids for each in calls] == [(money.cast.lead,)]
    assert not told_to(money, "member")


def test_the_show_says_by_name_whose_turn_it_is(client_of: Client, money: Money, evening: datetime) -> None:
    agree(money, MANAGERS)
    tonight = a_show(money, evening)
    made = money.ask(session_id=tonight, gates=True)
    held = check_of(money, tonight)
    manager = money.cast.manager
    assert held is not None and held.asked == (manager,)
    with acting(money.cast.actors["lead"]):
        assert held.who == people.names([manager])[manager]
        (waits,) = [o for o in shows.open_checks([tonight], clock.now()) if o.check.key == held.key]
        assert waits.user_ids == (manager,)
    with clock.standing(evening - timedelta(hours=30)):
        page = client_of("lead").get(f"/sessions/{tonight}?phase=prepare").text
    assert f'name="check" value="{held.key}"' in page
    answer = client_of("lead").post_form(f"/sessions/{tonight}/nudge", {"check": held.key})
    assert answer.status_code == 303
    assert client_of("viewer").get(f"/sessions/{tonight}?phase=prepare").status_code == 200
    assert "补光灯" not in client_of("viewer").get(f"/sessions/{tonight}?phase=prepare").text
    viewers = check_of(money, tonight, "viewer")
    assert viewers is not None and ("补光灯" in viewers.text, viewers.url) == (False, "")
    assert client_of("viewer").get(f"/sessions/{tonight}/draws/review").status_code == 403
    money.approve("manager", made)
    held = check_of(money, tonight)
    assert held is not None and (held.passed, held.asked) == (True, ())


def test_the_show_names_whoever_decides_again_when_handing_on_is_taken_back(money: Money, evening: datetime) -> None:
    agree(money, MANAGERS)
    tonight = a_show(money, evening)
    made = money.ask(session_id=tonight, gates=True)
    with acting(money.cast.actors["manager"]):
        batch = services.transfer(money.seen(made), money.cast.member)
    held = check_of(money, tonight)
    assert held is not None and held.asked == (money.cast.member,)
    with acting(money.cast.actors["manager"]):
        services.take_back(batch)
    held = check_of(money, tonight)
    assert held is not None and held.asked == (money.cast.manager,)
