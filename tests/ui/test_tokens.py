"""Every pair of ink and ground in both themes keeps the WCAG 2 contrast that the design promises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SOURCE = (Path(__file__).resolve().parents[2] / "assets/css/_tokens.scss").read_text()
GROUNDS = ("canvas", "surface", "hover")

# ink, grounds, least ratio: 4.5 for text, 3 for the outline of a control and for large figures.
PAIRS = [
    ("text", (*GROUNDS, "sunken", "accent-soft", "warn-soft", "bad-soft", "ok-soft", "live-soft"), 4.5),
    ("text-2", (*GROUNDS, "sunken", "accent-soft", "mute-soft", "live-soft"), 4.5),
    ("text-3", (*GROUNDS, "sunken"), 4.5),
    ("control", (*GROUNDS, "sunken"), 3),
    ("accent", GROUNDS, 4.5),
    ("accent-strong", GROUNDS, 4.5),
    ("on-accent", ("accent",), 4.5),
    ("on-accent-strong", ("accent-strong",), 4.5),
    ("accent-soft-text", ("accent-soft",), 4.5),
    ("ok", (*GROUNDS, "ok-soft"), 4.5),
    ("warn", (*GROUNDS, "warn-soft"), 4.5),
    ("bad", (*GROUNDS, "bad-soft"), 4.5),
    ("on-bad", ("bad",), 4.5),
    ("live", (*GROUNDS, "live-soft"), 4.5),
    ("on-live", ("live",), 4.5),
    ("mute", ("mute-soft",), 4.5),
    ("rail-text", ("rail", "rail-active"), 4.5),
    ("rail-muted", ("rail",), 4.5),
    ("rail", ("rail-text",), 4.5),
    ("toast-text", ("toast",), 4.5),
    ("toast-link", ("toast", "rail"), 4.5),
    *((f"chart-{number}", ("surface",), 4.5) for number in range(1, 7)),
]


def tokens(theme: str) -> dict[str, str]:
    """The colours of one mixin of the token source."""
    body = re.search(rf"@mixin {theme} \{{(.*?)\n\}}", SOURCE, re.DOTALL)
    assert body, theme
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6});", body[1]))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_formula_agrees_with_known_values() -> None:
    assert ratio("#000000", "#FFFFFF") == pytest.approx(21)
    assert ratio("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "grounds", "least"), PAIRS, ids=[pair[0] for pair in PAIRS])
def test_contrast(theme: str, ink: str, grounds: tuple[str, ...], least: float) -> None:
    colours = tokens(theme)
    weak = {ground: round(ratio(colours[ink], colours[ground]), 2) for ground in grounds}
    assert not {ground: value for ground, value in weak.items() if value < least}


def test_both_themes_have_the_same_tokens() -> None:
    assert tokens("light").keys() == tokens("dark").keys()


def test_every_colour_is_checked_or_is_a_ground_or_decoration() -> None:
    checked = {ink for ink, _, _ in PAIRS} | {ground for _, grounds, _ in PAIRS for ground in grounds}
    assert tokens("light").keys() - checked == {"line"}


def test_no_colour_is_written_outside_the_tokens() -> None:
    """A colour of one's own would miss the dark theme and this test. White behind a QR code is the one exception."""
    folder = Path(__file__).resolve().parents[2] / "assets/css"
    found = {
        f"{path.name}: {colour}"
        for path in folder.glob("*.scss")
        if path.name != "_tokens.scss"
        for colour in re.findall(r"#[0-9A-Fa-f]{3,8}\b(?!\{)", path.read_text())
    }
    assert found == {"_forms.scss: #fff"}
