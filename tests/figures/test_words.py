"""How a figure against its target reads: one set of words everywhere, and never 100 % for what is short of it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from jinja2 import Environment

from planner.base import i18n, show
from planner.base.words import spoken
from planner.figures.words import attained, judged, metric_label


@pytest.fixture(
    params=[
        (i18n.CHINESE, ("达标", "略低", "略高", "未达标")),
        (i18n.ENGLISH, ("reached", "within tolerance", "a little above", "missed")),
    ]
)
def words(request: pytest.FixtureRequest) -> object:
    """The words of one language, spoken while the test runs."""
    token = i18n.speak(request.param[0])
    yield request.param[1]
    i18n.quiet(token)


def test_the_words_of_standing(words: tuple[str, ...]) -> None:
    reached, low, high, missed = words
    wanted = {
        ("gmv", "130"): ("130%", reached), ("gmv", "100"): ("100%", reached), ("gmv", "99.96"): ("99.9%", low),
        ("gmv", "99.04"): ("99%", low), ("gmv", "90"): ("90%", low), ("gmv", "89.96"): ("89%", missed),
        ("gmv", "-5"): ("-5%", missed), ("refund_rate", "0"): ("", reached), ("refund_rate", "100.04"): ("99.9%", high),
        ("refund_rate", "105"): ("95%", high), ("refund_rate", "200"): ("50%", missed),
    }  # fmt: skip
    assert {k: attained(Decimal(k[1]), Decimal(100), k[0]) for k in wanted} == wanted


def test_on_a_page_the_word_stands_in_its_ink(words: tuple[str, ...]) -> None:
    assert judged(Decimal("99.96"), Decimal(100), "gmv") == f'99.9% <span class="is-warn">{words[1]}</span>'
    assert judged(Decimal(0), Decimal(100), "refund_rate") == f'<span class="is-ok">{words[0]}</span>'
    assert judged(Decimal(1), Decimal(100), "gmv") == f'1% <span class="is-bad">{words[3]}</span>'


@pytest.mark.parametrize(
    ("share", "told"),
    [
        ("1", "100%"),
        ("0.9999999", "99.9%"),
        ("0.991", "99.1%"),
        ("0.98999", "98%"),
        ("1.2399", "123%"),
        ("0", "0%"),
        (None, "–"),
    ],
)
def test_shares_are_rounded_down(share: str | None, told: str) -> None:
    assert show.percent_down(Decimal(share) if share is not None else None) == told


def test_a_filter_over_a_constant_speaks_the_language_of_whoever_reads() -> None:
    env = Environment(autoescape=True)
    env.filters.update(spoken({"metric": metric_label}))
    template = env.from_string("{{ 'gmv'|metric }}")
    told = []
    for language in (i18n.CHINESE, i18n.ENGLISH):
        token = i18n.speak(language)
        told.append(template.render())
        i18n.quiet(token)
    assert told == ["成交金额 GMV", "GMV"]
