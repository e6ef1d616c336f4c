"""What can be done to many rows at once. Each app registers its deeds in a module of its own called `batches`, which is
found at start-up.

    register(Deed("customers.tag", words, do, undo, Capability.CUSTOMERS_EDIT, page="customers"))

`do(actor, ids, args)` does it to one piece of the rows and gives what stood there before, by row, of those that
changed; `undo(actor, before, args)` gets that again and gives the rows that went back; the others were changed by
somebody since. Both run in the scope and transaction of their piece, and go through the services that do it to one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qibu.kernel.actors import Actor

Args = Mapping[str, Any]
Do = Callable[[Actor, Sequence[int], Args], Mapping[int, Any]]
Undo = Callable[[Actor, Mapping[int, Any], Args], set[int]]


@dataclass(frozen=True)
class Deed:
    key: str
    words: Callable[[Args], str]  # what it does, as a sentence without a subject
    do: Do
    undo: Undo
    capability: str
    page: str  # key of the list whose rows it is about


DEEDS: dict[str, Deed] = {}


def register(deed: Deed) -> None:
    known = DEEDS.get(deed.key)
    if known is not None and known.do.__module__ != deed.do.__module__:
        raise ValueError(f"The deed {deed.key!r} is registered twice.")
    DEEDS[deed.key] = deed
