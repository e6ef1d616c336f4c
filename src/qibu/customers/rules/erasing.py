"""The reason for which somebody was erased stays on record: it may not name them (PIPL art. 6, no more than needed)."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LONG_NUMBER = re.compile(r"\d{7,}")


def names_somebody(reason: str, marks: Iterable[str]) -> bool:
    """Whether it holds a name or number of theirs, or any number as long as a telephone's."""
    plain = re.sub(r"(?<=\d)[\s-]+(?=\d)", "", reason)
    return bool(_LONG_NUMBER.search(plain)) or any(mark in reason or mark in plain for mark in marks)
