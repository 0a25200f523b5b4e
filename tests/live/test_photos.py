"""Photos of what was noted on air: read, kept, seen by whom, removed and brought back."""

from __future__ import annotations

import io
import secrets
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image, PngImagePlugin
from sqlalchemy import text

from planner.base import pictures, trash
from planner.base.actor import Actor, acting
from planner.base.engine import engine
from planner.kernel import clock
from planner.kernel.errors import Forbidden, Invalid, NotFound, Refused
from planner.live import queries, services
from tests.cast import Cast
from tests.live.conftest import Plan
from tests.live.pages import Client, undo_of

MINUTE = timedelta(minutes=1)
TICK = {"X-Requested-With": "tick"}


def shot(size: tuple[int, int] = (640, 480), kind: str = "JPEG", mode: str = "RGB", **more: Any) -> bytes:
    """A photo as a phone makes one: left half red, right half blue."""
    drawn = Image.new(mode, size, (0, 0, 0, 0) if mode == "RGBA" else "blue" if mode == "RGB" else 1)
    if mode != "L":
        drawn.paste("red", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    drawn.save(out, kind, **more)
    return out.getvalue()


def seen(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def is_red(pixel: Any) -> bool:
    return bool(pixel[0] > 200 and pixel[1] < 60 and pixel[2] < 60)


# ---------------------------------------------------------------- reading, without a database


@pytest.mark.parametrize("kind", pictures.FORMATS)
def test_a_photo_is_drawn_anew_as_two_jpegs(kind: str) -> None:
    found = pictures.read(shot((3000, 1500), kind))
    assert (found.width, found.height) == (2048, 1024) == seen(found.full).size
    assert seen(found.small).size == (320, 160)
    assert {seen(found.full).format, seen(found.small).format} == {"JPEG"}
    assert is_red(seen(found.full).getpixel((10, 500)))


def test_where_and_with_what_it_was_taken_is_left_out_and_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Phone-Maker-7"  # turned by 90 degrees; who made the phone
    exif.get_ifd(0x8825)[1] = "N-31.2304-secret-place"
    data = shot((400, 200), exif=exif, comment=b"said-by-the-sender")
    assert b"Phone-Maker-7" in data
    assert b"secret-place" in data
    found = pictures.read(data)
    assert (found.width, found.height) == (200, 400)
    assert is_red(seen(found.full).getpixel((100, 20)))
    for kept in (found.full, found.small):
        assert not seen(kept).getexif()
        assert not any(
            word in kept for word in (b"Phone-Maker-7", b"secret-place", b"said-by", b"Exif", b"ICC_PROFILE")
        )


def test_what_is_transparent_lies_on_white_and_a_small_photo_stays_small() -> None:
    found = pictures.read(shot((40, 20), "PNG", "RGBA"))
    assert (found.width, found.height) == (40, 20)
    assert min(seen(found.full).convert("RGB").getpixel((35, 10))) > 240  # type: ignore[type-var]


def _huge() -> bytes:
    """A PNG that says it has 60,000 x 60,000 pixels."""
    data = bytearray(shot((8, 8), "PNG"))
    data[16:24] = (60_000).to_bytes(4, "big") * 2
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "Choose a photo"),
        (b"GIF89a" + bytes(40), "not a photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "not a photo"),
        (b"%PDF-1.7 and so on", "not a photo"),
        (b"\xff\xd8\xff\xe0" + bytes(200), "not a photo"),
        (shot()[:300], "not a photo"),
        (shot((64, 64), "GIF"), "not a photo"),
        (b"x" * (pictures.MOST_BYTES + 1), "larger than 16 MB"),
        (shot((8000, 7000), "PNG", "L"), "50 million pixels"),
    ],
    ids=["empty", "gif head", "svg", "pdf", "jpeg head", "half a jpeg", "gif", "too large", "too many pixels"],
)
def test_what_is_no_photo_is_told_beside_the_field(data: bytes, says: str) -> None:
    with pytest.raises(Invalid) as fault:
        pictures.read(data)
    assert says in str(fault.value.fields["photo"])


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(Invalid):
        pictures.read(_huge())
    bomb = PngImagePlugin.PngInfo()
    bomb.add_text("note", "A" * 5_000_000, zip=True)
    with pytest.raises(Invalid):
        pictures.read(shot((8, 8), "PNG", pnginfo=bomb))


# ---------------------------------------------------------------- keeping


