"""Steps as rows of a sheet: what its columns are called, and how its cells are read. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    GOAL = "goal"
    DEPARTMENT = "department"
    TAGS = "tags"
    NOTE = "note"


HEADS: Mapping[Column, tuple[str, ...]] = {
    Column.NUMBER: ("编号", "序号", "no.", "no", "id", "number"),
    Column.TITLE: ("步骤", "标题", "任务", "任务名称", "事项", "step", "title", "task", "name"),
    Column.OWNER: ("负责人", "执行人", "owner", "assignee", "responsible"),
    Column.START: ("开始", "开始日期", "开始时间", "begins", "start", "startdate"),
    Column.DUE: ("截止", "截止日期", "截止时间", "完成时间", "due", "duedate", "deadline"),
    Column.STATE: ("状态", "进度", "state", "status"),
    Column.BLOCKED_BY: ("被什么卡住", "受阻原因", "卡点", "blockedby", "waitsfor"),
    Column.PRIORITY: ("优先级", "priority"),
    Column.PHASE: ("阶段", "phase", "milestone"),
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
