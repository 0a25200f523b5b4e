"""Running lists go over to the version in force: what is done stays done, what is dropped while open does not apply."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from planner.base import db
from planner.base.lock import lock
from planner.base.news import tell
from planner.base.verbs import command
from planner.checklists.models import Checklist, ChecklistItem, SopTemplate, SopVersion
from planner.checklists.news import ListUpgraded
from planner.checklists.queries.upgrades import NOT_OVER
from planner.checklists.services.emergencies import runs_again
from planner.checklists.services.serving import Lists, serve, serve_version
from planner.kernel.errors import Refused
from planner.kernel.permissions import P
from planner.kernel.text import msg
from planner.live import queries as live

MOST_AT_ONCE = 60


@command(P.SOP_EDIT)
def upgrade_lists(template_id: int, version_id: int, checklist_ids: Sequence[int]) -> int:
    """These lists run the version in force from now on, which is the one that was looked at. Answers how many do."""
    lock("sop", template_id)
    template = db.one(SopTemplate, template_id)
    if template.version_id is None or template.version_id != version_id:
        raise Refused(msg("Another version is in force by now. Look at what it would do."))
    wanted = list(dict.fromkeys(checklist_ids))
    if len(wanted) > MOST_AT_ONCE:
        raise Refused(msg("At most %(most)s lists at once.", most=MOST_AT_ONCE))
    number, count = db.one(SopVersion, version_id).number, 0
    rows = [db.one(Checklist, checklist_id) for checklist_id in wanted]
    if any(row.template_id != template_id or row.began is not None for row in rows):
        raise Refused(msg("This is not a list of this SOP."))
    for session_id, row in sorted(((row.session_id, row) for row in rows), key=lambda pair: pair[0]):
        count += _go_over(session_id, row, version_id)
        tell(ListUpgraded(session_id=session_id, template_id=template_id, number=number or 0))
    return count


def _go_over(session_id: int, row: Checklist, version_id: int) -> int:
    """Under the locks of the list and of its items, so that no tap comes between what is read and what is written."""
    hold(session_id)
    db.session().refresh(row)
    b = live.brief(session_id)
    if row.version_id == version_id or row.dropped or b.state not in NOT_OVER:
        return 0
    row.version_id = version_id
    db.flush()
    serve_version(row, b)
    serve(b, Lists.of(b), anew=True)
    return 1


def hold(session_id: int) -> None:
    """Nobody else works on the lists of a session until this command ends."""
    lock("checklist", session_id)
    ids = db.session().scalars(select(ChecklistItem.id).where(ChecklistItem.session_id == session_id))
    items = [("item", item_id) for item_id in ids]
    if items:
        lock(*items)
    db.flush()
    db.session().expire_all()


def after_list_undo(row: Checklist, fields: frozenset[str]) -> None:
    """Registered with undo: a list that is back on the version before has the items of that one."""
    if not fields & {"version_id", "template_id", "dropped"}:
        return
    hold(row.session_id)
    b = live.brief(row.session_id)
    db.session().refresh(row)
    if row.began is not None and not row.dropped:
        runs_again(row)
    serve_version(row, b)
    serve(b, Lists.of(b), anew=True)
