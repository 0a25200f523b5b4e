"""The list of causes is the team's own; figures are written exactly, with their unit, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from planner.base import i18n
from planner.figures import queries, rules, services, words
from planner.kernel.errors import Forbidden, Invalid, NotFound

BUILT_IN = ["traffic", "product", "host", "equipment", "execution", "compliance", "environment"]


@pytest.mark.engines
def test_a_team_edits_its_own_causes(db: Any, as_: Callable[[str], Any]) -> None:
    with as_("lead"):
        assert [c.key for c in queries.causes()] == BUILT_IN
        made = services.add_cause("  样品\t没到 ")
        assert (queries.causes()[-1].id, queries.causes()[-1].name) == (made, "样品 没到")
        with pytest.raises(Invalid, match="already"):
            services.add_cause("样品 没到")
        services.remove_cause(next(c.id for c in queries.causes() if c.key == "host"))
        services.ensure_causes()
        assert "host" not in [c.key for c in queries.causes()]
        services.remove_cause(made)
        assert services.add_cause("样品 没到") != made
    with as_("outsider"):
        assert [c.key for c in queries.causes()] == BUILT_IN
        with pytest.raises(NotFound):
            services.remove_cause(made)


@pytest.mark.parametrize("name", ["", "   ", "长" * 41, "\x00\x07"])
def test_a_cause_has_a_name(name: str, db: Any, as_: Callable[[str], Any]) -> None:
    with as_("lead"):
        with pytest.raises(Invalid) as fault:
            services.add_cause(name)
        assert list(fault.value.fields) == ["name"]
        assert len(queries.causes()) == 7


@pytest.mark.parametrize("login", ["host", "member", "viewer"])
def test_only_leads_edit_causes(login: str, db: Any, as_: Callable[[str], Any]) -> None:
    with as_(login):
        assert len(queries.causes()) == 7
        with pytest.raises(Forbidden):
            services.add_cause("天气")


def test_every_figure_and_cause_has_a_name_in_both_languages(db: Any, as_: Callable[[str], Any]) -> None:
    with as_("lead"):
        told: dict[str, list[str]] = {}
        for language in i18n.LANGUAGES:
            token = i18n.speak(language)
            try:
                told[language] = [words.metric_label(k) for k in rules.METRICS] + [
                    words.cause_word(k) for k in BUILT_IN
                ]
            finally:
                i18n.quiet(token)
        assert all(len(set(names)) == len(names) for names in told.values())
        chinese = dict(zip([*rules.METRICS, *BUILT_IN], told[i18n.CHINESE], strict=True))
        assert chinese["viewers"] != chinese["views"], "场观 says whether people or times are meant"
        assert chinese["paid_amount"] != chinese["gmv"]
        assert not set(told[i18n.CHINESE]) & set(told[i18n.ENGLISH]) - {"GMV", "ROI", "UV", "SKU"}


@pytest.mark.parametrize(
    ("value", "key", "text"),
    [
        ("61045.3", "gmv", "¥61,045.30"),
        ("0", "gmv", "¥0.00"),
        ("16614", "viewers", "16,614"),
        ("0.0421", "view_pay_rate", "4.21%"),
        ("87.6", "avg_watch_seconds", "1:28"),
        ("6.7828", "roi", "6.78"),
        (None, "likes", "–"),
    ],
)
def test_figures_are_written_with_their_unit(value: str | None, key: str, text: str, db: Any, as_: Any) -> None:
    with as_("lead"):
        assert words.format_value(Decimal(value) if value else None, key) == text
