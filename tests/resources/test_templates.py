"""Templates of requests: what is kept and what is not, by whom, and what a draft begins with."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.base import trash
from planner.base.actor import acting
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from planner.kernel.permissions import Role
from planner.resources import queries, services
from planner.resources.rules import Every, Kind, Line, State
from planner.resources.rules.envelopes import Drawers, Scope, Terms
from planner.resources.rules.templates import lines_kept, lines_to_keep, terms_kept, terms_to_keep
from tests.resources.conftest import DAY, YUAN, Money, today
from tests.resources.enveloped import fund
from tests.resources.test_envelope_pages import typed

pytestmark = pytest.mark.engines
Client = Callable[[str], Any]
LINES = st.lists(
    st.builds(
        Line, st.text(max_size=9), st.decimals(0, 10**6, places=6), st.integers(0, 10**12), st.text(max_size=9), st.text(max_size=9)
    ),
    max_size=5,
)  # fmt: skip


def keep(money: Money, request_id: int, name: str = "换灯", who: str = "host") -> int:
    with acting(money.cast.actors[who]):
        return services.keep_template(request_id, name)


def names(money: Money, who: str = "host") -> list[tuple[str, bool]]:
    with acting(money.cast.actors[who]):
        return [(row.name, row.mine) for row in queries.request_templates()]


@given(LINES)
def test_lines_come_out_as_they_went_in(lines: list[Line]) -> None:
    assert lines_kept(lines_to_keep(lines)) == tuple(lines)


@given(st.integers(0, 91), st.none() | st.decimals(0, 100, places=2))
def test_an_envelope_is_as_long_again_from_another_day_on(days: int, floor: Decimal | None) -> None:
    drawers = Drawers((3,), (Role.LEAD, Role.HOST), (5, 6))
    terms = Terms(Scope.DAYS, 1000, 300, drawers, today(), today() + days * DAY, (1,), (), floor, 90, (2,))
    kept = terms_kept(terms_to_keep(terms), 1000, today() + 40 * DAY)
    assert (kept.first, kept.last) == (today() + 40 * DAY, today() + (40 + days) * DAY)
    same = ("scope", "total", "session_cap", "drawers", "channels", "floor", "seconds", "duty")
    assert [getattr(kept, name) for name in same] == [getattr(terms, name) for name in same]


def test_a_draft_begins_with_all_but_days_and_numbers(db: Any, money: Money) -> None:
    lines = (Line("灯", Decimal("2.5"), 300 * YUAN, "京东", "https://example.com/1"), Line("线", Decimal(1), 45 * YUAN))
    made = money.ask(
        "host", lines=lines, kind=Kind.RECURRING, every=Every.MONTH, renews_on=today() + DAY, invoice_number="F-1",
        metric="gmv", effect=Decimal(1000), effect_note="更亮",
    )  # fmt: skip
    kept = keep(money, made)
    with acting(money.cast.actors["member"]):
        begun = services.begin_from(kept)
    row = money.row(begun)
    assert (row.state, row.requester_id, row.total) == (State.DRAFT, money.cast.member, 795 * YUAN)
    assert (row.kind, row.title, row.purpose, row.payee) == (
        Kind.RECURRING,
        "补光灯",
        "两间直播间换灯，画面亮度不足",
        "京东",
    )
    assert (row.every, row.metric, row.effect, row.effect_note) == (Every.MONTH, "gmv", 1000, "更亮")
    assert (row.needed_by, row.renews_on, row.invoice_number, row.session_id, row.payee_id) == (
        None,
        None,
        "",
        None,
        None,
    )
    with acting(money.cast.actors["member"]):
        held = [(one.item, one.quantity, one.unit_price, one.supplier, one.link) for one in queries.lines_of(begun)]
    assert held == [("灯", Decimal("2.5"), 300 * YUAN, "京东", "https://example.com/1"), ("线", 1, 45 * YUAN, "", "")]


def test_a_category_that_is_gone_is_chosen_anew(db: Any, money: Money) -> None:
    kept = keep(money, money.ask())
    with acting(money.cast.actors["manager"]):
        services.trash_category(money.categories["equipment"])
    with acting(money.cast.actors["host"]):
        begun = services.begin_from(kept)
        assert queries.request_templates()[0].category == "Equipment"
    assert money.row(begun).category_id is None


def test_who_made_it_changes_it_and_leads_change_all(db: Any, money: Money) -> None:
    kept = keep(money, money.ask())
    assert names(money) == [("换灯", True)] and names(money, "member") == [("换灯", False)]
    assert names(money, "lead") == [("换灯", True)] and names(money, "outsider") == []
    with acting(money.cast.actors["member"]):
        with pytest.raises(Forbidden):
            services.rename_template(kept, 1, "我的")
        with pytest.raises(Forbidden):
            services.trash_template(kept)
    with acting(money.cast.actors["viewer"]), pytest.raises(Forbidden):
        services.begin_from(kept)
    with acting(money.cast.actors["outsider"]):
        for act in (lambda: services.begin_from(kept), lambda: services.trash_template(kept)):
            with pytest.raises(NotFound):
                act()
    with acting(money.cast.actors["host"]):
        services.rename_template(kept, 1, " 换 灯 ")
        with pytest.raises(Stale):
            services.rename_template(kept, 1, "别的")
    with acting(money.cast.actors["lead"]):
        services.trash_template(kept)
        lying = trash.trashed()[0][0]
    assert names(money) == []
    again = keep(money, money.ask(), "换 灯")
    with acting(money.cast.actors["lead"]):
        with pytest.raises(Refused):
            trash.restore(lying)
        services.trash_template(again)
        trash.restore(lying)
    assert names(money) == [("换 灯", True)]


def test_a_name_is_given_once_and_somebody_elses_draft_is_not_kept(db: Any, money: Money) -> None:
    made = money.draft()
    keep(money, made)
    for name in ("换灯", "", "长" * 61):
        with pytest.raises(Invalid):
            keep(money, made, name)
    with pytest.raises(NotFound):
        keep(money, made, "偷看", "member")


def test_pages_lead_from_a_request_to_a_template_and_to_a_draft(client_of: Client, money: Money) -> None:
    made = money.ask()
    host = client_of("host").in_english()
    assert f"/requests/{made}/template" in host.get(f"/requests/{made}").text
    assert 'value="补光灯"' in host.get(f"/requests/{made}/template").text
    assert host.post_form(f"/requests/{made}/template", {"name": ""}).status_code == 422
    assert host.post_form(f"/requests/{made}/template", {"name": "换灯"}).status_code == 303
    page = host.get("/requests/new").text
    use = re.search(r'action="(/requests/templates/(\d+)/use[^"]*)"', page)
    assert use and "换灯" in page
    begun = host.post_form(use[1], {})
    assert begun.status_code == 303 and begun.headers["Location"].endswith("/edit")
    assert 'value="300.00"' not in (text := host.get(begun.headers["Location"]).text) and 'value="1,000.00"' in text
    lead = client_of("lead").in_english()
    assert "换灯" in lead.get("/requests/templates").text
    place = f"/requests/templates/{use[2]}"
    assert lead.get(f"{place}/rename").status_code == 200
    assert lead.post_form(f"{place}/rename", {"version": "1", "name": "灯"}).status_code == 303
    stale = lead.post_form(f"{place}/rename", {"version": "1", "name": "别的"})
    assert stale.status_code == 409
    assert client_of("member").post_form(f"{place}/delete", {}).status_code == 403
    assert client_of("outsider").post_form(f"{place}/use", {}).status_code == 404
    assert client_of("viewer").get("/requests/templates").status_code == 403
    assert lead.post_form(f"{place}/delete", {}).status_code == 303
    assert "No template yet" in lead.get("/requests/templates").text


def test_a_template_of_an_envelope_fills_its_form_from_today_on(client_of: Client, money: Money) -> None:
    fund(money)
    lead = client_of("lead").in_english()
    lead.get("/requests/envelopes/new")
    made = int(lead.post_form("/requests/envelopes/new", typed(money)).headers["Location"].rsplit("/", 1)[1])
    kept = keep(money, made, "每周投放", "lead")
    with acting(money.cast.actors["lead"]), pytest.raises(Refused):
        services.begin_from(kept)
    answer = lead.post_form(f"/requests/templates/{kept}/use", {})
    assert answer.status_code == 303 and f"template={kept}" in answer.headers["Location"]
    page = lead.get(answer.headers["Location"]).text
    for value in ("本周投放额度", "10,000.00", "3,000.00", str(today()), str(today() + 6 * DAY), "巨量千川"):
        assert f'value="{value}"' in page, value
    assert lead.get("/requests/envelopes/new?template=999999").status_code == 404
