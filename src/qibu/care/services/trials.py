"""What a change of a plan would do to open work, tried and taken back: here, and in every organisation below as figures
alone. A large network is gone through bit by bit: somebody waits before the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass, replace
from time import monotonic

from django.db import transaction

from qibu.care.services import planner
from qibu.care.services.planner import Planned
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import tried_in
from qibu.network.inheritance import heirs
from qibu.network.services import actors

PATIENCE = 3.0  # seconds


@dataclass(frozen=True)
class Tried:
    """`places` have been looked at, of `reach`; `touched` are those where something changes."""

    places: int = 0
    touched: int = 0
    planned: int = 0
    moved: int = 0
    cancelled: int = 0
    expired: int = 0
    reach: int = 1

    @property
    def rest(self) -> int:
        return self.reach - self.places

    @property
    def below(self) -> bool:
        return self.reach > 1

    def plus(self, one: Planned) -> Tried:
        names = ("planned", "moved", "cancelled", "expired")
        counts = {name: getattr(self, name) + getattr(one, name) for name in names}
        return replace(self, places=self.places + 1, touched=self.touched + any(one.counts().values()), **counts)

    @property
    def so_far(self) -> str:
        """As the button that goes on sends it."""
        return ".".join(str(number) for number in astuple(self))

    @classmethod
    def read(cls, text: str) -> Tried:
        """Anything else than what `so_far` gives begins anew."""
        parts = text.split(".")
        whole = len(parts) == len(astuple(cls())) and all(part.isdecimal() and len(part) < 10 for part in parts)
        return cls(*map(int, parts)) if whole else cls()


def tried(*, actor: Actor, code: str, change: Callable[[], object], so_far: Tried | None = None) -> Tried:
    """Today's planning of the plan after the change, without a trace of either."""
    found, reached = so_far or Tried(), [actor.organisation_id, *heirs(actor.organisation_id)]
    until = monotonic() + PATIENCE
    with transaction.atomic():
        change()
        for number in reached[found.places :]:
            found = found.plus(_at(number, code))
            if monotonic() > until:
                break
        transaction.set_rollback(True)
    return replace(found, reach=len(reached))


def _at(organisation_id: int, code: str) -> Planned:
    with tried_in(actors.system(organisation_id)) as there:
        return planner.trial(actor=there, on=times.today(), code=code)
