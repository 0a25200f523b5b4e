"""Files on pages: plain forms, a script's way, who sees which button, how a file is served, other teams see nothing."""

from __future__ import annotations

import io
import re
from typing import Any
from urllib.parse import quote, unquote

import pytest

from planner.base.actor import acting
from planner.discussions import queries, services
from tests.cast import Cast
from tests.conftest import Visitor
from tests.discussions.conftest import Client, Things
from tests.discussions.test_files import PDF, names, picture

TICK = {"X-Requested-With": "tick"}


def sent(*files: tuple[str, bytes], **more: str) -> dict[str, Any]:
    return {"files": [(io.BytesIO(data), name) for name, data in files], **more}


def send(visitor: Visitor, path: str, data: dict[str, Any], **more: Any) -> Any:
    return visitor.post_form(path, data, content_type="multipart/form-data", **more)


def brought(cast: Cast, things: Things, *files: tuple[str, bytes], login: str = "host") -> list[int]:
    with acting(cast.actors[login]):
        return services.add_files("step", things.step, services.read_files(files))


def test_files_are_attached_from_every_page_and_lead_back_to_it(client_of: Client, cast: Cast, things: Things) -> None:
    host, viewer = client_of("host"), client_of("viewer")
    pages = [
        (f"/sessions/{things.session}?phase=air", "session", things.session),
        (f"/plan/goals/{things.goal}", "goal", things.goal),
        (f"/plan/steps/{things.step}", "step", things.step),
        (f"/findings/{things.finding}", "finding", things.finding),
    ]
    for page, kind, object_id in pages:
        link = re.search(rf'href="(/files/{kind}/{object_id}\?next=[^"]*)"', host.get(page).text)
        assert link, page
        assert unquote(link[1]).endswith(f"?next={page}")
        form = host.get(link[1]).text
        assert 'enctype="multipart/form-data"' in form
        back = re.search(r'name="next" value="([^"]*)"', form.split("multipart/form-data")[1])
        assert back
        answer = send(host, f"/files/{kind}/{object_id}", sent(("价.pdf", PDF), ("图.png", picture()), next=back[1]))
        assert (answer.status_code, answer.location) == (303, f"{page}#files")
        seen = viewer.get(page).text
        assert 'id="files"' in seen
        assert "价.pdf" in seen
        assert "/small.jpg" in seen
        assert "data-attach" not in seen, "who only reads attaches nothing"
        assert "/remove" not in seen


def test_what_was_attached_is_taken_back_by_one_tap(client_of: Client, cast: Cast, things: Things) -> None:
    host = client_of("host")
    answer = send(host, f"/files/step/{things.step}", sent(("一.pdf", PDF), ("二.pdf", PDF)))
    text = host.get(answer.location).text
    undo = re.search(r'action="(/undo/[0-9a-f]{32})"', text)
    assert undo
    assert host.post_form(undo[1]).status_code == 303
    with acting(cast.actors["host"]):
        assert names("step", things.step) == []


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_what_is_refused_is_told_beside_the_field_file_by_file(
    client_of: Client, cast: Cast, things: Things, language: str
) -> None:
    host = client_of("host")
    host.post_form("/me/language", {"language": language})
    path, back = f"/files/step/{things.step}", f"/plan/steps/{things.step}#files"
    answer = send(host, path, sent(("好.pdf", PDF), ("空.csv", b""), ("程序.exe", b"MZ\x90\x00"), next=back))
    assert answer.status_code == 422
    told = re.search(r'id="files-error">.*?<span>(.*?)</span>', answer.text, re.S)
    assert told
    assert "空.csv" in told[1]
    assert "程序.exe" in told[1]
    assert "好.pdf" not in told[1]
    assert ("None of the files" in told[1]) == (language == "en")
    assert re.search(r'<input[^>]*name="files"[^>]*aria-invalid="true"', answer.text)
    assert f'name="next" value="{back}"' in answer.text, "sent again, it still leads back"
    nothing = send(host, path, sent(next=back))
    assert nothing.status_code == 422
    assert 'id="files-error"' in nothing.text
    with acting(cast.actors["host"]):
        assert names("step", things.step) == []


