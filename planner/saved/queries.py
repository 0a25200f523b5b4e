"""Saved views: one's own and those the team shares, in one statement a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from sqlalchemy import and_, bindparam, or_, select, true
from sqlalchemy.orm import aliased

from planner.base import actor, db
from planner.base.ready import ready
from planner.base.verbs import check, query
from planner.kernel.errors import NotFound
from planner.kernel.permissions import P
from planner.people.models import Team, User
from planner.saved import rules
from planner.saved.models import SavedDefault, SavedView

Maker = aliased(User)


@dataclass(frozen=True)
class ViewRow:
    """A view with who made it; `is_default` where it opens for the reader when nothing is asked for."""

    id: int
    page: str
    name: str
    query: str
    shared: bool
    version: int
    maker_id: int | None
    maker: str
    is_default: bool

    @property
    def url(self) -> str:
        """The plain address that it stands for."""
        return url_for(self.page, **rules.values_of(self.query))

    @property
    def mine(self) -> bool:
        """Whether the reader made it."""
        return self.maker_id == actor.current().user_id

    @property
    def editable(self) -> bool:
        """Whether the reader may change it: one's own, or a shared one for who may share."""
        return self.mine or (self.shared and actor.current().may(rules.PAGES[self.page].share))


@dataclass(frozen=True)
class Strip:
    """The views of a list as they stand above it; `current` is the query that the address asks for now."""

    page: str
    rows: list[ViewRow]
    current: str

    @property
    def shown(self) -> ViewRow | None:
        """The view that is looked at."""
        return next((row for row in self.rows if row.query == self.current), None)

    @property
    def plain_url(self) -> str:
        """The list as it is, past the view that opens by default."""
        plain: dict[str, Any] = {rules.PLAIN: "1"} if any(row.is_default for row in self.rows) else {}
        return url_for(self.page, **plain)

    @property
    def save_url(self) -> str:
        """Where what is looked at can be kept; empty where there is nothing to keep."""
        kept = rules.clean_query(self.page, self.current)
        return url_for("saved.new", page=self.page, query=kept) if kept and self.shown is None else ""


@ready
def _seen() -> Any:
    me = bindparam("me")
    mine = and_(SavedDefault.view_id == SavedView.id, SavedDefault.user_id == me)
    return (
        select(
            SavedView.id,
            SavedView.page,
            SavedView.name,
            SavedView.query,
            SavedView.shared,
            SavedView.version,
            SavedView.created_by,
            Maker.name,
            SavedDefault.id,
        )
        .outerjoin(Maker, Maker.id == SavedView.created_by)
        .outerjoin(SavedDefault, mine)
        .where(
            SavedView.page.in_(bindparam("pages", expanding=True)),
            or_(SavedView.shared == true(), SavedView.created_by == me),
        )
        .order_by(SavedView.name, SavedView.id)
    )


def _rows(pages: Iterable[str]) -> list[ViewRow]:
    who = actor.current()
    asked = [page for page in pages if who.may(rules.PAGES[page].view)]
    found = _seen.rows(me=who.user_id, pages=asked) if asked else []
    rows = [_row(row) for row in found]
    return sorted(rows, key=lambda row: not row.mine)


def _row(row: Any) -> ViewRow:
    row_id, page, name, kept, shared, version, maker_id, maker, default_id = row
    return ViewRow(row_id, page, name, kept, shared, version, maker_id, maker or "", default_id is not None)


@query(P.SAVE_VIEWS, remember=True)
def views_on(page: str) -> list[ViewRow]:
    """The views of a list that one sees, one's own first."""
    return _rows([page])


@query(P.SAVE_VIEWS)
def all_views() -> dict[str, list[ViewRow]]:
    """The views of all lists that one may look at."""
    found: dict[str, list[ViewRow]] = {}
    for row in _rows(rules.PAGES):
        found.setdefault(row.page, []).append(row)
    return {page: found[page] for page in rules.PAGES if page in found}


@query(P.SAVE_VIEWS)
def view(view_id: int) -> ViewRow:
    """One view that one sees."""
    row = db.one(SavedView, view_id)
    found = next((each for each in _rows([row.page]) if each.id == view_id), None) if row.page in rules.PAGES else None
    if found is None:
        raise NotFound()
    return found


def known_page(page: str) -> None:
    """NotFound where it is no list that can be kept; its own permission is asked for."""
    if page not in rules.PAGES:
        raise NotFound()
    check(rules.PAGES[page].view)


@query(P.SAVE_VIEWS)
def replaceable(page: str) -> list[ViewRow]:
    """The views of a list in whose place one may put what one looks at."""
    known_page(page)
    return [row for row in views_on(page) if row.editable]


def default_of(page: str) -> ViewRow | None:
    """The view that opens for whoever asks when they ask for nothing."""
    return next((row for row in views_on(page) if row.is_default), None)


def _panel(page: str) -> dict[str, Any] | None:
    rows, current = views_on(page), rules.query_of(page, request.args.items(multi=True))
    return {"strip": Strip(page, rows, current)} if rows or current else None


@query(P.SAVE_VIEWS)
def on_steps(_none: int) -> dict[str, Any] | None:
    """The views above the list of steps."""
    return _panel("plan.steps")


@query(P.SAVE_VIEWS)
def on_board(_none: int) -> dict[str, Any] | None:
    """The views above the board."""
    return _panel("plan.board")


@query(P.SAVE_VIEWS)
def on_sessions(_none: int) -> dict[str, Any] | None:
    """The views above the sessions."""
    return _panel("live.sessions")


@query(P.SELF)
def own_data(user_id: int) -> dict[str, list[dict[str, Any]]]:
    """The port's answer: the views one has kept."""
    asked = (
        select(
            Team.name.label("team"), SavedView.page, SavedView.name, SavedView.query, SavedView.shared,
            SavedView.created_at, SavedView.trashed_at,
        )
        .join(SavedView, SavedView.team_id == Team.id)
        .where(SavedView.created_by == user_id)
        .order_by(SavedView.id)
    )  # fmt: skip
    return {"saved_views": db.dicts(asked)}
