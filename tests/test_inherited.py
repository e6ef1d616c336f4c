"""What the rooms of sales inherit stands on the page of all that is inherited, and goes back from there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from decimal import Decimal

import pytest
from django.urls import reverse

from personas import World
from qibu.deliveries.rules import Term
from qibu.deliveries.services import lists
from qibu.deliveries.services.lists import Line
from qibu.drives import selectors as drives
from qibu.drives.services import policies as planning
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.inherited import KINDS
from qibu.orders.services import policies as limits
from qibu.spotchecks import selectors as checks
from qibu.spotchecks.services import settings


def plan_drives(actor: Actor) -> None:
    known = drives.policy(actor)
    planning.change(actor=actor, version=known.version, minutes=55, pause=known.pause, remind_at=time(17))


def word_the_agreement(actor: Actor) -> None:
    planning.word(actor=actor, seen=drives.agreement(actor).row.number, title="本店的协议", body="请系好安全带。")


def set_limits(actor: Actor) -> None:
    limits.change(actor=actor, discount_percent=Decimal("1.5"), least_deposit=Decimal(3000))


def call_fewer(actor: Actor) -> None:
    settings.change_rule(actor=actor, version=checks.rule(actor).version, facts={"share": 3, "stages": ["ordered"]})


def ask_one_thing(actor: Actor) -> None:
    settings.word_standard(actor=actor, questions=[{"code": "tea", "text": "倒水了吗", "weight": 1}])


def prepare_more(actor: Actor) -> None:
    lists.change(actor=actor, part="preparation", lines=[Line("放一束花")])


def grant_more(actor: Actor) -> None:
    lists.grant(actor=actor, term=Term("星辰", "追光", months=72))


SAID: dict[str, tuple[str, Callable[[Actor], None]]] = {
    "drive_policy": ("policy", plan_drives), "drive_agreement": ("agreement", word_the_agreement),
    "order_policy": ("policy", set_limits), "spotcheck_rule": ("rule", call_fewer),
    "spotcheck_standard": ("standard", ask_one_thing), "delivery_list": ("preparation", prepare_more),
    "warranty": ("星辰/追光", grant_more),
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_what_is_said_here_is_told_above_and_goes_back(world: World, name: str) -> None:
    key, say = SAID[name]
    kind, chief = KINDS[name], world.chief.actor
    with scope(chief):
        lists.grant(actor=chief, term=Term("星辰", "追光", months=60))  # something to go back to
        above = {one.key: one for one in kind.contents(chief)}[key]
    with scope(world.a.actor) as actor:
        assert not {one.key: one for one in kind.contents(actor)}[key].restorable
        say(actor)
        here = {one.key: one for one in kind.contents(actor)}[key]
        assert here.restorable and here.differences and here.source == actor.organisation_id
        assert all(one.here != one.above for one in here.differences)
    with scope(chief):
        assert kind.below(chief)[key] == [world.a.organisation.pk]
    page = f"{reverse('network:inherited-restore')}?kind={name}&key={key}"
    client = world.a.manager.client()
    assert here.differences[0].above.splitlines()[0] in client.get(page).content.decode()
    assert client.post(page).status_code == 302
    with scope(world.a.actor) as actor:
        assert {one.key: one for one in kind.contents(actor)}[key].source == above.source
