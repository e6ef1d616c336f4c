"""The words that go with a link: places in braces are filled for the person they are for."""

from __future__ import annotations

import re
from collections.abc import Mapping

PLACES = ("customer", "car", "store", "consultant", "title")
_PLACE = re.compile(r"\{([A-Za-z_]*)\}")


def unknown_places(text: str) -> list[str]:
    """Names in braces that nothing will ever fill: a slip of the pen that a customer would read."""
    return list(dict.fromkeys(name for name in _PLACE.findall(text) if name not in PLACES))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Each place is put in once: what somebody's name looks like is never read as a place again. A place of which
    nothing is known goes, with the space before it."""
    filled = _PLACE.sub(lambda found: values.get(found[1], "") if found[1] in PLACES else found[0], text)
    return re.sub(r"[ \t]{2,}", " ", filled).strip()
