"""Taking a load back."""
from __future__ import annotations

from qibu.kernel.actors import Actor


def undo(*, actor: Actor, import_id: int) -> None:
    raise NotImplementedError
