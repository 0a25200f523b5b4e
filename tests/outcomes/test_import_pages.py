"""The pages of imports and typed figures: without JavaScript, for each role, for strangers, in both languages."""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from planner.base.actor import acting
from planner.outcomes import services
from planner.outcomes.queries import imports, results
from planner.outcomes.rules import sample
from planner.outcomes.services import storing as room
from tests.cast import Cast
from tests.outcomes.conftest import Bring, Plan, at, read, row

pytestmark = pytest.mark.usefixtures("db")
Client = Callable[[str], Any]
XLSX = "直播间列表_20260907-20260909.xlsx"


def upload(visitor: Any, data: bytes, name: str = XLSX, taken: str = "2026-09-10T11:00", **more: Any) -> Any:
    sent = {"file": (io.BytesIO(data), name), "taken_at": taken}
    return visitor.post_form("/imports", sent, content_type="multipart/form-data", **more)


def title(page: Any) -> str:
    found = re.search(r"<title>(.*?)</title>", page.text, re.S)
    assert found
    return found[1].strip()


def files_of(cast: Cast) -> list[Any]:
    with acting(cast.actors["lead"]):
        return imports.recent_imports()


def test_a_file_is_looked_at_linked_and_taken_over_by_plain_forms(
    client_of: Client, shows: list[int], cast: Cast, plan: Plan
) -> None:
    lead = client_of("lead")
    assert title(lead.get("/imports")).startswith("Import figures")
    extra = plan("2026-09-04 21:30", 60)
    text = read("compass_errors.csv").decode("utf-8-sig").replace("2026/09/09 20:01:09", "2026/09/04 20:01:09")
    sent = upload(lead, text.replace("2026/09/10 00:20:34", "2026/09/04 21:00:00").encode(), "列表.csv")
    assert sent.status_code == 303
    page = lead.get(sent.location)
    assert page.status_code == 200
    assert title(page).startswith("列表.csv")
    for told in (
        "Row 3, column “直播间成交金额”: “12,3x” can not be read", "Row 4, column “直播开始时间”: “2026/13/40 25:00:00”",
        "Row 5, column “直播间观看人数”: “-5”", "CSV UTF-8", "88 min apart",
    ):  # fmt: skip
        assert told in page.text, told
    assert "Take 2 rows, leave out 3" in page.text
    row_id = re.search(r'id="row-(\d+)"', page.text)
    assert row_id
    far = {"choice": str(shows[1])}
    asked = lead.post_form(f"{sent.location}/rows/{row_id[1]}", far)
    assert asked.status_code == 409, "it is asked about first"
    assert "They began 1624 minutes apart." in asked.text
    assert 'name="sure" value="yes"' in asked.text
    linked = lead.post_form(f"{sent.location}/rows/{row_id[1]}", far | {"sure": "yes"})
    assert (linked.status_code, linked.location) == (303, f"{sent.location}#row-{row_id[1]}")
    odd = lead.post_form(f"{sent.location}/rows/{row_id[1]}", {"choice": "drop table"})
    assert odd.status_code == 303
    assert "Choose a session for this row." in lead.get(sent.location).text
    stored = lead.post_form(f"{sent.location}/store")
    assert (stored.status_code, stored.location) == (303, sent.location)
    assert "new 2 · has errors 3" in lead.get(sent.location).text
    assert lead.post_form(f"{sent.location}/store").status_code == 409
    assert "68,328.31" in lead.get(f"/sessions/{shows[1]}?phase=review").text
    assert "18,980.31" in lead.get(f"/sessions/{extra}?phase=review").text
    again = upload(lead, text.replace("2026/09/10 00:20:34", "2026/09/04 21:00:00").encode(), "列表.csv")
    assert "This very file was taken over before" in lead.get(again.location).text
    assert lead.post_form(f"{again.location}/drop").location == "/imports"
    assert [f.state for f in files_of(cast)] == ["stored"]


