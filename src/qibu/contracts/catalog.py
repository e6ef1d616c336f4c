"""What is sold and reckoned by changed."""

from __future__ import annotations

from dataclasses import dataclass

from qibu.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class CatalogueChanged(Event):
    """`what` is car, extra or table."""

    what: str
    code: str
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PricesTaken(Event):
    """A price list was taken over from a spreadsheet."""

    file_name: str
    new: int
    changed: int
    same: int
