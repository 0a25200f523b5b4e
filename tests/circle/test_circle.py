"""The first turn of the circle through the pages, without JavaScript: plan, prepare, go live, measure, review, verify."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from planner.base.actor import acting
from planner.checklists import queries as checklists
from planner.live import queries as live
from planner.live import services as sessions
from planner.live.rules import State, Weight
from planner.live.services import ShiftIn
from planner.outcomes.queries import actions, results, reviews
from planner.outcomes.rules import sample
from planner.people import queries as people
from tests.cast import Cast

SHANGHAI = ZoneInfo("Asia/Shanghai")


def wall(instant: datetime) -> datetime:
    """The clock in the studio."""
    return instant.astimezone(SHANGHAI).replace(tzinfo=None)


def plan_session(cast: Cast, start: datetime, gmv: int = 100_000) -> int:
    """A daily show with a host, planned by the lead."""
    with acting(cast.actors["lead"]):
        host = next(p.id for p in people.positions() if p.key == "host")
        control = next(p.id for p in people.positions() if p.key == "control")
        end = start + timedelta(hours=4)
        crew = [ShiftIn(host, cast.host, start, end), ShiftIn(control, cast.member, start, end)]
        return sessions.schedule_session(
            "秋冬修护专场", Weight.DAILY, cast.channel, cast.studio, start, 240, {"gmv": Decimal(gmv)}, crew
        )


@pytest.mark.engines
def test_the_whole_circle(client_of: Callable[[str], Any], cast: Cast, db: Any) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    first = plan_session(cast, now + timedelta(minutes=20))
    following = plan_session(cast, now + timedelta(days=1))
    lead, host = client_of("lead"), client_of("host")

    page = lead.get(f"/sessions/{first}")
    assert page.status_code == 200
    assert "秋冬修护专场" in page.text

    listed = host.get(f"/sessions/{first}/checklist?show=mine")
    item = int(re.search(r'id="tick-(\d+)"', listed.text)[1])  # type: ignore[index]
    assert host.post_form(f"/checklist-items/{item}/tick").status_code == 303
    with acting(cast.actors["host"]):
        assert checklists.item(item).state == "done"

    assert host.post_form(f"/sessions/{first}/air").status_code == 303
    assert host.post_form(f"/sessions/{first}/log", {"kind": "sound"}).status_code == 303
    assert host.post_form(f"/sessions/{first}/end").status_code == 303
    with acting(cast.actors["lead"]):
        b = live.brief(first)
        assert b.state is State.ENDED
        assert b.missing, "what was open at the start is recorded"
        assert len(live.log(first)) == 1

    start = b.real_start
    assert start is not None
    figures = {
        "gmv": Decimal("61045.30"),
        "paid_amount": Decimal("59847.17"),
        "viewers": Decimal(16614),
        "views": Decimal(22996),
    }
    figures |= {"buyers": Decimal(1702), "orders": Decimal(1777), "comments": Decimal(996), "ad_spend": Decimal(9000)}
    row = sample.cells("晨光美妆", "chenguang_beauty", wall(start - timedelta(hours=1)), wall(start), figures)
    data = {"file": (io.BytesIO(sample.as_csv([row])), "列表.csv"), "taken_at": wall(now).strftime("%Y-%m-%dT%H:%M")}
    uploaded = lead.post_form("/imports", data, content_type="multipart/form-data")
    assert uploaded.status_code == 303, uploaded.text
    preview = lead.get(uploaded.location)
    assert "秋冬修护专场" in preview.text
    assert lead.post_form(uploaded.location + "/store").status_code == 303
    with acting(cast.actors["lead"]):
        result = results.session_result(first)
        assert result is not None
        assert result.figures["gmv"] == Decimal("61045.3")
        assert result.provisional

    assert lead.post_form(f"/sessions/{first}/review/open").status_code == 303
    refused = lead.post_form(f"/sessions/{first}/review/close")
    assert refused.status_code == 303
    with acting(cast.actors["lead"]):
        view = reviews.review_page(first)
        assert view.blocked
        assert live.brief(first).state is State.ENDED
        finding = view.findings[0].row.id
        cause = view.causes[0].id if view.causes else None
    assert lead.get(f"/findings/{finding}").status_code == 200
    assert cause is not None
    due = (now + timedelta(days=1)).date().isoformat()
    why = {"version": "1", "cause_id": str(cause), "facts": "20:40 起无声 9 分钟", "guess": ""}
    action = {"ending": "action", "title": "备用麦上架", "metric": "gmv", "value": "80000", "verify": str(following)}
    asked = why | action | {"owner_id": str(cast.member), "due": due}
    agreed = lead.post_form(f"/findings/{finding}", asked)
    assert agreed.status_code == 303, agreed.text
    assert lead.post_form(f"/sessions/{first}/review/findings", {"title": "没有备用麦的检查"}).status_code == 303
    with acting(cast.actors["lead"]):
        other = next(f.row.id for f in reviews.review_page(first).findings if f.row.id != finding)
    proposal = {
        "version": "1",
        "ending": "proposal",
        "text": "检查备用麦电量",
        "stage": "before",
        "anchor": "planned_start",
        "offset_minutes": "-60",
    }
    with acting(cast.actors["lead"]):
        template = checklists.template_choices()[0][0]
    proposed = lead.post_form(f"/findings/{other}", proposal | {"template_id": str(template)})
    assert proposed.status_code == 303, proposed.text
    with acting(cast.actors["lead"]):
        open_proposals = checklists.proposals()
    assert lead.post_form(f"/sop/proposals/{open_proposals[0].id}/accept").status_code == 303
    with acting(cast.actors["lead"]):
        draft = checklists.draft_of(template)
    assert lead.post_form(f"/sop/{template}/publish", {"draft_id": str(draft), "note": "备用麦"}).status_code == 303
    assert lead.post_form(f"/sessions/{first}/review/close").status_code == 303
    with acting(cast.actors["lead"]):
        assert live.brief(first).state is State.REVIEWED
        assert len(actions.actions_for(following)) == 1
    third = plan_session(cast, now + timedelta(days=2))
    with acting(cast.actors["lead"]):
        assert any(i.title == "检查备用麦电量" for i in checklists.list_page(third).items)
    assert "备用麦上架" in lead.get(f"/sessions/{following}").text

    with acting(cast.actors["lead"]):
        sessions.go_live(following)
        sessions.end_live(following)
    assert lead.post_form(f"/sessions/{following}/figures", {"gmv": "9.5万"}).status_code == 303
    with acting(cast.actors["lead"]):
        check = actions.actions_for(following)[0].check
        assert check.proposed is not None
    signed = lead.post_form(f"/checks/{check.id}/sign", {"version": str(check.version), "verdict": "too_little"})
    assert signed.status_code == 303
    with acting(cast.actors["lead"]):
        assert actions.actions_for(following)[0].check.verdict == "too_little"
