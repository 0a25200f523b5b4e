"""Lists and boards of steps, cards put into other columns, many changed at once. On both engines."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from planner.base.actor import acting
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused, Stale
from planner.plan import queries, services
from planner.plan.queries import StepRow, Wanted
from planner.plan.rules import Details, Due, Place, Priority, Show, Sort, StepState
from planner.plan.services import Change
from tests.cast import Cast
from tests.plan.conftest import DAY
from tests.plan.steps import Made, row_of, undo_last
from tests.plan.steps import step as step

engines = pytest.mark.engines


@engines
def test_a_list_is_narrowed_sorted_and_counted(cast: Cast, step: Made, today: date) -> None:
    late = step("迟了的", cast.member, today - DAY, details=Details(priority=Priority.LOW))
    now = step("今天的", cast.host, today, details=Details(priority=Priority.URGENT, department="设计", tags=("大促",)))
    some = step("没日子的", None, None)
    done = step("做完的", cast.member, today)
    with acting(cast.actors["lead"]):
        services.move_step(done, "finish")

        def ids(**wanted: Any) -> list[int]:
            return [s.id for s in queries.listed(Wanted(**wanted))]

        assert ids() == [late, now, some]
        assert ids(sort=Sort.PRIORITY) == [now, some, late]
        assert ids(sort=Sort.LATEST) == [now, late, some]
        assert ids(sort=Sort.NEWEST) == [some, now, late]
        assert ids(due=Due.LATE) == [late]
        assert ids(due=Due.TODAY) == [now]
        assert ids(due=Due.NONE) == [some]
        assert ids(owner_id=0) == [some]
        assert ids(owner_id=cast.member, show=Show.ALL) == [late, done]
        assert ids(department="设计") == ids(tag="大促") == ids(priority=Priority.URGENT) == ids(q="今天") == [now]
        assert ids(q="%") == []
        assert queries.counts()[Show.UNFINISHED] == 3
        assert queries.counts(Wanted(owner_id=cast.member))[Show.DONE] == 1
        assert [s.id for s in queries.listed(skip=1, limit=1)] == [now]
        assert queries.words_in_use() == (["大促"], ["设计"])
    with acting(cast.actors["outsider"]):
        assert queries.listed() == []
        assert queries.words_in_use() == ([], [])


@engines
def test_a_board_has_each_card_once(cast: Cast, quarter: int, step: Made, today: date) -> None:
    with acting(cast.actors["lead"]):
        phase = services.add_phase(quarter, "第一月", today, today + DAY)
    one, two = step("一", cast.member, today - DAY, phase_id=phase), step("二")
    three = step("三", cast.host)
    with acting(cast.actors["lead"]):
        services.move_step(three, "finish")
        names = {state: str(state) for state in StepState}
        by_state = queries.by_state(Wanted(), names)
        assert {c.key: [s.id for s in c.rows] for c in by_state.columns} == {
            "open": [one, two], "doing": [], "blocked": [], "done": [three],
        }  # fmt: skip
        assert [c.late for c in by_state.columns] == [1, 0, 0, 0]
        phases = queries.choices()["phases"]
        by_phase = queries.by_phase(Wanted(), phases, "无")
        assert [(c.name, [s.id for s in c.rows]) for c in by_phase.columns] == [("无", [two]), ("第一月", [one])]
        by_owner = queries.by_owner(Wanted(), {cast.member: "小明", cast.host: "小米"}, "没人")
        assert [(c.name, [s.id for s in c.rows]) for c in by_owner.columns] == [
            ("没人", [two]), ("小明", [one]), ("小米", []),
        ]  # fmt: skip


@engines
def test_a_card_goes_where_it_is_put(cast: Cast, quarter: int, step: Made, today: date) -> None:
    with acting(cast.actors["lead"]):
        phase = services.add_phase(quarter, "第一月", today, today + DAY)
    made = step("一", cast.member)

    def put(login: str, by: Place, to: str, why: str = "") -> StepRow:
        with acting(cast.actors[login]):
            services.place_step(made, row_of(cast, made).version, by, to, why)
        return row_of(cast, made)

    assert put("member", Place.STATE, "doing").state is StepState.DOING
    assert put("member", Place.STATE, "done").state is StepState.DONE
    assert put("member", Place.STATE, "doing").state is StepState.DOING, "what is done is opened first"
    with pytest.raises(Forbidden):
        put("member", Place.PHASE, str(phase))
    with pytest.raises(Forbidden):
        put("host", Place.STATE, "open")
    assert put("lead", Place.PHASE, str(phase)).phase_id == phase
    assert put("lead", Place.PHASE, "0").phase_id is None
    assert put("lead", Place.OWNER, str(cast.host)).owner_id == cast.host
    with pytest.raises(Invalid):
        put("lead", Place.OWNER, str(cast.outsider))
    for by, to in ((Place.STATE, "x"), (Place.PHASE, "x"), (Place.PHASE, "99999"), (Place.OWNER, "-1")):
        with pytest.raises(NotFound):
            put("lead", by, to)
    with acting(cast.actors["lead"]), pytest.raises(Stale):
        services.place_step(made, 1, Place.STATE, "open")
    with acting(cast.actors["outsider"]), pytest.raises(NotFound):
        services.place_step(made, 1, Place.STATE, "open")


@engines
def test_many_are_changed_at_once_with_one_undo(cast: Cast, quarter: int, step: Made, today: date) -> None:
    ids = [step(f"{n}", cast.member, today + n * DAY, details=Details(tags=("旧",))) for n in range(3)]
    with acting(cast.actors["lead"]):

        def versions() -> dict[int, int]:
            return {s.id: s.version for s in queries.some_steps(ids)}

        before = queries.some_steps(ids)
        change = Change(
            frozenset({"owner_id", "days", "priority", "tags", "state"}), cast.host, days=2, priority=Priority.HIGH,
            state=StepState.DOING, add_tags=("新",), drop_tags=("旧",),
        )  # fmt: skip
        assert services.change_together(versions(), change) == 3
        rows = queries.some_steps(ids)
        assert {(s.owner_id, s.priority, s.state) for s in rows} == {(cast.host, Priority.HIGH, StepState.DOING)}
        assert [s.due for s in rows] == [today + (n + 2) * DAY for n in range(3)]
        assert list(queries.tags_of(ids).values()) == [["新"]] * 3
        undo_last()
        assert [(s.owner_id, s.due, s.state) for s in queries.some_steps(ids)] == [
            (s.owner_id, s.due, s.state) for s in before
        ]
        assert list(queries.tags_of(ids).values()) == [["旧"]] * 3
        held = versions()
        services.edit_step(ids[1], held[ids[1]], "别人改了", None, today, None, None, "")
        with pytest.raises(Invalid) as caught:
            services.change_together(held, Change(frozenset({"priority"}), priority=Priority.LOW))
        assert list(caught.value.fields) == ["rows.1"] or list(caught.value.fields) == ["rows.0"]
        assert {s.priority for s in queries.some_steps(ids)} == {Priority.NORMAL}, "all or none"
        for wrong in (Change(frozenset()), Change(frozenset({"days"}), days=9999)):
            with pytest.raises((Refused, Invalid)):
                services.change_together(versions(), wrong)
        with pytest.raises(Refused):
            services.change_together({}, change)
        with pytest.raises(Invalid):
            services.change_together(versions(), Change(frozenset({"state"}), state=StepState.BLOCKED))
        assert services.trash_steps(versions()) == 3
        undo_last()
        assert len(queries.some_steps(ids)) == 3
        mixed = versions() | {10**6: 1}
        with pytest.raises(Refused):
            services.trash_steps(mixed)
    with acting(cast.actors["outsider"]), pytest.raises((Refused, Forbidden)):
        services.change_together(held, change)
