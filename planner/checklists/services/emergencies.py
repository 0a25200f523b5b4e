"""Something goes wrong on air (应急): its list begins at that moment, with owners, and the show's log says so."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select

from planner.base import actor, db, undo
from planner.base.i18n import gettext as _
from planner.base.lock import lock
from planner.base.news import tell
from planner.base.verbs import command
from planner.checklists import rules
from planner.checklists.models import Checklist, ChecklistItem, SopTemplate, Tick
from planner.checklists.news import EmergencyBegan, EmergencyEnded, EmergencyTakenBack, FalseAlarm
from planner.checklists.rules import Act, ItemState, Kind
from planner.checklists.services.lists import facts_of, lead_of, make_list, to_begin
from planner.checklists.words import title_of
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, Refused
from planner.kernel.permissions import P
from planner.kernel.text import clean_line, msg
from planner.live import queries as live
from planner.live import services as shows

LONGEST_AGO = timedelta(hours=12)


def _must_be_of(session_id: int) -> None:
    who = actor.current()
    if not (who.is_system or who.may(P.SESSION_EDIT) or live.is_crew(session_id, who.user_id)):
        raise Forbidden(msg("Only the crew of this session or a team lead can do this."))


def _open_items(checklist_id: int) -> list[ChecklistItem]:
    asked = select(ChecklistItem).where(ChecklistItem.checklist_id == checklist_id)
    return list(db.session().scalars(asked.where(ChecklistItem.state == ItemState.OPEN).order_by(ChecklistItem.sort)))


def _running_of(session_id: int, template_id: int) -> int | None:
    mine = (Checklist.session_id == session_id, Checklist.template_id == template_id)
    runs = (Checklist.began.is_not(None), Checklist.ended.is_(None), Checklist.dropped.is_(False))
    asked = select(Checklist.id).where(*mine, *runs)
    return db.session().scalar(asked.order_by(Checklist.id).limit(1))


def _name(checklist: Checklist) -> str:
    template = db.session().get(SopTemplate, checklist.template_id, execution_options={"with_trash": True})
    return title_of(template.name, template.name_en) if template is not None else ""


def _note(session_id: int, origin: str, at: datetime, name: str) -> int | None:
    """The entry in the show's log; none before the show, and for a team that notes nothing of the kind."""
    if live.brief(session_id).real_start is None:
        return None
    held = {kind.key for kind in live.log_kinds()}
    wanted = rules.LOGGED_AS.get(origin, rules.LOGGED_AS[""])
    kind = next((each for each in (wanted, rules.LOGGED_AS[""]) if each in held), "")
    return shows.log_entry(session_id, kind, secrets.token_hex(16), at, name) if kind else None


@command(P.CHECKLIST_TICK)
def begin_emergency(session_id: int, template_id: int, at: datetime | None = None) -> int:
    """Something has gone wrong at this moment, or at the one that is told: the list for it begins. Answers the list.

    Two people who see the same thing begin one list: what runs already is gone on with.
    """
    b, template = to_begin(session_id, template_id, Kind.EMERGENCY)
    _must_be_of(session_id)
    now = clock.now()
    began = at or now
    if not now - LONGEST_AGO <= began <= now:
        raise Invalid.at("minutes", msg("Type how many minutes ago it began, twelve hours at most."))
    lock("emergencies", session_id)
    runs = _running_of(session_id, template_id)
    if runs is not None:
        return runs
    made = make_list(template, b, facts_of(b), {}, began=began)
    stand_in = lead_of(live.shifts(session_id), began) or actor.current().user_id
    for item in _open_items(made.id):
        if item.user_id is None:
            item.user_id, item.handed = stand_in, True
    made.entry_id = _note(session_id, template.origin, began, title_of(template.name, template.name_en))
    db.flush()
    tell(EmergencyBegan(session_id=session_id, checklist_id=made.id, name=template.name))
    return made.id


def _emergency(checklist_id: int) -> Checklist:
    """One emergency, for the crew of its show."""
    row = db.one(Checklist, checklist_id)
    if row.began is None:
        raise Invalid.at("", msg("This is no emergency."))
    _must_be_of(row.session_id)
    return row


def _hold(checklist_id: int) -> None:
    """Nobody works on its steps until this command ends."""
    ids = db.session().scalars(select(ChecklistItem.id).where(ChecklistItem.checklist_id == checklist_id))
    items = [("item", item_id) for item_id in ids]
    if items:
        lock(*items)
    lock("emergency", checklist_id)


def _was_none(row: Checklist, why: str) -> None:
    """What is open of it does not apply, and the log of the show counts no fault."""
    row.dropped = True
    for item in _open_items(row.id):
        item.state, item.note = ItemState.NOT_APPLICABLE, why
    if row.entry_id is not None:
        shows.withdraw_log(row.entry_id)
    db.flush()


