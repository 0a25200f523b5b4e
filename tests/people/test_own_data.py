"""One's own data: everything comes along, and after erasing the name stands nowhere in the database."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import JSON, String, Text, cast, select

from planner.base import audit, undo
from planner.base import unit as units
from planner.base.actor import Actor, acting
from planner.base.engine import engine
from planner.base.models import Base
from planner.base.verbs import last_command
from planner.checklists import queries as checklists
from planner.checklists import services as ticking
from planner.discussions import services as talk
from planner.kernel.permissions import Role
from planner.live import queries as live
from planner.live import services as sessions
from planner.live.models import LiveSession
from planner.live.rules import LogKind, Weight
from planner.live.services import ShiftIn
from planner.outcomes import services as outcomes
from planner.people import queries, services
from planner.plan import services as planning
from planner.plan.rules import Repeat, Rhythm
from planner.resources import queries as budgets
from planner.resources import services as money
from planner.resources.rules import Kind, KitWish, Line, PayWay, Wish
from planner.resources.rules.envelopes import CreditKind
from tests.cast import PASSWORD, Cast
from tests.conftest import Visitor

As = Callable[[str], AbstractContextManager[Actor]]
Browsers = Callable[[str], Visitor]
NAME, LOGIN, MAIL = "独孤九剑", "dugu.jiujian", "dugu.jiujian@example.com"


@pytest.fixture
def sword(client_of: Browsers, cast: Cast, db: Flask, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """Somebody whose name is nobody else's word, who joined by an invitation that also went by mail, and is signed in."""
    server = {"host": "127.0.0.1", "port": 9, "user": "", "password": "", "tls": "", "from_name": "", "from": "p@x.cn"}
    monkeypatch.setitem(db.config, "MAIL", server)
    lead = client_of("lead")
    invited = lead.post_form("/settings/people/invite", {"role": "lead", "name": NAME, "mail": MAIL, "language": "en"})
    path = "/invite/" + invited.text.split("/invite/")[1].split("<")[0]
    visitor = client_of("")
    visitor.get(path)
    joined = visitor.post_form(path, {"login": LOGIN, "name": NAME, "password": PASSWORD})
    assert joined.status_code == 303
    visitor.get("/me")
    assert visitor.post_form("/me", {"name": NAME, "mail": MAIL, "density": ""}).status_code == 303
    user_id = next(p.user_id for p in people(cast) if p.login == LOGIN)
    assert lead.post_form(f"/settings/people/{user_id}/reset", {"by_mail": "1"}).status_code == 200
    cast.actors["sword"] = Actor(user_id, LOGIN, NAME, cast.team, Role.LEAD, language="en", team_name="晨光")
    return visitor


def people(cast: Cast) -> list[queries.Person]:
    with acting(cast.actors["lead"]):
        return queries.people()


def work(cast: Cast, as_: As) -> int:
    """Everything one can do for the team, by the sword; answers the session."""
    sword = cast.actors["sword"].user_id or 0
    start = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=10)
    with as_("lead"):
        place = {p.key: p.id for p in queries.positions()}
        services.set_positions(sword, [place["host"], place["control"]])
        crew = [ShiftIn(place[key], sword, start, start + timedelta(hours=4)) for key in ("host", "control", "tech")]
        made = sessions.schedule_session("夜场", Weight.DAILY, cast.channel, cast.studio, start, 240, shifts=crew)
        period = planning.add_period("季度", start.date(), start.date() + timedelta(days=60))
        goal = planning.add_goal(period, "涨粉", sword)
        step = planning.add_step("剪切片", sword, start.date(), None, goal)
        planning.repeat_step(step, 1, None, Repeat(Rhythm.WORKDAYS, lead=0))
    with as_("sword"):
        services.set_pin("the hash of a pin")
        planning.check_in(goal, f"{NAME} 拍了两条")
        item = next(i for i in checklists.list_page(made).items if i.user_id == sword)
        ticking.tick(item.id, secrets.token_hex(16), "看过了")
        sessions.give_go(made, "人齐")
        sessions.go_live(made)
        entry = sessions.log_entry(made, LogKind.SOUND, secrets.token_hex(16), note="麦有底噪")
        sessions.note_log(entry, "麦有底噪，已换")
        sessions.end_live(made)
        outcomes.open_review(made)
        outcomes.add_finding(made, "开场慢")
        comment = talk.add_comment("session", made, f"{NAME} 先下班了")
        talk.edit_comment(comment, 1, f"{NAME} 下班了")
        wish = Wish(
            Kind.ONE_OFF, "补光灯", f"{NAME} 那间太暗", budgets.categories()[0].id, start.date(),
            (Line("灯", Decimal(1), 100_00, f"{NAME} 的朋友"),), payee=NAME, pay_way=PayWay.TRANSFER,
        )  # fmt: skip
        asked = money.draft(wish)
        money.submit(asked, 1)
        money.keep_template(asked, f"{NAME} 的灯")
        day = start.date() - timedelta(days=2)
        money.add_credit(cast.channel, CreditKind.RECHARGE, 100_00, day, None, f"{NAME} 充的")
        money.add_work_days(day, None, False, f"{NAME} 生日")
        money.add_kit(KitWish(f"{NAME} 的耳机", cast.studio, Decimal(1), serial=f"{NAME}-1", note=f"{NAME} 保管"))
        money.delegate(None, cast.member, start.date(), start.date() + timedelta(days=9), "休假")
    with as_("lead"):
        talk.add_comment("session", made, f"@{NAME} 辛苦了")
    return made