def test_a_file_larger_than_the_team_may_send_is_told_so(
    client_of: Client, cast: Cast, things: Things, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = client_of("host").in_english()
    monkeypatch.setitem(app.config, "MAX_FILE_SIZE", 1024 * 1024)
    answer = send(host, f"/files/step/{things.step}", sent(("大.pdf", PDF + b"x" * 1024 * 1024)))
    assert answer.status_code == 422
    assert "大.pdf is larger than 1 MB." in answer.text


def test_a_script_gets_an_address_or_a_sentence(client_of: Client, cast: Cast, things: Things) -> None:
    host = client_of("host").in_english()
    page = f"/plan/steps/{things.step}"
    host.get(page)
    answer = send(host, f"/files/step/{things.step}?next={page}", sent(("一.pdf", PDF)), headers=TICK)
    assert answer.get_json() == {"ok": True, "url": f"{page}#files"}
    assert "/undo/" in host.get(page).text, "the page that is loaded next offers it"
    bad = send(host, f"/files/step/{things.step}", sent(("空.pdf", b"")), headers=TICK)
    assert (bad.status_code, bad.get_json()) == (422, {"ok": False, "message": "空.pdf is empty."})
    stranger = client_of("outsider")
    assert send(stranger, f"/files/step/{things.step}", sent(("一.pdf", PDF)), headers=TICK).status_code == 404
    viewer = client_of("viewer")
    assert send(viewer, f"/files/step/{things.step}", sent(("一.pdf", PDF)), headers=TICK).status_code == 403


def test_a_file_is_served_to_be_saved_and_never_to_run(client_of: Client, cast: Cast, things: Things) -> None:
    paper, shown = brought(cast, things, ('报价 "终".pdf', PDF), ("图.png", picture()))
    viewer = client_of("viewer")
    for path, mime in ((f"/files/{paper}/download", "application/pdf"), (f"/files/{shown}/download", "image/jpeg")):
        answer = viewer.get(path)
        assert (answer.status_code, answer.mimetype) == (200, mime)
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    named = viewer.get(f"/files/{paper}/download").headers["Content-Disposition"]
    assert f"filename*=UTF-8''{quote('报价 _终_.pdf', safe='')}" in named
    assert viewer.get(f"/files/{paper}/download").data == PDF
    assert viewer.get(f"/files/{paper}/whole.jpg").status_code == 404, "only a picture is drawn on a page"
    assert viewer.get(f"/files/{paper}/small.jpg").status_code == 404
    assert viewer.get(f"/files/{shown}/small.jpg").mimetype == "image/jpeg"


def test_a_file_has_a_page_with_what_it_hangs_on(client_of: Client, cast: Cast, things: Things) -> None:
    paper, first, second = brought(cast, things, ("价.csv", b"a,b"), ("一.png", picture()), ("二.png", picture()))
    host, viewer = client_of("host").in_english(), client_of("viewer").in_english()
    page = viewer.get(f"/files/{first}").text
    assert "<title>一.jpg" in page
    assert "竞品分析" in page
    assert f"/files/{second}" in page
    assert f"/files/{paper}" not in page
    assert "1/2" in page
    assert "/remove" not in page
    assert "Sheet" in viewer.get(f"/files/{paper}").text
    assert f"/files/{first}/remove" in host.get(f"/files/{first}").text
    answer = host.post_form(f"/files/{first}/remove")
    assert (answer.status_code, answer.location) == (303, f"/plan/steps/{things.step}#files")
    assert host.get(f"/files/{first}").status_code == 404
    assert "一.jpg" in client_of("lead").get("/trash").text


def test_of_another_team_there_is_nothing_to_fetch(client_of: Client, cast: Cast, things: Things) -> None:
    paper, shown = brought(cast, things, ("价.pdf", PDF), ("图.png", picture()))
    outsider = client_of("outsider")
    for path in (
        f"/files/{paper}", f"/files/{paper}/download", f"/files/{shown}/whole.jpg", f"/files/{shown}/small.jpg",
        f"/files/step/{things.step}", "/files/period/1", "/files/nothing/1", "/files/step/99999999999999999999",
    ):  # fmt: skip
        assert outsider.get(path).status_code == 404, path
    outsider.get("/")
    assert outsider.post_form(f"/files/{paper}/remove").status_code == 404
    with acting(cast.actors["host"]):
        assert len(queries.files_of("step", things.step).beside.files) == 2
    nobody = client_of("")
    assert nobody.get(f"/files/{paper}/download").status_code == 303


def test_whose_it_is_and_who_has_spoken_there_are_told(client_of: Client, cast: Cast, things: Things) -> None:
    brought(cast, things, ("价.pdf", PDF), ("量.pdf", PDF), login="lead")
    owner = client_of("member").in_english()
    assert "Attached: 价.pdf and 1 more" in owner.get("/inbox").text
    assert "Attached" not in client_of("lead").in_english().get("/inbox").text
    brought(cast, things, ("答.pdf", PDF), login="member")
    assert "Attached: 答.pdf" in client_of("lead").in_english().get("/inbox").text, "who brought a file has spoken"
