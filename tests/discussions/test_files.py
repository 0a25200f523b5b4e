"""Files on everything people talk about: what is taken, who may, whose they are, history, trash, undo, one's own data."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from planner.base import exports, trash, undo
from planner.base.actor import Actor, acting
from planner.base.verbs import last_command
from planner.discussions import queries, rules, services
from planner.history import queries as history
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.outcomes import services as outcomes
from planner.people import queries as people
from planner.plan import services as plan
from tests.cast import Cast
from tests.discussions.conftest import Things

Rows = Callable[..., list[Any]]
MOST = 16 * 1024 * 1024
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"


def picture(size: tuple[int, int] = (400, 300), kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind)
    return out.getvalue()


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return out.getvalue()


def office(part: str, *more: str) -> bytes:
    return packed("[Content_Types].xml", part, *more)


XLSX = exports.made("xlsx", "表", ["甲"], [["1"]])

# ---------------------------------------------------------------- what is taken, without a database


@pytest.mark.parametrize(
    ("name", "data", "shown", "sort"),
    [
        ("合同.pdf", PDF, "合同.pdf", "pdf"),
        ("预算.XLSX", XLSX, "预算.XLSX", "sheet"),
        ("稿子.docx", office("word/document.xml"), "稿子.docx", "document"),
        ("提案.pptx", office("ppt/presentation.xml"), "提案.pptx", "slides"),
        ("场次.csv", "场次,销售额\n一,2".encode("gb18030"), "场次.csv", "sheet"),
        ("口播.txt", "\ufeff你好\r\n\t世界".encode(), "口播.txt", "text"),
        ("口播.md", "# 你好".encode("utf-16"), "口播.md", "text"),
        ("图.png", picture(), "图.jpg", "picture"),
        ("图.webp", picture(kind="WEBP"), "图.jpg", "picture"),
        ("图", picture(), "图.jpg", "picture"),
        ("合同", PDF, "合同.pdf", "pdf"),
    ],
)
def test_what_teams_bring_is_known_by_what_it_is(name: str, data: bytes, shown: str, sort: str) -> None:
    assert rules.fault_of(name, data, MOST) is None
    found, known = rules.format_of(name, data)
    assert (found, str(known.sort)) == (shown, sort)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("", PDF, "without a name"),
        ("空.pdf", b"", "空.pdf is empty"),
        ("大.pdf", PDF + b"x" * MOST, "larger than 16 MB"),
        ("图.pdf", picture(), "not what the end of its name says"),
        ("合同.png", PDF, "not what the end of its name says"),
        ("预算.docx", XLSX, "not what the end of its name says"),
        ("程序.exe", b"MZ\x90\x00\x03\x00\x00\x00\x04", "can't be attached"),
        ("程序.exe", PDF, "can't be attached"),
        ("程序", b"\x7fELF\x02\x01\x01\x00", "can't be attached"),
        ("页.html", b"<script>alert(1)</script>", "can't be attached"),
        ("页.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "can't be attached"),
        ("宏.xlsx", office("xl/workbook.xml", "xl/vbaProject.bin"), "holds macros"),
        ("旧.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), "old format"),
        ("包.zip", packed("a.txt"), "packed folder"),
        ("假.xlsx", packed("a.txt"), "packed folder"),
        ("坏.xlsx", b"PK\x03\x04" + bytes(40), "can't be attached"),
        ("乱.txt", bytes(range(256)), "can't be attached"),
        ("乱.csv", b"a,b\x00c", "can't be attached"),
    ],
)
def test_what_is_not_taken_is_told_by_its_name(name: str, data: bytes, says: str) -> None:
    fault = rules.fault_of(name, data, MOST)
    assert fault is not None
    assert says in str(fault)
    assert name in str(fault)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (r"C:\\Users\\小米\\报价.pdf", "报价.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("报\x00价\n.pdf", "报价.pdf"),
        ("价<1>:2.pdf", "价_1__2.pdf"),
        (".htaccess", "htaccess"),
        ("  .  ", ""),
        ("\u200b", ""),
    ],
)
def test_a_name_is_one_that_any_folder_can_hold(sent: str, shown: str) -> None:
    assert rules.clean_name(sent) == shown


@given(st.text(max_size=300))
def test_whatever_the_name_it_is_short_stays_itself_and_leads_nowhere(sent: str) -> None:
    name = rules.clean_name(sent)
    assert len(name) <= rules.LONGEST_NAME
    assert rules.clean_name(name) == name
    assert not set(name) & set('/\\:*?"<>|\x00\r\n\u202e')
    assert not name.startswith(".")


@given(st.text(min_size=200, max_size=300, alphabet="长名"), st.sampled_from(sorted(rules.ENDINGS)))
def test_a_long_name_keeps_its_end(stem: str, ending: str) -> None:
    name = rules.clean_name(f"{stem}.{ending}")
    assert len(name) == rules.LONGEST_NAME
    assert name.endswith(f".{ending}")


@given(st.binary(max_size=400), st.sampled_from([*sorted(rules.ENDINGS), "exe", ""]))
def test_no_bytes_are_a_fault_of_the_program(data: bytes, ending: str) -> None:
    name = f"x.{ending}" if ending else "x"
    if rules.fault_of(name, data, MOST) is None:
        shown, known = rules.format_of(name, data)
        assert shown.rpartition(".")[2] in rules.ENDINGS
        assert known in rules.ENDINGS.values()


# ---------------------------------------------------------------- keeping


def bring(kind: str, object_id: int, *sent: tuple[str, bytes]) -> list[int]:
    return services.add_files(kind, object_id, services.read_files(sent or [("合同.pdf", PDF)]))


def names(kind: str, object_id: int) -> list[str]:
    return [row.name for row in queries.files_of(kind, object_id).beside.files]


def just_done() -> str:
    return last_command.get() or ""


@pytest.mark.engines
def test_everybody_who_works_here_attaches_to_everything_and_all_see_it(cast: Cast, things: Things) -> None:
    for kind, object_id in things.pairs():
        for login in ("manager", "lead", "host", "member"):
            with acting(cast.actors[login]):
                bring(kind, object_id, (f"{login}.pdf", PDF), (f"{login}.png", picture()))
        with acting(cast.actors["viewer"]):
            found = queries.thread(kind, object_id).beside
            assert [row.name for row in found.papers] == ["manager.pdf", "lead.pdf", "host.pdf", "member.pdf"]
            assert [(row.author, row.width, row.height) for row in found.pictures][2] == ("小米", 400, 300)
            assert not any(row.removable for row in found.files)
            with pytest.raises(Forbidden):
                bring(kind, object_id)


@pytest.mark.engines
def test_the_bytes_come_back_as_they_were_and_pictures_drawn_anew(cast: Cast, things: Things) -> None:
    with acting(cast.actors["host"]):
        paper, shown = bring("step", things.step, ("预算.xlsx", XLSX), ("图.png", picture((3000, 1500))))
    with acting(cast.actors["viewer"]):
        name, kind, data = queries.attachment_file(paper)
        assert (name, data) == ("预算.xlsx", XLSX)
        assert kind == exports.MIMES["xlsx"]
        assert Image.open(io.BytesIO(queries.attachment_file(shown)[2])).size == (2048, 1024)
        assert Image.open(io.BytesIO(queries.attachment_file(shown, small=True)[2])).size == (320, 160)
        for more in ({"small": True}, {"pictures_only": True}):
            with pytest.raises(NotFound):
                queries.attachment_file(paper, **more)


@pytest.mark.engines
def test_of_another_team_there_is_nothing(cast: Cast, things: Things) -> None:
    with acting(cast.actors["host"]):
        (made,) = bring("session", things.session)
    with acting(cast.actors["outsider"]):
        for call in (
            lambda: queries.attachment(made),
            lambda: queries.attachment_file(made),
            lambda: queries.files_of("session", things.session),
            lambda: bring("session", things.session),
            lambda: services.remove_file(made),
        ):
            with pytest.raises(NotFound):
                call()
        assert queries.thread("session", things.session).beside.files == []
        assert queries.file_names([made]) == {}


def test_only_to_what_is_there_and_is_talked_about(cast: Cast, things: Things) -> None:
    with acting(cast.actors["lead"]):
        (made,) = bring("step", things.step)
        for kind, object_id in (("period", things.period), ("person", cast.host), ("nothing", 1), ("step", 2**62)):
            with pytest.raises(NotFound):
                bring(kind, object_id)
        plan.trash_step(things.step)
        for call in (
            lambda: bring("step", things.step),
            lambda: queries.attachment(made),
            lambda: queries.attachment_file(made),
            lambda: services.remove_file(made),
        ):
            with pytest.raises(NotFound):
                call()


def test_all_of_one_go_or_none_and_each_fault_is_told(cast: Cast, things: Things) -> None:
    with acting(cast.actors["host"]):
        with pytest.raises(Invalid) as fault:
            bring("step", things.step, ("好.pdf", PDF), ("空.csv", b""), ("半.jpg", picture(kind="JPEG")[:200]))
        assert sorted(fault.value.fields) == ["files.1", "files.2"]
        assert "空.csv" in str(fault.value.fields["files.1"])
        assert "半.jpg" in str(fault.value.fields["files.2"])
        with pytest.raises(Invalid):
            services.read_files([])
        with pytest.raises(Invalid):
            services.read_files([("a.pdf", PDF)] * (rules.MOST_AT_ONCE + 1))
        assert names("step", things.step) == []


@pytest.mark.engines
def test_there_is_room_for_so_many_also_when_one_comes_back(
    cast: Cast, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_FILES", 3)
    with acting(cast.actors["lead"]):
        first, *_rest = bring("goal", things.goal, ("1.pdf", PDF), ("2.pdf", PDF))
        with pytest.raises(Refused):
            bring("goal", things.goal, ("3.pdf", PDF), ("4.pdf", PDF))
        services.remove_file(first)
        bring("goal", things.goal, ("3.pdf", PDF), ("4.pdf", PDF))
        with pytest.raises(Refused):
            trash.restore(trash.trashed()[0][0])
        bring("step", things.step)


@pytest.mark.engines
def test_one_removes_ones_own_and_a_lead_anybodys_and_it_can_come_back(cast: Cast, things: Things) -> None:
    with acting(cast.actors["host"]):
        first, second = bring("goal", things.goal, ("一.pdf", PDF), ("二.pdf", PDF))
        services.remove_file(first)
        assert names("goal", things.goal) == ["二.pdf"]
        undo.undo(just_done())
        assert names("goal", things.goal) == ["一.pdf", "二.pdf"]
    for login in ("member", "viewer"):
        with acting(cast.actors[login]), pytest.raises(Forbidden):
            services.remove_file(second)
    with acting(cast.actors["lead"]):
        services.remove_file(second)
        assert [(kind, title) for _id, kind, _row, title, _at in trash.trashed()] == [("attachment", "二.pdf")]
        trash.restore(trash.trashed()[0][0])
        services.remove_file(second)
        (lying,) = (row[0] for row in trash.trashed())
        plan.trash_goal(things.goal)
        with pytest.raises(Refused):
            trash.restore(lying)


@pytest.mark.engines
def test_what_was_just_attached_can_be_taken_back_as_a_whole(cast: Cast, things: Things) -> None:
    with acting(cast.actors["member"]):
        bring("step", things.step, ("一.pdf", PDF), ("二.png", picture()))
        undo.undo(just_done())
        assert names("step", things.step) == []


@pytest.mark.engines
def test_files_are_destroyed_with_what_they_hang_on_and_their_bytes_too(cast: Cast, things: Things, rows: Rows) -> None:
    with acting(cast.actors["lead"]):
        alone = plan.add_step("不要了", cast.member)
        bring("step", alone, ("它的.pdf", PDF), ("它的.png", picture()))
        bring("step", things.step, ("别人的.pdf", PDF + b"2"))
        plan.trash_step(alone)
    program = Actor(team_id=cast.team, is_system=True, is_admin=True)
    with clock.standing(datetime.now(UTC) + timedelta(days=31)), acting(program):
        assert trash.purge_overdue()[1] == 0
    assert rows("SELECT name FROM attachment") == [("别人的.pdf",)]
    assert rows("SELECT count(*) FROM stored_file") == [(1,)]


@pytest.mark.engines
def test_history_and_news_tell_of_files(cast: Cast, things: Things, db: Flask) -> None:
    with acting(cast.actors["host"]):
        first, second = bring("session", things.session, ("口播.pdf", PDF), ("价.csv", b"a,b"))
    with acting(cast.actors["viewer"]):
        _title, entries = history.history("session", things.session)
        told = [(d.part, d.act, c.field, c.after) for e in entries for d in e.deeds for c in d.changes]
        assert ("File", "insert", "Name", "口播.pdf") in told
        assert ("File", "insert", "Size", "1 KB") in told
        assert not [each for each in told if each[0] == "File" and each[2] not in ("Name", "Kind", "Size")]
        with db.test_request_context():
            (line,) = [each for each in history.news()[0] if each.what == "attached a file"]
        assert (line.who, line.title, line.detail) == ("小米", "秋冬修护专场", "口播.pdf and 1 more")
    with acting(cast.actors["host"]):
        services.remove_file(first)
    with db.test_request_context(), acting(cast.actors["viewer"]):
        (line,) = [each for each in history.news()[0] if each.what == "attached a file"]
        assert line.detail == "", "what is in the trash is not told"
    with acting(cast.actors["viewer"]):
        assert queries.attachment(second).row.name == "价.csv"


def test_a_finding_with_a_file_stays(cast: Cast, things: Things) -> None:
    with acting(cast.actors["lead"]):
        other = outcomes.add_finding(things.session, "没人管")
        assert queries.discussed("finding", [things.finding, other]) == set()
        bring("finding", things.finding)
        assert queries.discussed("finding", [things.finding, other]) == {things.finding}


def test_ones_files_are_among_ones_data(cast: Cast, things: Things) -> None:
    with acting(cast.actors["host"]):
        bring("session", things.session, ("我的.pdf", PDF))
        told = people.my_data()["attachments"]
    assert [(row["team"], row["kind"], row["name"]) for row in told] == [("晨光", "session", "我的.pdf")]
    with acting(cast.actors["member"]):
        assert people.my_data()["attachments"] == []
