"""Files of thousands of rows: few statements, and whoever waits sees how far it is. On both engines."""

from __future__ import annotations

import pytest
from flask import Flask

from planner.base.actor import acting
from planner.live import queries as live
from planner.outcomes.queries import imports
from planner.outcomes.rules import sample
from tests.cast import Cast
from tests.demo_room import Statements
from tests.outcomes.conftest import ACCOUNT, Bring, Plan, row

pytestmark = pytest.mark.engines


def test_a_thousand_rows_are_matched_as_one_by_one_and_in_as_few_statements_as_fifty(
    bring: Bring, plan: Plan, cast: Cast, app: Flask
) -> None:
    for day in range(1, 29):
        plan(f"2026-08-{day:02} 20:00", 60)
    days = [row(f"2026-08-{1 + n % 28:02} {18 + n % 6}:{n // 28:02}", 5, gmv=n) for n in range(1000)]
    asked, made = [], 0
    for some in (days[:50], days):
        with Statements(app) as seen:
            made = bring(sample.as_csv(some))
        asked.append(sum(1 for told in seen.told if told.lstrip().upper().startswith("SELECT")))
    assert asked[1] <= asked[0] + 4, "one more round for every 500 rows"
    with acting(cast.actors["lead"]):
        view = imports.import_page(made)
        alone = [live.match_airing(ACCOUNT, v.row.start) for v in view.rows if v.row.start]
        assert [v.session for v in view.rows] == [hits[0].session if hits else None for hits in alone]
        assert 0 < view.left.unlinked < 1000
