"""Photos that people bring, and only photos: each is drawn anew, so nothing of the sender's file is ever served.

A photo is read outside a transaction (`read`), kept inside a command (`keep`), and answered by `answer`. What is kept
is a JPEG with its longer side at most `LONGEST`, upright, in sRGB and without metadata: no place, no device, no name.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from dataclasses import dataclass

from flask import Response
from PIL import Image, ImageCms, ImageOps

from planner.base import files
from planner.kernel.errors import Invalid
from planner.kernel.text import Message, msg

MOST_BYTES = 16 * 1024 * 1024
MOST_PIXELS = 50_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
ACCEPT = "image/jpeg,image/png,image/webp"
"""What a file field asks for; a phone that keeps photos in another format turns them into one of these."""

LONGEST, SMALL = 2048, 320
QUALITY = 84
KIND = "image/jpeg"
CACHED = "private, max-age=86400, immutable"


@dataclass(frozen=True)
class Picture:
    """A photo as it is kept: two JPEGs, the second one for lists; width and height in pixels of the first."""

    full: bytes
    small: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Kept:
    """A photo on the shelf: the ids of its two files, and its size in pixels."""

    file_id: int
    small_id: int
    width: int
    height: int


def _fault(text: Message) -> Invalid:
    return Invalid.at("photo", text)


def read(data: bytes) -> Picture:
    """A photo made fit to be kept; Invalid at `photo`, saying what is wrong, for anything else."""
    if not data:
        raise _fault(msg("Choose a photo first."))
    if len(data) > MOST_BYTES:
        raise _fault(msg("The photo is larger than %(mb)s MB.", mb=MOST_BYTES // 1024 // 1024))
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            return _drawn(data)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise _too_many() from None
        except (OSError, SyntaxError, ValueError, EOFError):
            raise _fault(msg("This is not a photo that can be read. Bring a JPEG, PNG or WebP.")) from None


def _too_many() -> Invalid:
    return _fault(msg("The photo has more than %(n)s million pixels.", n=MOST_PIXELS // 1_000_000))


def _drawn(data: bytes) -> Picture:
    with Image.open(io.BytesIO(data), formats=FORMATS) as found:
        if found.width * found.height > MOST_PIXELS:
            raise _too_many()
        found.draft("RGB", (LONGEST, LONGEST))  # a JPEG is decoded at a half, a quarter or an eighth of its size
        upright = ImageOps.exif_transpose(found)
        upright.thumbnail((LONGEST, LONGEST))
        full = _plain(upright, found.info.get("icc_profile"))
    small = full.copy()
    small.thumbnail((SMALL, SMALL))
    return Picture(_jpeg(full), _jpeg(small), full.width, full.height)


def _plain(photo: Image.Image, profile: bytes | None) -> Image.Image:
    """In sRGB, without transparency: what lies under it is white."""
    if photo.mode in ("RGBA", "LA", "PA") or "transparency" in photo.info:
        layered = photo.convert("RGBA")
        ground = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(ground, layered).convert("RGB")
    if profile and photo.mode in ("RGB", "CMYK"):
        with contextlib.suppress(ImageCms.PyCMSError, OSError):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turned = ImageCms.profileToProfile(photo, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            photo = turned or photo
    return photo.convert("RGB")


def _jpeg(photo: Image.Image) -> bytes:
    out = io.BytesIO()
    # A fresh copy of the pixels: no comment, profile or EXIF of the sender's file goes along.
    clean = Image.new("RGB", photo.size)
    clean.paste(photo)
    clean.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()


def keep(photo: Picture, name: str) -> Kept:
    """Put a photo on the shelf, inside a command; `name` is ours, never the sender's."""
    return Kept(
        files.store(photo.full, f"{name}.jpg", KIND),
        files.store(photo.small, f"{name}-small.jpg", KIND),
        photo.width,
        photo.height,
    )


def answer(name: str, data: bytes) -> Response:
    """A kept photo for the browser of whoever may see it; what lies under one address never changes."""
    given = files.attachment(name, KIND, data)
    given.headers["Cache-Control"] = CACHED
    return given
