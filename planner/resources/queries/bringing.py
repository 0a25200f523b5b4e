"""Budgets out of a sheet, as they were read: from what to what each amount would set a budget, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from planner.base import db
from planner.base.verbs import query
from planner.kernel.errors import Invalid
from planner.kernel.money import show_money
from planner.kernel.permissions import P
from planner.kernel.text import Message, clean_line, msg, plain
from planner.plan import queries as plan
from planner.plan.models import Period
from planner.plan.rules import PeriodState
from planner.resources.models import Budget, BudgetCategory
from planner.resources.queries.budgets import categories
from planner.resources.rules import Standing
from planner.resources.rules.bringing import ALSO, Amount, Column, Read, read_sheet, read_span
from planner.resources.words import CATEGORY_NAMES, every_name

LONGEST_NAME = 40
LONGEST_NOTE = 200


@dataclass(frozen=True)
class BroughtRow:
    """An amount of the sheet, by the row it stands in. `before` and `after` are what the budget would be set from and
    to, in minor units; `category_id` is None where the category would be made."""

    number: int
    head: str
    category: str
    category_id: int | None
    period_id: int | None
    period: str
    before: int
    after: int
    note: str
    faults: tuple[tuple[Column | None, Message], ...] = ()
    called: str = ""
    """What the category is called that the name in the sheet means."""
    warning: Message | None = None
    """What whoever takes it should know: it can be taken nevertheless."""
    typed: str = ""
    """The amount as it stands in the sheet."""

    @property
    def kind(self) -> str:
        """What becomes of it."""
        if self.faults:
            return "wrong"
        if self.before == self.after:
            return "same"
        return "new" if self.category_id is None else "changed"


NEW = 0
"""Stands for a category that is to be made, where people say what an unknown name means."""


@dataclass(frozen=True)
class BudgetSheet:
    """The sheet as it was read. `unknown` are names that no category has; `silent` heads that say nothing here;
    `faults` what is wrong with the sheet as a whole, by its row."""

    rows: list[BroughtRow] = field(default_factory=list[BroughtRow])
    unknown: list[str] = field(default_factory=list[str])
    silent: list[str] = field(default_factory=list[str])
    left_out: list[int] = field(default_factory=list[int])
    faults: list[tuple[int, Message]] = field(default_factory=list[tuple[int, Message]])

    def count(self, *what: str) -> int:
        """How many are `new`, `changed`, `same` or `wrong`."""
        return sum(row.kind in what for row in self.rows)

    @property
    def good(self) -> bool:
        """Whether all of it can be taken, and something would change: it is taken whole or not at all."""
        return not self.faults and not self.count("wrong") and self.count("new", "changed") > 0

    @property
    def more(self) -> int:
        """By how much all budgets together would grow, in minor units."""
        return sum(row.after - row.before for row in self.rows if row.kind in ("new", "changed"))


@dataclass(frozen=True)
class _Team:
    """What words of a sheet may mean."""

    chosen: Any
    periods: Sequence[Any]
    categories: Mapping[str, int]
    called: Mapping[int, str]
    budgets: Mapping[tuple[int, int], Standing]
    meant: Mapping[str, int]
    """Categories that somebody chose for names nobody knew, or `NEW`."""

    def names(self, word: str) -> bool:
        """Whether a word names a period, be there one or not."""
        return self.period(word)[0] is not None or read_span(word, self.chosen.start.year) is not None

    def period(self, text: str) -> tuple[Any, Message | None]:
        """The period a cell names, the chosen one where it names none; and why it can't be used."""
        if not text:
            return self.chosen, None
        found = [p for p in self.periods if plain(p.name) == plain(text)]
        span = read_span(text, self.chosen.start.year)
        found = found or [p for p in self.periods if span == (p.start, p.end)]
        found = [p for p in found if p.state is PeriodState.OPEN] or found
        if not found:
            return None, msg("No period is called “%(name)s”: begin it in the plan first.", name=text[:40])
        if len(found) > 1:
            return None, msg("Several periods are called “%(name)s”.", name=text[:40])
        if found[0].state is not PeriodState.OPEN:
            return found[0], msg("The period is closed: open it again to change it.")
        return found[0], None


