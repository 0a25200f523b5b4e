"""Input against output of a period (投入产出): what a yuan and an hour brought. Pure.

Amounts are Decimal yuan, hours Decimal hours. Money put in is the ad spend that the platform counted (消耗) and what
was spent from all other categories; what the ledger says was spent on ads is the same money once more and is left out.
Return = GMV after refunds (成交金额 − 退款金额) ÷ money put in; ad return = GMV after refunds ÷ ad spend (退后 ROI).
A sum holds the sessions whose figures say it, and a return divides sums of the same sessions: the ad return of those
that tell sales, refunds and ad spend. A return is turnover for a yuan, not profit.
Wages are not in it: hours stand beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Output:
    """A period's sums. What no session tells is None, never 0; the `_known` say of how many sessions a sum is known,
    `sessions` how many were on air. `ads_of_net` and `net_of_ads` are the sums of the sessions that tell both."""

    sessions: int
    hours: Decimal
    other: Decimal
    ad_spend: Decimal | None
    ads_known: int
    gmv: Decimal | None
    gmv_known: int
    refunds: Decimal | None
    net: Decimal | None
    net_known: int
    net_of_ads: Decimal | None
    ads_of_net: Decimal | None

    @property
    def put_in(self) -> Decimal:
        """All money that went in."""
        return (self.ad_spend or Decimal(0)) + self.other

    @property
    def ad_return(self) -> Decimal | None:
        """GMV after refunds for a yuan of ad spend."""
        return self.net_of_ads / self.ads_of_net if self.net_of_ads is not None and self.ads_of_net else None

    @property
    def all_return(self) -> Decimal | None:
        """GMV after refunds for a yuan of all money put in."""
        return self.net / self.put_in if self.net is not None and self.put_in else None

    @property
    def by_hour(self) -> Decimal | None:
        """GMV after refunds for an hour of the crew."""
        return self.net / self.hours if self.net is not None and self.hours else None


def _sum(values: list[Decimal]) -> Decimal | None:
    return sum(values, Decimal(0)) if values else None


def output_of(sessions: int, results: Iterable[Mapping[str, Decimal]], seconds: float, other_minor: int) -> Output:
    """Added up: base figures of sessions with a result, seconds of shifts, minor units spent in other categories."""
    held = list(results)
    ads, gmv, refunds = ([one[key] for one in held if key in one] for key in ("ad_spend", "gmv", "refund_amount"))
    whole = [one for one in held if "gmv" in one and "refund_amount" in one]
    both = [one for one in whole if "ad_spend" in one]
    return Output(
        sessions, Decimal(round(seconds)) / 3600, Decimal(other_minor) / 100, _sum(ads), len(ads), _sum(gmv), len(gmv),
        _sum(refunds), _sum([one["gmv"] - one["refund_amount"] for one in whole]), len(whole),
        _sum([one["gmv"] - one["refund_amount"] for one in both]), _sum([one["ad_spend"] for one in both]),
    )  # fmt: skip
