"""What waited on a phone: together, in order, once; each act with its answer, and by the server's clock."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from planner.base import unit as units
from planner.base.actor import acting
from planner.checklists import queries, services
from planner.checklists.models import Tick
from planner.checklists.rules import Act, ItemState, Tap, corrected
from planner.kernel import clock
from planner.live import services as live
from planner.people import services as people
from tests.cast import Cast
from tests.checklists.conftest import HOUR, Item, Plan, key
from tests.conftest import Visitor, apart

Phones = Callable[[str], Visitor]
NOON = datetime(2026, 11, 12, 12, tzinfo=UTC)


@pytest.fixture
def tonight(cast: Cast, plan: Plan, evening: datetime) -> int:
    return plan(evening, crew=[("host", cast.host), ("control", cast.member), ("operations", cast.lead)])


def act(item_id: int, what: str = "done", tapped: datetime | None = None, **more: Any) -> dict[str, Any]:
    told = (tapped or clock.now()).isoformat()
    return {"id": key(), "item": item_id, "act": what, "note": "", "tapped": told, **more}


def send(visitor: Visitor, acts: Any, now: datetime | None = None, **more: Any) -> Any:
    """As the phone's queue does."""
    headers = {"X-Requested-With": "tick", "Accept": "application/json", "X-CSRFToken": visitor.token}
    sent = {"now": (now or clock.now()).isoformat(), "acts": acts}
    return apart(visitor.client.post, "/checklists/replay", json=sent, headers=headers, **more)


def results(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [each["result"] for each in answer.get_json()["answers"]]


def acts_of(cast: Cast, item_id: int) -> list[tuple[Act, int | None]]:
    with acting(cast.actors["lead"]), units.reading() as unit:
        rows = unit.session.scalars(select(Tick).where(Tick.item_id == item_id).order_by(Tick.id))
        return [(row.act, row.user_id) for row in rows]


def tapped_of(cast: Cast, client_id: str) -> datetime:
    with acting(cast.actors["lead"]), units.reading() as unit:
        return unit.session.scalars(select(Tick.tapped_at).where(Tick.client_id == client_id)).one()


def test_the_phones_clock_is_put_right() -> None:
    tapped = NOON - timedelta(minutes=10)
    assert corrected(tapped, NOON, NOON + HOUR) == tapped + HOUR, "an hour behind"
    assert corrected(tapped, NOON, NOON - HOUR) == tapped - HOUR, "an hour ahead"
    assert corrected(tapped, None, NOON) == tapped
    assert corrected(None, NOON, NOON) is None
    ends = datetime(9999, 12, 31, tzinfo=UTC)
    assert corrected(ends, datetime(1, 1, 1, tzinfo=UTC), NOON) is None


@pytest.mark.engines
def test_each_act_has_its_answer_and_one_refused_stops_no_other(cast: Cast, tonight: int, item_of: Item) -> None:
    benefits, kit, final = (item_of(tonight, name).id for name in ("benefits", "kit", "final"))
    taps = [
        Tap(key(), benefits, Act.DONE, "", None),
        Tap(key(), kit, Act.SKIP, "没有", None),
        Tap(key(), 10**9, Act.DONE, "", None),
        Tap(key(), benefits, None, "", None),
        Tap(key(), benefits, Act.REOPEN, "", None),
        Tap(key(), benefits, Act.UNTICK, "不对", None),
        Tap(key(), final, Act.DONE, "", None),
    ]
    with acting(cast.actors["member"]):
        answers = services.replay(taps)
        again = services.replay(taps)
    assert [a.result for a in answers] == ["applied", "refused", "refused", "refused", "refused", "applied", "applied"]
    assert str(answers[1].message) == "Only a team lead can skip what blocks going live."
    assert str(answers[2].message) == "This item is not on the list any more."
    assert [a.result for a in again] == ["already", "refused", "refused", "refused", "refused", "already", "already"]
    assert acts_of(cast, benefits) == [(Act.DONE, cast.member), (Act.UNTICK, cast.member)]
    assert item_of(tonight, "benefits").state is ItemState.OPEN
    assert item_of(tonight, "final").state is ItemState.DONE


@pytest.mark.engines
def test_three_times_the_same_and_somebody_else_meanwhile(
    client_of: Phones, cast: Cast, tonight: int, item_of: Item
) -> None:
    phone, made = client_of("member"), item_of(tonight, "benefits").id
    mine = act(made)
    with acting(cast.actors["host"]):
        services.tick(made, key())
    assert results(send(phone, [mine, mine])) == ["applied", "already"]
    assert results(send(phone, [mine])) == ["already"]
    assert acts_of(cast, made) == [(Act.DONE, cast.host), (Act.DONE, cast.member)], "both are in the history"
    assert item_of(tonight, "benefits").by_name == "小米", "whoever was first stands beside it"


def test_its_answer_is_fit_for_the_page(client_of: Phones, cast: Cast, tonight: int, item_of: Item) -> None:
    phone, made, other = client_of("member"), item_of(tonight, "benefits").id, item_of(tonight, "final").id
    acts = [act(made), act(made, "untick"), act(made, note="第二次"), act(other, "nonsense")]
    answer = send(phone, acts).get_json()
    assert [each["id"] for each in answer["answers"]] == [each["id"] for each in acts]
    rows = [each["row_html"] for each in answer["answers"]]
    assert rows[0] == rows[1] == rows[3] == "", "a row comes once, as it stands at last"
    assert 'aria-pressed="true"' in rows[2]
    assert "第二次" in rows[2]
    assert answer["answers"][3]["message"]
    assert datetime.fromisoformat(answer["now"]).tzinfo is not None


@pytest.mark.engines
def test_taps_of_a_clock_that_is_wrong(client_of: Phones, cast: Cast, tonight: int, item_of: Item) -> None:
    phone, made = client_of("member"), item_of(tonight, "benefits").id
    now = clock.now()
    wrong = now + HOUR
    ahead, old = act(made, tapped=wrong - timedelta(minutes=20)), act(made, tapped=wrong - timedelta(hours=60))
    assert results(send(phone, [ahead, old], wrong)) == ["applied", "applied"]
    told = tapped_of(cast, ahead["id"])
    assert abs((now - timedelta(minutes=20) - told).total_seconds()) < 30, "twenty minutes ago, not in forty"
    assert abs((clock.now() - tapped_of(cast, old["id"])).total_seconds()) < 30, "what is too old counts from now"


def test_who_may_not_and_what_is_over(
    client_of: Phones, cast: Cast, db: Flask, tonight: int, item_of: Item, plan: Plan, evening: datetime
) -> None:
    made = item_of(tonight, "benefits").id
    assert send(client_of("viewer"), [act(made)]).status_code == 403
    (answer,) = send(client_of("outsider"), [act(made)]).get_json()["answers"]
    assert answer["result"] == "refused", "another team's item does not exist"
    cancelled = plan(evening + 24 * HOUR, crew=[("control", cast.member)])
    late = item_of(cancelled, "benefits").id
    with acting(cast.actors["lead"]):
        live.cancel_session(cancelled, live_version(cancelled), "停电")
    phone = client_of("member")
    answer = send(phone, [act(late), act(made)]).get_json()["answers"]
    assert [each["result"] for each in answer] == ["refused", "applied"]
    assert "cancelled" in answer[0]["message"] or "取消" in answer[0]["message"]
    with acting(cast.actors["lead"]):
        people.end_membership(cast.member)
    assert send(phone, [act(made)]).status_code == 303, "who has left the team is signed out"
    gone = send(client_of("member"), [act(made)])
    assert gone.status_code == 403, "and signed in again is in no team"
    assert gone.get_json()["message"], "and is told so"
    assert send(client_of(""), [act(made)]).status_code in (303, 400, 401)


def live_version(session_id: int) -> int:
    return queries.list_page(session_id).session.version


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"acts": {}}', b'{"acts": [1]}', b'{"acts": null}', b"[" * 100_000, b"\xff\xfe", b'{"acts":' + b"9" * 5000 + b"}"],
)  # fmt: skip
def test_what_is_no_list_of_taps(client_of: Phones, body: bytes) -> None:
    phone = client_of("member")
    phone.get("/checklists")
    headers = {"X-Requested-With": "tick", "X-CSRFToken": phone.token, "Content-Type": "application/json"}
    answer = apart(phone.client.post, "/checklists/replay", data=body, headers=headers)
    assert answer.status_code == 422
    assert answer.get_json()["message"]