@command(P.CHECKLIST_TICK)
def take_back_emergency(checklist_id: int) -> int:
    """It was begun by mistake, and is as if it had never been: within a day, while nothing has been done in it, by
    whoever began it or a lead. Answers the session."""
    _hold(checklist_id)
    row, who = _emergency(checklist_id), actor.current()
    if row.dropped and row.ended is None:
        return row.session_id
    if row.created_by != who.user_id and not who.may(P.SESSION_EDIT):
        raise Forbidden(msg("Only who began an emergency, or a team lead, takes it back."))
    touched = select(Tick.id).join(ChecklistItem, ChecklistItem.id == Tick.item_id)
    touched = touched.where(ChecklistItem.checklist_id == checklist_id).limit(1)
    if row.ended is not None or db.session().scalar(touched) is not None:
        raise Refused(msg("Something was done in it already. End it as a false alarm instead."))
    if clock.now() - row.created_at > undo.WITHIN:
        raise undo.over()
    _was_none(row, "")
    tell(EmergencyTakenBack(session_id=row.session_id, checklist_id=row.id, name=_name(row)))
    return row.session_id


@command(P.CHECKLIST_TICK)
def end_false_alarm(checklist_id: int, reason: str) -> int:
    """Nothing had gone wrong: it ends with the reason, and counts as no emergency. Answers the session."""
    _hold(checklist_id)
    row, why = _emergency(checklist_id), clean_line(reason)[:300]
    if row.ended is not None or row.dropped:
        return row.session_id
    if not why:
        raise Invalid.at("reason", msg("Say why it was a false alarm."))
    row.ended = clock.now()
    _was_none(row, why)
    tell(FalseAlarm(session_id=row.session_id, checklist_id=row.id, name=_name(row)))
    return row.session_id


def runs_again(row: Checklist) -> None:
    """It was an emergency after all: what was open of it is, once it is served, and the log counts it."""
    asked = select(ChecklistItem).where(ChecklistItem.checklist_id == row.id)
    for item in db.session().scalars(asked.where(ChecklistItem.state == ItemState.NOT_APPLICABLE)):
        item.note = ""
    if row.entry_id is not None:
        shows.put_back_log(row.entry_id)


@command(P.CHECKLIST_TICK)
def end_emergency(checklist_id: int, note: str = "") -> int:
    """It is over, with what was left undone. Answers the session."""
    lock("emergency", checklist_id)
    row = _emergency(checklist_id)
    if row.ended is not None or row.dropped:
        return row.session_id
    left, now, why = _open_items(checklist_id), clock.now(), clean_line(note)[:300]
    for item in left:
        said = why or _("not done when the emergency ended")
        db.session().add(
            Tick(
                item_id=item.id, act=Act.SKIP, user_id=actor.current().user_id, note=said,
                client_id=secrets.token_hex(16), tapped_at=now,
            )
        )  # fmt: skip
        item.state, item.note, item.acted_by, item.acted_at = ItemState.SKIPPED, said, actor.current().user_id, now
    _end(row, left, why)
    return row.session_id


def _end(row: Checklist, left: list[ChecklistItem], why: str) -> None:
    row.ended = now = clock.now()
    if row.entry_id is not None and row.began is not None:
        shows.restore_entry(row.entry_id, secrets.token_hex(16), now)
        minutes = rules.lasted(row.began, now)
        told = [_name(row), _("over after %(num)s min", num=minutes), why]
        if left:
            told.append(_("left: %(what)s", what=_(", ").join(title_of(i.title, i.title_en) for i in left)))
        shows.note_log(row.entry_id, " · ".join(part for part in told if part))
    db.flush()
    tell(EmergencyEnded(session_id=row.session_id, checklist_id=row.id, name=_name(row), left=len(left)))


@command(P.CHECKLIST_TICK)
def follow_emergency(item_id: int) -> None:
    """After a step was done, left out or opened again: the emergency is over with its last step, and runs on again."""
    item = db.one(ChecklistItem, item_id)
    lock("emergency", item.checklist_id)
    row = db.one(Checklist, item.checklist_id)
    if row.began is None:
        return
    still = _open_items(row.id)
    if row.dropped:
        for open_one in still:
            open_one.state = ItemState.NOT_APPLICABLE
        db.flush()
    elif row.ended is None and not still:
        _end(row, [], "")
    elif row.ended is not None and still:
        row.ended = None
        if row.entry_id is not None:
            shows.unrestore_entry(row.entry_id, secrets.token_hex(16))
        db.flush()