def said(words: tuple[str, ...]) -> list[str]:
    """Every table and column in which one of these words stands, in text or in JSON."""
    found = []
    with engine().connect() as link:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if not isinstance(column.type, (String, Text, JSON)):
                    continue
                held = link.execute(select(cast(column, Text)).where(column.is_not(None))).scalars()
                shapes = {shape for word in words for shape in (word, json.dumps(word)[1:-1])}
                found += [f"{table.name}.{column.name}" for value in held if any(s in value for s in shapes)]
    return sorted(set(found))


@pytest.mark.engines
def test_the_scan_would_find_a_name(sword: Visitor, cast: Cast, as_: As) -> None:
    work(cast, as_)
    found = said((NAME, LOGIN, MAIL))
    assert {"user_account.name", "user_account.login", "user_account.mail", "one_time_link.name", "job.args"} <= set(
        found
    )


@pytest.mark.engines
def test_the_name_stands_nowhere_after_erasing_and_the_history_still_verifies(
    sword: Visitor, cast: Cast, as_: As, db: Flask
) -> None:
    made = work(cast, as_)
    with as_("lead"):
        audit.seal()
    assert sword.post_form("/me/erase", {"old": "wrong"}).status_code == 422
    assert sword.post_form("/me/erase", {"old": PASSWORD}).status_code == 303
    assert said((NAME, LOGIN, MAIL)) == []
    with as_("lead"), db.test_request_context():
        assert audit.seal() > 0
        verdict = audit.verify()
        assert (verdict.bad, verdict.unsealed) == (None, 0)
        told = live.missing_of(live.brief(made))
        assert told
        assert "former member" in {m.who.split(" · ")[-1] for m in told}
    page = Visitor(db.test_client())
    page.get("/login")
    page.post_form("/login", {"login": "lead", "password": PASSWORD})
    for path in (f"/sessions/{made}?phase=review", f"/sessions/{made}/review", f"/history/session/{made}", "/news"):
        answer = page.get(path)
        assert answer.status_code == 200, path
        assert NAME not in answer.text, path
    assert "已注销" in page.get(f"/sessions/{made}/review").text


@pytest.mark.engines
def test_names_that_older_sessions_kept_are_erased_too(sword: Visitor, cast: Cast, as_: As, db: Flask) -> None:
    """Before, whom a check waited for was kept by name, on the session and in what history has of it."""
    made, other = work(cast, as_), []
    with as_("lead"):
        for who in (NAME, "小米"):
            other.append(sessions.duplicate_session(made, datetime.now(UTC) + timedelta(days=len(other) + 3)))
            with units.writing("tests.older"):
                one = units.current().session.get(LiveSession, other[-1])
                assert one is not None
                one.missing = [{"key": "item-1", "text": "试麦", "who": who, "due": None}]
        with units.writing("tests.older"):
            gone = units.current().session.get(LiveSession, other[0])
            assert gone is not None
            gone.missing = None
        audit.seal()
    assert {"audit_entry.changes"} <= set(said((NAME,)))
    assert sword.post_form("/me/erase", {"old": PASSWORD}).status_code == 303
    assert said((NAME, LOGIN, MAIL)) == []
    with as_("lead"):
        assert audit.verify().bad is None
        assert [m.who for m in live.missing_of(live.brief(other[1]))] == ["小米"], "others keep theirs"
    assert "小米" in str(said_in("audit_entry", "changes")), "and so does the history of theirs"


