"""What a change of a plan would do to open work, tried and taken back: here, and in every organisation below as figures
alone, for each of them. A large network is gone through bit by bit: somebody waits before the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass, fields, replace
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
LONGEST = 20  # digits of a number that comes back from the page


@dataclass(frozen=True)
class Place:
    """What would change in one organisation."""

    organisation_id: int
    planned: int
    moved: int
    cancelled: int
    expired: int


@dataclass(frozen=True)
class Tried:
    """Of `reach` organisations the first `places` have been looked at; `changed` are those where something changes,
    `looked_at` all of them."""

    places: int = 0
    reach: int = 1
    changed: tuple[Place, ...] = ()
    looked_at: tuple[int, ...] = ()

    @property
    def rest(self) -> int:
        return self.reach - self.places

    @property
    def below(self) -> bool:
        return self.reach > 1

    @property
    def touched(self) -> int:
        return len(self.changed)

    @property
    def planned(self) -> int:
        return sum(place.planned for place in self.changed)

    @property
    def moved(self) -> int:
        return sum(place.moved for place in self.changed)

    @property
    def cancelled(self) -> int:
        return sum(place.cancelled for place in self.changed)

    @property
    def expired(self) -> int:
        return sum(place.expired for place in self.changed)

    @property
    def unchanged(self) -> list[int]:
        touched = {place.organisation_id for place in self.changed}
        return [number for number in self.looked_at if number not in touched]

    def plus(self, organisation_id: int, one: Planned) -> Tried:
        place = Place(organisation_id, one.planned, one.moved, one.cancelled, one.expired)
        changed = (*self.changed, place) if any(one.counts().values()) else self.changed
        return replace(self, places=self.places + 1, changed=changed)

    @property
    def so_far(self) -> str:
        """As the button that goes on sends it."""
        parts = [(self.places, self.reach), *map(astuple, self.changed)]
        return "|".join(".".join(map(str, part)) for part in parts)

    @classmethod
    def read(cls, text: str) -> Tried:
        """Anything else than what `so_far` gives begins anew."""
        head, *places = [part.split(".") for part in text.split("|")]
        numbers = [number for part in (head, *places) for number in part]
        whole = len(head) == len(astuple(cls())[:2]) and all(len(part) == len(fields(Place)) for part in places)
        if not whole or not all(number.isdecimal() and len(number) < LONGEST for number in numbers):
            return cls()
        changed = tuple(Place(*map(int, part)) for part in places)
        return cls(int(head[0]), int(head[1]), changed)


def tried(*, actor: Actor, code: str, change: Callable[[], object], so_far: Tried | None = None) -> Tried:
    """Today's planning of the plan after the change, without a trace of either."""
    found, reached = so_far or Tried(), [actor.organisation_id, *heirs(actor.organisation_id)]
    until = monotonic() + PATIENCE
    with transaction.atomic():
        change()
        for number in reached[found.places :]:
            found = found.plus(number, _at(number, code))
            if monotonic() > until:
                break
        transaction.set_rollback(True)
    return replace(found, reach=len(reached), looked_at=tuple(reached[: found.places]))


def _at(organisation_id: int, code: str) -> Planned:
    with tried_in(actors.system(organisation_id)) as there:
        return planner.trial(actor=there, on=times.today(), code=code)
