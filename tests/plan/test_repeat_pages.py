"""Pages of steps that come again, and of a copy: plain forms that show the days before anything is saved."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from planner.base import i18n
from planner.base.actor import acting
from planner.plan import queries, sentences, services
from planner.plan.rules import LAST, Repeat, Rhythm, Stretch
from tests.cast import Cast
from tests.plan.conftest import DAY
from tests.plan.test_pages import beside, speaking

Client = Callable[[str], Any]
WEEKLY = {"rhythm": "weeks", "weeks_every": "1", "weekdays": ["0", "3"], "lead": "3"}


@pytest.fixture
def made(cast: Cast, quarter: int, today: date) -> int:
    with acting(cast.actors["lead"]):
        return services.add_step("A/B <测试>", cast.member, today)


def rule_of(cast: Cast, step_id: int) -> Repeat | None:
    with acting(cast.actors["lead"]):
        found = queries.step_page(step_id).repeats
        return found.series.rule if found else None


def version(page: str) -> dict[str, str]:
    """What the form started from."""
    found = re.search(r'name="version" type="hidden" value="(\d+)"', page)
    series = re.search(r'name="series_id" value="(\d*)"', page)
    assert found and series, page
    return {"version": found[1], "series_id": series[1]}


def test_the_days_are_shown_first_and_then_saved(client_of: Client, cast: Cast, made: int, today: date) -> None:
    lead = speaking(client_of("lead"), "en")
    path = f"/plan/steps/{made}/repeat"
    page = lead.get(path)
    assert "<title>Repeat the step" in page.text
    assert page.text.count("appears ") == 5, "what the form begins with, without asking"
    looked = lead.post_form(path, WEEKLY | version(page.text) | {"step": "look"})
    assert looked.status_code == 200
    assert len(re.findall(r"(?:Mon|Thu) \d+ \w+(?: \d+)?</span></div><div class=\"item-side", looked.text)) == 5
    assert rule_of(cast, made) is None, "looking saves nothing"
    saved = lead.post_form(path, WEEKLY | version(page.text) | {"step": "save"})
    assert saved.status_code == 303
    assert rule_of(cast, made) == Repeat(Rhythm.WEEKS, weekdays=frozenset({0, 3}))
    shown = lead.get(f"/plan/steps/{made}").text
    assert "every Monday and Thursday" in shown
    assert "Delete only this one" in shown
    assert "repeats-mark" in lead.get("/plan/steps").text
    assert "repeats-mark" in lead.get("/plan/board").text
    assert "repeats-mark" in lead.get("/plan").text
    assert "A/B &lt;测试&gt;" in lead.get("/plan/repeating").text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"weekdays": []}, None),
        ({"weeks_every": "0"}, "weeks_every"),
        ({"weeks_every": "x"}, "weeks_every"),
        ({"lead": "61"}, "lead"),
        ({"lead": ""}, "lead"),
        ({"until": "2001-01-01"}, "until"),
        ({"times": "1"}, "times"),
        ({"rhythm": "days", "days_every": "0"}, "days_every"),
        ({"rhythm": "after", "after_every": "-3", "stretch": "days"}, "after_every"),
        ({"rhythm": "month_day", "months_every": "99", "month_day": "30"}, "months_every"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
    client_of: Client, cast: Cast, made: int, typed: dict[str, Any], field: str | None
) -> None:
    lead = speaking(client_of("lead"), "en")
    path = f"/plan/steps/{made}/repeat"
    start = version(lead.get(path).text)
    answer = lead.post_form(path, WEEKLY | start | {"step": "save"} | typed)
    assert answer.status_code == 422
    assert beside(answer.text, field) if field else "Choose at least one weekday." in answer.text
    assert "None as long as something is wrong above." in answer.text
    assert rule_of(cast, made) is None
    for name, value in (WEEKLY | typed).items():
        if name in ("lead", "times", "weeks_every", "days_every") and value.isdecimal():
            assert re.search(rf'name="{name}"[^>]*value="{value}"', answer.text), name


def test_rules_that_do_not_exist_are_no_choice(client_of: Client, made: int) -> None:
    lead = client_of("lead")
    path = f"/plan/steps/{made}/repeat"
    start = version(lead.get(path).text)
    for typed in ({"rhythm": "minutes"}, {"rhythm": "month_day", "month_day": "33"}, {"weekdays": ["9"]}):
        assert lead.post_form(path, WEEKLY | start | {"step": "save"} | typed).status_code == 422


def test_an_older_form_is_told(client_of: Client, cast: Cast, made: int) -> None:
    lead, path = speaking(client_of("lead"), "en"), f"/plan/steps/{made}/repeat"
    start = version(lead.get(path).text)
    lead.post_form(path, WEEKLY | start | {"step": "save"})
    late = lead.post_form(path, WEEKLY | start | {"step": "save", "weekdays": ["1"]})
    assert late.status_code == 409
    assert "Somebody changed this meanwhile." in late.text
    assert rule_of(cast, made) == Repeat(Rhythm.WEEKS, weekdays=frozenset({0, 3}))
    again = lead.post_form(path, WEEKLY | version(late.text) | {"step": "save", "weekdays": ["1"]})
    assert again.status_code == 303
    assert rule_of(cast, made) == Repeat(Rhythm.WEEKS, weekdays=frozenset({1}))


def test_pause_end_pattern_drop_and_delete_by_plain_buttons(client_of: Client, cast: Cast, made: int) -> None:
    lead, step = speaking(client_of("lead"), "en"), f"/plan/steps/{made}"
    after = {"rhythm": "after", "after_every": "7", "stretch": "days", "lead": "0", "step": "save"}
    lead.post_form(f"{step}/repeat", after | version(lead.get(f"{step}/repeat").text))
    with acting(cast.actors["lead"]):
        (row,) = queries.repeating()
        services.edit_step(made, queries.step(made)[0].version, "换个标题", cast.member, None, None, None, "")
    series = f"/plan/repeating/{row.series.id}"
    shown = lead.get(step).text
    assert "The next ones will not have what was changed here: Title" in shown
    for path, data, words in (
        (f"{step}/repeat/pattern", {}, "The next ones will look like this."),
        (f"{series}/pause", {"next": step}, "Paused: no copy comes until it goes on."),
        (f"{series}/resume", {"next": step}, "It repeats from now on."),
    ):
        assert lead.post_form(path, data).status_code == 303
        shown = lead.get(step).text
        assert words in shown
    assert "The next ones will not have" not in shown
    assert "And stop repeating it" in lead.get(f"{step}/drop").text
    assert lead.post_form(f"{step}/drop", {"why": "没空", "stop": "y"}).status_code == 303
    assert "It repeats no more" in lead.get("/plan/repeating").text
    assert lead.post_form(f"{series}/resume").status_code == 303
    with acting(cast.actors["lead"]):
        (row,) = queries.repeating()
    assert row.step_id != made, "it goes on with a new one"
    assert lead.post_form(f"/plan/steps/{row.step_id}/delete", {"stop": "y"}).status_code == 303
    assert lead.post_form(f"{series}/pause").status_code == 409
    assert lead.post_form(f"{series}/end").status_code == 303


def test_whoever_may_not_plan_sees_it_and_changes_nothing(client_of: Client, cast: Cast, made: int) -> None:
    with acting(cast.actors["lead"]):
        series = services.repeat_step(made, 1, None, Repeat(Rhythm.WORKDAYS))
    for who in ("member", "host", "viewer"):
        visitor = speaking(client_of(who), "en")
        shown = visitor.get(f"/plan/steps/{made}").text
        assert "every working day" in shown
        assert "/repeat" not in shown.replace("/plan/repeating", "")
        assert "every working day" in visitor.get("/plan/repeating").text
        for path in (f"/plan/steps/{made}/repeat", f"/plan/steps/{made}/copy"):
            assert visitor.get(path).status_code == 403
        assert visitor.post_form(f"/plan/repeating/{series}/end").status_code == 403
    outsider = client_of("outsider")
    assert "A/B" not in outsider.get("/plan/repeating").text
    for path in (f"/plan/steps/{made}/repeat", f"/plan/steps/{made}/copy"):
        assert outsider.get(path).status_code == 404
    for act in ("pause", "resume", "end"):
        assert outsider.post_form(f"/plan/repeating/{series}/{act}").status_code == 404
    assert rule_of(cast, made) == Repeat(Rhythm.WORKDAYS)


def test_a_copy_by_a_plain_form(client_of: Client, cast: Cast, made: int, today: date) -> None:
    lead, path = speaking(client_of("lead"), "en"), f"/plan/steps/{made}/copy"
    page = lead.get(path).text
    assert "<title>Copy the step" in page
    assert 'value="A/B &lt;测试&gt;"' in page
    empty = lead.post_form(path, {"title": " ", "lines": "y"})
    assert empty.status_code == 422
    assert beside(empty.text, "title")
    day = today + 3 * DAY
    went = lead.post_form(path, {"title": "再来一次", "owner_id": str(cast.host), "due": str(day), "lines": "y"})
    assert went.status_code == 303
    assert "This is the copy." in lead.get(went.location).text
    with acting(cast.actors["lead"]):
        found = queries.step(int(went.location.split("/")[-1]))
    assert (found[0].title, found[0].due, found[1]) == ("再来一次", day, "小米")


@pytest.mark.parametrize(
    ("rule", "english", "chinese"),
    [
        (Repeat(Rhythm.WEEKS, weekdays=frozenset({0, 3})), "every Monday and Thursday", "每周一、周四"),
        (Repeat(Rhythm.WEEKS, weekdays=frozenset({0, 2, 4})), "every Monday, Wednesday and Friday", "每周一、周三、周五"),
        (Repeat(Rhythm.WEEKS, weekdays=frozenset(range(7))), "every day", "每天"),
        (Repeat(Rhythm.WEEKS, 2, frozenset({4})), "every 2 weeks on Friday", "每 2 周的周五"),
        (Repeat(Rhythm.WORKDAYS), "every working day", "每个工作日"),
        (Repeat(Rhythm.DAYS), "every day", "每天"),
        (Repeat(Rhythm.DAYS, 10), "every 10 days", "每 10 天"),
        (Repeat(Rhythm.MONTH_DAY, month_day=LAST), "on the last day of the month", "每月最后一天"),
        (Repeat(Rhythm.MONTH_DAY, month_day=5), "on day 5 of the month", "每月 5 日"),
        (Repeat(Rhythm.MONTH_DAY, month_day=31), "on day 31 of the month, or its last day", "每月 31 日（没有这一天则为月末）"),
        (Repeat(Rhythm.MONTH_DAY, 3, month_day=LAST), "on the last day, every 3 months", "每 3 个月的最后一天"),
        (Repeat(Rhythm.MONTH_WEEKDAY, weekdays=frozenset({4}), nth=LAST), "on the last Friday of the month", "每月最后一个周五"),
        (Repeat(Rhythm.MONTH_WEEKDAY, 2, frozenset({0})), "on the first Monday, every 2 months", "每 2 个月的第一个周一"),
        (Repeat(Rhythm.AFTER, 7), "7 days after the last one was done", "上一次完成后 7 天"),
        (Repeat(Rhythm.AFTER, 1, stretch=Stretch.WEEKS), "1 week after the last one was done", "上一次完成后 1 周"),
        (Repeat(Rhythm.WORKDAYS, times=4), "every working day, 4 times in all", "每个工作日，共 4 次"),
    ],
)  # fmt: skip
def test_a_rule_reads_as_people_say_it(db: Any, cast: Cast, rule: Repeat, english: str, chinese: str) -> None:
    told = []
    for language in i18n.LANGUAGES:
        with acting(replace(cast.actors["lead"], language=language)):
            told.append(sentences.repeat_words(rule))
    assert told == [chinese, english]
