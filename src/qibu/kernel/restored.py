"""What an area settles once after its home was restored from a backup, before anybody works in it.

Between the backup and the restore people went on: letters were sent, exports fetched, acts ended, of which the restored
database knows nothing. So nothing that waits in it may leave the house without a person's word. An app says in its
`restoring.py`, found at start-up, what that means for its rows:

    restored.settle("contact.hold", hold)

The act gets the system's actor of an organisation, in its scope, and says how many rows it held, by a word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from qibu.kernel.actors import Actor


@dataclass(frozen=True)
class Moments:
    """What the backup knows ends at `snapshot_at`."""

    snapshot_at: datetime
    restored_at: datetime


Act = Callable[[Actor, Moments], Mapping[str, int]]
_acts: dict[str, Act] = {}


def settle(key: str, act: Act) -> None:
    _acts[key] = act


def acts() -> list[Act]:
    return [act for _key, act in sorted(_acts.items())]
