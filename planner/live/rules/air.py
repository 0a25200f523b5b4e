"""Which nights stand apart. Pure."""

from __future__ import annotations

from enum import StrEnum

PROMOTION_TAGS = ("618", "双11", "双十一", "双12", "双十二", "年货节", "promotion", "big sale")


PROMOTION_STEM = "大促"


"""What a night of promotion is tagged with: one of these words, or any that holds the stem."""


class Apart(StrEnum):
    """Why a night is left out of comparisons: a promotion by its tag, faults noted on air, or just said so."""

    PROMOTION = "promotion"
    INCIDENT = "incident"
    BY_HAND = "by_hand"
