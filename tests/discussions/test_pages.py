"""Comments on pages: plain forms, nothing typed is lost, who sees which button, and other teams see nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest

from planner.base.actor import acting
from planner.discussions import queries, services
from tests.cast import Cast
from tests.discussions.conftest import Client, Things

LANGUAGES = ["zh_Hans_CN", "en"]


def speaking(visitor: Any, language: str) -> Any:
    visitor.post_form("/me/language", {"language": language})
    return visitor


def pages(things: Things) -> list[tuple[str, str]]:
    """Where people talk: the page, and what it is about."""
    session = f"session/{things.session}"
    return [
        (f"/sessions/{things.session}?phase=prepare", session),
        (f"/sessions/{things.session}?phase=air", session),
        (f"/sessions/{things.session}?phase=review", session),
        (f"/sessions/{things.session}/review", session),
        (f"/plan/goals/{things.goal}", f"goal/{things.goal}"),
        (f"/plan/steps/{things.step}", f"step/{things.step}"),
        (f"/findings/{things.finding}", f"finding/{things.finding}"),
    ]


def test_one_talks_on_every_page_and_comes_back_to_it(client_of: Client, cast: Cast, things: Things) -> None:
    host, viewer = client_of("host"), client_of("viewer")
    for number, (page, about) in enumerate(pages(things)):
        text = host.get(page).text
        assert f'action="/comments/{about}"' in text, page
        assert f'name="next" value="{page}"' in text, page
        answer = host.post_form(f"/comments/{about}", {"text": f"第 {number} 次", "next": page})
        assert answer.status_code == 303
        assert re.fullmatch(re.escape(page) + r"#comment-\d+", answer.location), answer.location
        anchor = answer.location.split("#")[1]
        seen = viewer.get(page).text
        assert f'id="{anchor}"' in seen
        assert f"第 {number} 次" in seen
        assert 'name="text"' not in seen, "who only reads has no form"
        assert f"/{anchor.split('-')[1]}/remove" not in seen


def test_a_reply_from_elsewhere_goes_to_the_page_of_the_object(client_of: Client, cast: Cast, things: Things) -> None:
    host = client_of("host")
    host.get("/")
    for odd in ("https://evil.example/", "//evil.example", ""):
        answer = host.post_form(f"/comments/goal/{things.goal}", {"text": "好", "next": odd})
        assert answer.location.startswith(f"/plan/goals/{things.goal}#comment-"), odd
    with acting(cast.actors["host"]):
        made = queries.thread("goal", things.goal).rows[-1].id
    assert host.get(f"/comments/{made}").location == f"/plan/goals/{things.goal}#comment-{made}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("typed", ["", "   ", "长" * 4001])
def test_what_is_refused_is_told_beside_the_field_and_kept(
    client_of: Client, things: Things, language: str, typed: str
) -> None:
    host = speaking(client_of("host"), language)
    back = f"/sessions/{things.session}?phase=air"
    answer = host.post_form(f"/comments/session/{things.session}", {"text": typed, "next": back})
    assert answer.status_code == 422
    told = re.search(r'id="comment-error".*?<span>([^<]+)', answer.text, re.S)
    assert told
    assert bool(re.search(r"[一-鿿]", told[1])) == (language == "zh_Hans_CN")
    assert re.search(r'<textarea[^>]*aria-invalid="true"', answer.text)
    if typed.strip():
        assert f">{typed}</textarea>" in answer.text
    assert f'name="next" value="{back}"' in answer.text, "sent again, it still leads back"


def test_nothing_typed_runs(client_of: Client, things: Things) -> None:
    host = client_of("host")
    host.get("/")
    bad = "<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1))"
    host.post_form(f"/comments/step/{things.step}", {"text": bad})
    text = host.get(f"/plan/steps/{things.step}").text
    assert "&lt;script&gt;" in text
    assert "<script>alert" not in text
    assert 'href="javascript' not in text


def test_own_words_are_changed_on_a_page_of_their_own(client_of: Client, cast: Cast, things: Things) -> None:
    host = speaking(client_of("host"), "en")
    with acting(cast.actors["host"]):
        made = services.add_comment("session", things.session, "@林小雨 第一版")
    page = host.get(f"/sessions/{things.session}").text
    assert f"/comments/{made}/edit" in page
    form = host.get(f"/comments/{made}/edit").text
    assert "@林小雨 第一版</textarea>" in form, "names as they were typed"
    answer = host.post_form(f"/comments/{made}/edit", {"version": "1", "text": "@林小雨 第二版"})
    assert answer.location == f"/sessions/{things.session}#comment-{made}"
    page = host.get(answer.location).text
    assert "第二版" in page
    assert "edited" in page
    undo = re.search(r'action="(/undo/[0-9a-f]{32})"', page)
    assert undo
    stale = host.post_form(f"/comments/{made}/edit", {"version": "1", "text": "第三版"})
    assert stale.status_code == 409
    assert "@林小雨 第二版" in stale.text
    assert "第三版" in stale.text
    assert host.post_form(f"/comments/{made}/edit", {"version": "2", "text": " "}).status_code == 422
    assert host.post_form(undo[1]).status_code == 303
    assert "第一版" in host.get(f"/sessions/{things.session}").text
    for login, status in (("lead", 403), ("member", 403), ("viewer", 403), ("outsider", 404)):
        visitor = client_of(login)
        visitor.get("/")
        answer = visitor.post_form(f"/comments/{made}/edit", {"version": "3", "text": "别人的话"})
        assert answer.status_code == status, login


def test_a_removed_comment_can_be_taken_back_at_once(client_of: Client, cast: Cast, things: Things) -> None:
    with acting(cast.actors["host"]):
        made = services.add_comment("goal", things.goal, "多余的话")
    lead = client_of("lead")
    page = f"/plan/goals/{things.goal}"
    assert f"/comments/{made}/remove" in lead.get(page).text
    assert f"/comments/{made}/edit" not in lead.get(page).text
    answer = lead.post_form(f"/comments/{made}/remove", {"next": page})
    assert answer.location == page + "#comments"
    text = lead.get(page).text
    assert "多余的话" not in text
    undo = re.search(r'action="(/undo/[0-9a-f]{32})"', text)
    assert undo
    assert "多余的话" in lead.get("/trash").text
    assert lead.post_form(undo[1]).status_code == 303
    assert "多余的话" in lead.get(page).text
    for login, status in (("member", 403), ("viewer", 403), ("outsider", 404)):
        visitor = client_of(login)
        visitor.get("/")
        assert visitor.post_form(f"/comments/{made}/remove").status_code == status, login


def test_of_another_team_there_is_nothing(client_of: Client, cast: Cast, things: Things) -> None:
    with acting(cast.actors["host"]):
        made = services.add_comment("session", things.session, "内部的话")
    outsider = client_of("outsider")
    for kind, object_id in things.pairs():
        answer, never = outsider.get(f"/comments/{kind}/{object_id}"), outsider.get(f"/comments/{kind}/999999")
        assert (answer.status_code, never.status_code) == (404, 404)
        assert outsider.post_form(f"/comments/{kind}/{object_id}", {"text": "x"}).status_code == 404
    assert outsider.get(f"/comments/{made}").status_code == 404
    assert outsider.get(f"/comments/{made}/edit").status_code == 404
    lead = client_of("lead")
    for odd in ("period/1", "nothing/1", "%00/1", "session/99999999999999999999", "session/0"):
        assert lead.get(f"/comments/{odd}").status_code == 404, odd
    assert lead.get(f"/comments/session/{things.session}?before=x").status_code == 200


def test_earlier_comments_are_one_link_away(client_of: Client, cast: Cast, things: Things) -> None:
    with acting(cast.actors["lead"]):
        for number in range(queries.SHOWN + 2):
            services.add_comment("goal", things.goal, f"话{number:03}")
    viewer = client_of("viewer")
    text = viewer.get(f"/plan/goals/{things.goal}").text
    assert "话000" not in text
    link = re.search(r'href="(/comments/goal/\d+\?before=\d+)"', text)
    assert link
    earlier = viewer.get(link[1]).text
    assert "话000" in earlier
    assert "话031" not in earlier


def test_ones_data_holds_ones_words(client_of: Client, cast: Cast, things: Things) -> None:
    with acting(cast.actors["host"]):
        services.add_comment("session", things.session, "我的话")
    told = client_of("host").get("/me/data.json").get_json()
    assert [c["text"] for c in told["comments"]] == ["我的话"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_calls_nobody_is_told_so(client_of: Client, cast: Cast, things: Things, language: str) -> None:
    host = speaking(client_of("host"), language)
    page = f"/plan/steps/{things.step}"
    host.get(page)
    host.post_form(f"/comments/step/{things.step}", {"text": "@林 看一下", "next": page})
    told = host.get(page).text
    assert ("没有叫 @林 的人" if language != "en" else "Nobody in the team is called @林") in told
    host.post_form(f"/comments/step/{things.step}", {"text": "@林小雨 看一下", "next": page})
    assert "Nobody in the team" not in host.get(page).text
    names = host.get("/comments/names").get_json()["names"]
    assert {"name": "林小雨", "login": "lead"} in names
    assert client_of("viewer").get("/comments/names").status_code == 403
    other = client_of("outsider").get("/comments/names").get_json()["names"]
    assert all(one["login"] != "lead" for one in other)
