"""What must hold before a trashed session comes back: the same as when it was planned."""

from planner.live.services.moving import check_restored as check_session

__all__ = ["check_session"]
