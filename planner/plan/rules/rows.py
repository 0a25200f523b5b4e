"""Steps as rows of a sheet: what its columns are called, and how its cells are read. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from planner.kernel.text import plain
from planner.plan.rules.steps import Priority, StepState

MOST_ROWS = 2_000
MOST_COLUMNS = 40


class Column(StrEnum):
    """What a column says of a step."""

    NUMBER = "number"
    TITLE = "title"
    OWNER = "owner"
    START = "start"
    DUE = "due"
    STATE = "state"
    BLOCKED_BY = "blocked_by"
    PRIORITY = "priority"
    PHASE = "phase"
    PERIOD = "period"
    GOAL = "goal"
    DEPARTMENT = "department"
    TAGS = "tags"
    NOTE = "note"


HEADS: Mapping[Column, tuple[str, ...]] = {
    Column.NUMBER: ("编号", "序号", "stepno.", "no.", "no", "id", "number"),
    Column.TITLE: ("步骤", "标题", "任务", "任务名称", "事项", "step", "title", "task", "name"),
    Column.OWNER: ("负责人", "执行人", "owner", "assignee", "responsible"),
    Column.START: ("开始", "开始日期", "开始时间", "begins", "start", "startdate"),
    Column.DUE: ("截止", "截止日期", "截止时间", "完成时间", "due", "duedate", "deadline"),
    Column.STATE: ("状态", "进度", "state", "status"),
    Column.BLOCKED_BY: ("被什么卡住", "受阻原因", "卡点", "blockedby", "waitsfor"),
    Column.PRIORITY: ("优先级", "priority"),
    Column.PHASE: ("阶段", "phase", "milestone"),
    Column.PERIOD: ("周期", "计划周期", "period", "cycle"),
    Column.GOAL: ("目标", "goal"),
    Column.DEPARTMENT: ("部门", "department", "team"),
    Column.TAGS: ("标签", "tags", "labels"),
    Column.NOTE: ("备注", "说明", "描述", "note", "notes", "description"),
}
STATES: Mapping[StepState, tuple[str, ...]] = {
    StepState.OPEN: ("未开始", "待办", "待处理", "notstarted", "todo", "open"),
    StepState.DOING: ("进行中", "处理中", "inprogress", "doing"),
    StepState.BLOCKED: ("受阻", "阻塞", "卡住", "blocked"),
    StepState.DONE: ("完成", "已完成", "done", "finished", "completed"),
}
"""A step is dropped by hand, where it says why."""
PRIORITIES: Mapping[Priority, tuple[str, ...]] = {
    Priority.URGENT: ("紧急", "最高", "p0", "urgent"),
    Priority.HIGH: ("重要", "高", "p1", "important", "high"),
    Priority.NORMAL: ("常规", "普通", "中", "p2", "normal", "medium"),
    Priority.LOW: ("不急", "低", "p3", "canwait", "low"),
}


def recognise(head: Sequence[str]) -> list[Column | None]:
    """What each column says by its head; the second of two that say the same says nothing."""
    known = {plain(word): column for column, words in HEADS.items() for word in words}
    found: list[Column | None] = []
    for cell in head[:MOST_COLUMNS]:
        column = known.get(plain(cell))
        found.append(column if column not in found else None)
    return found


def read_state(cell: str) -> StepState | None:
    """The state a cell names."""
    return next((state for state, words in STATES.items() if plain(cell) in words), None)


def read_priority(cell: str) -> Priority | None:
    """The priority a cell names."""
    return next((priority for priority, words in PRIORITIES.items() if plain(cell) in words), None)


@dataclass(frozen=True)
class PhaseAt:
    """A phase that a cell may name, with its days and those of its period; `free` while that can be changed."""

    id: int
    name: str
    start: date
    end: date
    period: str
    first: date
    last: date
    free: bool = True

    @property
    def full_name(self) -> str:
        """Its name with that of its period, as forms show it and a cell may say it."""
        return f"{self.name} · {self.period}"


def named_phases(cell: str, period: str, phases: Sequence[PhaseAt]) -> list[PhaseAt]:
    """The phases a cell names, by the name alone or with the period's."""
    wanted, of = plain(cell), plain(period)
    return [p for p in phases if wanted in (plain(p.name), plain(p.full_name)) and of in ("", plain(p.period))]


def phases_at(phases: Sequence[PhaseAt], due: date | None) -> list[PhaseAt]:
    """Those that are left once a day decides, of open periods before all others: the period that holds it, then the
    phase that does. Phases that can't be told apart by any name leave the first of them."""
    phases = [p for p in phases if p.free] or phases
    if due is not None:
        phases = [p for p in phases if p.first <= due <= p.last] or phases
        if len(phases) > 1:
            phases = [p for p in phases if p.start <= due <= p.end] or phases
    return list(phases) if len({plain(p.full_name) for p in phases}) > 1 else list(phases[:1])
