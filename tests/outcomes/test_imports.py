"""Taking an export over: which session a row belongs to, what counts, what stays as history. On both engines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from sqlalchemy import func, select

from planner.base import db as base
from planner.base import sheets
from planner.base import unit as units
from planner.base.actor import acting
from planner.figures.rules import WATCHED
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.live import queries as live
from planner.live import services as sessions
from planner.live.rules import Platform, State
from planner.outcomes import services
from planner.outcomes.models import FigureSet, ImportFile
from planner.outcomes.queries import imports, results
from planner.outcomes.rules import sample
from planner.plan import queries as plan_queries
from planner.plan import services as plans
from planner.plan.rules import Aggregation
from tests.cast import Cast
from tests.outcomes.conftest import ACCOUNT, GMVS, Bring, Plan, at, read, row

pytestmark = pytest.mark.engines
Take = Callable[..., dict[str, int]]
ResultOf = Callable[[int], results.Result | None]
FILES = ["compass.xlsx", "compass_utf8bom.csv", "compass_gb18030.csv"]


def gmv(result_of: ResultOf, session_id: int) -> Decimal | None:
    """What counts for a session now."""
    found = result_of(session_id)
    return found.figures.get("gmv") if found else None


def figure_sets(cast: Cast) -> list[tuple[int, bool]]:
    """All sets: session and whether it counts."""
    with acting(cast.actors["lead"]), units.reading():
        rows = base.session().scalars(select(FigureSet).order_by(FigureSet.id))
        return [(one.session_id, one.current) for one in rows]


@pytest.mark.parametrize("name", FILES)
def test_a_sample_finds_its_sessions_and_two_streams_make_one_show(
    name: str, take: Take, shows: list[int], cast: Cast, result_of: ResultOf
) -> None:
    assert take(read(name)) == {"new": 5}
    wanted = [Decimal(GMVS[0]), Decimal(GMVS[1]), Decimal("24278.66"), Decimal(GMVS[4])]
    assert [gmv(result_of, show) for show in shows] == wanted
    broken = result_of(shows[2])
    assert broken is not None
    assert broken.streams == 2
    assert broken.base["viewers"] == 3619 + 2712
    assert broken.base["pcu"] == 126
    assert broken.base["minutes"] == 131 + 144
    assert abs(broken.base["acu"] - Decimal(43 * 131 + 32 * 144) / 275) < Decimal("0.00001")
    with acting(cast.actors["lead"]):
        b = live.brief(shows[2])
        assert b.state is State.ENDED, "the file tells that it was on air"
        assert b.real_start is not None
        assert b.real_end is not None
        assert [(a.source, a.real_start) for a in live.airings(shows[2])][1][1].minute == 21
        assert (b.real_start.second, b.real_end.second) == (3, 2), "the platform's times stand"


def measured(found: results.Result | None) -> results.Result:
    """The result without what the crew still leaves undone as time goes by."""
    assert found is not None
    return replace(found, figures={key: held for key, held in found.figures.items() if key not in WATCHED})


def test_the_same_file_twice_changes_nothing(
    take: Take, shows: list[int], cast: Cast, result_of: ResultOf, noon: time_machine.Traveller
) -> None:
    take(read("compass.xlsx"), "2026-09-10 00:30")
    before, sets = [measured(result_of(show)) for show in shows], figure_sets(cast)
    noon.move_to(at("2026-09-20 12:00"))
    assert take(read("compass.xlsx"), "2026-09-20 11:00") == {"unchanged": 5}
    assert [measured(result_of(show)) for show in shows] == before
    assert figure_sets(cast) == sets
    with acting(cast.actors["lead"]):
        assert imports.import_page(imports.recent_imports()[0].id).again


def test_an_older_download_never_replaces_newer_figures_and_history_is_kept(
    take: Take, plan: Plan, cast: Cast, result_of: ResultOf
) -> None:
    show = plan("2026-09-09 20:00")
    start = "2026-09-09 20:01:09"
    assert take([row(start, gmv=100)], "2026-09-09 23:00") == {"new": 1}
    assert take([row(start, gmv=300)], "2026-09-10 10:00") == {"replaced": 1}
    assert take([row(start, gmv=200)], "2026-09-10 02:00") == {"older": 1}
    assert gmv(result_of, show) == 300
    assert take([row(start, gmv=400)], "2026-09-10 10:00") == {"replaced": 1}, "the later upload of the same minute"
    with acting(cast.actors["lead"]):
        history = results.result_page(show).sets
        assert [(s.current, s.taken_at) for s in history] == [
            (True, at("2026-09-10 10:00")),
            (False, at("2026-09-10 10:00")),
            (False, at("2026-09-09 23:00")),
        ]


def test_figures_are_provisional_until_a_file_of_the_next_business_day_says_them(
    take: Take, plan: Plan, result_of: ResultOf
) -> None:
    show = plan("2026-09-08 20:00", 300)
    start = "2026-09-08 19:58:03"
    for taken, gmv_then, counts, provisional in (
        ("2026-09-08 23:00", 100, {"new": 1}, True),
        ("2026-09-09 05:59", 120, {"replaced": 1}, True),
        ("2026-09-09 06:00", 120, {"unchanged": 1}, False),
    ):
        cells = row(start, gmv=gmv_then)
        cells[1] = f"another file, {taken}"
        assert take([cells], taken) == counts
        found = result_of(show)
        assert found is not None
        assert found.provisional is provisional, taken
        assert found.taken_at == at(taken)


def test_a_typed_figure_that_a_file_says_as_well_does_not_keep_the_result_provisional(
    take: Take, aired: Callable[..., int], cast: Cast, result_of: ResultOf, noon: time_machine.Traveller
) -> None:
    show = aired("2026-09-09 14:00")
    noon.move_to(at("2026-09-09 19:00"))
    with acting(cast.actors["lead"]):
        services.type_figures(show, {"gmv": Decimal(5), "likes": Decimal(100)})
    noon.move_to(at("2026-09-10 12:00"))
    take([row("2026-09-09 14:00", gmv=7)])
    found = result_of(show)
    assert found is not None
    assert found.base["gmv"] == 7, "the file counts before what is typed"
    assert found.base["likes"] == 100
    assert found.provisional, "the likes are of the evening"
    with acting(cast.actors["lead"]):
        services.type_figures(show, {"gmv": Decimal(5), "likes": Decimal(100)})
    again = result_of(show)
    assert again is not None
    assert not again.provisional, "typed again the next day, they hold"


MATCHES = [
    ("20:00", 240, True), ("18:32", 30, True), ("18:30", 30, False), ("21:31", 240, True), ("21:32", 240, False),
    ("10:00", 660, True), ("10:00", 480, False),
]  # fmt: skip


def test_a_row_is_matched_by_account_and_start_within_90_minutes_or_inside_the_show(
    bring: Bring, plan: Plan, cast: Cast
) -> None:
    shows = [plan(f"2026-08-{day} {start}", minutes) for day, (start, minutes, _found) in enumerate(MATCHES, start=11)]
    made = bring(sample.as_csv([row(f"2026-08-{day} 20:01:09") for day in range(11, 18)]))
    with acting(cast.actors["lead"]):
        rows = imports.import_page(made).rows
    wanted = [show if found else None for show, (_start, _minutes, found) in zip(shows, MATCHES, strict=True)]
    assert [v.session.id if v.session else None for v in rows] == wanted
    assert [v.row.minutes_off for v in rows] == [1, 89, None, 89, None, 601, None]


def test_the_nearest_show_of_the_right_account_on_the_right_platform_wins(bring: Bring, plan: Plan, cast: Cast) -> None:
    with acting(cast.actors["lead"]):
        second = sessions.add_channel(Platform.DOUYIN, "晨光二号", "chenguang_two")
        twin = sessions.add_channel(Platform.KUAISHOU, "晨光快手", ACCOUNT)
    plan("2026-09-09 20:00", 60, channel=second)
    plan("2026-09-09 20:01", 60, channel=twin)
    near, later = plan("2026-09-09 19:30", 60), plan("2026-09-09 20:40", 60)
    rows = [row("2026-09-09 19:50", 30), row("2026-09-09 20:31", 30), row("2026-09-09 20:00", 30, "nobody_knows")]
    made = bring(sample.as_csv(rows))
    with acting(cast.actors["lead"]):
        found = [v.session.id if v.session else None for v in imports.import_page(made).rows]
    assert found == [near, later, None]


def test_tapped_times_give_way_to_the_files_whatever_the_order_of_its_rows(
    take: Take, plan: Plan, cast: Cast, result_of: ResultOf
) -> None:
    show = plan("2026-09-08 20:00", 300)
    with acting(cast.actors["lead"]):
        sessions.go_live(show, at("2026-09-08 20:02"))
        sessions.end_live(show, at("2026-09-09 00:50"))
    rows = [row("2026-09-08 22:21:40", 144, gmv=2), row("2026-09-08 19:58:03", 131, gmv=1)]
    assert take(rows) == {"new": 2}
    with acting(cast.actors["lead"]):
        first, second = live.airings(show)
        assert (first.tapped_start, first.tapped_end) == (at("2026-09-08 20:02"), at("2026-09-09 00:50"))
        assert (second.tapped_start, second.source) == (None, "file")
    assert gmv(result_of, show) == 3


def test_a_row_is_linked_by_hand_left_out_or_gets_the_missing_session(
    bring: Bring, plan: Plan, cast: Cast, result_of: ResultOf
) -> None:
    far, cancelled = plan("2026-09-06 20:00"), plan("2026-09-05 20:00")
    made = bring(sample.as_csv([row(f"2026-09-0{n} 20:00", 95, gmv=n) for n in (1, 2, 3)]))
    with acting(cast.actors["lead"]):
        sessions.cancel_session(cancelled, live.brief(cancelled).version, "停电")
        one, two, three = (v.row.id for v in imports.import_page(made).rows)
        services.link_row(one, str(far), sure=True)
        services.link_row(two, "make")
        services.link_row(three, str(far), sure=True)
        services.link_row(three, "skip")
        for choice in ("", "x", "-1", "9" * 30):
            with pytest.raises(Invalid):
                services.link_row(three, choice)
        with pytest.raises(Refused, match="cancelled"):
            services.link_row(three, str(cancelled))
        with pytest.raises(NotFound):
            services.link_row(three, "999999")
        linked = imports.import_page(made).rows
        assert [v.row.minutes_off for v in linked] == [5 * 1440, None, None]
        assert [v.row.outcome for v in linked] == ["", "make", "skip"]
        assert linked[1].session is None, "nothing is planned before the file is taken over"
        assert services.store_import(made) == {"new": 2, "skip": 1}
        born = imports.import_page(made).rows[1].session
        assert born is not None
        assert born.theme == "晨光美妆 Wed 2 Sep", "named by its channel and day"
        now = live.brief(born.id)
        assert (now.planned_start, now.planned_end) == (at("2026-09-02 20:00"), at("2026-09-02 21:35"))
        assert now.state is State.ENDED
    assert [gmv(result_of, far), gmv(result_of, born.id)] == [1, 2]


def test_a_session_is_made_only_by_those_who_plan_and_only_for_a_known_channel(bring: Bring, cast: Cast) -> None:
    made = bring(
        sample.as_csv([row("2026-09-02 20:00"), row("2026-09-02 20:00", account="nobody_knows")]), login="member"
    )
    with acting(cast.actors["member"]):
        known, unknown = (v.row.id for v in imports.import_page(made).rows)
        with pytest.raises(Forbidden):
            services.link_row(known, "make")
    with acting(cast.actors["lead"]):
        with pytest.raises(Refused, match="nobody_knows"):
            services.link_row(unknown, "make")
        services.link_row(known, "make")
        assert services.store_import(made) == {"new": 1, "skip": 1}


def test_a_stream_counts_for_one_session_even_when_it_is_linked_to_another_later(
    bring: Bring, take: Take, plan: Plan, cast: Cast, result_of: ResultOf
) -> None:
    wrong, right = plan("2026-09-09 19:00", 60), plan("2026-09-09 21:20", 60)
    rows = [row("2026-09-09 20:00:09", gmv=500)]
    take(rows)
    assert gmv(result_of, wrong) == 500
    made = bring(sample.as_csv(rows))
    with acting(cast.actors["lead"]):
        services.link_row(imports.import_page(made).rows[0].row.id, str(right))
        assert services.store_import(made) == {"new": 1}
    assert [gmv(result_of, wrong), gmv(result_of, right)] == [None, 500]
    assert take([row("2026-09-09 20:00:09", gmv=600)], "2026-09-10 11:30") == {"replaced": 1}, (
        "it stays where it was put"
    )
    assert [gmv(result_of, wrong), gmv(result_of, right)] == [None, 600]
    older = bring(sample.as_csv([row("2026-09-09 20:00:09", gmv=1)]), "2026-09-10 01:00")
    with acting(cast.actors["lead"]):
        services.link_row(imports.import_page(older).rows[0].row.id, str(wrong))
        assert services.store_import(older) == {"older": 1}
    assert gmv(result_of, right) == 600


def test_superseding_figures_rewrite_the_evidence_of_goals(take: Take, plan: Plan, cast: Cast) -> None:
    with acting(cast.actors["lead"]):
        period = plans.add_period("九月", date(2026, 9, 1), date(2026, 9, 30))
        goal = plans.add_goal(period, "成交与转化")
        plans.add_target(goal, "gmv", Decimal(1000), Aggregation.SUM)
        plans.add_target(goal, "view_pay_rate", Decimal("0.2"), Aggregation.MEAN_RATIO)
    show, other = plan("2026-09-08 20:00"), plan("2026-09-09 20:00")

    def stands() -> list[Decimal | None]:
        with acting(cast.actors["lead"]):
            return [t.value for t in plan_queries.goal(goal)[0].targets]

    take(
        [
            row("2026-09-08 20:00", gmv=100, buyers=10, viewers=100),
            row("2026-09-09 20:00", gmv=50, buyers=50, viewers=100),
        ]
    )
    assert stands() == [150, Decimal("0.3")]
    take([row("2026-09-08 20:00", gmv=80, buyers=10, viewers=300)], "2026-09-10 11:30")
    assert stands() == [130, Decimal("0.15")], "divided sums, not the mean of two ratios"
    take([row("2026-09-08 20:00", gmv=80)], "2026-09-10 11:40")
    assert stands() == [130, Decimal("0.5")], "a rate that is not known any more leaves no evidence"
    with acting(cast.actors["lead"]):
        proofs = plan_queries.goal_page(goal).evidence
        moved = [[(e.session.id if e.session else 0, e.value) for e in rows] for rows in proofs.values()]
    assert moved == [[(other, 50), (show, 80)], [(other, Decimal("0.5"))]]


def test_one_bad_moment_in_the_middle_takes_all_of_the_file_back(
    bring: Bring, shows: list[int], cast: Cast, result_of: ResultOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, calls = bring(read("compass.xlsx")), []

    def torn(session_id: int) -> None:
        calls.append(session_id)
        if len(calls) == 3:
            raise RuntimeError("the light went out")

    with acting(cast.actors["lead"]):
        with monkeypatch.context() as patch, pytest.raises(RuntimeError):
            patch.setattr("planner.outcomes.services.storing.after_figures", torn)
            services.store_import(made)
        assert len(calls) == 3
        assert figure_sets(cast) == []
        assert [live.brief(show).state for show in shows] == [State.SCHEDULED] * 4
        assert imports.import_page(made).file.state == "preview"
        assert services.store_import(made) == {"new": 5}


MOVES: dict[str, Callable[[int, int, int], object]] = {
    "date": lambda made, line, show: services.date_import(made, at("2026-09-10 11:00")),
    "link": lambda made, line, show: services.link_row(line, str(show), sure=True),
    "skip": lambda made, line, show: services.link_row(line, "skip"),
    "store": lambda made, line, show: services.store_import(made),
    "drop": lambda made, line, show: services.drop_import(made),
    "finish": lambda made, line, show: services.finish_import(made),
    "withdraw": lambda made, line, show: services.withdraw_import(made),
    "give up": lambda made, line, show: services.keep_import(made),
}
AFTER = {
    "undated": {"date": "preview", "drop": "dropped"},
    "preview": {"link": "preview", "skip": "preview", "store": "stored", "drop": "dropped"},
    "waiting": {"store": "stored", "drop": "dropped", "finish": "stored"},
    "stored": {"withdraw": "withdrawn"},
    "undoing": {"withdraw": "withdrawn", "give up": "stored"},
    "dropped": {},
    "withdrawn": {},
}
QUIET = {"finish", "give up"}
"""What the worker asks: nothing happens where there is nothing to do."""


@pytest.mark.parametrize("state", AFTER)
def test_every_state_of_a_file_with_every_move(
    state: str, bring: Bring, plan: Plan, cast: Cast, result_of: ResultOf
) -> None:
    for day, move in enumerate(MOVES, start=11):
        show = plan(f"2026-08-{day} 20:00")
        made = bring(sample.as_csv([row(f"2026-08-{day} 20:00", gmv=5)]))
        target = AFTER[state].get(move, state if move in QUIET else None)
        with acting(cast.actors["lead"]):
            line = imports.import_page(made).rows[0].row.id
            with units.writing("tests") as unit:
                unit.session.get_one(ImportFile, made).state = state
                unit.session.flush()
            if target is None:
                with pytest.raises(Refused):
                    MOVES[move](made, line, show)
            else:
                MOVES[move](made, line, show)
            with units.reading():
                assert base.one(ImportFile, made).state == (target or state), move
        taken = target == "stored" and state in ("preview", "waiting")
        assert (gmv(result_of, show) is not None) == taken, move


def test_nobody_of_another_team_finds_a_file_or_its_rows(bring: Bring, shows: list[int], cast: Cast) -> None:
    made = bring(read("compass.xlsx"))
    with acting(cast.actors["lead"]):
        line = imports.import_page(made).rows[0].row.id
    with acting(cast.actors["outsider"]):
        for ask in (
            lambda: imports.import_page(made), lambda: imports.original(made), lambda: services.store_import(made),
            lambda: services.drop_import(made), lambda: services.link_row(line, "skip"),
            lambda: services.type_figures(shows[0], {}), lambda: results.result_page(shows[0]),
        ):  # fmt: skip
            with pytest.raises(NotFound):
                ask()
        theirs = services.upload("x.csv", read("compass.xlsx"), _sheet(), at("2026-09-10 11:00"))
        assert all(v.session is None for v in imports.import_page(theirs).rows), (
            "the account is ours, the shows are not theirs"
        )
        with pytest.raises(NotFound):
            services.link_row(imports.import_page(theirs).rows[0].row.id, str(shows[0]))
    with acting(cast.actors["lead"]), units.reading():
        assert base.session().scalar(select(func.count(FigureSet.id))) == 0


def _sheet() -> sheets.Sheet:
    return sheets.read(read("compass.xlsx"))
