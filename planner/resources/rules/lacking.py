"""What a request lacks to be handed in, by the name of its field. Pure."""

from __future__ import annotations

from typing import Any

from planner.kernel.text import Message, msg
from planner.resources.rules.requests import Kind, PayWay


def lacking(asked: Any, *, lines: bool, papers: bool) -> dict[str, Message]:
    """What must still be said of a request, or of what somebody types into one (`asked`)."""
    lacks: dict[str, Message] = {}
    if not lines:
        lacks["lines"] = msg("Say what it is for: at least one line.")
    if not asked.purpose:
        lacks["purpose"] = msg("Say what it is good for.")
    if asked.category_id is None:
        lacks["category_id"] = msg("Choose a category.")
    if asked.pay_way is None:
        lacks["pay_way"] = msg("Choose how it is paid.")
    if asked.pay_way is PayWay.REIMBURSE and asked.payee_id is None:
        lacks["payee_id"] = msg("Choose who has paid.")
    if asked.pay_way is not PayWay.REIMBURSE and not asked.payee:
        lacks["payee"] = msg("Say who is paid.")
    return lacks | _of_kind(asked, papers)


def _of_kind(asked: Any, papers: bool) -> dict[str, Message]:
    lacks: dict[str, Message] = {}
    if asked.kind is Kind.PER_SESSION and asked.session_id is None:
        lacks["session_id"] = msg("Choose the session.")
    if asked.kind is Kind.RECURRING:
        if asked.every is None:
            lacks["every"] = msg("Choose how often.")
        if asked.renews_on is None:
            lacks["renews_on"] = msg("Say when it is renewed.")
    if asked.kind is Kind.AFTERWARDS:
        if asked.spent_on is None:
            lacks["spent_on"] = msg("Say when it was spent.")
        if not asked.reason:
            lacks["reason"] = msg("Say why it could not wait.")
        if not papers:
            lacks["papers"] = msg("Attach the receipt.")
    elif asked.kind not in (Kind.PER_SESSION, Kind.ENVELOPE) and asked.needed_by is None:
        lacks["needed_by"] = msg("Say until when it is needed.")
    return lacks


def lacking_offers(held: int, asked: int) -> dict[str, Message]:
    """Whether there are as many offers as are to be compared (0: none are)."""
    if held >= asked:
        return {}
    told = msg(
        "From this amount on %(n)s offers are compared: %(held)s here, %(more)s missing.",
        n=asked, held=held, more=asked - held,
    )  # fmt: skip
    return {"quotes": told}
