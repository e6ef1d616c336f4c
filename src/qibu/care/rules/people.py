"""All that falls due for a person, whatever they drive."""

from dataclasses import dataclass
from datetime import date, timedelta

from qibu.care.rules.cars import CarDue, Trigger
from qibu.customers.rules.birthdays import next_birthday

# A birthday is spoken of until a month after it; then the next one takes its place.
BIRTHDAY_GRACE = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a person. `born` is the civil day of birth, also where the lunar birthday is kept."""

    id: int
    born: date | None
    lunar: bool = False


def dues_of_person(person: Person, today: date) -> list[CarDue]:
    """The next birthday. The age is nobody's business and in no fact."""
    if person.born is None:
        return []
    day = next_birthday(person.born, person.lunar, today - BIRTHDAY_GRACE - timedelta(days=1))
    return [CarDue(Trigger.BIRTHDAY, f"birthday:{day.year}", day, {"lunar": person.lunar})]
