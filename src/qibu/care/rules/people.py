"""All that falls due for a person, whatever they drive."""

from dataclasses import dataclass
from datetime import date, timedelta

from qibu.care.rules.cars import CarDue, Trigger
from qibu.customers.rules.birthdays import lunar_of_solar, next_birthday

# A birthday is spoken of until a month after it; then the next one takes its place.
BIRTHDAY_GRACE = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a person. `born` is the civil day of birth, also where the lunar birthday is kept."""

    id: int
    born: date | None
    lunar: bool = False


def dues_of_person(person: Person, today: date) -> list[CarDue]:
    """The next birthday. The age is nobody's business and in no fact. Its cycle is the year of the calendar it is kept
    by: of two lunar birthdays in one civil year (an 11th month's in January and again in December) both are greeted."""
    if person.born is None:
        return []
    day = next_birthday(person.born, person.lunar, today - BIRTHDAY_GRACE - timedelta(days=1))
    year = lunar_of_solar(day)[0] if person.lunar else day.year
    return [CarDue(Trigger.BIRTHDAY, f"birthday:{year}", day, {"lunar": person.lunar})]
