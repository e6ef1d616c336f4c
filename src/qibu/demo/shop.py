"""A store of the demo with its people, as those who act in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from random import Random

from qibu.demo.records import Organisation, Role
from qibu.demo.world import World
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation as Stored
from qibu.network.models import Staff
from qibu.network.services import actors


@dataclass(frozen=True)
class Shop:
    world: World
    described: Organisation
    system: Actor
    people: dict[str, Actor]  # by sign-in name

    @classmethod
    def open(cls, world: World, described: Organisation) -> Shop:
        system = actors.system(Stored.objects.get(code=described.code))
        with scope(system):
            staff = Staff.objects.filter(user__isnull=False, left_on__isnull=True).select_related("user")
            people = {person.user.username: actors.of_staff(person) for person in staff.order_by("pk") if person.user}
        return cls(world, described, system, people)

    @property
    def names(self) -> dict[str, str]:
        return {login: person.name for login, person in self.people.items()}

    def of(self, role: Role) -> list[Actor]:
        return [self.people[one.login] for one in self.world.staff_of(self.described, role)]

    def one(self, role: Role) -> Actor:
        return self.of(role)[0]

    def dice(self, *about: object) -> Random:
        """The same for the same things, whatever was thrown before."""
        return Random(" ".join(map(str, (self.world.seed, self.described.code, *about))))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return times.at_time(day, time(hour, minute))
