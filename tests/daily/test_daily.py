"""The daily report: compiled from what was done, edited, sent once at the team's hour or by hand, kept as sent."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from planner.base import jobs
from planner.base import unit as units
from planner.base.actor import Actor, acting
from planner.bots import services as bots
from planner.bots.jobs import tell_bots
from planner.bots.rules import Topic, Vendor
from planner.daily import queries, rules, services
from planner.daily.jobs import send_reports
from planner.daily.rules import Part, Source
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, Refused, Stale
from planner.live import services as live
from planner.live.rules import Weight
from planner.live.services import ShiftIn
from planner.outcomes import services as outcomes
from planner.people import queries as people
from planner.plan import services as plan
from tests.bots.conftest import Town
from tests.cast import Cast
from tests.conftest import Visitor

As = Callable[[str], AbstractContextManager[Actor]]
Client = Callable[[str], Visitor]
Rows = Callable[..., list[Any]]
ZONE = "Asia/Shanghai"
EVENING = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
"""22:30 on the team's clock."""

DAY = date(2026, 11, 23)


@pytest.fixture
def at_night() -> Any:
    """The clock stands in the evening."""
    with clock.standing(EVENING):
        yield


# ---------------------------------------------------------------- rules


@given(st.lists(st.tuples(st.sampled_from(Part), st.text("甲乙ab1 ", min_size=1, max_size=9)), max_size=30))
def test_every_source_stands_in_the_text_once_under_its_head(given: list[tuple[Part, str]]) -> None:
    heads = {Part.DONE: "今日完成", Part.NEXT: "下一步", Part.BLOCKED: "卡点"}
    text = rules.text_of("日报", heads, [Source(part, words) for part, words in given])
    blocks = text.split("\n\n")
    assert blocks[0] == "日报"
    told = [block.split("\n") for block in blocks[1:]]
    assert [block[0] for block in told] == [heads[part] for part in Part if any(p is part for p, _w in given)]
    assert [line.split(". ", 1)[1] for block in told for line in block[1:]] == [
        words for part in Part for p, words in given if p is part
    ]


@pytest.mark.parametrize(
    ("send_at", "hour", "minute", "out"),
    [
        (22 * 60, 21, 59, False), (22 * 60, 22, 0, True), (22 * 60, 23, 59, True), (22 * 60, 24, 0, False),
        (60, 24, 59, False), (60, 25, 0, True), (60, 26, 59, True), (60, 27, 0, False), (60, 1, 0, False),
    ],
)  # fmt: skip
def test_the_hour_belongs_to_the_business_day(send_at: int, hour: int, minute: int, out: bool) -> None:
    now = datetime(2026, 11, 22, 16, tzinfo=UTC) + timedelta(hours=hour, minutes=minute)
    assert rules.goes_out(now, DAY, send_at, ZONE, 360) is out


# ---------------------------------------------------------------- compiling


def a_day(cast: Cast, as_: As) -> int:
    """A day of 阿强: in a show, ticking nothing, a step finished, one that is due, one that waits."""
    with as_("lead"):
        start = EVENING - timedelta(hours=4)
        position = next(p.id for p in people.positions() if p.key == "control")
        crew = [ShiftIn(position, cast.member, start, start + timedelta(hours=3))]
        with clock.standing(EVENING - timedelta(hours=8)):
            session_id = live.schedule_session(
                "秋冬修护专场", Weight.DAILY, cast.channel, cast.studio, start, 180, shifts=crew
            )
            done = plan.add_step("补拍主图", cast.member, DAY)
            plan.add_step("对样品", cast.member, DAY + timedelta(days=1))
            waits = plan.add_step("投放对照表", cast.member, None)
            plan.wait_for(waits, 1, "财务给账单")
        with clock.standing(start):
            live.go_live(session_id)
        with clock.standing(start + timedelta(hours=3)):
            live.end_live(session_id)
        outcomes.type_figures(session_id, {"gmv": Decimal("80000")})
    with as_("member"):
        plan.move_step(done, "finish")
    return session_id


@pytest.mark.engines
@pytest.mark.usefixtures("at_night")
def test_a_report_says_what_was_really_done_what_comes_and_what_waits(cast: Cast, as_: As, db: Flask) -> None:
    a_day(cast, as_)
    with as_("member"):
        told = queries.daily_page(DAY, False).text
    assert told.splitlines()[0] == "Daily report · 阿强 · Mon 23 Nov"
    assert "18:30–21:30 秋冬修护专场" in told
    assert "补拍主图" in told.split("Up next")[0]
    assert "对样品 (by Tue 24 Nov)" in told.split("Up next")[1]
    assert "投放对照表: waits for 财务给账单" in told.split("What is stuck")[1]
    with as_("lead"):
        mine, team = queries.daily_page(DAY, False).text, queries.daily_page(DAY, True).text
    assert "Figures brought: 秋冬修护专场" in mine
    assert "补拍主图" not in mine
    assert "GMV ¥80,000.00" in team
    assert "补拍主图, by 阿强" in team
    with as_("outsider"):
        other = queries.daily_page(DAY, True)
        assert (other.sources, other.others) == ([], [])


