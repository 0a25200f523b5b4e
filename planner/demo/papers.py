"""The files of the demo: a sheet and a picture, made here so that none lies in the sources."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image, ImageDraw

from planner.base import exports

Sent = tuple[str, bytes]


def hours_sheet() -> Sent:
    """What advertising cost by the hour, as the platform shows a week of it."""
    head = ["时段", "消耗（元）", "成交（元）", "投产比"]
    rows = [
        ["20:00–21:00", 3120, 11840, "3.8"],
        ["21:00–22:00", 4980, 13420, "2.7"],
        ["22:00–23:00", 4410, 9260, "2.1"],
        ["23:00–24:00", 2050, 5330, "2.6"],
    ]
    return "投放分时段对照_第1周.csv", exports.as_csv(head, rows)


def backdrop() -> Sent:
    """The picture behind the host: shelves, and the place where the new lipstick stands."""
    drawn = Image.new("RGB", (1280, 720), "#f1e4da")
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((0, 560, 1280, 720), fill="#c98f7a")
    for shelf in range(3):
        top = 120 + shelf * 140
        pen.rectangle((80, top + 90, 520, top + 100), fill="#8a5a4a")
        for place in range(6):
            left = 100 + place * 70
            pen.rounded_rectangle((left, top + 20, left + 34, top + 90), 8, fill="#b3261e" if shelf == 1 else "#d9b8a6")
    pen.ellipse((760, 160, 1100, 500), outline="#8a5a4a", width=10)
    out = io.BytesIO()
    drawn.save(out, "PNG")
    return "唇釉新色_背景图.png", out.getvalue()


PAPERS: tuple[tuple[str, str, int, Callable[[], Sent]], ...] = (
    ("tonight", "lead", 150, backdrop),
    ("投放分时段对照表", "kaige", 190, hours_sheet),
)
"""Who attached what to what, so many minutes ago."""

LINKS: tuple[tuple[str, str, int, str, str], ...] = (
    ("投放分时段对照表", "kaige", 180, "last night", ""),
    ("投放分时段对照表", "kaige", 170, "https://school.jinritemai.com/doudian/web/articles", "抖店学习中心：投放复盘"),
)
"""Who linked what to what, so many minutes ago: something of the story, or an address under a title."""
