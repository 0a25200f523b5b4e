"""Figures typed by two people at once: nobody's numbers go without a word, and nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from planner.base.actor import acting
from planner.kernel.errors import Invalid, Stale
from planner.outcomes import services
from planner.outcomes.queries import results
from planner.plan import queries as plans
from tests.cast import Cast

Aired = Callable[..., int]
Client = Callable[[str], Any]


def typed(cast: Cast, show: int) -> dict[str, str]:
    with acting(cast.actors["lead"]):
        return {key: str(value) for key, value in results.typed_figures(show).values.items()}


def write(cast: Cast, show: int, login: str = "lead", version: int | None = None, **held: Any) -> str:
    with acting(cast.actors[login]):
        changes = {key: None if value is None else Decimal(str(value)) for key, value in held.items()}
        return services.type_figures(show, changes, version)


def fields(page: Any) -> dict[str, str]:
    """The form of figures as a browser would send it back untouched."""
    form = re.search(r'<form method="post" class="form".*?</form>', page.text, re.S)
    assert form
    found = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', form[0]))
    return {key: value for key, value in found.items() if key not in ("csrf_token", "once")}


@pytest.mark.engines
def test_what_is_not_named_stays_and_what_is_taken_away_is_unknown_again(aired: Aired, cast: Cast) -> None:
    show = aired("2026-09-09 20:00")
    assert write(cast, show, gmv=5, likes=7) == "new"
    assert write(cast, show, likes=8) == "replaced"
    assert typed(cast, show) == {"gmv": "5", "likes": "8"}
    assert write(cast, show, gmv=None) == "replaced"
    assert typed(cast, show) == {"likes": "8"}
    assert write(cast, show, likes=None) == "removed"
    with acting(cast.actors["lead"]):
        assert results.session_result(show) is None
        with pytest.raises(Invalid):
            services.type_figures(show, {})
    assert write(cast, show, gmv=1) == "new"


@pytest.mark.engines
def test_a_set_that_somebody_overtook_is_refused_with_theirs_and_their_name(aired: Aired, cast: Cast) -> None:
    show = aired("2026-09-09 20:00")
    write(cast, show, "member", 0, likes=5000)
    with pytest.raises(Stale) as fault:
        write(cast, show, "lead", 0, likes=1)
    assert fault.value.theirs == {"likes": 5000}
    assert (fault.value.who_id, fault.value.at is not None) == (cast.member, True)
    assert fault.value.version
    write(cast, show, "lead", fault.value.version, comments=1)
    assert typed(cast, show) == {"comments": "1", "likes": "5000"}
    with pytest.raises(Stale):
        write(cast, show, "lead", fault.value.version, comments=2)


@pytest.mark.engines
def test_a_figure_taken_away_takes_its_evidence_from_the_goals(aired: Aired, cast: Cast) -> None:
    show = aired("2026-09-09 20:00")
    with acting(cast.actors["lead"]):
        from_services = services.type_figures(show, {"gmv": Decimal(50)})
        assert from_services == "new"
        services.type_figures(show, {"gmv": None})
        assert plans.goals_now() == []
        assert results.result_page(show).result is None


def test_a_form_left_open_over_night_shows_both_and_loses_nothing(client_of: Client, aired: Aired, cast: Cast) -> None:
    show, lead, member = aired("2026-09-09 20:00"), client_of("lead"), client_of("member")
    place = f"/sessions/{show}/figures"
    write(cast, show, likes=4000, comments=50)
    old = fields(lead.get(place))
    assert member.post_form(place, fields(member.get(place)) | {"likes": "5000", "comments": "77"}).status_code == 303
    page = lead.post_form(place, old | {"gmv": "6.1万", "lines": "分享数 12"})
    assert page.status_code == 409
    assert "阿强 changed this meanwhile" in page.text
    rows = re.findall(
        r"<tr( class=\"is-changed\")?><th scope=\"row\">([^<]+).*?<td>(.*?)</td><td>(.*?)</td>", page.text, re.S
    )
    told = {name.strip(): (bool(changed), theirs, mine) for changed, name, theirs, mine in rows}
    assert told["GMV"] == (True, "", "¥61,000.00")
    assert told["Shares"] == (True, "", "12")
    assert told["Likes"] == (False, "5,000", "5,000"), "I did not touch it, so theirs stays"
    assert typed(cast, show) == {"comments": "77", "likes": "5000"}
    mine = re.search(r'<form method="post" action="[^"]*" class="inline">.*?</form>', page.text, re.S)
    assert mine
    again = dict(re.findall(r'name="(\w+)" value="([^"]*)"', mine[0]))
    assert lead.post_form(place, {k: v for k, v in again.items() if k not in ("csrf_token", "once")}).status_code == 303
    assert typed(cast, show) == {"comments": "77", "likes": "5000", "gmv": "61000", "shares": "12"}


def test_mine_over_theirs_wins_where_both_changed_the_same_figure(client_of: Client, aired: Aired, cast: Cast) -> None:
    show, lead = aired("2026-09-09 20:00"), client_of("lead")
    place = f"/sessions/{show}/figures"
    old = fields(lead.get(place))
    write(cast, show, "member", likes=5000, gmv=9)
    page = lead.post_form(place, old | {"likes": "4999"})
    assert page.status_code == 409
    version = re.search(r'name="version" value="(\d+)"', page.text)
    assert version
    assert lead.post_form(place, old | {"likes": "4999", "version": version[1]}).status_code == 303
    assert typed(cast, show) == {"gmv": "9", "likes": "4999"}


def test_two_first_forms_do_not_overwrite_each_other(client_of: Client, aired: Aired, cast: Cast) -> None:
    show, lead = aired("2026-09-09 20:00"), client_of("lead")
    place = f"/sessions/{show}/figures"
    old = fields(lead.get(place))
    assert old["version"] == old["started"] == ""
    write(cast, show, "member", gmv=9)
    assert lead.post_form(place, old | {"gmv": "8"}).status_code == 409
    assert typed(cast, show) == {"gmv": "9"}


def test_a_pasted_figure_has_a_row_and_can_be_taken_away(client_of: Client, aired: Aired, cast: Cast) -> None:
    show, lead = aired("2026-09-09 20:00"), client_of("lead")
    place = f"/sessions/{show}/figures"
    assert 'name="clickers"' not in lead.get(place).text
    sent = fields(lead.get(place)) | {"gmv": "5", "lines": "商品点击人数 70"}
    assert lead.post_form(place, sent).status_code == 303
    page = lead.get(place)
    assert fields(page)["clickers"] == "70"
    assert lead.post_form(place, fields(page) | {"clickers": ""}).status_code == 303
    assert typed(cast, show) == {"gmv": "5"}
    assert 'name="clickers"' not in lead.get(place).text


def test_an_empty_form_says_so(client_of: Client, aired: Aired) -> None:
    show, lead = aired("2026-09-09 20:00"), client_of("lead")
    place = f"/sessions/{show}/figures"
    page = lead.post_form(place, fields(lead.get(place)))
    assert page.status_code == 422
    assert "Type at least one figure." in page.text
