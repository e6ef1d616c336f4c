from __future__ import annotations

from dataclasses import dataclass

from qibu.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class SourceCostsChanged(Event):
    """What sources cost in a month was written down; `changes` are their codes."""

    month: str
    changes: tuple[str, ...]
