"""The lines of a SOP to take away, and a sheet of lines as it is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum

from planner.base import db, i18n
from planner.base.exports import Cell
from planner.base.verbs import query
from planner.base.words import label
from planner.checklists.models import SopItem, SopTemplate
from planner.checklists.queries.sop import lines_of
from planner.checklists.rules import Recheck, Stage, read_condition, read_evidence
from planner.checklists.rules.sheets import (
    HEADS,
    STAGES,
    Column,
    Sheet,
    read_sheet,
    write_condition,
    write_proofs,
    write_recheck,
)
from planner.checklists.words import offset_word
from planner.kernel.permissions import P
from planner.kernel.text import plain
from planner.live.rules import Platform, Weight
from planner.live.rules.roster import POSITION_HEADS
from planner.people import queries as people
from planner.people.words import position_word


@contextmanager
def _speaking(language: str) -> Iterator[None]:
    token = i18n.speak(language)
    try:
        yield
    finally:
        i18n.quiet(token)


def _words_of(kind: Iterable[StrEnum]) -> dict[str, str]:
    """The values of an enum by their words in both languages, as `plain` has them."""
    found: dict[str, str] = {}
    for language in i18n.LANGUAGES:
        with _speaking(language):
            found |= {plain(label(member)): str(member) for member in kind}
    return found | {plain(str(member)): str(member) for member in kind}


def _positions() -> dict[str, int]:
    found: dict[str, int] = {}
    for p in people.positions():
        for word in (p.key or "", *POSITION_HEADS.get(p.key or "", ()), p.name):
            found.setdefault(plain(word), p.id)
        for language in i18n.LANGUAGES:
            with _speaking(language):
                found.setdefault(plain(position_word(p.key or "", "")), p.id)
    found.pop("", None)
    return found


@query(P.SOP_EDIT)
def read_lines(template_id: int, rows: list[tuple[int, list[str]]]) -> Sheet:
    """What a sheet says, and what is wrong with it."""
    held = db.one(SopTemplate, template_id)
    return read_sheet(rows, held.kind, _positions(), _words_of(Platform), _words_of(Weight))


@query(P.CHECKLIST_VIEW)
def lines_to_take(template_id: int, draft: bool = False) -> tuple[str, list[str], list[list[Cell]]]:
    """The name of a SOP, the heads of a sheet and its lines; of the draft where that is asked for and waits."""
    held = db.one(SopTemplate, template_id)
    version_id = held.draft_id if draft or held.version_id is None else held.version_id
    items = lines_of([version_id]).get(version_id or 0, [])
    english = i18n.language() == i18n.ENGLISH
    heads = [HEADS[column][0] if not english else _english_head(column) for column in Column]
    names = {p.id: p.name for p in people.positions()}
    ordered = [item for stage in Stage for item in items if item.stage is stage]
    return held.name, heads, [_cells(item, names, {i.key: i.title for i in items}, english) for item in ordered]


def _english_head(column: Column) -> str:
    return next(word for word in HEADS[column] if word.isascii())


def _cells(item: SopItem, names: dict[int, str], titles: dict[str, str], english: bool) -> list[Cell]:
    rule: Recheck | None = item.recheck  # type: ignore[assignment]
    platforms, weights = ({str(m): label(m) for m in kind} for kind in (Platform, Weight))
    stage = next(word for word in STAGES[item.stage] if word.isascii() is english)
    condition = write_condition(read_condition(item.condition), titles, platforms, weights, english)
    return [
        stage, item.title, item.title_en, names.get(item.position_id or 0, ""),
        offset_word(item.anchor, item.offset_minutes), ("yes" if english else "是") if item.blocks else "",
        write_proofs(read_evidence(item.evidence), english), write_recheck(rule, english), condition,
        item.expires_minutes, item.law, item.help, item.help_en,
    ]  # fmt: skip