def _names() -> dict[str, int]:
    """Categories by what they may be called: as the team calls them; built-in ones in both languages, as others do."""
    found = {plain(row.name): row.id for row in categories()}
    asked = select(BudgetCategory.id, BudgetCategory.key).where(BudgetCategory.name == "", db.alive(BudgetCategory))
    for row_id, key in db.session().execute(asked.where(BudgetCategory.key.in_(list(CATEGORY_NAMES)))):
        for word in (*every_name(key), *ALSO[key]):
            found.setdefault(plain(word), row_id)
    return found


def _standings(ids: set[int]) -> dict[tuple[int, int], Standing]:
    rows = db.session().scalars(select(Budget).where(Budget.period_id.in_(ids)))
    return {(row.period_id, row.category_id): row.standing for row in rows}


def _row(amount: Amount, team: _Team, seen: dict[tuple[str, int], int]) -> BroughtRow:
    faults: list[tuple[Column | None, Message]] = []
    period, wrong = team.period(amount.period)
    if wrong is not None:
        faults.append((Column.PERIOD, wrong))
    name = clean_line(amount.category)
    category_id = team.categories.get(plain(name)) or team.meant.get(plain(name)) or None
    if not name:
        faults.append((Column.CATEGORY, msg("The category is missing.")))
    elif category_id is None and len(name) > LONGEST_NAME:
        faults.append((Column.CATEGORY, msg("Give the category a name of at most 40 characters.")))
    elif category_id is None and plain(name) not in team.meant:
        unknown = msg("No category is called “%(name)s”: say which one is meant, or that it is a new one.", name=name)
        faults.append((Column.CATEGORY, unknown))
    if amount.fault is not None:
        faults.append((Column.AMOUNT, amount.fault))
    held = team.budgets.get((period.id, category_id or 0), Standing()) if period is not None else Standing()
    if period is not None and name:
        key = (str(category_id or plain(name)), period.id)
        if key in seen:
            faults.append((None, msg("Row %(row)s is about the same budget already.", row=seen[key])))
        seen.setdefault(key, amount.number)
    if amount.minor is not None and amount.minor < held.used:
        used = show_money(held.used)
        faults.append((Column.AMOUNT, msg("%(used)s are committed or spent: it can't be less.", used=used)))
    return BroughtRow(
        amount.number, amount.head, name, category_id, period.id if period else None,
        period.name if period else amount.period, held.allocated, amount.minor or 0,
        clean_line(amount.note)[:LONGEST_NOTE], tuple(faults),
        team.called.get(category_id or 0, ""), _warning(amount.minor, held), amount.typed[:LONGEST_NAME],
    )  # fmt: skip


def _warning(after: int | None, held: Standing) -> Message | None:
    """A budget that would hold what is used, but not what waits for a decision as well."""
    if after is None or not held.used <= after < held.used + held.reserved:
        return None
    need, waits = show_money(held.used + held.reserved), show_money(held.reserved)
    return msg("Less than the %(need)s in use or asked for: %(waits)s of them wait for a decision.",
               need=need, waits=waits)  # fmt: skip


@query(P.BUDGET_EDIT)
def read_budgets(
    period_id: int, lines: Sequence[tuple[int, Sequence[str]]], meant: Mapping[str, int] | None = None
) -> BudgetSheet:
    """Read it by the heads of its columns; an amount is what the budget is to be set to, so that the same sheet again
    changes nothing. `meant` says which category a name means that none has, or `NEW`. Nothing is written."""
    chosen = db.one(Period, period_id)
    periods = plan.every_period()
    offered = {row.id: row.name for row in categories()}
    chosen_for = {plain(name): row_id for name, row_id in (meant or {}).items() if row_id in offered or row_id == NEW}
    team = _Team(chosen, periods, _names(), offered, _standings({p.id for p in periods}), chosen_for)
    read: Read = read_sheet(lines, team.names)
    if not read.amounts and not read.faults:
        raise Invalid.at("rows", msg("No row has an amount."))
    seen: dict[tuple[str, int], int] = {}
    rows = [_row(amount, team, seen) for amount in read.amounts]
    nobodys = dict.fromkeys(row.category for row in rows if row.category and plain(row.category) not in team.categories)
    return BudgetSheet(rows, list(nobodys), read.unknown, read.left_out, read.faults)
