"""WCAG 2.2 AA, computed from the tokens: text 4.5:1, marks and control edges 3:1, in both themes."""

import math
import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[1] / "static/ui/css"
STATES = ("overdue", "soon", "running", "done", "closed")
GROUNDS = ("bg", "surface", "surface-2")
TEXT = (
    [(ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in GROUNDS]
    + [(f"{state}-fg", f"{state}-bg") for state in STATES]
    + [(f"{state}-fg", "surface") for state in STATES]
    + [
        ("accent-ink", "surface"),
        ("accent-ink", "accent-soft"),
        ("ink-2", "accent-soft"),
        ("ink-2", "surface-3"),
    ]
    + [("on-solid", "accent"), ("on-solid", "accent-hover"), ("on-solid", "overdue-solid")]
    + [(f"{grade}-fg", f"{grade}-bg") for grade in ("h", "ia", "ib", "va", "vb", "vc")]
    + [("ic-fg", "surface"), ("vd-fg", "surface")]
)
MARKS = [("line-control", "surface"), ("focus", "surface"), ("focus", "bg")] + [
    (f"{state}-solid", "surface") for state in STATES
]


def tokens(*names: str) -> dict[str, tuple[float, float, float]]:
    text = "".join((CSS / name).read_text() for name in names)
    pattern = r"--([\w-]+):\s*oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)"
    return {name: (float(li), float(c), float(h)) for name, li, c, h in re.findall(pattern, text)}


THEMES = {"light": tokens("tokens.css"), "dark": tokens("tokens.css", "tokens-dark.css")}


def linear(colour: tuple[float, float, float]) -> list[float]:
    """OKLCH to linear sRGB, cut to what a screen shows (matrices by B. Ottosson, in CSS Color 4)."""
    lightness, chroma, hue = colour
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    rgb = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    return [min(1.0, max(0.0, part)) for part in rgb]


def luminance(colour: tuple[float, float, float]) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(theme: str, ink: str, ground: str) -> None:
    found = THEMES[theme]
    assert contrast(found[ink], found[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("mark", "ground"), MARKS)
def test_marks_can_be_seen(theme: str, mark: str, ground: str) -> None:
    found = THEMES[theme]
    assert contrast(found[mark], found[ground]) >= 3.0


def test_white_on_black_is_twenty_one() -> None:
    assert contrast((1, 0, 0), (0, 0, 0)) == pytest.approx(21, abs=0.01)
