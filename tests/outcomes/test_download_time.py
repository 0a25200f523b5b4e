"""When a file was downloaded: asked, never guessed, and a good file is not lost over it. On both engines."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest

from planner.base import sheets
from planner.base.actor import acting
from planner.kernel.errors import Invalid, NotFound, Refused
from planner.outcomes import services
from planner.outcomes.models import ImportFile
from planner.outcomes.queries import imports
from planner.outcomes.rules import sample
from tests.cast import Cast
from tests.outcomes.conftest import ACCOUNT, SHANGHAI, Plan, at, in_both, read, row

pytestmark = [pytest.mark.engines, pytest.mark.usefixtures("db")]
Client = Callable[[str], Any]
LATEST = "2026-09-10 00:20:34"
"""The last stream of the samples ended then."""


def upload(visitor: Any, data: bytes, name: str = "列表.csv", taken: str = "") -> Any:
    sent = {"file": (io.BytesIO(data), name), "taken_at": taken}
    return visitor.post_form("/imports", sent, content_type="multipart/form-data")


def files_of(cast: Cast) -> list[ImportFile]:
    with acting(cast.actors["lead"]):
        return imports.recent_imports()


def wall(file: ImportFile) -> str:
    return file.taken_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def beside(page: Any) -> str:
    """What is said at the field."""
    found = re.search(r'id="taken_at-error".*?</div>', page.text, re.S)
    assert found, page.text
    return found[0]


def test_the_form_asks_and_fills_nothing_in(client_of: Client, db: Any) -> None:
    page = client_of("lead").get("/imports").text
    field = re.search(r'<input[^>]*name="taken_at"[^>]*>', page)
    assert field
    assert 'value=""' in field[0]
    assert 'data-modified="file" data-into="taken_at" data-zone="Asia/Shanghai" hidden' in page


def test_the_name_tells_where_it_has_a_clock_and_what_is_typed_counts_before_it(client_of: Client, cast: Cast) -> None:
    lead, data = client_of("lead"), sample.as_csv([row("2026-09-09 20:00")])
    said = {
        "列表_20260909_2350.csv": "2026-09-09 23:50", "20260909235012.csv": "2026-09-09 23:50",
        "列表 2026-09-09 23.50.12.csv": "2026-09-09 23:50",
    }  # fmt: skip
    for name, wanted in said.items():
        assert upload(lead, data, name).status_code == 303
        assert (files_of(cast)[0].name, wall(files_of(cast)[0])) == (name, wanted)
    assert upload(lead, data, "列表_20260909_2350.csv", "2026-09-10T11:00").status_code == 303
    assert wall(files_of(cast)[0]) == "2026-09-10 11:00"


@pytest.mark.parametrize(
    "name", ["列表.csv", "列表_20260907-20260909.csv", "20260909_2575.csv", "20261224_2000.csv", "1202609092350.csv"]
)
def test_a_name_that_does_not_tell_is_asked_about_and_the_file_stays(name: str, client_of: Client, cast: Cast) -> None:
    lead = client_of("lead")
    page = upload(lead, read("compass.xlsx"), name)
    assert page.status_code == 422
    assert "Say when the file was downloaded; its name does not tell." in beside(page)
    assert 'type="file"' not in page.text, "it need not be chosen again"
    assert [file.state for file in files_of(cast)] == ["undated"]


WRONG = {
    "nothing": ("", "Say when the file was downloaded"),
    "words": ("yesterday", "Type a date and time like"),
    "the future": ("2026-09-10T12:20", "in the future"),
    "before the last end": ("2026-09-10T00:19", "Row 6 tells of Thu 10 Sep 00:20"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_time_stands_beside_its_field_and_neither_it_nor_the_file_is_lost(
    name: str, client_of: Client, cast: Cast, shows: list[int]
) -> None:
    typed, told = WRONG[name]
    lead = client_of("lead")
    page = upload(lead, read("compass.xlsx"), taken=typed)
    assert page.status_code == 422
    assert told in beside(page)
    assert f'value="{typed}"' in page.text
    made = files_of(cast)[0].id
    assert f'action="/imports/{made}/taken"' in page.text
    again = lead.post_form(f"/imports/{made}/taken", {"taken_at": typed})
    assert (again.status_code, told in beside(again), f'value="{typed}"' in again.text) == (422, True, True)
    sent = lead.post_form(f"/imports/{made}/taken", {"taken_at": "2026-09-10T00:20"})
    assert (sent.status_code, sent.location) == (303, f"/imports/{made}")
    assert "Take 5 rows over" in lead.get(sent.location).text
    assert [(file.state, wall(file)) for file in files_of(cast)] == [("preview", "2026-09-10 00:20")]


def test_a_file_without_its_time_is_come_back_to_and_nothing_else_can_be_done_with_it(
    client_of: Client, cast: Cast, shows: list[int]
) -> None:
    lead = client_of("lead")
    upload(lead, read("compass.xlsx"))
    made = files_of(cast)[0].id
    assert "download time missing" in lead.get("/imports").text
    page = lead.get(f"/imports/{made}").text
    assert "When was this file downloaded?" in page
    assert "It tells of streams until today 00:20." in page
    assert "/store" not in page
    assert lead.post_form(f"/imports/{made}/store").status_code == 409
    assert client_of("viewer").post_form(f"/imports/{made}/taken", {"taken_at": "2026-09-10T11:00"}).status_code == 403
    assert client_of("outsider").post_form(f"/imports/{made}/taken").status_code == 404
    assert lead.post_form(f"/imports/{made}/drop").status_code == 303
    assert lead.post_form(f"/imports/{made}/taken", {"taken_at": "2026-09-10T11:00"}).status_code == 409


def test_the_service_holds_the_time_against_the_rows_in_both_languages(cast: Cast, db: Any, plan: Plan) -> None:
    plan("2026-09-09 20:00")
    data = sample.as_csv([row("2026-09-09 20:01:09"), row("2026-09-09 23:00:00")])
    broken = data.replace(b"2026/09/10 01:00:00", b"2026/09/12 23:00:00")
    with acting(cast.actors["lead"]):
        with pytest.raises(Invalid) as fault:
            services.upload("列表.csv", data, sheets.read(data), at("2026-09-10 00:59"))
        assert list(fault.value.fields) == ["taken_at"]
        english, chinese = in_both(fault.value)
        assert "Row 3 tells of Thu 10 Sep 01:00" in english
        assert "第 3 行" in chinese
        assert imports.recent_imports() == [], "a program that brings its own time is refused as a whole"
        made = services.upload("列表.csv", broken, sheets.read(broken), at("2026-09-09 22:01"))
        assert imports.import_page(made).last == (2, at("2026-09-09 22:01").replace(second=9)), (
            "a row with errors tells nothing"
        )


def test_the_very_same_file_keeps_the_time_it_had_when_it_counted(cast: Cast, db: Any, plan: Plan) -> None:
    plan("2026-09-09 20:00")
    data = sample.as_csv([row("2026-09-09 20:01:09")])
    with acting(cast.actors["lead"]):
        services.store_import(services.upload("列表.csv", data, sheets.read(data), at("2026-09-09 23:00")))
        made = services.upload("列表.csv", data, sheets.read(data))
        with pytest.raises(Refused, match="Say first"):
            services.store_import(made)
        services.date_import(made, at("2026-09-10 11:00"))
        assert wall(imports.import_page(made).file) == "2026-09-09 23:00"
    with acting(cast.actors["outsider"]), pytest.raises(NotFound):
        services.date_import(made, at("2026-09-10 11:00"))


def test_a_sample_for_a_show_that_has_just_ended_can_be_brought_at_once(
    client_of: Client, aired: Callable[..., int], cast: Cast
) -> None:
    aired("2026-09-10 10:00", 60)
    lead = client_of("lead")
    given = lead.get("/imports/sample.csv")
    assert f"{ACCOUNT},2026/09/10 10:00:00,2026/09/10 12:00:00" in given.data.decode("utf-8-sig")
    assert upload(lead, given.data, taken="2026-09-10T12:00").status_code == 303
