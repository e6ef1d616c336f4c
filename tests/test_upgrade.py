"""A store that worked with an older version gets what newer ones know, for the data it has."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection

from qibu.care.models import Due
from qibu.connect.tests.loads import LI, load, owners, store
from qibu.kernel import relay
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope

LATER_KNOWN = ("warranty", "delivery")


def known(actor: Actor) -> dict[tuple[str, str], int]:
    with scope(actor):
        return {(due.trigger, due.cycle): due.pk for due in Due.objects.all()}


@pytest.mark.django_db(transaction=True)
def test_cars_known_before_are_reckoned_anew_and_nothing_is_doubled() -> None:
    actor = store()
    load(actor, owners(LI))
    relay.catch_up(actor, patience=5)
    all_of_them = known(actor)
    assert {trigger for trigger, _cycle in all_of_them} & set(LATER_KNOWN)
    with scope(actor), connection.cursor() as cursor:
        Due.objects.filter(trigger__in=LATER_KNOWN).delete()
        older = known(actor)
        for statement in import_module("qibu.care.migrations.0005_reckon_anew").RECKON_ANEW:
            cursor.execute(statement)
    relay.catch_up(actor, patience=5)
    anew = known(actor)
    assert anew.keys() == all_of_them.keys()
    assert {key: anew[key] for key in older} == older
