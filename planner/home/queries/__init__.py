"""The first pages: today, and my work."""

from planner.home.queries.today import FirstStep, Today, today, tonight_at_a_station
from planner.home.queries.work import Group, Work, work

__all__ = ["FirstStep", "Group", "Today", "Work", "today", "tonight_at_a_station", "work"]
