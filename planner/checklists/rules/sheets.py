"""The lines of a SOP as rows of a sheet: what its columns are called, how cells are written and read again. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from planner.checklists.rules.conditions import ALWAYS, Condition
from planner.checklists.rules.evidence import NOTHING, Evidence, NumberAsked, evidence_of, read_answers
from planner.checklists.rules.lines import Extra
from planner.checklists.rules.said import said, time_like
from planner.checklists.rules.states import Anchor, Kind, Stage
from planner.checklists.rules.times import CHANGES, Recheck, recheck_of
from planner.kernel.text import Message, fold, msg, plain

MOST_ROWS, MOST_COLUMNS = 200, 40


class Column(StrEnum):
    """What a column says of a line."""

    STAGE = "stage"
    TITLE = "title"
    TITLE_EN = "title_en"
    POSITION = "position"
    WHEN = "when"
    BLOCKS = "blocks"
    EVIDENCE = "evidence"
    RECHECK = "recheck"
    CONDITION = "condition"
    EXPIRES = "expires"
    LAW = "law"
    HELP = "help"
    HELP_EN = "help_en"


Tell = Callable[["Column", Message], None]
"""Says what is wrong at a cell."""

HEADS: Mapping[Column, tuple[str, ...]] = {
    Column.STAGE: ("阶段", "stage", "phase"),
    Column.TITLE: ("事项", "条目", "内容", "标题", "检查项", "item", "whatistobedone", "title", "task"),
    Column.TITLE_EN: ("英文", "英文事项", "english", "inenglish", "itemenglish"),
    Column.POSITION: ("岗位", "负责岗位", "负责人", "position", "who", "role"),
    Column.WHEN: ("时间", "时点", "偏移", "完成时间", "offset", "when", "time", "due"),
    Column.BLOCKS: ("阻断", "阻断开播", "是否阻断", "卡开播", "blocks", "blocksgoinglive", "blocking"),
    Column.EVIDENCE: ("凭证", "打勾时要有", "证据", "留痕", "evidence", "atickcomeswith", "proof"),
    Column.RECHECK: ("复核", "重做", "遇变重做", "recheck", "opensagainwith"),
    Column.CONDITION: ("条件", "仅限", "适用", "condition", "onlyforsomeshows", "onlyif"),
    Column.EXPIRES: ("过期", "过期分钟", "过期(分钟)", "expires", "expiresafter"),
    Column.LAW: ("法规", "法规依据", "依据", "law", "rule", "laworrule"),
    Column.HELP: ("怎么做", "说明", "做法", "help", "howitisdone", "howto"),
    Column.HELP_EN: ("怎么做(英文)", "英文说明", "helpenglish", "howitisdone,inenglish"),
}
STAGES: Mapping[Stage, tuple[str, ...]] = {
    Stage.PREPARE: ("筹备", "准备", "preparation", "prepare"),
    Stage.BEFORE: ("开播前", "播前", "beforeair", "before"),
    Stage.AIR: ("直播中", "播中", "whileonair", "onair", "air"),
    Stage.AFTER: ("下播后", "播后", "afterair", "after"),
    Stage.EMERGENCY: ("应急", "突发", "emergency"),
}
YES = frozenset({"是", "yes", "y", "true", "1", "√", "✓", "阻断", "要", "blocks"})
NO = frozenset({"", "否", "no", "n", "false", "0", "-", "—", "不", "无"})
PROOFS: Mapping[str, tuple[str, ...]] = {
    "photos": ("照片", "拍照", "photos", "photo"),
    "note": ("备注", "note"),
    "number": ("数字", "数值", "number"),
    "link": ("链接", "link"),
    "answer": ("选答", "回答", "answer"),
    "two": ("双人", "两人", "two people", "twopeople", "two"),
    "lineup": ("逐品", "逐条", "row by row", "rowbyrow", "lineup"),
}
RECHECKS: Mapping[str, tuple[str, ...]] = {
    "host": ("换主播", "主播", "host"),
    "studio": ("换直播间", "直播间", "studio"),
    "lineup": ("换品", "排品", "换排品", "lineup"),
}
CONDITIONS: Mapping[str, tuple[str, ...]] = {
    "platforms": ("平台", "platform"),
    "weights": ("场次", "类型", "weight"),
    "tags": ("标签", "tag", "tags"),
    "answer": ("回答", "答", "answer"),
}
_PARTS = re.compile(r"[;；\n,，、]+")
_CLAUSES = re.compile(r"[;；\n]+")
_SPAN = re.compile(r"(-?[\d.]+)?\s*[~～–—]\s*(-?[\d.]+)?\s*(.*)", re.DOTALL)


def _first_of(words: Mapping[str, tuple[str, ...]], key: str, english: bool) -> str:
    """How a word is written in a sheet, in either language."""
    return words[key][-1 if english else 0]


@dataclass(frozen=True)
class Row:
    """A line as its row says it; the condition names another line by its title."""

    number: int
    stage: Stage
    title: str
    position_id: int | None
    anchor: Anchor
    offset_minutes: int
    blocks: bool
    evidence: Evidence
    recheck: Recheck | None
    extra: Extra
    asks_of: str = ""


Fault = tuple[int, Column | None, Message]
"""The row in the file, the column, and what is wrong."""


@dataclass
class Sheet:
    """What was read: rows, and what is wrong by the number of the row in the file and the column."""

    rows: list[Row] = field(default_factory=list[Row])
    faults: list[Fault] = field(default_factory=list[Fault])


def columns_of(heads: Sequence[str]) -> dict[Column, int]:
    """Which column stands where; the first of a kind counts."""
    known = {plain(word): column for column, words in HEADS.items() for word in words}
    found: dict[Column, int] = {}
    for place, head in enumerate(heads):
        column = known.get(plain(head))
        if column is not None:
            found.setdefault(column, place)
    return found


def read_sheet(
    rows: Sequence[tuple[int, Sequence[str]]],
    kind: Kind,
    positions: Mapping[str, int],
    platforms: Mapping[str, str],
    weights: Mapping[str, str],
) -> Sheet:
    """The lines that the rows say; the words of positions, platforms and weights come from above, folded by `plain`."""
    sheet = Sheet()
    head = next((place for place, (_n, cells) in enumerate(rows[:10]) if Column.TITLE in columns_of(cells)), None)
    if head is None:
        needs = msg("No row names the columns. It needs one called “%(item)s”.", item="事项 / item")
        sheet.faults.append((rows[0][0] if rows else 1, None, needs))
        return sheet
    columns = columns_of(rows[head][1])
    body = [(number, cells) for number, cells in rows[head + 1 :] if any(cell.strip() for cell in cells)]
    if len(body) > MOST_ROWS:
        sheet.faults.append((body[MOST_ROWS][0], None, msg("A SOP has at most %(most)s lines.", most=MOST_ROWS)))
        return sheet
    words = _Words(kind, positions, platforms, weights)
    stage = Stage.EMERGENCY if kind is Kind.EMERGENCY else Stage.BEFORE
    for number, cells in body:
        said_by = {column: cells[at].strip() if at < len(cells) else "" for column, at in columns.items()}
        row = _read_row(number, said_by, words, stage, sheet)
        stage = row.stage  # a cell that is merged with the one above it is empty
        sheet.rows.append(row)
    _check_titles(sheet)
    return sheet


@dataclass(frozen=True)
class _Words:
    kind: Kind
    positions: Mapping[str, int]
    platforms: Mapping[str, str]
    weights: Mapping[str, str]


def _check_titles(sheet: Sheet) -> None:
    known = {fold(row.title) for row in sheet.rows}
    seen: set[tuple[Stage, str]] = set()
    for row in sheet.rows:
        if row.title and (row.stage, fold(row.title)) in seen:
            sheet.faults.append((row.number, Column.TITLE, msg("This line stands above already.")))
        seen.add((row.stage, fold(row.title)))
        if row.asks_of and fold(row.asks_of) not in known:
            fault = msg("No line is called “%(title)s”.", title=row.asks_of)
            sheet.faults.append((row.number, Column.CONDITION, fault))


def _read_row(number: int, said_by: Mapping[Column, str], words: _Words, stage: Stage, sheet: Sheet) -> Row:
    def fault(column: Column, message: Message) -> None:
        sheet.faults.append((number, column, message))

    cell = {column: said_by.get(column, "") for column in Column}
    if not cell[Column.TITLE]:
        fault(Column.TITLE, msg("What is to be done is missing."))
    if cell[Column.STAGE]:
        found = next((s for s, names in STAGES.items() if plain(cell[Column.STAGE]) in names), None)
        if found is None:
            fault(Column.STAGE, msg("“%(word)s” is no stage.", word=cell[Column.STAGE][:40]))
        stage = found or stage
    position_id = words.positions.get(plain(cell[Column.POSITION]))
    if (
        cell[Column.POSITION]
        and position_id is None
        and plain(cell[Column.POSITION]) not in ("任何人", "anybody", "不限")
    ):
        fault(Column.POSITION, msg("“%(word)s” is no position of this team.", word=cell[Column.POSITION][:40]))
    anchor, minutes = _when(cell[Column.WHEN], words.kind, fault)
    blocks, more = _blocks(cell[Column.BLOCKS], fault)
    evidence = read_proofs("；".join(text for text in (cell[Column.EVIDENCE], more) if text), fault)
    condition, asks_of = _condition(cell[Column.CONDITION], words, fault)
    expires = None
    if cell[Column.EXPIRES]:
        digits = re.match(r"(\d{1,4})", cell[Column.EXPIRES])
        expires = int(digits[1]) if digits else None
        if digits is None:
            fault(Column.EXPIRES, msg("Type a whole number."))
    texts = (cell[Column.TITLE_EN], cell[Column.HELP], cell[Column.HELP_EN], cell[Column.LAW])
    extra = Extra(*texts, expires, condition)
    recheck = _recheck(cell[Column.RECHECK], fault)
    line = (number, stage, cell[Column.TITLE], position_id, anchor, minutes, blocks, evidence, recheck, extra, asks_of)
    return Row(*line)


def _when(text: str, kind: Kind, fault: Tell) -> tuple[Anchor, int]:
    if kind is Kind.EMERGENCY and not text:
        return Anchor.AS_IT_HAPPENS, 0
    found = said(text) if text else None
    usual = Anchor.INCIDENT if kind is Kind.EMERGENCY else Anchor.PLANNED_START
    if found is None:
        fault(Column.WHEN, time_like(usual))
        return usual, 0
    return (usual if usual in found.fits else found.fits[0]), found.minutes


def _blocks(text: str, fault: Tell) -> tuple[bool, str]:
    """Whether it blocks; what else the cell says is proof, as in `yes, photo`."""
    parts = [part.strip() for part in _PARTS.split(text) if part.strip()]
    blocks = False
    more: list[str] = []
    for part in parts:
        if plain(part) in YES:
            blocks = True
        elif any(plain(part) in names for names in PROOFS.values()):
            more.append(part)
        elif plain(part) not in NO:
            fault(Column.BLOCKS, msg("Write yes, or leave it empty."))
    return blocks, "；".join(more)


def write_proofs(asked: Evidence, english: bool) -> str:
    """What a tick comes with, as a cell: `照片 2~5；数字 0~100 %；选答 有投放/没有`."""
    told: list[str] = []
    for kind in asked.kinds:
        word = {"two": "two people", "lineup": "row by row"}.get(kind) if english else None
        word = word or (kind if english else PROOFS[kind][0])
        more = ""
        if kind == "photos" and asked.photos is not None:
            more = f" {asked.photos[0]}~{asked.photos[1]}"
        elif kind == "number" and asked.number is not None:
            least, most = (f"{end:f}" if end is not None else "" for end in (asked.number.least, asked.number.most))
            more = f" {least}~{most} {asked.number.unit}".rstrip()
        elif kind == "answer":
            more = " " + "/".join(asked.answers)
        told.append(word + more)
    return "; ".join(told) if english else "；".join(told)


def read_proofs(text: str, fault: Tell) -> Evidence:
    """A cell of proofs; several parted by semicolons, those without numbers of their own also by commas."""
    kinds: set[str] = set()
    photos: tuple[int | None, int | None] = (None, None)
    number: NumberAsked | None = None
    answers: tuple[str, ...] = ()
    for clause in filter(None, (part.strip() for part in _CLAUSES.split(text))):
        kind, rest = _proof(clause)
        if kind is None:
            for part in filter(None, (each.strip() for each in _PARTS.split(clause))):
                kind, _rest = _proof(part)
                if kind is None or _rest:
                    _unknown(part, fault)
                else:
                    kinds.add(kind)
            continue
        kinds.add(kind)
        if kind == "photos" and rest:
            photos = _photos(rest, fault)
        elif kind == "number":
            number = _number(rest, fault)
        elif kind == "answer":
            answers = read_answers(rest)
        elif rest:
            _unknown(clause, fault)
    return evidence_of(kinds, photos, number, answers) if kinds else NOTHING


def _unknown(word: str, fault: Tell) -> None:
    fault(Column.EVIDENCE, msg("“%(word)s” is no proof that can be asked for.", word=word[:40]))


def _proof(clause: str) -> tuple[str | None, str]:
    """Which proof a clause begins with, and what follows."""
    for kind, names in PROOFS.items():
        for name in sorted((*names, "two people", "row by row"), key=len, reverse=True):
            own = (
                name in names or (name == "two people" and kind == "two") or (name == "row by row" and kind == "lineup")
            )
            if own and clause.lower().startswith(name):
                rest = clause[len(name) :]
                if not rest or not rest[0].isalpha() or not name.isascii():
                    return kind, rest.strip(" :：×x=（(）)")
    return None, ""


def _photos(rest: str, fault: Tell) -> tuple[int | None, int | None]:
    ends = re.findall(r"\d{1,3}", rest)
    if not 1 <= len(ends) <= 2:
        _unknown(rest, fault)
        return None, None
    return int(ends[0]), int(ends[-1]) if len(ends) == 2 else None


def _end(text: str | None) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def _number(rest: str, fault: Tell) -> NumberAsked | None:
    if not rest:
        return NumberAsked()
    span = _SPAN.fullmatch(rest)
    if span is None:
        return NumberAsked(unit=rest[:40])
    ends = (_end(span[1]), _end(span[2]))
    if (span[1] and ends[0] is None) or (span[2] and ends[1] is None):
        _unknown(rest, fault)
    return NumberAsked(*ends, span[3].strip())


def write_recheck(rule: Recheck | None, english: bool) -> str:
    """After what a line opens again, as a cell: `主播；排品；改期>2小时`."""
    held = rule or {}
    told = [_first_of(RECHECKS, name, english) for name in CHANGES if held.get(name)]
    hours = held.get("move", 0) // 60
    if hours:
        told.append(f"move>{hours}h" if english else f"改期>{hours}小时")
    return ("; " if english else "；").join(told)


_MOVE = re.compile(r"(?:改期|移动|move)[>＞超过]*(\d{1,4})(d|天|日|h|小时|hours?|days?)?", re.IGNORECASE)


def _recheck(text: str, fault: Tell) -> Recheck | None:
    changes: list[str] = []
    hours: int | None = None
    for part in filter(None, (each.strip() for each in _PARTS.split(text))):
        moved = _MOVE.fullmatch(plain(part))
        name = next((key for key, words in RECHECKS.items() if plain(part) in words), None)
        if moved:
            hours = int(moved[1]) * (24 if moved[2] and moved[2][0] in "d天日" else 1)
        elif name:
            changes.append(name)
        else:
            fault(Column.RECHECK, msg("“%(word)s” opens nothing again.", word=part[:40]))
    return recheck_of(changes, hours)


def write_condition(
    held: Condition, titles: Mapping[str, str], platforms: Mapping[str, str], weights: Mapping[str, str], english: bool
) -> str:
    """For which shows a line applies, as a cell: `平台=抖音/淘宝；标签=大促；回答=今晚投放吗:有`."""
    told: list[str] = []
    lists: Iterable[tuple[str, tuple[str, ...]]] = (
        ("platforms", tuple(platforms.get(each, each) for each in held.platforms)),
        ("weights", tuple(weights.get(each, each) for each in held.weights)),
        ("tags", held.tags),
        ("answer", (f"{titles.get(held.item, '')}:{held.answer}",) if held.item else ()),
    )
    for name, values in lists:
        if values:
            told.append(f"{_first_of(CONDITIONS, name, False) if not english else name}={'/'.join(values)}")
    return ("; " if english else "；").join(told)


def _condition(text: str, words: _Words, fault: Tell) -> tuple[Condition, str]:
    found: dict[str, tuple[str, ...]] = {}
    answer, asks_of = "", ""
    for clause in filter(None, (part.strip() for part in _CLAUSES.split(text))):
        name, _is, value = clause.replace("＝", "=").partition("=")
        names = (*CONDITIONS.items(), ("platforms", ("platforms",)), ("weights", ("weights",)))
        key = next((each for each, known in names if plain(name) in known), None)
        if key is None or not value.strip():
            fault(Column.CONDITION, msg("Write conditions like platform=Douyin; tag=big sale."))
        elif key == "answer":
            asks_of, _colon, answer = (part.strip() for part in value.replace("：", ":").rpartition(":"))
        elif key == "tags":
            found[key] = read_answers(value)
        else:
            known = words.platforms if key == "platforms" else words.weights
            values = [(word, known.get(plain(word))) for word in read_answers(value)]
            for word, meant in values:
                if meant is None:
                    fault(Column.CONDITION, msg("“%(word)s” can't be chosen here.", word=word[:40]))
            found[key] = tuple(meant for _word, meant in values if meant is not None)
    condition = Condition(found.get("platforms", ()), found.get("weights", ()), found.get("tags", ()), "", answer)
    return (condition if condition else ALWAYS), asks_of


def sort_of(stage: Stage, place: int) -> int:
    """Where the line of a row stands among the lines of its time, in the order of the sheet."""
    return 100 * (list(Stage).index(stage) + 1) + min(place, 94)


__all__ = [
    "HEADS",
    "MOST_COLUMNS",
    "MOST_ROWS",
    "Column",
    "Row",
    "Sheet",
    "columns_of",
    "read_proofs",
    "read_sheet",
    "sort_of",
    "write_condition",
    "write_proofs",
    "write_recheck",
]