@pytest.mark.engines
@pytest.mark.usefixtures("at_night")
def test_what_was_taken_back_is_not_said(cast: Cast, as_: As, rows: Rows) -> None:
    a_day(cast, as_)
    with as_("member"):
        ((step_id,),) = rows("SELECT id FROM step WHERE title = '补拍主图'")
        assert "补拍主图" in queries.daily_page(DAY, False).text.split("Up next")[0]
        plan.move_step(step_id, "reopen")
        assert "补拍主图" not in queries.daily_page(DAY, False).text.split("Up next")[0]


# ---------------------------------------------------------------- writing and sending


@pytest.mark.engines
@pytest.mark.usefixtures("at_night")
def test_a_report_is_kept_told_when_stale_and_never_written_for_others(cast: Cast, as_: As, db: Flask) -> None:
    with as_("member"):
        services.save_report(DAY, False, 0, "我今天\n做完了")
        assert queries.daily_page(DAY, False).text == "我今天\n做完了"
        with pytest.raises(Stale):
            services.save_report(DAY, False, 7, "另一个窗口")
        services.save_report(DAY, False, 1, "改过的")
        for wrong in (DAY + timedelta(days=1), DAY - timedelta(days=8)):
            with pytest.raises(Invalid):
                services.save_report(wrong, False, 0, "x")
        for text in ("", " \n ", "长" * 4001):
            with pytest.raises(Invalid):
                services.save_report(DAY, False, 2, text)
        with pytest.raises(Forbidden):
            services.save_report(DAY, True, 0, "团队的")
    with as_("lead"):
        page = queries.daily_page(DAY, False)
        assert "改过的" not in page.text
        assert page.others == [], "what is not sent is nobody else's to read"
        services.save_report(DAY, True, 0, "团队的")


@pytest.mark.usefixtures("at_night")
def test_without_a_group_it_is_not_sent_and_stays_open(cast: Cast, as_: As, db: Flask, rows: Rows) -> None:
    with as_("member"), pytest.raises(Refused, match="No group bot"):
        services.send_report(DAY, False, 0, "我的")
    assert rows("SELECT 1 FROM daily_report") == []


@pytest.mark.engines
def test_at_the_hour_of_the_team_all_goes_out_once_and_stays_as_sent(
    cast: Cast, as_: As, town: Town, rows: Rows
) -> None:
    group = town.groups[Vendor.FEISHU]
    group.now = EVENING.timestamp
    with clock.standing(EVENING - timedelta(hours=6)), as_("lead"):
        bots.add_bot(town.wish(topics=(Topic.DAILY,)))
        services.set_daily_rules(0, True, 22 * 60 + 30)
    with clock.standing(EVENING - timedelta(minutes=5)):
        with as_("member"):
            services.save_report(DAY, False, 0, "阿强今天\n1. 试音 @所有人")
        send_reports()
        assert rows("SELECT 1 FROM daily_report WHERE sent_at IS NOT NULL") == []
    with clock.standing(EVENING):
        a_day(cast, as_)
    for minute in (1, 2, 60):
        with clock.standing(EVENING + timedelta(minutes=minute)):
            send_reports()
            tell_bots()
            jobs.run_pending()
            if minute == 2:
                with as_("member"), pytest.raises(Refused, match="sent already"):
                    services.save_report(DAY, False, 1, "改口")
    (text,) = [group.text(n) for n in range(len(group.said))]
    assert "日报 · 晨光 · 11月23日 周一" in text
    assert "补拍主图（阿强）" in text
    assert text.index("日报 · 晨光") < text.index("阿强今天") < text.index("试音 ＠所有人")
    assert len(rows("SELECT 1 FROM daily_report WHERE sent_at IS NOT NULL")) == 2
    with clock.standing(EVENING + timedelta(minutes=90)), as_("host"):
        assert [other.name for other in queries.daily_page(DAY, False).others] == ["晨光", "阿强"]


