"""Kit of studios: what came by a request is put away and never more, split, moved, repaired, retired, brought back."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.base import trash, undo
from planner.base.actor import acting
from planner.base.verbs import last_command
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.live import services as live
from planner.resources import queries, services
from planner.resources.rules import KitWish, Line, Piece, Use, fault_of_numbers, read_numbers, still_to_put
from tests.resources.conftest import DAY, YUAN, Money, today
from tests.resources.test_after import approved, view

pytestmark = pytest.mark.engines
Client = Callable[[str], Any]


def received(money: Money, came: int = 2) -> tuple[int, int]:
    """Three lamps were asked for and so many have come: the request and its line."""
    made = approved(money, lines=(Line("补光灯", Decimal(3), 300 * YUAN, "京东"),))
    line = view(money, made).lines[0].line.id
    with acting(money.cast.actors["host"]):
        services.receive(made, 0, today() - DAY, {line: Decimal(came)})
    return made, line


def put(money: Money, made: int, line: int, count: float, *numbers: str, who: str = "host") -> list[int]:
    with acting(money.cast.actors[who]):
        return services.put_away(made, money.cast.studio, [Piece(line, Decimal(str(count)), numbers)], "主机位")


def rows(money: Money, who: str = "lead", **wanted: Any) -> list[tuple[str, Decimal, str, Use]]:
    with acting(money.cast.actors[who]):
        found = queries.kit_list(**wanted)
    return [(row.studio, row.quantity, row.serial, row.state) for group in found.groups for row in group.rows]


def wish(money: Money, **more: Any) -> KitWish:
    usual: dict[str, Any] = {"name": "声卡", "studio_id": money.cast.studio, "quantity": Decimal(1)}
    return KitWish(**usual | more)


def add(money: Money, **more: Any) -> int:
    with acting(money.cast.actors["lead"]):
        return services.add_kit(wish(money, **more))


def version(money: Money, kit_id: int) -> int:
    with acting(money.cast.actors["lead"]):
        return queries.kit_piece(kit_id).row.version


def other(money: Money) -> int:
    with acting(money.cast.actors["lead"]):
        return live.add_studio("5号间")


# ------------------------------------------------------------------- rules


QUANTITIES = st.dictionaries(st.integers(1, 4), st.decimals(0, 100, places=2), max_size=4)


@given(QUANTITIES, QUANTITIES)
def test_what_is_left_is_never_below_zero_nor_more_than_came(came: Any, away: Any) -> None:
    left = still_to_put(came, away)
    assert set(left) == set(came)
    assert all(0 <= left[line] <= came[line] for line in came)
    assert all(left[line] + away.get(line, 0) == came[line] for line in came if away.get(line, 0) <= came[line])


def test_numbers_are_one_a_line_and_each_names_one_piece() -> None:
    assert read_numbers(" A1 \n\n A2\r\n") == ("A1", "A2")
    assert fault_of_numbers(("A1", "A2"), Decimal(2)) is None
    for numbers, count in ((("A", "A"), 2), (("A", "B"), 1), (("x" * 61,), 1)):
        assert fault_of_numbers(numbers, Decimal(count)) is not None


# ------------------------------------------------------------------- out of a request


def test_what_came_is_put_into_a_studio_with_its_price_and_numbers(db: Any, money: Money) -> None:
    made, line = received(money)
    first = put(money, made, line, 2, "SN-1")
    assert rows(money) == [("3号间", 1, "SN-1", Use.IN_USE), ("3号间", 1, "", Use.IN_USE)]
    with acting(money.cast.actors["host"]):
        page = queries.kit_piece(first[0])
        held = queries.became_kit(made)
    assert (page.row.unit_price, page.row.acquired_on, page.row.note) == (300 * YUAN, today() - DAY, "主机位")
    assert page.request is not None and page.request[0] == made
    assert held is not None and not held.lines


def test_never_more_is_put_away_than_has_come(db: Any, money: Money) -> None:
    made, line = received(money)
    for count in (2.5, 3, -1, 0):
        with pytest.raises(Invalid) as fault:
            put(money, made, line, count)
        assert "pieces.0" in fault.value.fields
    put(money, made, line, 1.5)
    with pytest.raises(Invalid):
        put(money, made, line, 1)
    made_again = put(money, made, line, 0.5)[0]
    with acting(money.cast.actors["lead"]), pytest.raises(Invalid) as fault:
        services.edit_kit(made_again, 1, wish(money, quantity=Decimal(1)))
    assert "quantity" in fault.value.fields
    with acting(money.cast.actors["host"]):
        services.receive(made, queries.last_fact(made), today(), {line: Decimal(1)})
    with acting(money.cast.actors["lead"]):
        services.edit_kit(made_again, 1, wish(money, name="补光灯", quantity=Decimal("1.5")))
    assert rows(money) == [("3号间", Decimal("1.5"), "", Use.IN_USE)] * 2


def test_a_receipt_is_not_taken_back_while_it_stands_in_a_studio(db: Any, money: Money) -> None:
    made, line = received(money)
    kit = put(money, made, line, 1)[0]
    fact = view(money, made).facts[-1].id
    with acting(money.cast.actors["host"]), pytest.raises(Refused):
        services.reverse_fact(fact, "数错了")
    with acting(money.cast.actors["lead"]):
        services.trash_kit(kit)
        gone = last_command.get() or ""
    with acting(money.cast.actors["host"]):
        services.reverse_fact(fact, "数错了")
    with acting(money.cast.actors["lead"]), pytest.raises(Refused):
        undo.undo(gone)
    with acting(money.cast.actors["lead"]):
        lying = next(row for row in trash.trashed() if row[1] == "kit")
        with pytest.raises(Refused):
            trash.restore(lying[0])


def test_what_lies_in_the_trash_may_be_put_away_again_and_then_stays_there(db: Any, money: Money) -> None:
    made, line = received(money)
    kit = put(money, made, line, 2)[0]
    with acting(money.cast.actors["lead"]):
        services.trash_kit(kit)
        lying = next(row for row in trash.trashed() if row[1] == "kit")
    put(money, made, line, 1)
    with acting(money.cast.actors["lead"]), pytest.raises(Refused):
        trash.restore(lying[0])


def test_who_receives_may_put_away_and_nobody_else(db: Any, money: Money) -> None:
    made, line = received(money)
    with pytest.raises(Forbidden):
        put(money, made, line, 1, who="member")
    with pytest.raises(Forbidden):
        put(money, made, line, 1, who="viewer")
    with pytest.raises(NotFound):
        put(money, made, line, 1, who="outsider")
    with acting(money.cast.actors["host"]):
        with pytest.raises(NotFound):
            services.put_away(made, money.cast.studio, [Piece(line + 99, Decimal(1))])
        with pytest.raises(NotFound):
            services.put_away(made, 10**9, [Piece(line, Decimal(1))])
        with pytest.raises(Forbidden):
            services.add_kit(wish(money))
    waiting = money.ask()
    with acting(money.cast.actors["host"]), pytest.raises(Refused):
        services.put_away(waiting, money.cast.studio, [Piece(line, Decimal(1))])
    put(money, made, line, 1, who="lead")


# ------------------------------------------------------------------- by hand


def test_a_number_names_one_piece_of_the_team(db: Any, money: Money) -> None:
    kit = add(money, serial="DG-1")
    for more in ({"serial": "DG-1"}, {"serial": "DG-2", "quantity": Decimal(2)}):
        with pytest.raises(Invalid) as fault:
            add(money, **more)
        assert "serial" in fault.value.fields
    with acting(money.cast.actors["lead"]):
        services.edit_kit(kit, 1, wish(money, serial="DG-1", note="换过线"))
        services.trash_kit(kit)
        lying = trash.trashed()[0][0]
    add(money, serial="DG-1")
    with acting(money.cast.actors["lead"]), pytest.raises(Refused):
        trash.restore(lying)


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("quantity", {"quantity": Decimal(0)}), ("quantity", {"quantity": Decimal("NaN")}), ("quantity", {"quantity": None}),
        ("unit_price", {"unit_price": -1}), ("unit_price", {"unit_price": 10**13}),
        ("unit_price", {"unit_price": 10**12, "quantity": Decimal(1000)}), ("name", {"name": "  "}),
        ("acquired_on", {"acquired_on": today() + 2 * DAY}), ("serial", {"serial": "x" * 61}),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said_beside_its_field(db: Any, money: Money, field: str, more: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as fault:
        add(money, **more)
    assert field in fault.value.fields


def test_part_of_a_row_is_moved_repaired_and_retired(db: Any, money: Money) -> None:
    kit, there = add(money, quantity=Decimal(5), unit_price=100 * YUAN), other(money)
    with acting(money.cast.actors["lead"]):
        moved = services.move_kit(kit, 1, there, Decimal(2))
        broken = services.repair_kit(kit, 2, Decimal(1), "接口松")
        services.part_with_kit(broken, 1, Use.GIVEN, today(), "送给分店")
        with pytest.raises(Invalid):
            services.move_kit(kit, 3, there, Decimal(3))
        with pytest.raises(Invalid):
            services.move_kit(kit, 3, money.cast.studio)
        with pytest.raises(Refused):
            services.repair_kit(broken, version(money, broken))
        assert queries.kit_list().value == 400 * YUAN
    assert moved != kit
    assert rows(money) == [("3号间", 2, "", Use.IN_USE), ("5号间", 2, "", Use.IN_USE)]
    assert rows(money, state=Use.GIVEN) == [("3号间", 1, "", Use.GIVEN)]
    with acting(money.cast.actors["lead"]):
        services.bring_kit_back(broken, version(money, broken))
        with pytest.raises(Invalid):
            services.part_with_kit(broken, version(money, broken), Use.RETIRED, today(), " ")
    assert len(rows(money)) == 3


def test_undo_puts_the_parts_together_again(db: Any, money: Money) -> None:
    kit, there = add(money, quantity=Decimal(5)), other(money)
    with acting(money.cast.actors["lead"]):
        services.move_kit(kit, 1, there, Decimal(2))
        undo.undo(last_command.get() or "")
    assert rows(money) == [("3号间", 5, "", Use.IN_USE)]


def test_what_stood_in_a_studio_that_is_gone_is_still_found(db: Any, money: Money) -> None:
    add(money)
    with acting(money.cast.actors["lead"]):
        live.trash_studio(money.cast.studio)
        found = queries.kit_list()
        assert [(group.studio, group.gone) for group in found.groups] == [("3号间", True)]
        with pytest.raises(NotFound):
            services.add_kit(wish(money))


def test_the_list_is_narrowed_by_studio_state_and_words(db: Any, money: Money) -> None:
    there = other(money)
    add(money, name="摄像机", serial="DG-7")
    add(money, name="声卡", studio_id=there)
    assert [row[0] for row in rows(money)] == ["3号间", "5号间"]
    assert rows(money, studio_id=there) == [("5号间", 1, "", Use.IN_USE)]
    assert rows(money, text="dg-7") == [("3号间", 1, "DG-7", Use.IN_USE)]
    assert rows(money, text="摄像") and not rows(money, text="%") and not rows(money, state=Use.REPAIR)
    assert rows(money, "outsider") == []
    with acting(money.cast.actors["host"]):
        assert queries.kit_list().value is None


# ------------------------------------------------------------------- pages


def _version(page: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="version"', page)
    assert found
    return found[1] or found[2]


def test_it_is_offered_once_something_has_come_and_leads_to_the_kit(client_of: Client, money: Money) -> None:
    made = approved(money, lines=(Line("补光灯", Decimal(3), 300 * YUAN, "京东"),))
    line = view(money, made).lines[0].line.id
    host = client_of("host").in_english()
    known = re.search(r'name="known" value="(\d*)"', host.get(f"/requests/{made}/receive").text)
    assert known, "the first fact of all is sent as the page has it"
    answer = host.post_form(f"/requests/{made}/receive", {"known": known[1], "day": str(today()), f"came_{line}": "2"})
    assert answer.headers["Location"].endswith(f"/requests/{made}/kit")
    page = host.get(f"/requests/{made}/kit").text
    assert "In which studio does it stand?" in page and f'name="put_{line}"' in page
    sent = {"studio_id": str(money.cast.studio), f"put_{line}": "5", f"numbers_{line}": "A-1\nA-2"}
    wrong = host.post_form(f"/requests/{made}/kit", sent)
    assert wrong.status_code == 422
    assert "Only 2 have come" in wrong.text and "A-1\nA-2" in wrong.text
    assert host.post_form(f"/requests/{made}/kit", sent | {f"put_{line}": "２"}).status_code == 303
    assert f"/requests/{made}/kit?part=rows" in host.get(f"/requests/{made}").text
    rows_of_it = host.get(f"/requests/{made}/kit?part=rows").text
    assert "A-1" in rows_of_it and "/kit/" in rows_of_it and "<html" not in rows_of_it
    page = host.get(f"/requests/{made}/kit").text
    assert "A-1" in page and "Nothing that has come is left" in page and f'name="put_{line}"' not in page
    assert client_of("member").get(f"/requests/{made}/kit").status_code == 200
    assert client_of("outsider").get(f"/requests/{made}/kit").status_code == 404
    assert host.get(f"/requests/{money.ask()}/kit").status_code == 303
    listed = host.get("/kit").text
    assert "A-2" in listed and "¥300.00" in listed and "/kit/new" not in listed
    piece = re.findall(r'href="(/kit/\d+)"', listed)[0]
    assert f"/requests/{made}" in host.get(piece).text and "/edit" not in host.get(piece).text
    assert "A-1" in host.get(f"/settings/studios/{money.cast.studio}").text
    assert "2 pieces of kit" in host.get("/settings/studios").text


def test_viewers_see_the_kit_without_what_it_cost(client_of: Client, money: Money) -> None:
    kit = add(money, unit_price=20_000, serial="DG-9")
    with acting(money.cast.actors["lead"]):
        services.edit_kit(kit, 1, wish(money, unit_price=30_000, serial="DG-9"))
    viewer = client_of("viewer")
    for path in ("/kit", f"/kit/{kit}", f"/settings/studios/{money.cast.studio}", f"/history/kit/{kit}"):
        page = viewer.get(path)
        assert page.status_code == 200, path
        assert "300.00" not in page.text, path
    assert "¥300.00" in client_of("lead").get(f"/history/kit/{kit}").text
    for path in ("new", f"{kit}/edit", f"{kit}/move", f"{kit}/repair", f"{kit}/part"):
        assert viewer.get(f"/kit/{path}").status_code == 403, path
        assert client_of("host").get(f"/kit/{path}").status_code == 403, path
    outsider = client_of("outsider")
    for path in ("", "/edit", "/move", "/repair", "/part"):
        assert outsider.get(f"/kit/{kit}{path}").status_code == 404, path
    for path in ("repaired", "back", "delete"):
        assert outsider.post_form(f"/kit/{kit}/{path}", {}).status_code == 404, path


def test_a_lead_keeps_the_kit_by_plain_forms(client_of: Client, money: Money) -> None:
    lead, there = client_of("lead").in_english(), other(money)
    lead.get("/kit/new")
    bad = lead.post_form("/kit/new", {"name": "", "studio_id": str(money.cast.studio), "quantity": "x"})
    assert bad.status_code == 422
    sent = {"name": "耳机", "studio_id": str(money.cast.studio), "quantity": "3", "unit_price": "1,299", "serial": ""}
    place = lead.post_form("/kit/new", sent).headers["Location"]
    page = lead.get(f"{place}/edit").text
    held = {"version": _version(page), "name": "监听耳机", "quantity": "3", "unit_price": "1299"}
    assert lead.post_form(f"{place}/edit", held).status_code == 303
    stale = lead.post_form(f"{place}/edit", held | {"name": "别的"})
    assert stale.status_code == 409 and "监听耳机" in stale.text
    page = lead.get(f"{place}/move").text
    assert (
        lead.post_form(f"{place}/move", {"version": _version(page), "studio_id": there, "quantity": "1"}).status_code
        == 303
    )
    page = lead.get(f"{place}/repair").text
    assert lead.post_form(f"{place}/repair", {"version": _version(page), "quantity": "2"}).status_code == 303
    assert lead.post_form(f"{place}/repaired", {}).status_code == 303
    page = lead.get(f"{place}/part").text
    sent = {"version": _version(page), "to": "retired", "day": str(today()), "reason": "", "quantity": "2"}
    assert lead.post_form(f"{place}/part", sent).status_code == 422
    assert lead.post_form(f"{place}/part", sent | {"reason": "进水"}).status_code == 303
    assert "进水" in lead.get(place).text
    assert "监听耳机" in lead.get("/kit?state=retired").text
    assert lead.post_form(f"{place}/back", {}).status_code == 303
    gone = lead.post_form(f"{place}/delete", {})
    back = re.findall(r'action="(/undo/\w+)"', lead.get(gone.headers["Location"]).text)[-1]
    assert lead.post_form(back, {}).status_code == 303
    assert lead.get(place).status_code == 200
    for path in ("/kit?studio=x&state=nothing&from=99999999999&q=" + "长" * 500, "/kit?from=10"):
        assert lead.get(path).status_code == 200, path
