"""The page of a finding: why, what it ends in, and nothing typed is lost."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from planner.base.actor import acting
from planner.checklists import queries as checklists
from planner.figures import queries as figures
from planner.live import queries as live
from planner.live.rules import State
from planner.outcomes import services
from planner.outcomes.queries import reviews
from planner.outcomes.rules.reviews import Decision
from tests.cast import Cast
from tests.outcomes.conftest import Plan
from tests.outcomes.pages import Client, Shown, beside, finding_of

pytestmark = pytest.mark.usefixtures("db")
FORMS: dict[str, tuple[dict[str, str], str, str]] = {
    "no title": ({"ending": "action", "title": "", "value": "7700"}, "title", "This field is required."),
    "no number": ({"ending": "action", "title": "备用麦上架", "value": "many"}, "value", "Type a number."),
    "nothing to reach": ({"ending": "action", "title": "备用麦上架", "value": "0"}, "value", "above 0"),
    "a stranger": (
        {"ending": "action", "title": "备用麦上架", "value": "7700", "owner_id": "outsider"},
        "owner_id",
        "not something that can be chosen",
    ),
    "nothing chosen": ({"ending": "", "title": "备用麦上架"}, "ending", "choose what the finding ends in"),
    "no such day": (
        {"ending": "action", "title": "备用麦上架", "value": "7700", "due": "2026-02-30"},
        "due",
        "Type a date",
    ),
    "no SOP": (
        {"ending": "proposal", "text": "检查备用麦电量", "offset_minutes": "-45"},
        "template_id",
        "This field is required.",
    ),
    "no minutes": (
        {"ending": "proposal", "text": "检查备用麦电量", "offset_minutes": "soon"},
        "offset_minutes",
        "Type a time like T-45 min",
    ),
    "no reason": ({"ending": "no_action", "reason": ""}, "reason", "Say why nothing is done."),
    "too far for a swing": ({"ending": "normal_swing"}, "ending", "Not a valid choice"),
}


def test_a_finding_that_was_left_open_over_night_shows_theirs_and_mine(
    client_of: Client, shown: Shown, cast: Cast
) -> None:
    row = finding_of(cast, shown())
    lead, host = client_of("lead"), client_of("host")
    sent = {"version": row.version, "cause_id": ""}
    assert host.post_form(f"/findings/{row.id}", sent | {"facts": "先写的"}).status_code == 303
    page = lead.post_form(f"/findings/{row.id}", sent | {"facts": "后写的"})
    assert page.status_code == 409
    assert "先写的" in page.text
    assert "后写的" in page.text
    with acting(cast.actors["lead"]):
        assert reviews.finding(row.id).row.facts == "先写的"


@pytest.mark.parametrize("typed", ["", "  ", "长" * 201])
def test_a_finding_without_words_or_with_too_many_keeps_what_was_typed(
    typed: str, client_of: Client, shown: Shown
) -> None:
    show = shown(gmv=120)
    page = client_of("lead").post_form(f"/sessions/{show}/review/findings", {"title": typed})
    assert page.status_code == 422
    assert "at most 200 characters" in beside(page, "title")
    assert f'value="{typed}"' in page.text


def test_findings_end_in_actions_proposals_and_decisions_by_plain_forms(
    client_of: Client, shown: Shown, plan: Plan, cast: Cast
) -> None:
    show, later = shown(), plan("2026-09-11 20:00")
    row, lead = finding_of(cast, show), client_of("lead")
    place, back = f"/findings/{row.id}", f"/sessions/{show}/review"
    assert f'name="verify" value="{later}" checked' in lead.get(place).text, "the next show is offered"
    action = {
        "version": row.version, "ending": "action", "title": "备用麦上架", "metric": "gmv", "value": "1.1万",
        "verify": str(later), "owner_id": str(cast.host), "due": "2026-09-10", "facts": "20:40 断 3 分钟", "guess": "电池",
    }  # fmt: skip
    assert lead.post_form(place, action).location == back
    row = finding_of(cast, show)
    assert (row.decision, row.facts, row.guess) == (Decision.ACTION, "20:40 断 3 分钟", "电池"), (
        "one button sends it all"
    )
    page = lead.get(back)
    assert "备用麦上架" in page.text
    assert "¥11,000.00" in page.text
    assert "备用麦上架" in lead.get(f"/sessions/{later}").text, "the next show knows"
    with acting(cast.actors["lead"]):
        template = checklists.template_choices()[0][0]
    proposal = {
        "version": row.version, "ending": "proposal", "template_id": str(template), "text": "检查备用麦电量", "stage": "before",
        "anchor": "planned_start", "offset_minutes": "-45",
    }  # fmt: skip
    assert lead.post_form(place, proposal).location == back
    decided = {"version": finding_of(cast, show).version, "ending": "no_action", "reason": "已修好"}
    assert lead.post_form(place, decided).location == back
    with acting(cast.actors["lead"]):
        assert (reviews.finding(row.id).row.decision, reviews.finding(row.id).row.reason) == (
            Decision.NO_ACTION,
            "已修好",
        )
        assert len(checklists.proposals()) == 1


@pytest.mark.parametrize("name", FORMS)
def test_a_bad_decision_keeps_what_was_typed_with_a_message_beside_it(
    name: str, client_of: Client, shown: Shown, plan: Plan, cast: Cast
) -> None:
    show, later = shown(), plan("2026-09-11 20:00")
    row, lead = finding_of(cast, show), client_of("lead")
    sent, field, told = FORMS[name]
    base = {"metric": "gmv", "verify": str(later), "stage": "before", "anchor": "planned_start"}
    base |= {"owner_id": str(cast.host), "due": "2026-09-10"}
    base |= {"version": str(row.version), "facts": "20:40 断 3 分钟", "guess": "电池"}
    sent = {k: str(cast.outsider) if v == "outsider" else v for k, v in (base | sent).items()}
    page = lead.post_form(f"/findings/{row.id}", sent)
    assert page.status_code == 422
    assert told in beside(page, field)
    for typed in ("title", "text", "reason", "value", "facts", "guess"):
        assert sent.get(typed, "") in page.text
    with acting(cast.actors["lead"]):
        now = reviews.finding(row.id).row
        assert (now.decision, now.facts) == (Decision.NONE, ""), "all of it is kept, or none"


def test_an_action_without_a_show_to_verify_it_is_refused(client_of: Client, shown: Shown, cast: Cast) -> None:
    row, lead = finding_of(cast, shown()), client_of("lead")
    assert "No later session of this channel is planned yet." in lead.get(f"/findings/{row.id}").text
    for verify in ({}, {"verify": "999999"}, {"verify": "x"}):
        sent = {"version": row.version, "ending": "action", "title": "x", "metric": "gmv", "value": "1", **verify}
        page = lead.post_form(f"/findings/{row.id}", sent | {"owner_id": str(cast.host), "due": "2026-09-10"})
        assert page.status_code == 422, verify
        assert "field-error" in page.text


def test_a_decision_without_a_cause_is_an_open_point_that_closing_asks_about(
    client_of: Client, shown: Shown, cast: Cast
) -> None:
    show, lead = shown(), client_of("lead")
    row, place = finding_of(cast, show), f"/sessions/{show}/review"
    decided = {"version": row.version, "ending": "no_action", "reason": "节后淡日", "facts": "曝光减半"}
    assert lead.post_form(f"/findings/{row.id}", decided).location == place
    page = lead.get(place).text
    for told in ("Open before closing: 1 cause is not written", "cause not written", "Close all the same?", "曝光减半"):
        assert told in page, told
    assert "needs a cause or a decision" not in page, "a decision is enough for the rule"
    assert lead.post_form(f"{place}/close").status_code == 303
    with acting(cast.actors["lead"]):
        assert live.brief(show).state is State.REVIEWED


def test_one_saves_and_goes_on_to_the_next_finding(client_of: Client, shown: Shown, cast: Cast) -> None:
    show = shown(likes=5)
    with acting(cast.actors["lead"]):
        services.type_figures(show, {"gmv": Decimal(50), "likes": Decimal(1)})
        one, two = (f.row for f in reviews.review_page(show).findings)
        cause = next(c.id for c in figures.causes() if c.key == "host")
    lead = client_of("lead")
    sent = {"version": one.version, "cause_id": cause, "then": "next"}
    assert lead.post_form(f"/findings/{one.id}", sent).location == f"/findings/{two.id}"
    assert 'name="then"' not in lead.get(f"/findings/{two.id}").text, "it is the last one"


def test_no_action_after_all_says_what_became_of_the_step(
    client_of: Client, shown: Shown, plan: Plan, cast: Cast
) -> None:
    show, later, lead = shown(), plan("2026-09-11 20:00"), client_of("lead")
    row = finding_of(cast, show)
    with acting(cast.actors["lead"]):
        services.agree_action(row.id, "备用麦上架", cast.host, date(2026, 9, 10), "gmv", Decimal(110), [later])
    sent = {"version": finding_of(cast, show).version, "ending": "no_action", "reason": "已修好"}
    done = lead.post_form(f"/findings/{row.id}", sent)
    page = lead.get(done.location)
    assert "The action is withdrawn, and its step “备用麦上架” is in the trash." in page.text
    undo = re.search(r'action="(/undo/[0-9a-f]+)"', page.text)
    assert undo
    assert lead.post_form(undo[1]).status_code == 303
    assert "备用麦上架" in lead.get(f"/sessions/{later}").text


def test_an_action_form_is_filled_in_and_says_at_the_field_what_is_missing(
    client_of: Client, shown: Shown, plan: Plan, cast: Cast
) -> None:
    row, later, lead = finding_of(cast, shown()), plan("2026-09-12 20:00"), client_of("lead")
    page = lead.get(f"/findings/{row.id}")
    assert re.search(rf'<option selected value="{cast.lead}">', page.text), "me, where nobody holds the position"
    assert 'value="2026-09-11"' in page.text, "the day before the show that verifies it"
    sent = {"ending": "action", "title": "备用麦上架", "metric": "gmv", "value": "110", "verify": str(later)}
    for missing in ("owner_id", "due"):
        given = {"owner_id": str(cast.host), "due": "2026-09-11"} | {missing: ""}
        page = lead.post_form(f"/findings/{row.id}", sent | given)
        assert page.status_code == 422
        assert "required" in beside(page, missing)
