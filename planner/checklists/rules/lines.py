"""What a line of a SOP says besides its text, its time and its proof. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from planner.checklists.rules.conditions import ALWAYS, Condition

LONGEST_HELP, LONGEST_LAW = 1000, 160


@dataclass(frozen=True)
class Extra:
    """How it is done, in both languages; the law that asks for it; when a repeated one expires; for which shows;
    whether it confirms a person, whom nobody stands in for."""

    title_en: str = ""
    help: str = ""
    help_en: str = ""
    law: str = ""
    expires_minutes: int | None = None
    condition: Condition = ALWAYS
    identity: bool = False


PLAIN = Extra()
