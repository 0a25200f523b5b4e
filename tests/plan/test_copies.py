"""A step once more, with what it holds and what hangs on it. On both engines."""

from __future__ import annotations

from datetime import date

import pytest

from planner.base.actor import acting
from planner.kernel.errors import Forbidden, Invalid, NotFound
from planner.plan import queries, services
from planner.plan.rules import Details, Extras, Priority, Repeat, Rhythm, StepState, retitled
from planner.plan.services import Along, As, copies
from tests.cast import Cast
from tests.plan.conftest import DAY
from tests.plan.steps import Made, page_of, row_of, undo_last
from tests.plan.steps import step as step

engines = pytest.mark.engines


@engines
def test_a_copy_is_not_begun_and_holds_what_was_chosen(cast: Cast, step: Made, today: date) -> None:
    extras = Extras(90, (cast.host, cast.manager))
    details = Details(today, Priority.HIGH, "运营", ("互动",), extras=extras)
    with acting(cast.actors["lead"]):
        before = step("选品")
        made = step("A/B 测试", cast.member, today + 2 * DAY, note="看停留", details=details)
        services.add_lines(made, "写假设\n写结论")
        services.tick_line(page_of(cast, made).lines[0].id, True)
        services.wait_on(made, before)
        services.repeat_step(made, row_of(cast, made).version, None, Repeat(Rhythm.WORKDAYS, lead=0))
        services.move_step(made, "finish")
        wanted = As("A/B 测试二", cast.host, today + 9 * DAY)
        whole = page_of(cast, services.copy_step(made, wanted, Along()).step_id)
        row = whole.row
        assert (row.title, row.owner_id, row.due, row.state) == (
            "A/B 测试二",
            cast.host,
            today + 9 * DAY,
            StepState.OPEN,
        )
        assert (row.start, row.priority, row.department) == (today + 7 * DAY, Priority.HIGH, "运营")
        assert (row.note, whole.tags, row.series_id) == ("看停留", ["互动"], None)
        assert [(line.text, line.done_at) for line in whole.lines] == [("写假设", None), ("写结论", None)]
        assert [s.id for s in whole.first] == [before]
        assert (row.estimate_minutes, list(whole.helpers)) == (90, [cast.manager]), "who owns it helps nobody"
        bare = page_of(cast, services.copy_step(made, As("只有标题"), Along(False, False, False, False, False)).step_id)
        assert (bare.row.note, bare.tags, bare.lines, bare.first, bare.row.start) == ("", [], [], [], None)


@engines
def test_what_waits_comes_along_moved_and_one_undo_takes_all_of_it_back(cast: Cast, step: Made, today: date) -> None:
    with acting(cast.actors["lead"]):
        one, two = step("脚本", None, today), step("拍摄", cast.member, today + 2 * DAY)
        three, other = step("剪辑", None, today + 3 * DAY), step("场地", None, today)
        for later, first in ((two, one), (three, two), (three, one), (two, other)):
            services.wait_on(later, first)
        copied = services.copy_step(one, As("脚本 2", None, today + 10 * DAY), Along(after=True))
        made = copied.step_id
        assert copied.more == 2
        after = {s.title: s for s in page_of(cast, made).after}
        assert {title: s.due for title, s in after.items()} == {"拍摄 2": today + 12 * DAY, "剪辑 2": today + 13 * DAY}
        assert after["拍摄 2"].owner_id == cast.member
        assert not {s.id for s in after.values()} & {two, three}
        assert {s.id for s in page_of(cast, after["剪辑 2"].id).first} == {made, after["拍摄 2"].id}
        assert {s.id for s in page_of(cast, after["拍摄 2"].id).first} == {made, other}
        undo_last()
        assert {s.title for s in queries.listed()} == {"脚本", "拍摄", "剪辑", "场地"}
        assert {s.id for s in page_of(cast, one).after} == {two, three}


@engines
def test_too_long_a_chain_and_strangers_are_refused(
    cast: Cast, step: Made, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "MOST_COPIED", 1)
    with acting(cast.actors["lead"]):
        one, two, three = step("一"), step("二"), step("三")
        services.wait_on(two, one)
        services.wait_on(three, two)
        with pytest.raises(Invalid) as caught:
            services.copy_step(one, As("一"), Along(after=True))
        assert set(caught.value.fields) == {"after"}
        with pytest.raises(Invalid):
            services.copy_step(one, As("  "), Along())
        with pytest.raises(Invalid):
            services.copy_step(one, As("一", cast.outsider), Along())
        assert len(queries.listed()) == 3
    with acting(cast.actors["member"]), pytest.raises(Forbidden):
        services.copy_step(one, As("一"), Along())
    with acting(cast.actors["outsider"]), pytest.raises(NotFound):
        services.copy_step(one, As("一"), Along())


@pytest.mark.parametrize(
    ("before", "after", "title", "found"),
    [
        ("脚本", "脚本", "拍摄", "拍摄"),
        ("脚本", "脚本 2", "拍摄", "拍摄 2"),
        ("脚本", "双12 脚本", "拍摄", "双12 拍摄"),
        ("十二月脚本", "一月脚本", "十二月拍摄", "一月拍摄"),
        ("脚本初稿", "口播初稿", "发给品牌方", "发给品牌方 · 口播初稿"),
    ],
)
def test_titles_of_what_comes_along_differ_as_the_first_does(before: str, after: str, title: str, found: str) -> None:
    assert retitled(before, after, title) == found