@pytest.fixture
def entry(cast: Cast, plan: Plan) -> int:
    """A note on a show that the host runs."""
    now = clock.now().replace(microsecond=0)
    made = plan(now + MINUTE, crew=[("host", cast.host, now + MINUTE, now + 90 * MINUTE)])
    with acting(cast.actors["lead"]):
        services.go_live(made, now - 60 * MINUTE)
    with acting(cast.actors["host"]):
        return services.log_entry(made, "sound", secrets.token_hex(16), now - 20 * MINUTE)


def brought(cast: Cast, entry: int, key: str = "", who: str = "host") -> tuple[int, ...]:
    with acting(cast.actors[who]):
        services.add_photo(entry, pictures.read(shot()), key or secrets.token_hex(16))
    return photos_of(cast, entry)


def photos_of(cast: Cast, entry: int) -> tuple[int, ...]:
    with acting(cast.actors["viewer"]):
        row = queries.log_entry_of(entry)[1]
    assert row is not None
    return row.photos


def test_a_photo_hangs_on_its_note_once_however_often_it_comes(cast: Cast, entry: int) -> None:
    key = secrets.token_hex(16)
    first = brought(cast, entry, key)
    assert brought(cast, entry, key) == first
    assert len(first) == 1
    assert brought(cast, entry) > first
    with acting(cast.actors["viewer"]):
        found = queries.log_photo(first[0])
        assert (found.width, found.height, found.entry_id, found.next_of(-1)) == (640, 480, entry, None)
        assert found.next_of(1) == found.beside[1]
        assert seen(queries.photo_file(first[0], small=True)[1]).size == (320, 240)
        assert queries.photo_file(first[0], small=False)[0].startswith("session-")


def test_only_the_crew_and_leads_bring_and_remove_photos(cast: Cast, entry: int) -> None:
    (photo,) = brought(cast, entry)
    for who, fault in (("member", Forbidden), ("viewer", Forbidden), ("outsider", NotFound)):
        with acting(cast.actors[who]):
            with pytest.raises(fault):
                services.add_photo(entry, pictures.read(shot()), secrets.token_hex(16))
            with pytest.raises(fault):
                services.trash_photo(photo)
    with acting(cast.actors["outsider"]):
        with pytest.raises(NotFound):
            queries.log_photo(photo)
        with pytest.raises(NotFound):
            queries.photo_file(photo, small=True)


def test_a_note_has_room_for_eight_also_when_one_comes_back(cast: Cast, entry: int) -> None:
    for _ in range(services.MOST_PHOTOS):
        held = brought(cast, entry)
    with pytest.raises(Refused):
        brought(cast, entry)
    with acting(cast.actors["host"]):
        services.trash_photo(held[0])
    brought(cast, entry)
    with acting(cast.actors["lead"]):
        (gone,) = (row[0] for row in trash.trashed() if row[1] == "log_photo")
        with pytest.raises(Refused):
            trash.restore(gone)


def test_a_photo_in_the_trash_is_seen_nowhere_comes_back_and_is_destroyed_with_its_bytes(
    cast: Cast, entry: int
) -> None:
    first, second = brought(cast, entry)[0], brought(cast, entry)[-1]
    with acting(cast.actors["host"]):
        services.trash_photo(first)
    assert photos_of(cast, entry) == (second,)
    with acting(cast.actors["viewer"]), pytest.raises(NotFound):
        queries.photo_file(first, small=True)
    with acting(cast.actors["lead"]):
        (gone,) = (row[0] for row in trash.trashed() if row[1] == "log_photo")
        trash.restore(gone)
    assert photos_of(cast, entry) == (first, second)
    with acting(cast.actors["host"]):
        services.trash_photo(second)
    program = Actor(team_id=cast.team, is_system=True, is_admin=True)
    with clock.standing(clock.now() + trash.KEPT + MINUTE), acting(program):
        assert trash.purge_overdue() == (1, 0)
    assert photos_of(cast, entry) == (first,)
    with engine().connect() as link:
        assert link.execute(text("SELECT count(*) FROM stored_file")).scalar() == 2


# ---------------------------------------------------------------- pages


