"""Each persona follows every link: none leads nowhere, nothing of another store shows, no number is in the clear."""

from __future__ import annotations

import re

import pytest

from crawling import Visited, walk
from drawing import drawn
from personas import Person, World
from qibu.network.rules import Role
from test_isolation import beyond

# A mobile number, or an identity number, that is not part of a longer one.
IN_THE_CLEAR = re.compile(r"(?<![\dA-Za-z])(1[3-9]\d{9}|\d{17}[\dXx])(?![\dA-Za-z])")
# In a run the manager walks, and some of the others, other ones each day.
OTHERS = [Role.SALES_CONSULTANT, Role.SERVICE_ADVISOR, Role.TECHNICIAN, Role.MARKETING, Role.FINANCE, Role.AUDITOR,
          Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.MANUFACTURER_ANALYST,
          Role.NETWORK_MANAGER]  # fmt: skip


@pytest.mark.parametrize("role", [Role.STORE_MANAGER, *drawn(OTHERS, 2, "walks")])
def test_a_walk_through_the_product(world: World, role: Role) -> None:
    person = {person.role: person for person in world.colleagues}[role]
    manages = role == Role.STORE_MANAGER
    pages = list(walk(person.client(), of_a_kind=1))
    assert len(pages) > (40 if manages else 3)
    wrong = [f"{page.address}: {fault}" for page in pages for fault in [*faults(page, world), *too_much(page, person)]]
    assert not wrong, "\n".join(wrong)


def too_much(page: Visited, person: Person) -> list[str]:
    """What it offers of which this reader would be turned away: also in tabs and drawers."""
    seen = page.answer.status_code == 200 and not page.answer.streaming
    return [f"offers {one}" for one in beyond(person, page.answer)] if seen else []


def faults(page: Visited, world: World) -> list[str]:
    failure = getattr(page.answer, "exc_info", None)
    found = [repr(failure[1])] if failure else []
    if page.answer.status_code not in {200, 204, 302}:
        found.append(f"answers {page.answer.status_code}")
    found += [
        f"shows {mark} of {store.organisation}"
        for store in (world.b, world.c)
        for mark in store.marks
        if mark in page.html
    ]
    found += [f"shows the number {number}" for number in IN_THE_CLEAR.findall(page.html)]
    return found


@pytest.mark.by_turns
def test_the_store_next_door_has_those_pages_too(world: World) -> None:
    """The positive control: what must not show in store A is there in store B."""
    html = "".join(page.html for page in walk(world.b.manager.client(), of_a_kind=1))
    shown = {mark for mark in world.b.marks if mark in html}
    assert set(world.b.ids["names"]) <= shown
    assert any(mark.startswith("皖") for mark in shown)
