"""What tests of daily reports share with those of group bots: a group that takes them, and a worker at hand."""

from tests.bots.conftest import certificate, plan_show, rows, town, until, worker

__all__ = ["certificate", "plan_show", "rows", "town", "until", "worker"]
