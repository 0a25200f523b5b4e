"""What a platform's file derives itself: its own base columns must come to the same, to rounding. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from planner.figures import rules as figures

SHARES = {"refund_1h_rate": ("refund_1h_amount", "gmv"), "coupon_share": ("coupon_paid", "paid_amount")}
"""A part and its whole."""
PER_HOUR = {"viewers_per_hour": "viewers", "paid_per_hour": "paid_amount"}
"""What an hour on air brought."""
NET = {"net_gmv": ("gmv", "refund_1h_amount"), "net_orders": ("orders", "refund_1h_orders")}
"""What is left of the first without the second; the file's own figure is stored, and compared all the same."""
MINUTES = "minutes"

RATIO_PLACES = (2, 4)
OTHER_PLACES = (0, 2)
"""The fewest and the most decimals that are believed: `0.5` may be short for `0.5000`."""

Values = Mapping[str, Decimal]


@dataclass(frozen=True)
class Difference:
    """A figure of which the file says something else than its own base columns come to."""

    key: str
    told: Decimal
    ours: Decimal


def hours_on_air(held: Values, start: datetime | None, end: datetime | None) -> Decimal | None:
    """By the second where both ends are known, else by the whole minutes the file tells."""
    if start is not None and end is not None and end > start:
        return Decimal(int((end - start).total_seconds())) / 3600
    return held[MINUTES] / 60 if held.get(MINUTES) else None


def ours(held: Values, start: datetime | None = None, end: datetime | None = None) -> dict[str, Decimal]:
    """What can be computed of a row from its base figures and its times."""
    found = figures.derive(held)
    for key, (part, whole) in SHARES.items():
        if part in held and held.get(whole):
            found[key] = held[part] / held[whole]
    for key, (all_of_it, gone) in NET.items():
        if all_of_it in held and gone in held:
            found[key] = held[all_of_it] - held[gone]
    hours = hours_on_air(held, start, end)
    if hours:
        found |= {key: held[base] / hours for key, base in PER_HOUR.items() if base in held}
    if start is not None and end is not None:
        found[MINUTES] = Decimal(int((end - start).total_seconds())) / 60
    return found


def places(rows: Iterable[Values]) -> dict[str, int]:
    """How many decimals a file writes in each of its derived columns."""
    found: dict[str, int] = {}
    for checks in rows:
        for key, told in checks.items():
            found[key] = max(found.get(key, 0), -int(told.as_tuple().exponent))
    return found


def differences(
    held: Values, checks: Values, start: datetime | None, end: datetime | None, written: Mapping[str, int]
) -> list[Difference]:
    """Where a row's derived columns, its net figures or its length are not what its base columns come to."""
    mine = ours(held, start, end)
    told = dict(checks) | {key: held[key] for key in (*NET, MINUTES) if key in held}
    return [
        Difference(key, value, mine[key])
        for key, value in told.items()
        if key in mine and abs(mine[key] - value) > _allowed(key, mine[key], written, exact=end is not None, held=held)
    ]


def _allowed(key: str, mine: Decimal, written: Mapping[str, int], exact: bool, held: Values) -> Decimal:
    if key == MINUTES:
        return Decimal(1)
    ratio = key in SHARES or (key in figures.METRICS and figures.METRICS[key].unit is figures.Unit.RATIO)
    fewest, most = RATIO_PLACES if ratio else OTHER_PLACES
    step = Decimal(1).scaleb(-min(max(written.get(key, most), fewest), most))
    return step if exact or key not in PER_HOUR else step + abs(mine) / held[MINUTES]
