"""What to say on a call: sections of lines, with places for what is known of the customer and the car.

A line "# 开场" begins a section. `{plate}` and its like stand for facts; where one is unknown the place says so,
so that nobody reads a brace aloud.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

PLACES = (
    "customer", "plate", "series", "store", "advisor", "due", "km", "last_on", "last_km", "jobs", "insurer", "cover",
)  # fmt: skip
UNKNOWN = "……"
SHOWN = 12  # signs by which a stray brace is found again
_PLACE = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a script: its heading and lines."""

    heading: str
    lines: tuple[str, ...]


def unknown_places(script: str) -> list[str]:
    """Places that nothing will ever fill."""
    return sorted(set(_PLACE.findall(script)) - set(PLACES))


def stray_braces(script: str) -> list[str]:
    """Where a brace belongs to no place, with the signs behind it: it would be read aloud."""
    rest = _PLACE.sub(lambda found: " " * len(found[0]), script)
    return [script[found.start() : found.start() + SHOWN].split("\n")[0] for found in re.finditer("[{}]", rest)]


def fill(script: str, facts: Mapping[str, object]) -> str:
    """The script with the facts in their places."""
    return _PLACE.sub(lambda found: str(facts.get(found[1]) or UNKNOWN), script)


def sections(script: str) -> list[Section]:
    """The parts of a script; lines before the first heading have an empty one."""
    parts: list[tuple[str, list[str]]] = []
    for line in filter(None, map(str.strip, script.splitlines())):
        if line.startswith("#"):
            parts.append((line.lstrip("# "), []))
        else:
            if not parts:
                parts.append(("", []))
            parts[-1][1].append(line)
    return [Section(heading, tuple(lines)) for heading, lines in parts]
