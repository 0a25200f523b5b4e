"""Comments on everything people talk about: who may, whose they are, history, trash, undo, one's own data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from planner.base import audit, trash, undo
from planner.base.actor import Actor, acting
from planner.base.verbs import last_command
from planner.discussions import queries, services
from planner.history import queries as history
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from planner.live import services as live
from planner.live.rules import Weight
from planner.outcomes import services as outcomes
from planner.outcomes.queries import reviews
from planner.people import queries as people
from planner.people import services as accounts
from planner.plan import services as plan
from tests.cast import Cast
from tests.discussions.conftest import Things

Rows = Callable[..., list[Any]]
pytestmark = pytest.mark.engines


def texts(kind: str, object_id: int) -> list[str]:
    return [str(row.html) for row in queries.thread(kind, object_id).rows]


def just_done() -> str:
    return last_command.get() or ""


def test_everybody_who_works_here_can_say_something_about_everything(cast: Cast, things: Things) -> None:
    for kind, object_id in things.pairs():
        for login in ("manager", "lead", "host", "member"):
            with acting(cast.actors[login]):
                services.add_comment(kind, object_id, f"  {login} 说 \r\n第二行 \n\n")
        with acting(cast.actors["viewer"]):
            found = queries.conversation(kind, object_id)
            assert [row.author for row in found.thread.rows] == ["周经理", "林小雨", "小米", "阿强"]
            assert texts(kind, object_id)[3] == "<p>member 说<br>\n第二行</p>\n"
            assert not any(row.mine or row.removable for row in found.thread.rows)
            with pytest.raises(Forbidden):
                services.add_comment(kind, object_id, "我也说")


def test_comments_of_one_object_are_not_those_of_another(cast: Cast, things: Things) -> None:
    with acting(cast.actors["lead"]):
        for kind, object_id in things.pairs():
            services.add_comment(kind, object_id, kind)
        for kind, object_id in things.pairs():
            assert texts(kind, object_id) == [f"<p>{kind}</p>\n"]


def test_only_what_is_there_and_is_talked_about_can_be_commented(cast: Cast, things: Things) -> None:
    with acting(cast.actors["lead"]):
        made = services.add_comment("step", things.step, "好")
        odd = [
            ("period", things.period), ("person", cast.host), ("comment", made), ("nothing", 1), ("session", 2**62),
            ("session", 0), ("channel", cast.channel),
        ]  # fmt: skip
        for kind, object_id in odd:
            for ask in (
                lambda kind=kind, object_id=object_id: services.add_comment(kind, object_id, "x"),
                lambda kind=kind, object_id=object_id: queries.conversation(kind, object_id),
            ):
                with pytest.raises(NotFound):
                    ask()
        plan.trash_step(things.step)
        for call in (
            lambda: services.add_comment("step", things.step, "x"),
            lambda: services.edit_comment(made, 1, "x"),
            lambda: services.remove_comment(made),
            lambda: queries.comment(made),
        ):
            with pytest.raises(NotFound):
                call()


def test_another_team_finds_nothing_of_it(cast: Cast, things: Things) -> None:
    with acting(cast.actors["host"]):
        made = services.add_comment("session", things.session, "好")
    with acting(cast.actors["outsider"]):
        for kind, object_id in things.pairs():
            with pytest.raises(NotFound):
                queries.conversation(kind, object_id)
            with pytest.raises(NotFound):
                services.add_comment(kind, object_id, "x")
            assert queries.thread(kind, object_id).rows == []
        for call in (
            lambda: services.edit_comment(made, 1, "x"),
            lambda: services.remove_comment(made),
            lambda: queries.comment(made),
        ):
            with pytest.raises(NotFound):
                call()
        assert queries.excerpts([made]) == {}


@pytest.mark.parametrize("text", ["", "  \n\u2028\t ", "长" * 4001])
def test_a_comment_says_something_and_not_too_much(cast: Cast, things: Things, text: str) -> None:
    with acting(cast.actors["host"]):
        with pytest.raises(Invalid) as fault:
            services.add_comment("session", things.session, text)
        assert list(fault.value.fields) == ["text"]
        services.add_comment("session", things.session, "长" * 4000)


def test_one_changes_ones_own_words_and_nobody_elses(cast: Cast, things: Things) -> None:
    with acting(cast.actors["host"]):
        made = services.add_comment("session", things.session, "第一版")
        services.edit_comment(made, 1, "第二版")
        (row,) = queries.thread("session", things.session).rows
        assert (str(row.html), row.edited_at is not None, row.mine) == ("<p>第二版</p>\n", True, True)
        with pytest.raises(Stale) as fault:
            services.edit_comment(made, 1, "第三版")
        assert fault.value.theirs["text"] == "第二版"
        with pytest.raises(Invalid):
            services.edit_comment(made, 2, " ")
        undo.undo(just_done())
        (row,) = queries.thread("session", things.session).rows
        assert (str(row.html), row.edited_at) == ("<p>第一版</p>\n", None)
        version = queries.comment(made)[0].version
        services.edit_comment(made, version, "第一版")
        assert queries.comment(made)[0].edited_at is None, "the same words are no edit"
    for login in ("lead", "manager", "member"):
        with acting(cast.actors[login]), pytest.raises(Forbidden):
            services.edit_comment(made, version, "别人的话")


def test_one_removes_ones_own_and_a_lead_anybodys_and_it_can_come_back(cast: Cast, things: Things) -> None:
    with acting(cast.actors["host"]):
        first = services.add_comment("goal", things.goal, "一")
        second = services.add_comment("goal", things.goal, "二")
        services.remove_comment(first)
        assert texts("goal", things.goal) == ["<p>二</p>\n"]
        undo.undo(just_done())
        assert len(texts("goal", things.goal)) == 2
    for login in ("member", "viewer"):
        with acting(cast.actors[login]), pytest.raises(Forbidden):
            services.remove_comment(second)
    with acting(cast.actors["lead"]):
        assert [row.removable for row in queries.thread("goal", things.goal).rows] == [True, True]
        services.remove_comment(second)
        removed = just_done()
        assert [(kind, title) for _id, kind, _row, title, _at in trash.trashed()] == [("comment", "二")]
    with acting(cast.actors["host"]), pytest.raises(Forbidden):
        undo.undo(removed)
    with acting(cast.actors["manager"]):
        trash.restore(trash.trashed()[0][0])
        assert len(texts("goal", things.goal)) == 2
        services.remove_comment(second)
        (lying,) = (row[0] for row in trash.trashed())
        plan.trash_goal(things.goal)
        with pytest.raises(Refused):
            trash.restore(lying)


def test_what_was_just_said_can_be_taken_back(cast: Cast, things: Things) -> None:
    with acting(cast.actors["member"]):
        services.add_comment("step", things.step, "说错了")
        undo.undo(just_done())
        assert texts("step", things.step) == []


def test_people_are_mentioned_by_name_and_keep_their_name_of_today(cast: Cast, things: Things) -> None:
    with acting(cast.actors["lead"]):
        made = services.add_comment("session", things.session, "@小米 和 @member 看，@外人 不在这队")
        assert texts("session", things.session) == [
            '<p><span class="mention">@小米</span> 和 <span class="mention">@阿强</span> 看，@外人 不在这队</p>\n'
        ]
        assert queries.comment(made)[1] == "@小米 和 @阿强 看，@外人 不在这队"
    with acting(cast.actors["host"]):
        accounts.edit_me("米娅", "", "")
    with acting(cast.actors["lead"]):
        assert "@米娅" in texts("session", things.session)[0]
        assert queries.excerpts([made])[made].startswith("@米娅 和 @阿强")
        services.edit_comment(made, 1, f"<@{cast.outsider}> 不该知道")
        assert "外人" not in texts("session", things.session)[0], "names of other teams are not shown"


def test_the_latest_come_first_to_hand_and_the_earlier_behind_them(
    cast: Cast, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting(cast.actors["lead"]):
        made = [services.add_comment("goal", things.goal, f"第{n}条") for n in range(queries.SHOWN + 5)]
        latest = queries.thread("goal", things.goal)
        assert [row.id for row in latest.rows] == made[5:]
        assert latest.before == made[5]
        earlier = queries.conversation("goal", things.goal, latest.before).thread
        assert ([row.id for row in earlier.rows], earlier.before) == (made[:5], None)


def test_history_and_news_tell_of_comments(cast: Cast, things: Things, db: Flask) -> None:
    with acting(cast.actors["host"]):
        made = services.add_comment("session", things.session, "@阿强 换成**新色**")
        services.edit_comment(made, 1, "@阿强 换成旧色")
    with acting(cast.actors["viewer"]):
        _title, entries = history.history("session", things.session)
        told = [(d.part, d.act, c.before, c.after) for e in entries for d in e.deeds for c in d.changes]
        assert ("Comment", "insert", "–", "@阿强 换成**新色**") in told
        assert ("Comment", "update", "@阿强 换成**新色**", "@阿强 换成旧色") in told
        with db.test_request_context():
            (line,) = [each for each in history.news()[0] if each.what == "commented"]
        assert (line.who, line.title, line.detail) == ("小米", "秋冬修护专场", "@阿强 换成旧色")
        assert line.about_id == things.session
    with acting(cast.actors["host"]):
        services.remove_comment(made)
    with db.test_request_context(), acting(cast.actors["viewer"]):
        (line,) = [each for each in history.news()[0] if each.what == "commented"]
        assert line.detail == "", "what is in the trash is not told"


def missed(cast: Cast, days_ago: int) -> tuple[int, int]:
    """A show that missed its target: its id, and that of the finding."""
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=days_ago)
    made = live.schedule_session("未达标", Weight.DAILY, cast.channel, None, start, 60, {"gmv": Decimal(100)})
    live.go_live(made, start)
    live.end_live(made, start + timedelta(hours=1))
    outcomes.type_figures(made, {"gmv": Decimal(50)})
    outcomes.open_review(made)
    (finding,) = reviews.review_page(made).findings
    return made, finding.row.id


def test_a_finding_that_is_talked_about_stays(cast: Cast, things: Things) -> None:
    with acting(cast.actors["lead"]):
        session, finding = missed(cast, 3)
        services.add_comment("finding", finding, "口播慢了")
        other, silent = missed(cast, 5)
        for each in (session, other):
            outcomes.type_figures(each, {"gmv": Decimal(200)})
        assert texts("finding", finding) == ["<p>口播慢了</p>\n"]
        with pytest.raises(NotFound):
            queries.conversation("finding", silent)


def test_comments_are_destroyed_with_what_they_are_about(cast: Cast, things: Things, rows: Rows) -> None:
    with acting(cast.actors["lead"]):
        alone = plan.add_step("不要了", cast.member)
        services.add_comment("step", alone, "它的")
        gone = services.add_comment("step", alone, "它的, 删了的")
        services.add_comment("goal", things.goal, "别的")
        services.add_comment("step", things.step, "别人的")
        services.remove_comment(gone)
        plan.trash_step(alone)
    program = Actor(team_id=cast.team, is_system=True, is_admin=True)
    with clock.standing(datetime.now(UTC) + timedelta(days=31)), acting(program):
        assert trash.purge_overdue()[1] == 0
    assert rows("SELECT text FROM comment ORDER BY id") == [("别的",), ("别人的",)]


def test_ones_words_are_among_ones_data_and_go_with_it(cast: Cast, things: Things, rows: Rows) -> None:
    with acting(cast.actors["host"]):
        first = services.add_comment("session", things.session, "我妈住院了, @林小雨 帮我顶班")
        services.edit_comment(first, 1, "家里有事, @林小雨 帮我顶班")
        second = services.add_comment("goal", things.goal, "算了")
        services.remove_comment(second)
    with acting(cast.actors["lead"]):
        services.add_comment("session", things.session, "@小米 好")
    with acting(cast.actors["host"]):
        told = people.my_data()["comments"]
        assert [(c["team"], c["kind"], c["trashed_at"] is not None) for c in told] == [
            ("晨光", "session", False), ("晨光", "goal", True),
        ]  # fmt: skip
        assert "顶班" in told[0]["text"]
        assert told[0]["edited_at"] is not None
        accounts.erase_me()
    for table in ("comment", "audit_entry", "news"):
        everything = str(rows(f"SELECT * FROM {table}"))  # nosec B608
        for word in ("住院", "家里有事", "算了", "小米"):
            assert word not in everything, (table, word)
    with acting(cast.actors["lead"]):
        mine, theirs = queries.thread("session", things.session).rows
        assert str(mine.html) == ""
        assert "former member" in mine.author
        assert "former member" in str(theirs.html)
        assert audit.seal() > 0
        assert audit.verify().bad is None
        assert any(d.erased for e in history.history("session", things.session)[1] for d in e.deeds)
