"""How a vendor's bot calls somebody by name (@): by an id that only that vendor knows. Pure."""

from __future__ import annotations

import re

from planner.bots.rules.vendors import Vendor

_FORMS = {
    Vendor.FEISHU: re.compile(r"[\w-]{4,64}", re.ASCII),
    Vendor.DINGTALK: re.compile(r"\+?[\w.-]{2,64}", re.ASCII),
    Vendor.WECOM: re.compile(r"[\w.@-]{1,64}", re.ASCII),
}
_EVERYBODY = {"all", "everyone", "@all", "isatall"}


def is_name(vendor: Vendor, handle: str) -> bool:
    """Whether it can be somebody's id there; nobody's stands for everybody."""
    return bool(_FORMS[vendor].fullmatch(handle)) and handle.lower() not in _EVERYBODY
