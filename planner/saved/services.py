"""What can be done with saved views."""

from __future__ import annotations

from sqlalchemy import func, select

from planner.base import actor, audit, db
from planner.base import trash as trashing
from planner.base.lock import lock
from planner.base.scope import unscoped
from planner.base.verbs import command
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, msg
from planner.saved import queries, rules
from planner.saved.models import SavedDefault, SavedView


def _query(page: str, given: str) -> str:
    kept = rules.clean_query(page, given)
    if kept is None:
        raise Invalid.at("query", msg("There is nothing to keep here: narrow the list first, and not by too much."))
    return kept


def _name(page: str, given: str, maker_id: int | None, but: int = 0) -> str:
    name = clean_line(given)
    if not name:
        raise Invalid.at("name", msg("Give the view a name."))
    if len(name) > rules.LONGEST_NAME:
        raise Invalid.at("name", msg("A name has %(n)s characters at most.", n=rules.LONGEST_NAME))
    twin = select(SavedView.id).where(
        SavedView.page == page, SavedView.created_by == maker_id, SavedView.name == name, SavedView.id != but
    )
    if db.session().scalar(twin) is not None:
        raise Invalid.at("name", msg("There is a view of this name already."))
    return name


def _room(page: str, maker_id: int | None) -> None:
    held = select(func.count()).select_from(SavedView)
    held = held.where(SavedView.page == page, SavedView.created_by == maker_id, db.alive(SavedView))
    if (db.session().scalar(held) or 0) >= rules.MOST_VIEWS:
        raise Refused(msg("You keep %(n)s views of this list. Delete one first.", n=rules.MOST_VIEWS))


def _may_share(page: str) -> None:
    if not actor.current().may(rules.PAGES[page].share):
        raise Forbidden(msg("Only a lead shares a view with the team."))


def _mine_to_change(view_id: int, version: int) -> SavedView:
    """A view that one made, or a shared one for who may share; of others' own ones nobody knows."""
    row, who = db.edit(SavedView, view_id, version), actor.current()
    queries.known_page(row.page)
    if row.created_by != who.user_id:
        if not row.shared:
            raise NotFound()
        _may_share(row.page)
    lock("saved views", row.created_by or 0)
    return row


@command(P.SAVE_VIEWS)
def save_view(page: str, query: str, name: str, shared: bool) -> int:
    """Keep a list as it is looked at, under a name."""
    queries.known_page(page)
    me = actor.current().user_id
    if shared:
        _may_share(page)
    lock("saved views", me or 0)
    _room(page, me)
    kept, called = _query(page, query), _name(page, name, me)
    return db.add(SavedView(page=page, name=called, query=kept, shared=shared)).id


@command(P.SAVE_VIEWS)
def edit_view(view_id: int, version: int, name: str, shared: bool) -> None:
    """Another name; for the team, or for whoever made it alone."""
    row = _mine_to_change(view_id, version)
    if shared and not row.shared:
        _may_share(row.page)
    row.name, row.shared = _name(row.page, name, row.created_by, row.id), shared


@command(P.SAVE_VIEWS)
def replace_view(view_id: int, version: int, query: str) -> None:
    """What is looked at now takes the place of what the view kept."""
    row = _mine_to_change(view_id, version)
    row.query = _query(row.page, query)


@command(P.SAVE_VIEWS)
def trash_view(view_id: int) -> None:
    """Into the trash: one's own, or a shared one for who may share."""
    row = db.one(SavedView, view_id)
    trashing.trash(_mine_to_change(view_id, row.version))


@command(P.SAVE_VIEWS)
def open_by_default(view_id: int) -> None:
    """From now on this view opens for whoever asks when they come to its list."""
    found, me = queries.view(view_id), actor.current().user_id
    lock("saved views", me or 0)
    asked = select(SavedDefault).where(SavedDefault.user_id == me, SavedDefault.page == found.page)
    held = db.session().scalars(asked).one_or_none()
    if held is None:
        db.add(SavedDefault(user_id=me, page=found.page, view_id=view_id))
    else:
        held.view_id = view_id


@command(P.SAVE_VIEWS)
def open_plainly(view_id: int) -> None:
    """The list opens as it is again."""
    asked = select(SavedDefault).where(
        SavedDefault.user_id == actor.current().user_id, SavedDefault.view_id == queries.view(view_id).id
    )
    for row in db.session().scalars(asked).all():
        db.remove(row)


def check_view(row: SavedView) -> None:
    """Registered with the trash: a view comes back while its name is free and there is room."""
    _room(row.page, row.created_by)
    try:
        _name(row.page, row.name, row.created_by, row.id)
    except Invalid as fault:
        raise Refused(fault.fields["name"]) from None


@command(P.SELF)
def forget_person(user_id: int, name: str) -> None:
    """Registered with people: the views that somebody kept for themselves go with their data; the team's stay."""
    with unscoped("erase personal data"):
        mine = select(SavedView).where(SavedView.created_by == user_id, SavedView.shared.is_(False))
        rows = list(db.session().scalars(mine.execution_options(with_trash=True)))
        ids = [row.id for row in rows]
        opens = select(SavedDefault).where((SavedDefault.user_id == user_id) | SavedDefault.view_id.in_(ids))
        for row in [*db.session().scalars(opens).all(), *rows]:
            db.remove(row)
        audit.erase_values("saved_view", ids)
