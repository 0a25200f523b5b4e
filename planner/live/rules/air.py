"""What is noted on air, and which nights stand apart. Pure."""

from __future__ import annotations

from enum import StrEnum


class LogKind(StrEnum):
    """What is noted with one tap while on air."""

    SOUND = "sound"
    PICTURE = "picture"
    NETWORK = "network"
    PRICE = "price"
    STOCK = "stock"
    VIOLATION = "violation"
    CHAT = "chat"
    PERSON = "person"
    SLIP = "slip"
    HIGHLIGHT = "highlight"


FAULTS = (LogKind.SOUND, LogKind.PICTURE, LogKind.NETWORK, LogKind.PRICE, LogKind.STOCK, LogKind.VIOLATION)


"""What went wrong on air, as against what was merely noted."""


PROMOTION_TAGS = ("618", "双11", "双十一", "双12", "双十二", "年货节", "promotion", "big sale")


PROMOTION_STEM = "大促"


"""What a night of promotion is tagged with: one of these words, or any that holds the stem."""


class Apart(StrEnum):
    """Why a night is left out of comparisons: a promotion by its tag, faults noted on air, or just said so."""

    PROMOTION = "promotion"
    INCIDENT = "incident"
    BY_HAND = "by_hand"
