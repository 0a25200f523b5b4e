"""The pages of a show while it is prepared, on air and over: plain buttons, notes, times, and each phase in its order."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from planner.base.actor import acting
from planner.checklists import queries as checklists
from planner.checklists import services as ticking
from planner.checklists.rules import ItemState
from planner.kernel import clock
from planner.live import queries, services
from planner.live.rules import LogKind, State, read_lineup
from planner.outcomes import services as outcomes
from tests.cast import Cast
from tests.live.conftest import Plan
from tests.live.pages import HOUR, SHANGHAI, Client, form_of, undo_of, wall


def test_the_room_goes_live_and_ends_by_plain_buttons(client_of: Client, cast: Cast, plan: Plan) -> None:
    made = plan(datetime.now(UTC) + timedelta(minutes=10), crew=[("host", cast.host)])
    host = client_of("host")
    assert f'action="/sessions/{made}/air"' in host.get(f"/sessions/{made}").text
    assert host.post_form(f"/sessions/{made}/air").status_code == 303
    page = host.get(f"/sessions/{made}")
    assert page.text.count('class="tile') >= len(LogKind)
    assert "Open when it went on air" in page.text
    assert host.post_form(f"/sessions/{made}/log", {"kind": "sound", "note": "麦没声"}).status_code == 303
    assert "麦没声" in host.get(f"/sessions/{made}").text
    assert host.post_form(f"/sessions/{made}/end").status_code == 303
    assert host.post_form(f"/sessions/{made}/not-ended").status_code == 303
    assert host.post_form(f"/sessions/{made}/end").status_code == 303
    assert host.post_form(f"/sessions/{made}/again").status_code == 303
    assert host.post_form(f"/sessions/{made}/end").status_code == 303
    review = host.get(f"/sessions/{made}")
    assert "麦没声" in review.text
    assert "Streams" in review.text


def test_a_note_from_the_phones_queue_counts_once_at_its_own_time(client_of: Client, cast: Cast, plan: Plan) -> None:
    made = plan(datetime.now(UTC) + timedelta(minutes=10), crew=[("host", cast.host)])
    with acting(cast.actors["host"]):
        services.go_live(made, datetime.now(UTC) - 2 * HOUR)
    host, key = client_of("host"), secrets.token_hex(16)
    tapped = datetime.now(UTC).replace(microsecond=0) - HOUR
    sent = {"kind": "price", "client_id": key, "tapped_at": tapped.isoformat()}
    for _ in range(2):
        answer = host.post_form(f"/sessions/{made}/log", sent, once=key, headers={"X-Requested-With": "tick"})
        assert answer.get_json()["ok"] is True
    with acting(cast.actors["host"]):
        (row,) = queries.log(made)
    assert row.at == tapped
    wrong = host.post_form(f"/sessions/{made}/log", {"kind": "nonsense"}, headers={"X-Requested-With": "tick"})
    assert wrong.status_code == 422
    assert wrong.get_json()["ok"] is False
    noted = host.post_form(f"/log/{row.id}/note", {"text": "已改价", "phase": "air"})
    assert noted.location == f"/sessions/{made}?phase=air"
    with clock.standing(datetime.now(UTC)):  # a page that says how long ago it was changes with the minute
        part = host.get(f"/sessions/{made}?part=log&phase=air")
        assert "已改价" in part.text
        assert "<html" not in part.text
        etag = {"If-None-Match": part.headers["ETag"]}
        assert host.get(f"/sessions/{made}?part=log&phase=air", headers=etag).status_code == 304
    assert host.post_form(f"/log/{row.id}/withdraw").status_code == 303
    assert "已改价" not in host.get(f"/sessions/{made}?phase=air").text


def test_readiness_can_be_copied_for_the_group(client_of: Client, cast: Cast, plan: Plan) -> None:
    made = plan(datetime.now(UTC) + timedelta(minutes=10), crew=[("host", cast.host)])
    page = client_of("lead").get(f"/sessions/{made}").text
    told = re.search(r'<pre id="ready-\d+">(.*?)</pre>', page, re.S)
    assert told
    assert "秋冬修护专场" in told[1]
    assert f"http://localhost/sessions/{made}" in told[1]
    assert "1. " in told[1]
    assert "Not ready to go live" in told[1]


def test_a_cancelled_session_says_why_and_a_go_is_given_on_its_page(
    client_of: Client, cast: Cast, plan: Plan, evening: datetime
) -> None:
    made = plan(evening, crew=[("host", cast.host)])
    lead = client_of("lead")
    assert lead.post_form(f"/sessions/{made}/go", {"note": "齐了"}).status_code == 303
    page = lead.get(f"/sessions/{made}").text
    assert "Go given by 林小雨" in page
    assert lead.post_form(f"/sessions/{made}/withdraw-go").status_code == 303
    sent = form_of(lead.get(f"/sessions/{made}/cancel"))
    assert lead.post_form(f"/sessions/{made}/cancel", sent).status_code == 422
    assert lead.post_form(f"/sessions/{made}/cancel", sent | {"reason": "停电"}).status_code == 303
    assert "停电" in lead.get(f"/sessions/{made}").text
    assert lead.post_form(f"/sessions/{made}/restore").status_code == 303
    assert lead.post_form(f"/sessions/{made}/delete").status_code == 303
    assert lead.get(f"/sessions/{made}").status_code == 404


def test_real_times_are_corrected_on_their_page(client_of: Client, cast: Cast, plan: Plan) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    made = plan(now + timedelta(minutes=10), crew=[("host", cast.host)])
    with acting(cast.actors["host"]):
        services.go_live(made, now - 3 * HOUR)
        services.end_live(made, now - HOUR)
        ((stream,), version) = queries.airings(made), queries.brief(made).version
    host = client_of("host")
    page = host.get(f"/sessions/{made}/times")
    assert "Add a stream" not in page.text
    sent = form_of(page)
    assert sent["version"] == [str(version)]
    wrong = host.post_form(f"/sessions/{made}/times", sent | {f"end_{stream.id}": wall(now - 5 * HOUR)})
    assert wrong.status_code == 422
    assert "The end lies after the start" in wrong.text
    assert f'aria-describedby="end_{stream.id}-error"' in wrong.text
    empty = host.post_form(f"/sessions/{made}/times", sent | {f"start_{stream.id}": ""})
    assert "Type when it began." in empty.text
    right = sent | {f"start_{stream.id}": wall(now - 4 * HOUR), f"end_{stream.id}": wall(now - 2 * HOUR)}
    saved = host.post_form(f"/sessions/{made}/times", right)
    assert saved.status_code == 303
    assert f"tapped {(now - 3 * HOUR).astimezone(SHANGHAI):%H:%M}" in host.get(saved.location).text
    stale = host.post_form(f"/sessions/{made}/times", right | {f"end_{stream.id}": wall(now - HOUR)})
    assert stale.status_code == 409
    assert "Theirs, saved" in stale.text


def test_a_lead_adds_a_stream_on_another_channel(client_of: Client, cast: Cast, plan: Plan) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    made = plan(now + timedelta(minutes=10), crew=[("host", cast.host)])
    with acting(cast.actors["lead"]):
        other = services.add_channel("taobao", "淘宝号", "taobao_1")  # type: ignore[arg-type]
        services.go_live(made, now - 3 * HOUR)
        services.end_live(made, now - HOUR)
    lead = client_of("lead")
    sent = form_of(lead.get(f"/sessions/{made}/times"))
    new = {"channel_new": str(other), "start_new": wall(now - 2 * HOUR), "end_new": wall(now - HOUR)}
    for wrong, at in (({"start_new": ""}, "start_new"), ({"channel_new": str(cast.channel)}, "start_new")):
        page = lead.post_form(f"/sessions/{made}/times", sent | new | wrong)
        assert page.status_code == 422
        assert f'id="{at}-error"' in page.text
        assert '<details id="forgotten" open>' in page.text
    unnamed = lead.post_form(f"/sessions/{made}/times", sent | new | {"channel_new": ""})
    assert 'id="channel_new-error"' in unnamed.text
    assert client_of("host").post_form(f"/sessions/{made}/times", sent | new).status_code == 303, (
        "no such field for them"
    )
    with acting(cast.actors["host"]):
        assert len(queries.airings(made)) == 1
    sent = form_of(lead.get(f"/sessions/{made}/times"))
    assert lead.post_form(f"/sessions/{made}/times", sent | new).status_code == 303
    page = lead.get(f"/sessions/{made}").text
    assert "淘宝号" in page
    assert "Stream 2" in lead.get(f"/sessions/{made}/times").text
    assert "This session was not on air." in lead.get(f"/sessions/{plan(now + 9 * HOUR)}/times").text


def test_what_is_taken_back_on_air_can_be_undone_by_plain_forms(
    client_of: Client, cast: Cast, plan: Plan, evening: datetime, now_of: Callable[[int], Any]
) -> None:
    made = plan(evening, crew=[("host", cast.host)])
    with acting(cast.actors["lead"]):
        services.give_go(made, "齐了")
    host = client_of("host")
    for path, before, after, then in (
        ("withdraw-go", State.READY, State.PREPARING, ""),
        ("air", State.READY, State.LIVE, "air"),
        ("not-live", State.LIVE, State.PREPARING, ""),
        ("end", State.LIVE, State.ENDED, "end"),
        ("not-ended", State.ENDED, State.LIVE, ""),
        ("again", State.ENDED, State.LIVE, "again"),
        ("not-live", State.LIVE, State.ENDED, ""),
    ):
        assert now_of(made).state is before, path
        answer = host.post_form(f"/sessions/{made}/{path}")
        assert now_of(made).state is after, path
        undone = undo_of(host, answer.location)
        assert (undone.status_code, now_of(made).state) == (303, before), path
        assert "Undone." in host.get(undone.location).text
        if then:
            assert host.post_form(f"/sessions/{made}/{then}").status_code == 303
            host.get("/me")


def test_a_note_is_withdrawn_and_put_back_by_plain_forms(client_of: Client, cast: Cast, plan: Plan) -> None:
    made = plan(datetime.now(UTC) + timedelta(minutes=10), crew=[("host", cast.host)])
    with acting(cast.actors["host"]):
        services.go_live(made)
    host = client_of("host")
    noted = host.post_form(f"/sessions/{made}/log", {"kind": "price", "note": "挂错价"})
    withdrawn = undo_of(host, noted.location)
    with acting(cast.actors["host"]):
        assert queries.log(made) == []
    back = undo_of(host, withdrawn.location)
    assert "The note stands again." in host.get(back.location).text
    with acting(cast.actors["host"]):
        (row,) = queries.log(made)
    assert row.note == "挂错价"
    gone = host.post_form(f"/log/{row.id}/withdraw", {"phase": "review"})
    assert gone.location == f"/sessions/{made}?phase=review"
    assert undo_of(host, gone.location).location == f"/sessions/{made}?phase=review"


def test_only_the_crew_finds_the_buttons_of_a_show(client_of: Client, cast: Cast, plan: Plan) -> None:
    made = plan(datetime.now(UTC) + timedelta(minutes=10), crew=[("host", cast.host)])
    host, member, lead = client_of("host"), client_of("member"), client_of("lead")
    go, air = f'href="/sessions/{made}/go"', f'action="/sessions/{made}/air"'
    assert air in host.get(f"/sessions/{made}").text
    assert go not in host.get(f"/sessions/{made}").text, "something that blocks is open"
    assert go in lead.get(f"/sessions/{made}").text
    for found in (go, air, f'action="/sessions/{made}/prepare"'):
        assert found not in member.get(f"/sessions/{made}").text
    assert "Only the crew" in member.get(f"/sessions/{made}/go").text
    assert '<form method="post" class="form"' not in member.get(f"/sessions/{made}/go").text
    assert "can override it, with a reason" in host.get(f"/sessions/{made}/go").text
    assert host.post_form(f"/sessions/{made}/go", {"note": "没事"}).status_code == 403
    missing = lead.post_form(f"/sessions/{made}/go", {"note": " "})
    assert missing.status_code == 422
    assert 'id="note-error"' in missing.text
    own = re.findall(r'name="(why_[^"]+)"', missing.text)
    assert len(own) > 1
    part = lead.post_form(f"/sessions/{made}/go", {own[0]: "备用机已到"})
    assert part.status_code == 422
    assert 'value="备用机已到"' in part.text
    assert re.search(r'<details[^>]*id="each-reason"[^>]* open', part.text)
    host.post_form(f"/sessions/{made}/air")
    host.post_form(f"/sessions/{made}/log", {"kind": "sound"})
    for visitor, tiles in ((host, True), (member, False), (lead, True)):
        page = visitor.get(f"/sessions/{made}").text
        assert ('class="tile' in page) is tiles
        assert bool(re.search(r'<details id="say-\d+"><summary', page)) is tiles, "open it stays, whatever comes in"
        assert "Timeline" in page


def asked_before_air(page: str, session_id: int) -> str:
    """What the button that goes on air asks first."""
    found = re.search(
        rf'<div class="confirm-body"><p>((?:(?!</p>).)*)</p><form method="post" action="/sessions/{session_id}/air"',
        page,
        re.S,
    )
    return " ".join(re.sub("<[^>]*>", "", found[1]).split()) if found else ""


def test_going_on_air_early_says_what_blocks_as_well(client_of: Client, cast: Cast, plan: Plan) -> None:
    now = datetime.now(UTC)
    early, soon = plan(now + 30 * HOUR, crew=[("host", cast.host)]), plan(now + timedelta(minutes=10), 30)
    lead = client_of("lead")
    with acting(cast.actors["lead"]):
        names = [c.text for c in queries.checks_of([queries.brief(early)], now)[early] if c.blocking and not c.passed]
    assert len(names) > 3
    for phase in ("prepare", "air"):
        told = asked_before_air(lead.get(f"/sessions/{early}?phase={phase}").text, early)
        assert re.match(r"The show is planned for .+: going live now is (29 h 59 min|30 h) early\. \d", told), phase
        assert re.search(rf"{len(names)} blocking checks are open: (.+), (.+), (.+) and {len(names) - 3} more\. ", told)
        told = asked_before_air(lead.get(f"/sessions/{soon}?phase={phase}").text, soon)
        assert "blocking checks are open" in told, phase
        assert "planned for" not in told, "it is about time"
    for login in ("lead", "manager"):  # some count only from two people
        with acting(cast.actors[login]):
            for row in checklists.list_page(early).items:
                if row.state is not ItemState.DONE:
                    ticking.tick(row.id, secrets.token_hex(16), "相册")
    told = asked_before_air(lead.get(f"/sessions/{early}").text, early)
    assert told.endswith(" early. Go live now?"), told


def places(text: str, *wanted: str) -> list[int]:
    """Where these headings stand in a page; each has to be there."""
    found = [text.find(f"<h2>{word}</h2>") for word in wanted]
    assert -1 not in found, dict(zip(wanted, found, strict=True))
    return found


def test_each_phase_shows_its_blocks_in_their_order(client_of: Client, cast: Cast, plan: Plan) -> None:
    made = plan(datetime.now(UTC) + timedelta(minutes=10), crew=[("host", cast.host)], targets={"gmv": 5})
    with acting(cast.actors["lead"]):
        services.set_lineup(made, read_lineup("1\t精华\t\t99"))
    lead = client_of("lead")
    page = lead.get(f"/sessions/{made}").text
    order = places(page, "Readiness", "Checklist", "Crew", "Lineup", "Targets")
    assert order == sorted(order)
    assert re.search(
        r'<div class="is-folded">\s*(\{#.*?#\})?\s*<section class="block"><div class="block-head"><h2>Crew', page
    )
    lead.post_form(f"/sessions/{made}/air")
    page = lead.get(f"/sessions/{made}").text
    order = [page.index('class="onair"'), *places(page, "Note it", "Next reading", "Checklist", "Timeline")]
    assert order == sorted(order)
    reading = page[order[2] : order[3]]
    assert f'action="/sessions/{made}/reading"' in reading, "it is typed where it stands"
    lead.post_form(f"/sessions/{made}/log", {"kind": "sound"})
    lead.post_form(f"/sessions/{made}/end")
    with acting(cast.actors["lead"]):
        outcomes.type_figures(made, {"gmv": Decimal(61_000), "viewers": Decimal(1000)})
    page = lead.get(f"/sessions/{made}").text
    assert "Next reading" not in page
    order = places(page, "Result", "Open when it went on air", "Timeline", "Funnel, people", "Review")
    assert order == sorted(order)
