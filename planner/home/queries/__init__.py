"""The first pages: today, and my work."""

from planner.home.queries.today import MOST_ITEMS, FirstStep, Today, today, tonight_at_a_station
from planner.home.queries.work import Group, Work, work

__all__ = ["MOST_ITEMS", "FirstStep", "Group", "Today", "Work", "today", "tonight_at_a_station", "work"]
