"""Two people edit the same thing at once: the second one's changes go on top of the first one's, and where both changed
the same field, the second is told and decides. Nobody's words are lost.

A form carries what stood in its fields when it was opened (`seen`); the service compares under its lock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any


class Disputed(Exception):
    """Fields that somebody else changed since the form was opened; `theirs` is what stands there now."""

    def __init__(self, theirs: Mapping[str, Any]) -> None:
        super().__init__(", ".join(sorted(theirs)))
        self.theirs = dict(theirs)


def merged(*, seen: Mapping[str, Any] | None, mine: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be written; raises `Disputed`. Without `seen` (a command) all of mine holds."""
    known = seen or {}
    changed = {name for name in mine if name not in known or plain(mine[name]) != plain(known[name])}
    theirs = {
        name: now[name]
        for name in changed & set(known)
        if plain(now[name]) not in (plain(known[name]), plain(mine[name]))
    }
    if theirs:
        raise Disputed(theirs)
    return {name: mine[name] if name in changed else now[name] for name in mine}


def mark(rows: Iterable[Sequence[Any]]) -> str:
    """A short word for how a whole list stands: a form carries it, and its service sees whether the list is another one
    by now. For lists that are saved as a whole, where two changes don't add up."""
    told = json.dumps([plain(row) for row in rows], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def plain(value: Any) -> Any:
    """As JSON keeps it, so that what came back from a page compares with what is stored."""
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool | int):
        return value
    return str(value)