def said_in(table: str, column: str) -> list[str]:
    with engine().connect() as link:
        held = link.execute(select(Base.metadata.tables[table].c[column])).scalars()
        return [json.dumps(value, ensure_ascii=False) for value in held if value]


def test_what_was_erased_is_not_undone(sword: Visitor, cast: Cast, as_: As, db: Flask) -> None:
    with as_("sword"):
        services.erase_me()
        command = last_command.get() or ""
    assert command
    with as_("lead"), pytest.raises(Exception, match="undone"):
        undo.undo(command)


@pytest.mark.engines
def test_everything_comes_along(sword: Visitor, cast: Cast, as_: As, client_of: Browsers) -> None:
    work(cast, as_)
    answer = sword.get("/me/data.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    told: dict[str, Any] = json.loads(answer.data)
    assert told["account"]["login"] == LOGIN
    empty = {name for name, held in told.items() if not held}
    assert empty == {
        "files", "readings", "sessions_planned", "verdicts", "imports", "figures_typed", "sop_proposals",
        "days_away", "draws", "draw_steps", "handovers", "handovers_signed", "log_times", "log_photos",
        "slips_put_right", "notice_habits", "last_letter", "daily_reports", "attachments", "saved_views", "object_links", "chat_names",
        "request_events", "request_verdicts",
    }, "what was not done is empty, and nothing else is"  # fmt: skip
    assert {s["position"] for s in told["shifts"]} == {"host", "control", "tech"}
    assert {s["session"] for s in told["shifts"]} == {"夜场"}
    assert [(t["act"], t["note"], t["by_me"]) for t in told["ticks"]] == [("done", "看过了", True)]
    assert [n["text"] for n in told["log_notes"]] == ["麦有底噪", "麦有底噪，已换"]
    assert [s["title"] for s in told["steps"]] == ["剪切片"]
    assert [s["title"] for s in told["repeating_steps"]] == ["剪切片"]
    assert [g["title"] for g in told["goals"]] == ["涨粉"]
    assert [c["note"] for c in told["check_ins"]] == [f"{NAME} 拍了两条"]
    assert [f["title"] for f in told["findings"]][-1] == "开场慢"
    assert told["goes"][0]["go_note"] == "人齐"
    assert "live.WentLive" in {n["name"] for n in told["news"]}
    assert "people.MemberJoined" in {n["name"] for n in told["news"]}, "news about oneself, too"
    assert {c["kind"] for c in told["changes"]} >= {"live_session", "finding"}
    for secret in ("argon2", "token", "password"):
        assert secret not in answer.text
    others = json.loads(client_of("member").get("/me/data.json").data)
    assert {name for name, held in others.items() if held} <= {
        "account", "memberships", "devices", "news", "delegations", "notices",
    }  # fmt: skip
    assert NAME not in json.dumps(others, ensure_ascii=False)


@pytest.mark.engines
def test_data_of_every_team_comes_along(cast: Cast, as_: As, client_of: Browsers, db: Flask) -> None:
    with as_("outsider"):
        services.invite(Role.LEAD, "", "e" * 64)
    with as_("host"):
        services.accept_as_me("e" * 64)
    both = Actor(cast.host, "host", "小米", cast.other_team, Role.LEAD, team_name="暮色")
    with acting(both):
        planning.add_step("别的组的事", cast.host, None, None, None)
    told = json.loads(client_of("host").get("/me/data.json").data)
    assert [(s["team"], s["title"]) for s in told["steps"]] == [("暮色", "别的组的事")]
    assert {m["team"] for m in told["memberships"]} == {"晨光", "暮色"}