@pytest.mark.engines
def test_who_left_the_team_meanwhile_is_asked_to_sign_in_and_changes_nothing(
    client_of: Phones, cast: Cast, tonight: int, item_of: Item
) -> None:
    phone, made = client_of("member"), item_of(tonight, "benefits").id
    phone.get("/checklists")
    with acting(cast.actors["manager"]):
        people.end_membership(cast.member)
    for answer in (
        send(phone, [act(made)]),
        phone.post_form(f"/checklist-items/{made}/tick", {"client_id": key()}, headers={"X-Requested-With": "tick"}),
    ):
        assert answer.status_code == 303, "the phone keeps its taps and asks to sign in"
        assert "/login" in answer.location
    assert item_of(tonight, "benefits").state is ItemState.OPEN


def test_bounds(client_of: Phones, tonight: int, item_of: Item) -> None:
    phone, made = client_of("member"), item_of(tonight, "benefits").id
    assert send(phone, [act(made) for _ in range(51)]).status_code == 422
    assert send(phone, [act(made, note="长" * 400_000)]).status_code == 422
    odd = [
        act(2**63), act(-1), act(0), act(True), act("7"), act(None), act(made, id="x"), act(made, id=None),
        act(made, what="reopen"), act(made, tapped=NOON, note=7),
    ]  # fmt: skip
    assert set(results(send(phone, odd[:-1]))) == {"refused"}
    strange = [
        act(made, note="a\0b\ud800"),
        {**act(made), "tapped": "soon"},
        {**act(made), "tapped": "0001-01-01T00:00+00:00"},
    ]
    headers = {"X-Requested-With": "tick", "X-CSRFToken": phone.token, "Content-Type": "application/json"}
    answer = apart(phone.client.post, "/checklists/replay", data=json.dumps({"acts": strange}), headers=headers)
    assert len(results(answer)) == 3
    assert apart(phone.client.post, "/checklists/replay", json={"acts": []}).status_code in (302, 303, 400, 401)