def test_the_page_of_photos_works_as_a_plain_form(client_of: Client, cast: Cast, entry: int) -> None:
    host, url = client_of("host"), f"/log/{entry}/photos?phase=air"
    assert "<title>Photos" in host.get(url).text
    sent = {"photo": (io.BytesIO(shot()), "IMG_20260910_1.jpg"), "phase": "air"}
    answer = host.post_form(f"/log/{entry}/photos", sent, content_type="multipart/form-data")
    assert answer.status_code == 303
    assert answer.location.endswith(f"phase=air#log-{entry}")
    (photo,) = photos_of(cast, entry)
    assert undo_of(host, answer.location).status_code == 303
    assert photos_of(cast, entry) == ()
    (photo,) = brought(cast, entry)
    hub = host.get(answer.location).text
    assert f'src="/log/photos/{photo}/small.jpg"' in hub
    assert "Photo 1: " in hub
    assert "IMG_2026" not in hub + host.get(f"/log/photos/{photo}").text


def test_a_file_that_is_no_photo_is_told_at_its_field(client_of: Client, cast: Cast, entry: int) -> None:
    sent = {"photo": (io.BytesIO(b"%PDF-1.7"), "contract.pdf")}
    answer = client_of("host").post_form(f"/log/{entry}/photos", sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert 'id="photo-error"' in answer.text
    assert "not a photo that can be read" in answer.text
    empty = client_of("host").post_form(f"/log/{entry}/photos", {}, content_type="multipart/form-data")
    assert "Choose a photo first." in empty.text


def test_the_phones_queue_brings_a_photo_once(client_of: Client, cast: Cast, entry: int) -> None:
    host, key = client_of("host"), secrets.token_hex(16)
    for _ in range(2):
        sent = {"photo": (io.BytesIO(shot()), "photo.jpg"), "client_id": key}
        answer = host.post_form(
            f"/log/{entry}/photos", sent, once=key, headers=TICK, content_type="multipart/form-data"
        )
        assert answer.get_json()["ok"] is True
    assert len(photos_of(cast, entry)) == 1
    bad = {"photo": (io.BytesIO(b"no"), "photo.jpg"), "client_id": secrets.token_hex(16)}
    answer = host.post_form(f"/log/{entry}/photos", bad, headers=TICK, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert answer.get_json()["ok"] is False
    assert "not a photo" in answer.get_json()["message"]


def test_a_photo_is_served_so_that_nothing_can_run_in_it(client_of: Client, cast: Cast, entry: int) -> None:
    (photo,) = brought(cast, entry)
    answer = client_of("viewer").get(f"/log/photos/{photo}/whole.jpg")
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"].startswith("private")
    for url in (f"/log/photos/{photo}", f"/log/photos/{photo}/whole.jpg", f"/log/photos/{photo}/small.jpg"):
        assert client_of("outsider").get(url).status_code == 404
        assert client_of("viewer").get(url).status_code == 200
    assert client_of("outsider").get(f"/log/{entry}/photos").status_code == 404


def test_photos_of_a_show_in_the_trash_are_there_for_nobody(client_of: Client, cast: Cast, entry: int) -> None:
    (photo,) = brought(cast, entry)
    with acting(cast.actors["lead"]):
        session_id = queries.log_photo(photo).session.id
        services.take_back_live(session_id)
        services.trash_session(session_id)
    for part in ("", "/whole.jpg", "/small.jpg"):
        for login in ("viewer", "lead"):
            assert client_of(login).get(f"/log/photos/{photo}{part}").status_code == 404, part


def test_a_photo_is_looked_at_and_removed(client_of: Client, cast: Cast, entry: int) -> None:
    (photo,) = brought(cast, entry)
    page = client_of("host").get(f"/log/photos/{photo}").text
    assert "<title>Photo: " in page
    assert 'width="640" height="480"' in page
    assert f"/log/photos/{photo}/trash" in page
    assert f"/log/photos/{photo}/trash" not in client_of("viewer").get(f"/log/photos/{photo}").text
    host = client_of("host")
    answer = host.post_form(f"/log/photos/{photo}/trash", {"phase": "air"})
    assert answer.status_code == 303
    assert photos_of(cast, entry) == ()
    assert undo_of(host, answer.location).status_code == 303
    assert photos_of(cast, entry) == (photo,)


def test_a_photo_of_a_withdrawn_note_is_still_told_apart(client_of: Client, cast: Cast, entry: int) -> None:
    (photo,) = brought(cast, entry)
    with acting(cast.actors["host"]):
        services.withdraw_log(entry)
    assert client_of("host").get(f"/log/photos/{photo}").status_code == 200
    assert client_of("host").get(f"/log/{entry}/photos").status_code == 404


def test_own_data_tell_which_photos_one_brought(cast: Cast, entry: int) -> None:
    brought(cast, entry)
    with acting(cast.actors["host"]):
        told = queries.own_data(cast.host)["log_photos"]
    assert [row["kind"] for row in told] == ["sound"]