def test_who_erases_their_data_takes_the_words_along(cast: Cast, as_: As, db: Flask, rows: Rows) -> None:
    with as_("member"):
        with clock.standing(EVENING):
            services.save_report(DAY, False, 0, "只有我知道")
        assert "只有我知道" in str(people.my_data())
        with acting(jobs.program_for(None)):
            forget(cast.member)
    assert "只有我知道" not in str(rows("SELECT * FROM daily_report")) + str(rows("SELECT * FROM audit_entry"))


def forget(user_id: int) -> None:
    """As the command that erases somebody's data does."""
    from planner.base import unit as units  # noqa: PLC0415

    with units.writing("tests"):
        services.forget_person(user_id, "阿强")


# ---------------------------------------------------------------- pages


def test_the_page_without_javascript(client_of: Client, as_: As, cast: Cast, town: Town) -> None:
    member = client_of("member").in_english()
    page = member.get("/daily").text
    assert "<title>Daily report" in page
    assert "<textarea" in page
    assert 'data-copy="#text"' in page
    saved = member.post_form("/daily", {"text": "今天试了新话术", "version": ""})
    assert saved.status_code == 303
    assert "今天试了新话术" in member.get("/daily").text
    assert "今天试了新话术" not in member.get("/daily?anew=1").text
    stale = member.post_form("/daily", {"text": "旧窗口", "version": "9"})
    assert stale.status_code == 409
    assert "旧窗口" in stale.text
    assert "今天试了新话术" in stale.text
    refused = member.post_form("/daily/send", {"text": "今天试了新话术", "version": "1"})
    assert refused.status_code == 422
    assert "No group bot takes daily reports" in refused.text
    assert "今天试了新话术" in refused.text
    with as_("lead"):
        bots.add_bot(town.wish(topics=(Topic.DAILY,)))
    assert member.post_form("/daily/send", {"text": "最后一版", "version": "1"}).status_code == 303
    page = member.get("/daily").text
    assert "It stays as it was sent" in page
    assert "<textarea" not in page
    assert "最后一版" in client_of("host").get("/daily").text
    assert "最后一版" not in client_of("outsider").get("/daily").text


@pytest.mark.parametrize(
    "query",
    ["?day=x", "?day=0001-01-01", "?day=9999-12-31", "?of=nobody", "?day=2020-01-01", "?day=2030-01-01&of=team"],
)
def test_odd_days_are_no_fault(client_of: Client, query: str) -> None:
    visitor = client_of("member")
    assert visitor.get(f"/daily{query}").status_code == 200
    assert visitor.post_form(f"/daily{query}", {"text": "", "version": "x"}).status_code == 422


def test_who_may(client_of: Client, cast: Cast, town: Town) -> None:
    assert client_of("viewer").get("/daily").status_code == 403
    member = client_of("member")
    assert "<textarea" not in member.get("/daily?of=team").text
    assert member.post_form("/daily?of=team", {"text": "x", "version": ""}).status_code == 403
    assert member.get("/settings/daily").status_code == 403
    lead = client_of("lead")
    assert "<textarea" in lead.get("/daily?of=team").text
    assert lead.get("/settings/daily").status_code == 200
    assert lead.post_form("/settings/daily", {"is_on": "y", "send_at": "1350", "version": ""}).status_code == 303
    alone = lead.get("/daily").text
    assert "22:30" not in alone, "nobody takes it, so nothing is promised"
    assert 'formaction="/daily/send' not in alone
    with acting(cast.actors["lead"]):
        bots.add_bot(town.wish(topics=(Topic.DAILY,)))
    told = lead.get("/daily").text
    assert "22:30" in told
    assert 'formaction="/daily/send' in told
    assert lead.post_form("/settings/daily", {"is_on": "y", "send_at": "1320", "version": "7"}).status_code == 409


def test_what_is_still_to_come_this_night_is_told(cast: Cast, db: Flask) -> None:
    start = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)  # half past four, before the business day ends
    with clock.standing(EVENING), acting(cast.actors["lead"]):
        host = next(p.id for p in people.positions() if p.key == "host")
        crew = [live.ShiftIn(host, cast.host, start, start + timedelta(hours=2))]
        live.schedule_session("凌晨清仓场", Weight.DAILY, cast.channel, None, start, 120, shifts=crew)
        with units.reading():
            told = [s.text for s in queries.sources_of_team(DAY) if s.part is Part.NEXT]
            mine = [s.text for s in queries.sources_of_person(cast.host, DAY) if s.part is Part.NEXT]
        assert any("凌晨清仓场" in words for words in told)
        assert any("凌晨清仓场" in words for words in mine)
    with clock.standing(start + timedelta(hours=12)), acting(cast.actors["lead"]), units.reading():
        assert all("凌晨清仓场" not in s.text for s in queries.sources_of_team(DAY)), "it never went on air"
