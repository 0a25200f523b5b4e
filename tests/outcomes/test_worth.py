"""Was it worth it: what a request's panel measures, who may say a word, and what is kept of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from planner.base import unit as units
from planner.base.actor import acting
from planner.kernel.errors import Forbidden, NotFound, Refused, Stale
from planner.outcomes import services
from planner.outcomes.queries import worth as queries
from planner.outcomes.queries.worth import WorthPage
from planner.outcomes.rules.worth import Reading
from planner.plan import services as plans
from planner.resources import queries as requests
from planner.resources.queries import History
from planner.resources.rules import State, Worth
from tests.cast import Cast
from tests.outcomes.conftest import at
from tests.resources.conftest import Money
from tests.resources.conftest import money as money

pytestmark = pytest.mark.engines

Aired = Callable[..., int]
Client = Callable[[str], Any]
BEFORE = (300, 320, 310, 290)
AFTER = (350, 360, 340)


@pytest.fixture
def show(aired: Aired, cast: Cast, noon: time_machine.Traveller) -> Callable[..., int]:
    """A show of a day with a figure that is final, or provisional; typed the next noon, or while it is its day."""

    def made(day: str, final: bool = True, **held: int) -> int:
        noon.move_to(at(f"{day} 23:00") + timedelta(hours=13 if final else 3))
        session_id = aired(f"{day} 20:00")
        with acting(cast.actors["lead"]):
            services.type_figures(session_id, {key: Decimal(value) for key, value in held.items()})
        return session_id

    return made


@pytest.fixture
def spent(money: Money, noon: time_machine.Traveller) -> int:
    """A request of the host for longer watching, approved on the first of September."""
    noon.move_to(at("2026-09-01 10:00"))
    made = money.ask(who="host", metric="avg_watch_seconds", effect=Decimal(30), title="场景话术培训")
    money.approve("lead", made)
    assert money.state(made) is State.APPROVED
    return made


def _view(money: Money, made: int, who: str = "host") -> WorthPage:
    with acting(money.cast.actors[who]):
        found = queries.worth_page(made)
    assert found is not None
    return found


def _judge(money: Money, made: int, who: str = "host", worth: Worth = Worth.WORTH, version: int = 0) -> int:
    with acting(money.cast.actors[who]):
        return services.give_verdict(made, version, worth, "停留上来了")


def _tell(show: Callable[..., int]) -> None:
    for day, seconds in enumerate(BEFORE, start=24):
        show(f"2026-08-{day}", avg_watch_seconds=seconds)
    for day, seconds in enumerate(AFTER, start=2):
        show(f"2026-09-0{day}", avg_watch_seconds=seconds)


def test_before_and_since_are_told_with_the_number_of_sessions(
    money: Money, spent: int, show: Callable[..., int]
) -> None:
    for day, seconds in enumerate(BEFORE, start=24):
        show(f"2026-08-{day}", avg_watch_seconds=seconds)
    show("2026-09-02", avg_watch_seconds=350)
    found = _view(money, spent)
    assert found.compared is not None and found.compared.before is not None and found.compared.after is not None
    assert (found.compared.before.n, found.compared.before.mean) == (4, 305)
    assert (found.compared.after.n, found.compared.reading) == (1, Reading.FEW_AFTER)
    assert not found.waits
    show("2026-09-03", avg_watch_seconds=360)
    show("2026-09-04", final=False, avg_watch_seconds=340)
    assert _view(money, spent).compared.after.n == 2, "what is provisional does not count"  # type: ignore[union-attr]
    show("2026-09-05", avg_watch_seconds=340)
    found = _view(money, spent)
    assert found.compared is not None and found.compared.reading is Reading.REACHED
    assert found.compared.change == 45
    assert found.waits and found.may_judge


def test_that_nothing_can_be_told_is_said_once(
    money: Money, spent: int, show: Callable[..., int], client_of: Client
) -> None:
    for day, seconds in enumerate(BEFORE, start=24):
        show(f"2026-08-{day}", avg_watch_seconds=seconds)
    host = client_of("host")
    host.post_form("/me/language", {"language": "zh_Hans_CN"})
    few = host.get(f"/requests/{spent}/worth").text
    assert few.count("看不出") == 1 and "之后只有 0 场" in few
    for day in (2, 3, 4):
        show(f"2026-09-0{day}", avg_watch_seconds=305)
    within = host.get(f"/requests/{spent}/worth").text
    assert within.count("看不出") == 1 and "差异在平时波动之内" in within
    assert within.count("值不值</h") == 1, "the page is called what it is about"


def test_what_was_said_stays_with_what_was_measured_then(money: Money, spent: int, show: Callable[..., int]) -> None:
    _tell(show)
    said = _judge(money, spent)
    show("2026-09-07", avg_watch_seconds=100)
    found = _view(money, spent)
    assert [(v.id, v.worth, v.words, v.before, v.after, v.sessions_after) for v in found.verdicts] == [
        (said, Worth.WORTH, "停留上来了", Decimal(305), Decimal(350), 3)
    ]
    assert not found.waits
    assert found.mine is not None and found.mine.version == 1
    assert _view(money, spent, "manager").mine is None


def test_one_word_a_person_which_can_be_another_one(money: Money, spent: int, show: Callable[..., int]) -> None:
    _tell(show)
    first = _judge(money, spent)
    assert _judge(money, spent, version=1, worth=Worth.PARTLY) == first
    with pytest.raises(Stale):
        _judge(money, spent, version=1, worth=Worth.NOT_WORTH)
    with pytest.raises(Stale):
        _judge(money, spent, version=0, worth=Worth.NOT_WORTH)
    _judge(money, spent, "manager", Worth.NOT_WORTH)
    assert [v.worth for v in _view(money, spent).verdicts] == [Worth.PARTLY, Worth.NOT_WORTH]


def test_nobody_else_says_a_word_and_nothing_is_said_of_what_was_not_approved(money: Money, spent: int) -> None:
    with pytest.raises(Forbidden):
        _judge(money, spent, "member")
    with pytest.raises(Forbidden):
        _judge(money, spent, "viewer")
    with pytest.raises(NotFound):
        _judge(money, spent, "outsider")
    with pytest.raises(Refused):
        _judge(money, money.ask(), "host")
    with acting(money.cast.actors["host"]):
        assert queries.worth_page(money.ask()) is None


def test_a_month_later_it_is_asked_even_without_a_figure(money: Money, noon: time_machine.Traveller) -> None:
    made = money.ask()
    money.approve("lead", made)
    with acting(money.cast.actors["host"]):
        assert queries.on_request(made) is None
    noon.shift(timedelta(days=31))
    assert _view(money, made).waits
    with acting(money.cast.actors["host"]), units.reading():
        assert queries.on_request(made) is not None


def test_an_approver_reads_what_the_last_of_the_kind_has_brought(
    money: Money, spent: int, show: Callable[..., int]
) -> None:
    asked = [(0, "京东", money.categories["equipment"]), (1, "别家", money.categories["training"]), (2, "", None)]
    with acting(money.cast.actors["lead"]):
        found = requests.histories(asked)
    assert (found[0].approved, found[0].promised) == (1, 1000_00) and found[0].paid == 0 and found[0].brought is None
    assert found[0].last is not None and found[0].last.id == spent and found[0].last.worth is None
    assert (found[1], found[2]) == (History(), History())
    _tell(show)
    _judge(money, spent)
    _judge(money, spent, "manager", Worth.PARTLY)
    with acting(money.cast.actors["lead"]):
        brought = requests.histories(asked)[0].brought
        assert requests.histories([(spent, "京东", money.categories["equipment"])])[spent] == History()
    assert brought is not None
    assert (brought.id, brought.worth, brought.before, brought.after) == (spent, Worth.PARTLY, 305, 350)


def test_what_waits_for_a_word_is_listed_for_whoever_may_say_it(
    money: Money, spent: int, show: Callable[..., int], client_of: Client
) -> None:
    assert "场景话术培训" not in client_of("host").get("/requests?tab=worth").text
    _tell(show)
    for who in ("host", "lead", "manager"):
        assert "场景话术培训" in client_of(who).get("/requests?tab=worth").text, who
    assert "场景话术培训" not in client_of("member").get("/requests?tab=worth").text
    _judge(money, spent)
    assert "场景话术培训" not in client_of("manager").get("/requests?tab=worth").text


def test_the_card_of_an_approver_tells_the_past(
    money: Money, spent: int, show: Callable[..., int], client_of: Client
) -> None:
    _tell(show)
    _judge(money, spent)
    made = money.ask(who="member")
    lead = client_of("lead").in_english()
    for page in (lead.get("/requests?tab=waiting").text, lead.get(f"/requests/{made}").text):
        assert "approved 1 time before, ¥1,000.00, nothing paid yet" in page
        assert "Worth it" in page and "停留上来了" in page


def test_money_for_a_goal_and_a_step_stands_on_their_pages(money: Money, aired: Aired, client_of: Client) -> None:
    session_id = aired("2026-09-09 20:00")
    with acting(money.cast.actors["lead"]):
        goal_id = plans.add_goal(money.period, "互动", money.cast.lead, "")
        step_id = plans.add_step("换灯", money.cast.lead, None, goal_id=goal_id)
    made = money.ask(session_id=session_id, goal_id=goal_id, step_id=step_id)
    money.approve("lead", made)
    hidden = money.draft("member", title="还没提交", session_id=session_id)
    places = (
        f"/plan/goals/{goal_id}",
        f"/plan/steps/{step_id}",
    )  # fmt: skip
    for path in places:
        page = client_of("lead").in_english().get(path).text
        assert "Money for it" in page and "Committed ¥1,000.00" in page, path
        assert f"/requests/{hidden}" not in page
        assert f"/requests/{made}" not in client_of("viewer").get(path).text, path


def _version(page: str) -> str:
    found = re.search(r'<input[^>]*name="version"[^>]*>', page)
    assert found
    value = re.search(r'value="(\d+)"', found[0])
    return value[1] if value else ""


def test_the_page_asks_and_the_word_can_be_taken_back(
    money: Money, spent: int, show: Callable[..., int], client_of: Client
) -> None:
    _tell(show)
    host = client_of("host").in_english()
    assert f'hx-get="/requests/{spent}/worth?part=rows"' in host.get(f"/requests/{spent}").text
    page = host.get(f"/requests/{spent}/worth?part=rows").text
    assert "Was it worth it?" in page and "Moved as expected" in page and "4 sessions" in page
    form = host.get(f"/requests/{spent}/verdict").text
    assert "<title>Was it worth it?" in form
    lacking = host.post_form(f"/requests/{spent}/verdict", {"version": _version(form), "words": "好"})
    assert lacking.status_code == 422 and "好" in lacking.text
    sent = host.post_form(f"/requests/{spent}/verdict", {"version": _version(form), "worth": "worth", "words": "值"})
    assert sent.status_code == 303
    shown = host.get(f"/requests/{spent}").text
    said = host.get(f"/requests/{spent}/worth").text
    assert "Worth it" in said and "said at" in said
    stale = host.post_form(f"/requests/{spent}/verdict", {"version": "", "worth": "partly", "words": "我的"})
    assert stale.status_code == 409 and "我的" in stale.text
    undo = re.search(r'action="(/undo/[0-9a-f]+)"', shown)
    assert undo
    assert host.post_form(undo[1], {}).status_code == 303
    assert _view(money, spent).verdicts == []


def test_strangers_and_those_who_only_look_find_no_form(money: Money, spent: int, client_of: Client) -> None:
    assert client_of("viewer").get(f"/requests/{spent}/verdict").status_code == 403
    assert client_of("outsider").get(f"/requests/{spent}/verdict").status_code == 404
    assert client_of("host").get(f"/requests/{money.ask()}/verdict").status_code == 404
    member = client_of("member")
    sent = member.post_form(f"/requests/{spent}/verdict", {"version": "", "worth": "worth", "words": ""})
    assert sent.status_code == 403
    assert "/verdict" not in member.get(f"/requests/{spent}/worth").text
    assert client_of("outsider").get(f"/requests/{spent}/worth").status_code == 404
