"""The policy in the browser without JavaScript: written level by level, and tried out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from planner.base.actor import acting
from planner.resources import queries
from planner.resources.rules import Kind
from tests.resources.conftest import Money
from tests.resources.typed import version_in

Client = Callable[[str], Any]


def test_a_policy_is_written_level_by_level_and_tried_out(client_of: Client, money: Money) -> None:
    manager = client_of("manager").in_english()
    page = manager.get("/approvals/policy/edit").text
    sent: dict[str, Any] = {
        "version": version_in(page), "level": ["0", "1"], "level-0-name": "初审", "level-0-mode": "any",
        "level-0-needed": "1", "level-0-roles": ["lead"], "level-1-name": "终审", "level-1-mode": "all",
        "level-1-needed": "1", "level-1-roles": ["manager"], "level-1-amount": "1万", "quotes": "3",
        "remind_hours": "2", "escalate_hours": "8", "over_percent": "10",
    }  # fmt: skip
    more = manager.post_form("/approvals/policy/edit", {**sent, "more_level": "1"})
    assert more.status_code == 200
    assert 'id="level-2-name"' in more.text
    bad = manager.post_form("/approvals/policy/edit", {**sent, "level-1-roles": []})
    assert bad.status_code == 422
    assert "Say who signs: a role or a person." in bad.text
    assert manager.post_form("/approvals/policy/edit", sent).status_code == 303
    with acting(money.cast.actors["manager"]):
        assert [level.name for level in queries.newest()[1].levels] == ["初审", "终审"]
    stale = manager.post_form("/approvals/policy/edit", sent)
    assert stale.status_code == 409
    tried = manager.get(
        f"/approvals/policy?amount=8万&kind=one_off&category_id={money.categories['equipment']}"
        f"&requester_id={money.cast.manager}"
    ).text
    assert "too few people can sign here" in tried
    assert client_of("lead").get("/approvals/policy/edit").status_code == 403


def test_the_try_out_says_how_many_offers_are_needed_and_what_it_can_not_read(client_of: Client, money: Money) -> None:
    asked = f"kind=one_off&category_id={money.categories['equipment']}&requester_id={money.cast.lead}"
    lead = client_of("lead").in_english()
    needed = "It needs 3 offers to compare before it is submitted."
    assert needed in lead.get(f"/approvals/policy?amount=80000&{asked}").text
    assert needed in lead.get(f"/approvals/policy?amount=50000&{asked}").text, "from the limit on"
    assert needed not in lead.get(f"/approvals/policy?amount=49999&{asked}").text
    for kind in ("afterwards", "envelope"):
        told = lead.get(f"/approvals/policy?amount=80000&kind={kind}&requester_id={money.cast.lead}"
                        f"&category_id={money.categories['ads']}")  # fmt: skip
        assert told.status_code == 200 and "offers to compare" not in told.text
    told = client_of("manager").get(f"/approvals/policy?amount=80000&{asked}").text
    assert "提交前需要 3 家报价。" in told
    for typed, words in (("abc", "Type an amount like"), ("0", "more than 0"), ("-5", "more than 0"), ("", "required")):
        bad = lead.get(f"/approvals/policy?amount={typed}&{asked}")
        error = bad.text.split('id="amount-error"', 1)[-1].split("</div>")[0]
        assert bad.status_code == 422 and words in error, typed
        assert f'value="{typed}"' in bad.text and 'class="way-stop"' in bad.text
    for odd in ("amount=8", "amount=8&kind=x", f"amount=8&{asked}&requester_id={money.cast.outsider}x"):
        assert lead.get(f"/approvals/policy?{odd}").status_code in (200, 422), odd
    assert client_of("viewer").get(f"/approvals/policy?amount=8&{asked}").status_code == 403


def test_a_policy_is_tried_out_before_it_is_published(client_of: Client, money: Money) -> None:
    manager = client_of("manager").in_english()
    place = "/approvals/policy/edit"
    sent: dict[str, Any] = {
        "version": version_in(manager.get(place).text), "level": ["0", "1"], "level-0-name": "初审",
        "level-0-mode": "any", "level-0-needed": "1", "level-0-roles": ["lead"], "level-1-name": "复核",
        "level-1-mode": "any", "level-1-needed": "2", "level-1-roles": ["manager"], "level-1-amount": "1万",
        "quotes_from": "6万", "quotes": "4", "remind_hours": "2", "escalate_hours": "8", "over_percent": "10",
        "try_out": "1", "amount": "8万", "kind": "one_off", "category_id": str(money.categories["equipment"]),
        "requester_id": str(money.cast.host),
    }  # fmt: skip
    tried = manager.post_form(place, sent)
    assert tried.status_code == 200
    answer = tried.text[tried.text.index('id="try-out"') :]
    for words in ("初审", "林小雨", "复核", "too few people can sign here", "It needs 4 offers", "Not enough people"):
        assert words in answer, words
    assert 'value="复核"' in tried.text and 'value="8万"' in answer, "nothing typed is lost"
    small = manager.post_form(place, {**sent, "amount": "900"}).text
    small = small[small.index('id="try-out"') :]
    assert ("复核" in small, "Not enough people" in small, "offers" in small) == (False, False, False)
    with acting(money.cast.actors["manager"]):
        assert queries.versions() == [], "nothing is kept"
    nobody = manager.post_form(place, {**sent, "level-1-roles": []})
    assert nobody.status_code == 422
    assert "Say who signs: a role or a person." in nobody.text
    assert "too few people can sign here" in nobody.text, "and it is tried out all the same"
    assert "Something above needs another look" in nobody.text
    for wrong in ({"amount": "abc"}, {"level-1-amount": "abc"}, {"quotes": "0"}, {"remind_hours": "x"}):
        bad = manager.post_form(place, {**sent, **wrong})
        assert bad.status_code == 422 and 'class="field-error"' in bad.text, wrong
        assert "too few people" not in bad.text
    assert client_of("lead").post_form(place, sent).status_code == 403
    assert manager.post_form(place, {name: each for name, each in sent.items() if name != "try_out"}).status_code == 303


def test_a_level_can_be_for_every_kind_there_is(client_of: Client, money: Money) -> None:
    page = client_of("manager").get("/approvals/policy/edit").text
    offered = set(re.findall(r'name="[^"]*kinds[^"]*" value="(\w+)"', page))
    assert offered == {str(kind) for kind in Kind}
