"""For which shows lists are made, for which of them a line applies; both follow when the show becomes another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from planner.base import unit as units
from planner.base.actor import acting
from planner.base.undo import undo
from planner.base.verbs import last_command
from planner.checklists import queries, services
from planner.checklists.models import Checklist
from planner.checklists.rules import (
    ALWAYS,
    Anchor,
    Condition,
    Evidence,
    Extra,
    Facts,
    Given,
    ItemState,
    Kind,
    MadeFor,
    Stage,
    orphaned,
    read_condition,
)
from planner.kernel.errors import Forbidden, Invalid, Refused
from planner.live import queries as sessions
from planner.live import services as live
from planner.live.rules import Platform, Weight
from tests.cast import Cast
from tests.checklists.conftest import Plan, key, publish

Client = Callable[[str], Any]
SHOW = Facts("douyin", "daily", 1, ("大促", "ＶＩＰ"))


@pytest.mark.parametrize(
    ("condition", "answers", "fits"),
    [
        (Condition(), {}, True),
        (Condition(platforms=("douyin", "taobao")), {}, True),
        (Condition(platforms=("taobao",)), {}, False),
        (Condition(weights=("big",)), {}, False),
        (Condition(tags=("大促",)), {}, True),
        (Condition(tags=("vip", "清仓")), {}, True),
        (Condition(tags=("清仓",)), {}, False),
        (Condition(platforms=("douyin",), tags=("清仓",)), {}, False),
        (Condition(item="ads", answer="有"), {}, False),
        (Condition(item="ads", answer="有"), {"ads": "有"}, True),
        (Condition(item="ads", answer="有"), {"ads": "无"}, False),
    ],
)
def test_when_a_line_applies(condition: Condition, answers: dict[str, str], fits: bool) -> None:
    assert condition.fits(SHOW, answers) is fits
    assert read_condition(condition.as_json()) == condition


def test_which_shows_a_sop_is_for() -> None:
    assert MadeFor().fits(SHOW) and MadeFor(("daily",), (1, 2), ("大促",)).fits(SHOW)
    assert not MadeFor(("big",)).fits(SHOW) and not MadeFor(channel_ids=(2,)).fits(SHOW)
    assert not MadeFor(tags=("清仓",)).fits(SHOW) and not MadeFor(by_hand=True).fits(SHOW)
    ways = [MadeFor(tags=("a",)), MadeFor(channel_ids=(1,)), MadeFor(), MadeFor(("daily",))]
    assert sorted(ways, key=MadeFor.order) == [ways[3], ways[2], ways[1], ways[0]]
    assert orphaned([("a", Condition(item="b")), ("c", ALWAYS), ("d", Condition(item="c"))]) == ["a"]


def line(template: int, text: str, stage: Stage = Stage.BEFORE, minutes: int = -60, **more: Any) -> None:
    extra, evidence = Extra(condition=more.pop("condition", ALWAYS)), more.pop("evidence", Evidence())
    services.add_item(template, text, None, stage, Anchor.PLANNED_START, minutes, False, evidence, None, extra)


def state_of(show: int, text: str) -> ItemState:
    return next(i.state for i in queries.list_page(show).items if i.title == text)


def own_sop(cast: Cast, name: str = "海外加项", **rules: Any) -> int:
    with acting(cast.actors["lead"]):
        made = services.create_template(name, "", Kind.SHOW)
        line(made, f"{name}一条")
        publish(made)
        services.edit_template(made, name, "", **rules)
    return made


def titles(show: int) -> list[str]:
    return [i.title for i in queries.list_page(show).items if i.state is not ItemState.NOT_APPLICABLE]


@pytest.mark.engines
def test_a_sop_of_a_channel_or_a_tag_adds_its_list(cast: Cast, daily: int, plan: Plan, evening: datetime) -> None:
    own_sop(cast, "账号加项", channel_ids=[cast.channel])
    own_sop(cast, "大促加项", tags=["大促"])
    own_sop(cast, "手动加项", by_hand=True)
    plain, tagged = plan(evening), plan(evening + timedelta(days=1), tags=["大促"])
    with acting(cast.actors["lead"]):
        assert "账号加项一条" in titles(plain) and "大促加项一条" not in titles(plain)
        assert {"账号加项一条", "大促加项一条"} <= set(titles(tagged))
        assert "手动加项一条" not in titles(tagged)
        assert len(queries.list_page(plain).items) == queries.list_page(plain).total


@pytest.mark.engines
def test_lists_follow_the_tags(cast: Cast, daily: int, plan: Plan, evening: datetime) -> None:
    own_sop(cast, "大促加项", tags=["大促"])
    show = plan(evening)

    def retag(*tags: str) -> None:
        b = sessions.brief(show)
        live.edit_session(show, b.version, b.theme, b.weight, "", tags)

    with acting(cast.actors["lead"]):
        retag("大促")
        added = last_command.get()
        assert "大促加项一条" in titles(show)
        made = next(i for i in queries.list_page(show).items if i.title == "大促加项一条")
        services.tick(made.id, key())
        retag("日常")
        assert state_of(show, "大促加项一条") is ItemState.DONE, "what is done stays"
        services.untick(made.id, key())
        retag("大促", "日常")
        retag("日常")
        assert "大促加项一条" not in titles(show), "nobody has to do it any more"
        retag("大促")
        assert "大促加项一条" in titles(show)
        with units.reading() as unit:
            lists = list(unit.session.scalars(select(Checklist).where(Checklist.session_id == show)))
        assert [c.dropped for c in lists] == [False, False], "it is the same list again"
    assert added is not None


@pytest.mark.engines
def test_tags_taken_back_take_the_list_along(cast: Cast, daily: int, plan: Plan, evening: datetime) -> None:
    own_sop(cast, "大促加项", tags=["大促"])
    show = plan(evening)
    with acting(cast.actors["lead"]):
        b = sessions.brief(show)
        live.edit_session(show, b.version, b.theme, b.weight, "", ["大促"])
        command = last_command.get()
        assert command is not None and "大促加项一条" in titles(show)
        undo(command)
        assert "大促加项一条" not in titles(show)


@pytest.mark.engines
def test_lines_for_platforms_and_weights(cast: Cast, daily: int, plan: Plan, evening: datetime) -> None:
    with acting(cast.actors["lead"]):
        line(daily, "小店后台核对", condition=Condition(platforms=("douyin",)))
        line(daily, "跨境申报", condition=Condition(platforms=("tiktok",)))
        publish(daily)
        abroad = live.add_channel(Platform.TIKTOK, "海外号", "abroad")
    show = plan(evening)
    with acting(cast.actors["lead"]):
        assert state_of(show, "小店后台核对") is ItemState.OPEN
        assert state_of(show, "跨境申报") is ItemState.NOT_APPLICABLE
        b = sessions.brief(show)
        live.move_session(show, b.version, evening, 240, cast.studio, channel_id=abroad)
        assert state_of(show, "小店后台核对") is ItemState.NOT_APPLICABLE
        assert state_of(show, "跨境申报") is ItemState.OPEN


@pytest.mark.engines
def test_a_line_waits_for_an_answer(cast: Cast, daily: int, plan: Plan, evening: datetime) -> None:
    with acting(cast.actors["lead"]):
        line(daily, "今晚投放吗", minutes=-300, evidence=Evidence(answers=("有", "无")))
        asked = next(i for _s, rows in queries.template(daily)["stages"] for i in rows if i.title == "今晚投放吗")
        line(daily, "充值到账", condition=Condition(item=asked.key, answer="有"))
        publish(daily)
    show = plan(evening)
    with acting(cast.actors["lead"]):
        question = next(i.id for i in queries.list_page(show).items if i.title == "今晚投放吗")
        assert state_of(show, "充值到账") is ItemState.NOT_APPLICABLE
        with pytest.raises(Invalid):
            services.tick(question, key(), "也许")
        services.tick(question, key(), "", None, Given(answer="有"))
        assert state_of(show, "充值到账") is ItemState.OPEN
        services.untick(question, key())
        assert state_of(show, "充值到账") is ItemState.NOT_APPLICABLE
        services.tick(question, key(), "无")
        assert state_of(show, "充值到账") is ItemState.NOT_APPLICABLE
        services.untick(question, key())
        services.tick(question, key(), "有")
        done = next(i.id for i in queries.list_page(show).items if i.title == "充值到账")
        services.tick(done, key())
        services.untick(question, key())
        assert state_of(show, "充值到账") is ItemState.DONE, "what is done stays"


@pytest.mark.engines
def test_a_condition_names_what_is_there_and_goes_with_it(cast: Cast, daily: int) -> None:
    with acting(cast.actors["lead"]):
        line(daily, "问一句", evidence=Evidence(answers=("是", "否")))
        lines = {i.title: i for _s, rows in queries.template(daily)["stages"] for i in rows}
        source = lines["问一句"].key
        for wrong in (
            Condition(item="nowhere", answer="是"),
            Condition(item=source, answer="也许"),
            Condition(item="kit", answer="是"),
        ):
            with pytest.raises(Invalid):
                line(daily, "跟着问", condition=wrong)
        line(
            daily,
            "跟着问",
            condition=Condition(("douyin",), item=source, answer="是"),
            evidence=Evidence(answers=("a", "b")),
        )
        lines = {i.title: i for _s, rows in queries.template(daily)["stages"] for i in rows}
        asked = lines["问一句"]
        with pytest.raises(Invalid) as fault:
            services.edit_item(
                asked.id, asked.id, "问一句", "", None, asked.stage, asked.anchor, -60, False, Evidence(answers=("是", "否")),
                None, Extra(condition=Condition(item=lines["跟着问"].key, answer="a")),
            )  # fmt: skip
        assert list(fault.value.fields) == ["condition_item"], "two lines don't wait for one another"
        publish(daily)
        services.remove_item(daily, source)
        page = queries.template(daily)
        left = next(i for _s, rows in page["stages"] for i in rows if i.title == "跟着问")
        assert read_condition(left.condition) == Condition(("douyin",))
        assert page["orphans"] == ["跟着问"], "who publishes is told before"


@pytest.mark.engines
def test_a_list_by_hand_and_emergencies_as_often_as_they_happen(
    cast: Cast, daily: int, plan: Plan, evening: datetime
) -> None:
    own = own_sop(cast, "手动加项", by_hand=True)
    show = plan(evening, crew=[("tech", cast.member)])
    with acting(cast.actors["member"]), pytest.raises(Forbidden):
        services.add_list(show, own)
    with acting(cast.actors["lead"]):
        made = services.add_list(show, own)
        assert services.add_list(show, own) == made, "there is one of each"
        b = sessions.brief(show)
        live.edit_session(show, b.version, b.theme, Weight.BIG, "", ["x"])
        assert "手动加项一条" in titles(show), "what was added by hand no rule takes away"
        network = next(t.id for t in queries.templates() if t.origin == "network")
        with pytest.raises(Refused):
            services.add_list(show, network)
        with pytest.raises(Refused):
            services.begin_emergency(show, daily)
    with acting(cast.actors["member"]):
        first = services.begin_emergency(show, network)
        steps = [i for i in queries.list_page(show, "all").items if i.stage is Stage.EMERGENCY]
        assert {i.user_name for i in steps if i.title == "Switch to the spare network"} == {"阿强"}
        services.end_emergency(first)
        assert services.begin_emergency(show, network) != first
        steps = [i for i in queries.list_page(show, "all").items if i.stage is Stage.EMERGENCY]
        assert len(steps) == 2 * 5


@pytest.mark.engines
def test_a_show_without_a_list_gets_one_once_a_sop_fits(cast: Cast, daily: int, plan: Plan, evening: datetime) -> None:
    with acting(cast.actors["lead"]):
        services.edit_template(daily, "日播标准流程", "", ["daily"], by_hand=True)
    own_sop(cast, "大促加项", tags=["大促"])
    show = plan(evening)
    with acting(cast.actors["lead"]):
        assert queries.checklist_of(show) is None
        b = sessions.brief(show)
        live.edit_session(show, b.version, b.theme, b.weight, "", ["大促"])
        assert titles(show) == ["大促加项一条"]


@pytest.mark.engines
def test_a_show_that_becomes_big_and_daily_again_has_its_ticks(
    cast: Cast, daily: int, plan: Plan, evening: datetime
) -> None:
    show = plan(evening)

    def weigh(weight: Weight) -> None:
        b = sessions.brief(show)
        live.edit_session(show, b.version, b.theme, weight, "", [])

    with acting(cast.actors["lead"]):
        final = next(i.id for i in queries.list_page(show).items if i.title == "Final look")
        services.tick(final, key())
        before = sorted(titles(show))
        weigh(Weight.BIG)
        assert "Theme and targets agreed" in [i.title for i in queries.list_page(show).items]
        weigh(Weight.DAILY)
        assert sorted(titles(show)) == before
        assert queries.item(final).state is ItemState.DONE
        with units.reading() as unit:
            assert len(list(unit.session.scalars(select(Checklist.id).where(Checklist.session_id == show)))) == 1
