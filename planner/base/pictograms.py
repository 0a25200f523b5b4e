"""Addresses as pictures that a phone scans."""

from __future__ import annotations

import io

import segno
from markupsafe import Markup


def qr(address: str) -> Markup:
    """The address as a picture to scan; plain SVG without style attributes."""
    drawn = io.BytesIO()
    segno.make(address, error="m").save(
        drawn,
        kind="svg",
        xmldecl=False,
        svgns=True,
        omitsize=True,
        dark="#1B1E22",
        light="#FFFFFF",
        svgclass=None,
        lineclass=None,
    )
    return Markup(drawn.getvalue().decode())  # nosec B704: drawn by segno from our own address
