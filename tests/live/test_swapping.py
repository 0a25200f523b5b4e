"""换人, days away, warnings and hours on a real database and through the pages."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from planner.base import undo
from planner.base import unit as units
from planner.base.actor import acting
from planner.base.verbs import last_command
from planner.checklists import queries as checklists
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from planner.kernel.spans import Span
from planner.live import ports, queries, rules, services
from planner.live.rules import Booking, Standing
from planner.people import queries as people
from planner.people import services as members
from planner.people.models import Membership
from tests.cast import Cast
from tests.live.conftest import Plan
from tests.live.pages import form_of, statements, undo_of

HOUR = timedelta(hours=1)


def crew(cast: Cast, session_id: int) -> list[tuple[int, datetime, datetime]]:
    with acting(cast.actors["lead"]):
        return [(s.user_id, s.start, s.end) for s in queries.shifts(session_id)]


def version(cast: Cast, session_id: int) -> int:
    with acting(cast.actors["lead"]):
        return queries.brief(session_id).version


@pytest.fixture
def hosts(cast: Cast, db: Flask, position: Callable[[str], int]) -> None:
    """The host and the member can host; the member can also be in control."""
    with acting(cast.actors["lead"]):
        members.set_positions(cast.host, [position("host")])
        members.set_positions(cast.member, [position("host"), position("control")])


@pytest.mark.engines
def test_a_shift_goes_to_somebody_else_with_its_open_items_and_comes_back_whole(
    cast: Cast, plan: Plan, evening: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = plan(evening, crew=[("host", cast.host), ("control", cast.lead)])
    told: list[rules.Telling] = []
    monkeypatch.setattr(ports.concerned, "_filled", [told.extend])
    with acting(cast.actors["lead"]):
        before = {i.id: i.user_id for i in checklists.list_page(made).items}
        services.swap_person(made, version(cast, made), cast.host, cast.member)
        swapped = last_command.get() or ""
        assert {i.user_id for i in checklists.list_page(made).items} & {cast.host} == set()
    assert {user_id for user_id, *_times in crew(cast, made)} == {cast.member, cast.lead}
    assert [t.user_id for t in told] == [cast.host, cast.member]
    assert "秋冬修护专场" in str(told[0].words)
    with acting(cast.actors["lead"]):
        undo.undo(swapped)
        assert {i.id: i.user_id for i in checklists.list_page(made).items} == before
    assert (cast.host, evening, evening + 4 * HOUR) in crew(cast, made)


@pytest.mark.engines
def test_on_air_the_shift_is_split_and_what_was_worked_stays(cast: Cast, plan: Plan) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    made = plan(now - HOUR, crew=[("host", cast.host)])
    with acting(cast.actors["lead"]):
        services.go_live(made, now - HOUR)
        services.swap_person(made, version(cast, made), cast.host, cast.member)
        took = last_command.get() or ""
    (first, start, cut), (second, again, end) = sorted(crew(cast, made), key=lambda s: s[1])
    assert (first, second, start, end) == (cast.host, cast.member, now - HOUR, now + 3 * HOUR)
    assert cut == again
    assert now <= cut <= now + timedelta(minutes=2)
    with acting(cast.actors["lead"]):
        undo.undo(took)
    assert crew(cast, made) == [(cast.host, now - HOUR, now + 3 * HOUR)]


def test_a_typed_time_splits_a_shift_before_the_show_too(cast: Cast, plan: Plan, evening: datetime) -> None:
    made = plan(evening, crew=[("host", cast.host)])
    at = (evening + HOUR + timedelta(hours=8)).strftime("%H:%M")
    with acting(cast.actors["lead"]):
        services.swap_person(made, version(cast, made), cast.host, cast.member, at=at)
        with pytest.raises(Invalid) as caught:
            services.swap_person(made, version(cast, made), cast.host, cast.member, at="25:70")
        assert list(caught.value.fields) == ["at"]
    assert crew(cast, made) == [(cast.host, evening, evening + HOUR), (cast.member, evening + HOUR, evening + 4 * HOUR)]


def test_people_hand_over_their_own_shift_to_who_is_free_and_nobody_elses(
    cast: Cast, plan: Plan, evening: datetime, hosts: None
) -> None:
    made = plan(evening, crew=[("host", cast.host)])
    with acting(cast.actors["member"]), pytest.raises(Forbidden):
        services.swap_person(made, version(cast, made), cast.host, cast.member)
    with acting(cast.actors["host"]):
        with pytest.raises(Refused):
            services.swap_person(made, version(cast, made), cast.host, cast.manager)
        assert [c.user_id for c in queries.swap_page(made, cast.host).candidates] == [cast.member]
        services.swap_person(made, version(cast, made), cast.host, cast.member)
        with pytest.raises(NotFound):
            services.swap_person(made, version(cast, made), cast.host, cast.member)
    with acting(cast.actors["viewer"]), pytest.raises(Forbidden):
        services.swap_person(made, 1, cast.viewer, cast.member)
    with acting(cast.actors["outsider"]), pytest.raises(NotFound):
        queries.swap_page(made, None)


def test_stand_ins_say_why_not(cast: Cast, plan: Plan, evening: datetime, hosts: None) -> None:
    other = plan(evening, theme="占着", channel_id=cast.channel, studio_id=None, crew=[("control", cast.member)])
    with acting(cast.actors["lead"]):
        channel = services.add_channel(queries.brief(other).platform, "第二", "second")
        members.mark_away(cast.manager, evening.date() - timedelta(days=1), evening.date() + timedelta(days=1))
    made = plan(evening, channel_id=channel, crew=[("host", cast.host)])
    with acting(cast.actors["lead"]):
        found = {c.user_id: (c.standing, c.eligible) for c in queries.swap_page(made, cast.host).candidates}
        assert found[cast.member] == (Standing.BUSY, True)
        assert found[cast.manager] == (Standing.AWAY, False)
        assert found[cast.lead] == (Standing.FREE, False)
        assert cast.viewer not in found
        with pytest.raises(Invalid) as caught:
            services.swap_person(made, version(cast, made), cast.host, cast.manager)
        assert "is away" in str(caught.value.fields["twice.0"])
        services.swap_person(made, version(cast, made), cast.host, cast.manager, override_reason="说好了")


def test_somebody_who_has_left_is_swapped_too_and_the_lead_sees_it_first(
    cast: Cast, plan: Plan, evening: datetime, client_of: Callable[[str], Any]
) -> None:
    made = plan(evening, crew=[("host", cast.host)])
    with acting(cast.actors["lead"]):
        members.end_membership(cast.host)
        assert [(u.user_id, u.left) for u in queries.uncovered(datetime.now(UTC))] == [(cast.host, True)]
    assert "Crew missing" in client_of("lead").get("/").text
    with acting(cast.actors["lead"]):
        services.swap_person(made, version(cast, made), cast.host, cast.member)
        assert queries.uncovered(datetime.now(UTC)) == []


@pytest.mark.engines
def test_two_leads_swap_at_once_and_the_second_is_told(cast: Cast, plan: Plan, evening: datetime, db: Flask) -> None:
    made = plan(evening, crew=[("host", cast.host)])
    seen, won, lost = version(cast, made), list[int](), list[Exception]()

    def swap(to_id: int, login: str) -> None:
        try:
            with db.app_context(), acting(cast.actors[login]):
                services.swap_person(made, seen, cast.host, to_id)
                won.append(to_id)
        except Stale as fault:
            lost.append(fault)

    asked = [(cast.member, "lead"), (cast.manager, "manager")] * 3
    threads = [threading.Thread(target=swap, args=args) for args in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 5)
    assert [user_id for user_id, *_times in crew(cast, made)] == won


def test_three_taps_on_the_pages(
    cast: Cast, plan: Plan, evening: datetime, hosts: None, client_of: Callable[[str], Any]
) -> None:
    made = plan(evening, crew=[("host", cast.host)])
    lead = client_of("lead")
    assert f"/sessions/{made}/swap?who={cast.host}" in lead.get(f"/sessions/{made}").text
    first = lead.get(f"/sessions/{made}/swap")
    assert "Whose shift?" in first.text
    path = f"/sessions/{made}/swap?who={cast.host}"
    second = lead.get(path).text
    assert second.index("阿强") < second.index("周经理"), "who can fill it and is free stands first"
    assert "not a position of theirs" in second
    third = lead.get(f"{path}&to={cast.member}")
    sent = form_of(third)
    done = lead.post_form(f"/sessions/{made}/swap", sent)
    assert done.status_code == 303
    assert [user_id for user_id, *_times in crew(cast, made)] == [cast.member]
    stale = client_of("manager").post_form(f"/sessions/{made}/swap", sent | {"to": str(cast.manager)})
    assert stale.status_code == 409
    assert "Theirs, saved" in stale.text
    assert undo_of(lead, done.location).status_code == 303
    assert [user_id for user_id, *_times in crew(cast, made)] == [cast.host]
    for bad in ("who=x&to=y", "who=999999999999999999999", f"who={cast.host}&at=99", "to=0"):
        assert lead.get(f"/sessions/{made}/swap?{bad}").status_code in (200, 404)
    assert client_of("viewer").get(path).status_code == 403
    assert client_of("outsider").get(path).status_code == 404


def test_days_away_are_marked_told_and_taken_back(
    cast: Cast, plan: Plan, evening: datetime, client_of: Callable[[str], Any]
) -> None:
    plan(evening, crew=[("host", cast.host)])
    host, lead = client_of("host"), client_of("lead")
    day = (evening + timedelta(hours=8)).date()
    sent = {"first": str(day - timedelta(days=1)), "last": str(day + timedelta(days=1)), "reason": "搬家"}
    assert host.get("/me/away").status_code == 200
    marked = host.post_form("/me/away", sent)
    assert marked.status_code == 303
    assert "秋冬修护专场" in host.get("/me/away").text, "who must be replaced is said at once"
    assert "already" in host.post_form("/me/away", sent).text
    assert "not before" in host.post_form("/me/away", {"first": str(day + 9 * HOUR * 24), "last": str(day)}).text
    page = lead.get(f"/settings/people/{cast.host}").text
    assert "搬家" in page
    assert "Crew missing" in lead.get("/").text
    away_id = int(re.findall(r"/days-away/(\d+)/withdraw", host.get("/me/away").text)[0])
    assert client_of("member").post_form(f"/days-away/{away_id}/withdraw").status_code == 403
    assert client_of("member").post_form(f"/settings/people/{cast.host}/away", sent).status_code == 403
    assert client_of("outsider").get(f"/settings/people/{cast.host}/away").status_code == 404
    back = host.post_form(f"/days-away/{away_id}/withdraw")
    assert undo_of(host, back.location).status_code == 303
    assert "搬家" in host.get("/me").text


def test_a_shift_on_a_day_away_needs_a_leads_reason(cast: Cast, plan: Plan, evening: datetime) -> None:
    day = (evening + timedelta(hours=8)).date()
    with acting(cast.actors["host"]):
        members.mark_away(cast.host, day - timedelta(days=1), day + timedelta(days=1))
    with pytest.raises(Invalid) as caught:
        plan(evening, crew=[("host", cast.host)])
    assert "is away" in str(caught.value.fields["twice.0"])
    made = plan(evening, crew=[("host", cast.host)], override_reason="本人同意")
    with acting(cast.actors["lead"]):
        assert queries.uncovered(datetime.now(UTC)) == [], "what was decided is not missing"
        assert queries.shifts(made)[0].override_reason == "本人同意"


@pytest.mark.engines
def test_warnings_see_other_sessions_and_say_them_beside_the_row(
    cast: Cast, plan: Plan, evening: datetime, client_of: Callable[[str], Any]
) -> None:
    plan(evening, theme="前一场", minutes=120, crew=[("host", cast.host)])
    asked = [Booking(cast.host, Span(evening + 2 * HOUR, evening + 3 * HOUR))]
    with acting(cast.actors["lead"]):
        (told,) = queries.strains_of(asked)
        assert (told.index, "前一场" in str(told.message)) == (0, True)
        span = Span(evening + 2 * HOUR, evening + 3 * HOUR)
        assert queries.outlook(span, cast.channel, cast.studio, asked).free, "a warning is no refusal"
    made = plan(evening + 2 * HOUR, minutes=60, crew=[("host", cast.host)])
    assert "min between this and “前一场”" in client_of("lead").get(f"/sessions/{made}").text
    assert "min between this and “前一场”" in client_of("lead").get(f"/sessions/{made}/crew").text


@pytest.mark.engines
def test_another_teams_session_shows_only_the_time(cast: Cast, plan: Plan, evening: datetime, db: Flask) -> None:
    with units.writing("tests.second_team") as unit:
        unit.unscoped = "tests"
        unit.session.add(Membership(user_id=cast.host, role="host", team_id=cast.other_team))
    with acting(cast.actors["outsider"]):
        channel = services.add_channel("taobao", "暮色家居", "muse")  # type: ignore[arg-type]
        place = next(p.id for p in people.positions() if p.key == "host")
        shift = services.ShiftIn(place, cast.host, evening, evening + HOUR)
        services.schedule_session("暮色机密", "daily", channel, None, evening, 60, shifts=[shift])  # type: ignore[arg-type]
    with acting(cast.actors["lead"]):
        (told,) = queries.strains_of([Booking(cast.host, Span(evening + HOUR, evening + 2 * HOUR))])
        assert "another team" in str(told.message)
        assert "暮色" not in str(told.message)
        busy = queries.bench(Span(evening, evening + HOUR)).candidates([Span(evening, evening + HOUR)], [])
        held = next(c for c in busy if c.user_id == cast.host)
        assert (held.standing, held.reason and held.reason.theme) == (Standing.BUSY, "")


def test_the_picker_shows_how_people_stand_without_javascript(
    cast: Cast, plan: Plan, evening: datetime, hosts: None, client_of: Callable[[str], Any]
) -> None:
    plan(evening, theme="占着", crew=[("control", cast.member)])
    made = plan(evening + 6 * HOUR, crew=[("host", cast.host)])
    page = client_of("lead").get(f"/sessions/{made}/crew").text
    assert '<optgroup label="Can fill it">' in page
    assert page.index("Can fill it") < page.index('<optgroup label="Others">')


def test_the_picker_costs_the_same_with_more_rows(
    cast: Cast, plan: Plan, evening: datetime, db: Flask, client_of: Callable[[str], Any]
) -> None:
    few = plan(evening, crew=[("host", cast.host)])
    times = [(evening + n * HOUR / 4, evening + (n + 1) * HOUR / 4) for n in range(12)]
    many = plan(evening + 24 * HOUR, crew=[("host", cast.member, a + 24 * HOUR, b + 24 * HOUR) for a, b in times])
    lead, cost = client_of("lead"), list[int]()
    for session_id in (few, many, few, many):
        with statements(db) as told:
            assert lead.get(f"/sessions/{session_id}/crew").status_code == 200
        cost.append(len(told))
    assert cost[2] == cost[3]


def test_hours_of_a_month(cast: Cast, plan: Plan, client_of: Callable[[str], Any], db: Flask) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    made = plan(now - 3 * HOUR, minutes=120, crew=[("host", cast.host), ("control", cast.member)])
    with acting(cast.actors["lead"]):
        services.go_live(made, now - 3 * HOUR + timedelta(minutes=30))
        services.end_live(made, now - HOUR)
        month = (now - 3 * HOUR - timedelta(hours=-8 + 6)).date().replace(day=1)
        rows = {row.user_id: row.total for row in queries.hours(month)}
    assert rows[cast.host].planned == 2 * HOUR
    assert rows[cast.host].actual == timedelta(minutes=90)
    lead, path = client_of("lead"), f"?month={month:%Y-%m}"
    with statements(db) as told:
        shown = lead.get(f"/hours{path}")
    assert len(told) <= 12
    assert "阿强" in shown.text
    assert "阿强" not in client_of("host").get(f"/hours{path}").text, "a person sees the own hours"
    assert "1.50" in lead.get(f"/hours.csv{path}").data.decode("utf-8-sig")
    assert lead.get(f"/hours.xlsx{path}").data[:2] == b"PK"
    assert lead.get("/hours?month=x").status_code == 200
    assert "阿强" not in client_of("outsider").get(f"/hours{path}").text
