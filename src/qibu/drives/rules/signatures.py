"""A signature drawn with a finger: lines of points on a sheet of 1000 by 400, read strictly, drawn again by us.

What the browser sends is never shown as it came: the picture is made of the numbers alone.
"""

from __future__ import annotations

import json
from itertools import pairwise
from math import hypot
from typing import Any

WIDTH, HEIGHT = 1000, 400
MOST_LINES, MOST_POINTS = 200, 8000
SHORTEST = 120  # a dot or a tick is no name

Point = tuple[int, int]
Stroke = tuple[Point, ...]


class Unsigned(ValueError):
    """There is no signature, or too little of one."""


def read_strokes(text: str) -> tuple[Stroke, ...]:
    """`[[[x, y], …], …]` as whole numbers on the sheet. Anything else is no signature."""
    try:
        sent = json.loads(text or "[]")
        strokes = tuple(tuple(_point(point) for point in line) for line in sent if line)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Unsigned from None
    if len(strokes) > MOST_LINES or sum(map(len, strokes)) > MOST_POINTS:
        raise Unsigned
    if sum(map(_length, strokes)) < SHORTEST:
        raise Unsigned
    return strokes


def svg(strokes: tuple[Stroke, ...]) -> str:
    """The lines as a picture; digits and letters of ours alone."""
    lines = " ".join(_path(stroke) for stroke in strokes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<path d="{lines}" fill="none" stroke="#111" stroke-width="5" stroke-linecap="round"'
        ' stroke-linejoin="round"/></svg>'
    )


def _point(sent: Any) -> Point:
    x, y = sent
    if isinstance(x, bool) or isinstance(y, bool) or not isinstance(x, int) or not isinstance(y, int):
        raise ValueError("no numbers")
    if not (0 <= x <= WIDTH and 0 <= y <= HEIGHT):
        raise ValueError("beside the sheet")
    return x, y


def _length(stroke: Stroke) -> float:
    return sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(stroke))


def _path(stroke: Stroke) -> str:
    first, *rest = stroke
    if not rest:
        rest = [first]  # a dot of an i
    return f"M{first[0]} {first[1]}" + "".join(f"L{x} {y}" for x, y in rest)
