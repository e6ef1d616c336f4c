from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from qibu.catalog import selectors
from qibu.catalog.models import CarModel
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation
from qibu.network.services import actors

pytestmark = pytest.mark.django_db


def car(organisation: Organisation, **facts: Any) -> CarModel:
    values = {"code": "zg-pro", "brand": "星辰", "series": "追光", "name": "Pro", "price": Decimal(159800), **facts}
    with scope(actors.system(organisation)):
        return CarModel.objects.create(organisation=organisation, **values)


def test_a_store_sells_what_stands_above_it_unless_it_says_otherwise() -> None:
    maker = Organisation.objects.create(code="XC", name="星辰汽车", kind="manufacturer")
    one, other = (
        Organisation.objects.create(code=code, name=code, kind="dealer", parent=maker) for code in ("S1", "S2")
    )
    car(maker)
    car(maker, code="yh", series="远航")
    car(one, price=Decimal(155800))
    car(other, code="yh", series="远航", on_sale=False)
    with scope(actors.system(one)) as actor:
        assert [(row.code, row.price) for row in selectors.on_sale(actor)] == [
            ("yh", Decimal(159800)), ("zg-pro", Decimal(155800)),
        ]  # fmt: skip
    with scope(actors.system(other)) as actor:
        assert selectors.series_of(actor) == [("星辰", "追光")]
        assert selectors.by_code(actor, "nothing") is None
