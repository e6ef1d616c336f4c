from __future__ import annotations

from typing import Any

import pytest

from qibu.kernel.distinct import values_of
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation
from qibu.network.services import actors
from qibu.vehicles.models import Vehicle

pytestmark = pytest.mark.django_db


def cars(organisation: Organisation, *series: str) -> Any:
    actor = actors.system(organisation)
    with scope(actor):
        rows = [Vehicle(organisation=organisation, series=one) for one in series]
        Vehicle.objects.bulk_create(rows)
    return actor


def test_each_value_is_named_once_in_its_order_and_only_those_of_the_store() -> None:
    one, other = (Organisation.objects.create(code=code, name=code) for code in ("S1", "S2"))
    actor = cars(one, "追光", "远航", "", "追光", "A8", "远航")
    cars(other, "别家的")
    with scope(actor):
        assert values_of(Vehicle, "series") == sorted({"追光", "远航", "A8"})
        assert values_of(Vehicle, "series", most=1) == ["A8"]
        assert values_of(Vehicle, "brand") == []
