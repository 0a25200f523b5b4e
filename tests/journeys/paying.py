"""What journeys of money share: both languages, somebody's window, a second manager, shows that are over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from planner.base.actor import Actor, acting
from planner.kernel import clock
from planner.kernel.permissions import Role
from planner.live import services as live
from planner.live.rules import Weight
from planner.outcomes import services as outcomes
from planner.people import services as members
from tests.cast import PASSWORD
from tests.conftest import WIDE
from tests.resources.conftest import Money

in_both = pytest.mark.parametrize("language", ["zh-CN", "en"] if WIDE else ["zh-CN"])
Enter = Callable[..., Page]
Says = Callable[[str, str], str]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RECEIPT = {"name": "收据.txt", "mimeType": "text/plain", "buffer": "备用麦 2 只 ¥1,180.00".encode()}


def words_in(language: str) -> Says:
    """What a page says: in Chinese, or in English."""
    return lambda chinese, english: chinese if language == "zh-CN" else english


class People:
    """Their windows, by who they are; each is opened once."""

    def __init__(self, enter: Enter, address: str, language: str) -> None:
        self.address, self.says = address, words_in(language)
        self._open = lambda login, size: enter(address, login, PASSWORD, size, language)

    def window(self, login: str, size: dict[str, int], path: str = "/") -> Page:
        """Somebody at a page."""
        page = self._open(login, size)
        page.goto(self.address + path)
        return page


def ask_now(page: Page) -> None:
    """What the polls of a page do when their time has come."""
    page.evaluate("document.dispatchEvent(new Event('planner:noted'))")


def fits(page: Page) -> None:
    """Nothing of a page lies beside the screen."""
    size = page.viewport_size or {"width": 0}
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"{page.url} scrolls sideways"


def approve(page: Page) -> None:
    """The one big button, on the page of a request."""
    page.locator(".decide-bar .btn-primary").click()
    expect(page.locator("[data-undo-strip]")).to_be_visible()


def attach(page: Page) -> None:
    """A receipt, on the page that asks for files."""
    page.set_input_files("input[name=files]", [RECEIPT])
    page.locator(".form-foot button.btn-primary").click()


def second_manager(money: Money) -> None:
    """Whoever only looked on manages, too."""
    with acting(Actor(is_system=True, team_id=money.cast.team)):
        members.set_role(money.cast.viewer, Role.MANAGER)


def show_at(money: Money, start: datetime, theme: str = "夜场") -> int:
    """A show that goes on air at this instant, planned the day before."""
    cast = money.cast
    with clock.standing(start - DAY), acting(cast.actors["lead"]):
        made = live.schedule_session(theme, Weight.DAILY, cast.channel, cast.studio, start, 120)
    with clock.standing(start), acting(cast.actors["lead"]):
        live.go_live(made, start)
    return made


def over(money: Money, session_id: int, start: datetime, **figures: int) -> None:
    """It has ended, and two days later its figures are final."""
    with clock.standing(start + 2 * HOUR), acting(money.cast.actors["lead"]):
        live.end_live(session_id)
    with clock.standing(start + 2 * DAY), acting(money.cast.actors["lead"]):
        outcomes.type_figures(session_id, {key: Decimal(value) for key, value in figures.items()})


def minute_now() -> datetime:
    """This minute."""
    return datetime.now(UTC).replace(second=0, microsecond=0)
