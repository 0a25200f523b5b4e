"""Who signs: the way of a request through the levels of a policy."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from planner.kernel.permissions import Role
from planner.resources import rules
from planner.resources.rules import Facts, Kind, LevelRule, Mode, Origin, Policy, SeatState, Signed

LEAD, OTHER_LEAD, MANAGER, SECOND, HOST = 1, 2, 3, 4, 5
TEAM = {LEAD: Role.LEAD, OTHER_LEAD: Role.LEAD, MANAGER: Role.MANAGER, HOST: Role.HOST}
LEADS = LevelRule("leads", Mode.ANY, (Role.LEAD,))
MANAGERS = LevelRule("managers", Mode.ANY, (Role.MANAGER,))
SMALL = Facts(100, Kind.ONE_OFF, 1, over_budget=False)


def _way(levels: list[LevelRule], people: dict[int, Role], *barred: int) -> list[tuple[tuple[int, ...], int | None]]:
    return [(stop.signers, stop.covered_by) for stop in rules.route(levels, people, barred)]


def test_levels_are_asked_by_amount_kind_category_and_budget() -> None:
    levels = [
        LEADS,
        LevelRule("big", Mode.ANY, (Role.MANAGER,), from_amount=500),
        LevelRule("equipment", Mode.ANY, (Role.MANAGER,), categories=(7,)),
        LevelRule("afterwards", Mode.ANY, (Role.MANAGER,), kinds=(Kind.AFTERWARDS,)),
        LevelRule("over", Mode.ANY, (Role.MANAGER,), over_budget=True),
    ]

    def names(facts: Facts) -> list[str]:
        return [level.name for level in rules.asked_levels(levels, facts)]

    assert names(SMALL) == ["leads"]
    assert names(Facts(500, Kind.ONE_OFF, 1, False)) == ["leads", "big"]
    assert names(Facts(499, Kind.AFTERWARDS, 7, True)) == ["leads", "equipment", "afterwards", "over"]


def test_a_level_can_be_asked_for_what_the_crew_asks_for_alone() -> None:
    def names(role: Role) -> list[str]:
        facts = Facts(1_000_00, Kind.ONE_OFF, 1, over_budget=False, asked_by=role)
        return [level.name for level in rules.asked_levels(rules.USUAL.levels, facts)]

    assert names(Role.HOST) == ["lead"]
    assert names(Role.LEAD) == [""]  # a manager, whatever the amount
    assert names(Role.MANAGER) == [""]


def test_where_no_level_is_asked_a_manager_signs() -> None:
    asked = rules.asked_levels([LevelRule("big", Mode.ANY, (Role.LEAD,), from_amount=500)], SMALL)
    assert rules.route(asked, TEAM)[0].signers == (MANAGER,)


def test_nobody_signs_what_they_asked_for() -> None:
    assert _way([LEADS, MANAGERS], TEAM, LEAD) == [((OTHER_LEAD,), None), ((MANAGER,), None)]
    stops = rules.route([LEADS, MANAGERS], TEAM, {MANAGER})
    assert [stop.stuck for stop in stops] == [False, True]


def test_a_level_that_nobody_can_sign_is_stuck_and_not_passed_over() -> None:
    stop = rules.route([LevelRule("all", Mode.ALL, (Role.MANAGER,))], {HOST: Role.HOST})[0]
    assert (stop.signers, stop.needed, stop.stuck) == ((), 1, True)


def test_the_only_signer_of_several_levels_signs_once_at_the_highest() -> None:
    only = {MANAGER: Role.MANAGER, HOST: Role.HOST}
    both = LevelRule("both", Mode.ANY, (Role.LEAD, Role.MANAGER))
    assert _way([both, both, MANAGERS], only) == [((), 2), ((), 2), ((MANAGER,), None)]


def test_a_a_b_a_does_not_skip_the_other_one() -> None:
    of_a, of_b = LevelRule("a", Mode.ANY, (), (LEAD,)), LevelRule("b", Mode.ANY, (), (MANAGER,))
    way = _way([of_a, of_a, of_b, of_a], TEAM)
    assert way == [((), 3), ((), 3), ((MANAGER,), None), ((LEAD,), None)]


def test_who_must_sign_higher_up_leaves_the_lower_level_to_others() -> None:
    either = LevelRule("either", Mode.ANY, (Role.LEAD, Role.MANAGER))
    assert _way([either, MANAGERS], TEAM) == [((LEAD, OTHER_LEAD), None), ((MANAGER,), None)]
    everybody = LevelRule("everybody", Mode.ALL, (Role.LEAD, Role.MANAGER))
    stops = rules.route([everybody, MANAGERS], TEAM)
    assert (stops[0].signers, stops[0].needed) == ((LEAD, OTHER_LEAD), 2)


def test_a_level_of_two_needs_two() -> None:
    two = LevelRule("two", Mode.ANY, (Role.LEAD,), needed=2)
    assert not rules.route([two], TEAM)[0].stuck
    assert rules.route([two], TEAM, {LEAD})[0].stuck


def test_the_try_out_sees_that_there_are_too_few_people() -> None:
    two = Policy((LEADS, LevelRule("again", Mode.ANY, (Role.LEAD,)), LevelRule("thrice", Mode.ANY, (Role.LEAD,))))
    tried = rules.try_out(two, SMALL, TEAM, HOST)
    assert tried.short_of_people  # two leads can't be three different people
    assert not rules.try_out(Policy((LEADS, MANAGERS)), SMALL, TEAM, HOST).short_of_people
    assert rules.try_out(Policy((MANAGERS,)), SMALL, TEAM, MANAGER).short_of_people


def test_a_policy_is_kept_as_it_was_written() -> None:
    policy = Policy(
        (LEADS, LevelRule("x", Mode.ALL, (), (4,), 2, 5_00, (Kind.RECURRING,), (9,), True, (Role.HOST,))), 100, 2, True
    )
    assert Policy.from_json(policy.as_json()) == policy
    assert Policy.from_json(rules.USUAL.as_json()) == rules.USUAL


LEVELS = st.lists(
    st.builds(
        LevelRule,
        st.just("level"),
        st.sampled_from(Mode),
        st.lists(st.sampled_from([Role.LEAD, Role.MANAGER, Role.HOST]), max_size=2, unique=True).map(tuple),
        st.lists(st.integers(1, 8), max_size=3, unique=True).map(tuple),
        st.integers(1, 2),
    ),
    min_size=1,
    max_size=5,
)
PEOPLE = st.dictionaries(st.integers(1, 8), st.sampled_from([Role.LEAD, Role.MANAGER, Role.HOST]), max_size=8)


@given(LEVELS, PEOPLE, st.integers(1, 8))
def test_whatever_the_policy_nobody_signs_their_own_and_no_level_is_empty(
    levels: list[LevelRule], people: dict[int, Role], requester: int
) -> None:
    stops = rules.route(levels, people, {requester})
    assert len(stops) == len(levels)
    for place, stop in enumerate(stops):
        assert requester not in stop.signers
        assert set(stop.signers) <= people.keys()
        if stop.covered_by is not None:
            assert stop.covered_by > place and stops[stop.covered_by].covered_by is None
            assert stops[stop.covered_by].signers
        elif not stop.stuck:
            assert len(stop.signers) >= stop.needed >= 1


def _signature(by: int | None, seen: str | None = "now", state: SeatState = SeatState.APPROVED) -> Signed:
    return Signed(state, by, seen, Origin.POLICY)


def test_a_level_is_done_by_different_people_who_saw_what_stands() -> None:
    assert not rules.passes(1, [], "now")
    assert not rules.passes(0, [], "now")  # a level without a signature is never done
    assert rules.passes(1, [_signature(1)], "now")
    assert not rules.passes(1, [_signature(1, "before")], "now")
    assert not rules.passes(2, [_signature(1), _signature(1)], "now")
    assert rules.passes(2, [_signature(1), _signature(2)], "now")
    assert not rules.passes(1, [_signature(None)], "now")


def test_whoever_was_added_signs_besides_and_not_instead() -> None:
    added = Signed(SeatState.APPROVED, 9, "now", Origin.ADDED_BEFORE)
    assert not rules.passes(1, [added], "now")
    assert rules.passes(1, [added, _signature(1)], "now")


def test_whoever_was_added_is_waited_for() -> None:
    added = Signed(SeatState.ASKED, None, None, Origin.ADDED_BEFORE)
    assert not rules.passes(1, [_signature(1), added], "now")