@pytest.mark.parametrize(
    ("data", "taken", "field", "told"),
    [
        (b"%PDF-1.4", "2026-09-10T11:00", "file", "This is not a spreadsheet."),
        (b"", "2026-09-10T11:00", "file", "The file is empty."),
        (b"a,b\n1,2", "2026-09-10T11:00", "file", "主播抖音号、直播开始时间"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    data: bytes, taken: str, field: str, told: str, client_of: Client, cast: Cast
) -> None:
    lead = client_of("lead")
    page = upload(lead, data, "列表.csv", taken)
    assert page.status_code == 422
    beside = re.search(rf'id="{field}-error".*?</div>', page.text, re.S)
    assert beside, page.text
    assert told in beside[0]
    if taken:
        assert f'value="{taken}"' in page.text
    assert files_of(cast) == []


def test_a_browser_that_sends_no_file_at_all_is_told(client_of: Client) -> None:
    page = client_of("lead").post_form("/imports", {"taken_at": "2026-09-10T11:00"})
    assert page.status_code == 422
    assert "The file is empty." in page.text


def test_a_bad_file_is_refused_in_chinese_too(client_of: Client) -> None:
    lead = client_of("lead")
    lead.post_form("/me/language", {"language": "zh_Hans_CN"})
    page = upload(lead, b"%PDF-1.4")
    assert "这不是表格。请使用平台导出的 .xlsx 或 .csv。" in page.text
    sent = upload(lead, read("compass_errors.csv"), "列表.csv")
    told = lead.get(sent.location).text
    assert "第 3 行" in told
    assert "“12,3x”" in told or "「12,3x」" in told


def test_the_same_upload_sent_twice_is_one_file(client_of: Client, cast: Cast) -> None:
    lead, once = client_of("lead"), secrets.token_hex(16)
    answers = [upload(lead, read("compass.xlsx"), once=once) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert len(files_of(cast)) == 1


def test_a_long_file_waits_for_the_worker_and_says_so(
    client_of: Client, cast: Cast, bring: Bring, shows: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "AT_ONCE", 3)
    made, lead = bring(read("compass.xlsx")), client_of("lead")
    assert lead.post_form(f"/imports/{made}/store").status_code == 303
    page = lead.get(f"/imports/{made}")
    assert "5 rows are being taken over." in page.text
    assert "all of it or nothing" in page.text
    assert "being taken over" in lead.get("/imports").text


def test_a_page_of_a_thousand_rows_shows_the_broken_ones_first(client_of: Client, cast: Cast, bring: Bring) -> None:
    rows = [row(f"2026-0{1 + n // 200}-{1 + n % 28:02} {n % 24:02}:{n % 60:02}", 30, gmv=n) for n in range(700)]
    rows[650][3] = "soon"
    made = bring(sample.as_csv(rows))
    page = client_of("lead").get(f"/imports/{made}")
    assert "700 rows" in page.text
    assert "Here are 500 of 700 rows" in page.text
    assert "Row 652, column “直播开始时间”: “soon” can not be read" in page.text


def test_the_sample_and_the_original_are_downloads(client_of: Client, cast: Cast, bring: Bring) -> None:
    lead, made = client_of("lead"), bring(read("compass.xlsx"), name=XLSX)
    original, given = lead.get(f"/imports/{made}/file"), lead.get("/imports/sample.csv")
    assert original.data == read("compass.xlsx")
    for answer in (original, given):
        assert "attachment" in answer.headers["Content-Disposition"]
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert upload(lead, given.data, "sample.csv").status_code == 303


PLATFORMS = {
    "快手": ("快手号,开播时间,成交金额\nks_1,2026/09/07 08:55,1", "Kuaishou", "快手"),
    "淘宝": ("直播间,淘宝成交金额,观看次数\n1,2,3", "Taobao", "淘宝"),
    "视频号": ("视频号名称,直播时间,成交金额\n1,2,3", "WeChat Channels", "视频号"),
    "小红书": ("小红书号,直播时间\n1,2", "Xiaohongshu", "小红书"),
    "TikTok": ("Livestream,Launched Time,Gross revenue\n1,2,3", "TikTok Shop", "TikTok"),
    "商品": ("商品ID,商品名称,抖音成交金额\n1,2,3", "another list of Douyin", "抖音的另一张表"),
}


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_file_of_another_platform_is_refused_by_its_name_with_what_to_do_instead(
    name: str, client_of: Client, cast: Cast
) -> None:
    text, english, chinese = PLATFORMS[name]
    lead = client_of("lead")
    page = upload(lead, text.encode(), "export.csv")
    assert page.status_code == 422
    for told in (english, "none names the columns", "paste them there as lines"):
        assert told in page.text, told
    lead.post_form("/me/language", {"language": "zh_Hans_CN"})
    assert chinese in upload(lead, text.encode(), "export.csv").text
    assert files_of(cast) == []


def test_a_file_that_tells_nothing_is_not_taken_for_any_platform(client_of: Client) -> None:
    page = upload(client_of("lead"), b"a,b\n1,2", "export.csv")
    assert "seems to be" not in page.text


def test_the_page_says_what_to_do_for_other_platforms_and_leads_to_what_waits(
    client_of: Client, aired: Callable[..., int]
) -> None:
    lead = client_of("lead")
    assert "Their files are not read." in lead.get("/imports").text
    show = aired("2026-09-09 20:00")
    assert f'href="/sessions/{show}/figures"' in lead.get("/imports").text
    assert f'href="/sessions/{show}/figures"' not in client_of("viewer").get("/imports").text


def test_every_column_of_the_real_header_is_known_and_listed_by_what_becomes_of_it(
    client_of: Client, bring: Bring
) -> None:
    page = client_of("lead").get(f"/imports/{bring(read('compass.xlsx'))}").text
    told = "55 columns: 39 used · 10 compared · 1 kept, not used in calculations · 5 identity and time"
    assert told in page
    assert "unknown" not in page
    kept = page[page.index("Kept, not used in calculations <") :]
    assert "观看老粉占比" in kept[: kept.index("</dd>")]
    strange = bring(sample.as_csv([row("2026-09-07 08:55:37", 964)]).replace("主播头像".encode(), "天气".encode()))
    page = client_of("lead").get(f"/imports/{strange}").text
    assert "1 column is unknown" in page
    assert "天气" in page


def test_nothing_is_chosen_beforehand_for_a_row_without_a_session(client_of: Client, bring: Bring, plan: Plan) -> None:
    plan("2026-09-08 20:00")
    made = bring(sample.as_csv([row("2026-09-09 20:00")]))
    page = client_of("lead").get(f"/imports/{made}").text
    picker = page[page.index('<select class="select" name="choice"') :]
    picker = picker[: picker.index("</select>")]
    assert picker.index('<option value="">') < picker.index("<optgroup")
    assert "selected" not in picker
    assert "1440 min apart · Tue 8 Sep 20:00 · 晨光美妆 · 专场" in picker


def test_an_import_is_withdrawn_on_its_page_and_a_closed_review_is_named(
    client_of: Client, bring: Bring, plan: Plan, cast: Cast
) -> None:
    show = plan("2026-09-09 20:00", gmv=5)
    made = bring(sample.as_csv([row("2026-09-09 20:00", gmv=5)]))
    with acting(cast.actors["lead"]):
        services.store_import(made)
        services.close_review(show)
    place, lead, member = f"/imports/{made}", client_of("lead"), client_of("member")
    assert "Withdraw this import" in lead.get(place).text
    assert "Withdraw this import" not in member.get(place).text
    assert member.post_form(f"{place}/withdraw").status_code == 403
    held = lead.post_form(f"{place}/withdraw")
    assert held.status_code == 409
    assert "Closed reviews rest on these figures alone." in held.text
    assert "专场 2026-09-09 20:00, Wed 9 Sep" in held.text
    with acting(cast.actors["lead"]):
        services.reopen_review(show)
    assert lead.post_form(f"{place}/withdraw").location == place
    page = lead.get(place).text
    assert "The import is withdrawn. 1 session has none any more" in page
    assert "林小雨 withdrew this import today" in page
    assert f"{place}/withdraw" not in page
    assert "withdrawn" in lead.get("/imports").text
    assert "No figures yet." in lead.get(f"/sessions/{show}?phase=review").text


PAGES = ["/imports", "/imports/{made}", "/imports/{made}/file", "/sessions/{show}/figures", "/results"]
POSTS = ["/imports/{made}/rows/{line}", "/imports/{made}/store", "/imports/{made}/drop", "/sessions/{show}/figures"]


@pytest.mark.parametrize(
    ("login", "gets", "posts"),
    [("manager", 200, 303), ("member", 200, 303), ("host", 200, 303), ("viewer", 200, 403), ("outsider", 404, 404)],
)
def test_who_may_look_and_who_may_bring(
    login: str, gets: int, posts: int, client_of: Client, cast: Cast, bring: Bring, aired: Callable[..., int]
) -> None:
    made, show = bring(read("compass.xlsx")), aired("2026-09-04 20:00")
    with acting(cast.actors["lead"]):
        line = imports.import_page(made).rows[0].row.id
    visitor = client_of(login)
    for path in PAGES:
        own = "{" not in path
        wanted = 200 if own else 403 if login == "viewer" and path.endswith("figures") else gets
        assert visitor.get(path.format(made=made, show=show)).status_code == wanted, path
    for path in POSTS:
        place = path.format(made=made, show=show, line=line)
        data = {"choice": "skip", "gmv": "5"}
        if path.endswith("drop") and posts == 303:
            place = place.replace(str(made), str(bring(read("compass.xlsx"))))
        assert visitor.post_form(place, data).status_code == posts, path
    assert upload(visitor, read("compass.xlsx")).status_code == (403 if login == "viewer" else 303)
    if login == "viewer":
        assert 'type="file"' not in visitor.get("/imports").text


def test_nobody_is_sent_to_the_login(client_of: Client) -> None:
    for path in ("/imports", "/results", "/imports/1"):
        assert client_of("").get(path).location.startswith("/login")


def hidden(page: Any) -> dict[str, str]:
    """Which set the form of figures saw last, and which one it started from."""
    return dict(re.findall(r'name="(version|started)" type="hidden" value="(\d*)"', page.text))


def test_figures_are_typed_and_pasted(client_of: Client, aired: Callable[..., int], cast: Cast) -> None:
    show, lead = aired("2026-09-09 20:00"), client_of("lead")
    place = f"/sessions/{show}/figures"
    assert title(lead.get(place)).startswith("Type figures")
    sent = lead.post_form(place, {"gmv": "6.1万", "viewers": "16,614", "lines": "点赞数 12800\n人均观看时长：1分28秒"})
    assert sent.status_code == 303
    with acting(cast.actors["lead"]):
        held = results.typed_figures(show).values
    assert {k: str(v) for k, v in held.items()} == {
        "gmv": "61000", "viewers": "16614", "likes": "12800", "avg_watch_seconds": "88",
    }  # fmt: skip
    page = lead.get(place)
    assert 'value="61000"' in page.text
    sent = {"gmv": "", "viewers": "16614", "likes": "0", **hidden(page)}
    assert lead.post_form(place, sent).status_code == 303
    with acting(cast.actors["lead"]):
        held = results.typed_figures(show).values
    assert {k: str(v) for k, v in held.items()} == {"viewers": "16614", "likes": "0", "avg_watch_seconds": "88"}, (
        "an emptied field is unknown again, a 0 is a value, what was not sent stays"
    )


@pytest.mark.parametrize(
    ("sent", "field", "told"),
    [
        ({"gmv": "12,3x"}, "gmv", "Type a number."),
        ({"gmv": "-5"}, "gmv", "A figure is a number from 0 up"),
        ({"gmv": "1e309"}, "gmv", "Type a number."),
        ({"gmv": "NaN"}, "gmv", "Type a number."),
        ({"gmv": "9亿万"}, "gmv", "Type a number."),
        ({"gmv": "200000000000"}, "gmv", "A figure is a number from 0 up"),
        ({"lines": "点赞数 5\n天气 晴"}, "lines", "Line 2 says nothing we know: 天气 晴"),
    ],
)
def test_a_bad_figure_keeps_what_was_typed_with_a_message_beside_it(
    sent: dict[str, str], field: str, told: str, client_of: Client, aired: Callable[..., int], cast: Cast
) -> None:
    show, lead = aired("2026-09-09 20:00"), client_of("lead")
    page = lead.post_form(f"/sessions/{show}/figures", {"likes": "77", **sent})
    assert page.status_code == 422
    beside = re.search(rf'id="{field}-error".*?</div>', page.text, re.S)
    assert beside, re.findall(r"field-error.*?</div>", page.text, re.S)
    assert told in beside[0]
    assert 'value="77"' in page.text
    assert next(iter(sent.values())) in page.text
    with acting(cast.actors["lead"]):
        assert results.session_result(show) is None


def test_figures_of_a_show_that_is_still_planned_are_refused_on_the_page(client_of: Client, plan: Plan) -> None:
    page = client_of("lead").post_form(f"/sessions/{plan('2026-09-12 20:00')}/figures", {"gmv": "5"})
    assert page.status_code == 422
    assert "Figures come in when the show has been on air." in page.text


def test_results_show_what_waits(
    client_of: Client, aired: Callable[..., int], cast: Cast, noon: time_machine.Traveller
) -> None:
    noon.move_to(at("2026-09-10 01:00"))
    one, two = aired("2026-09-09 20:00", gmv=100), aired("2026-09-08 20:00", gmv=100)
    with acting(cast.actors["lead"]):
        services.type_figures(one, {"gmv": results.Decimal(50)})
    lead = client_of("lead")
    page = lead.get("/results")
    assert title(page).startswith("Results")
    for told in (
        "To review",
        "no figures yet",
        'chip-bad">',
        "provisional",
        f"/sessions/{one}/review",
        f"/sessions/{two}/review",
    ):
        assert told in page.text, told
