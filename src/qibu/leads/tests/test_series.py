"""Lists part leads by the series on sale; whatever else was typed or sent is one choice, not one each."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.urls import reverse

from qibu.catalog.models import CarModel
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.leads import selectors
from qibu.leads.models import Lead
from qibu.leads.tests.test_pages import made, of
from qibu.leads.tests.world import person, store

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Actor:
    actor = person(store(), "郭亮", "sales_manager")
    with scope(actor):
        CarModel.objects.create(
            organisation_id=actor.organisation_id, code="zg-max", brand="星辰", series="追光", name="四驱 Max",
            price=189800,
        )  # fmt: skip
    return actor


def wanting(manager: Actor, *serieses: str) -> list[Lead]:
    leads = [made(manager, number) for number, _series in enumerate(serieses, 1)]
    with scope(manager):
        for lead, series in zip(leads, serieses, strict=True):
            Lead.objects.filter(pk=lead.pk).update(series=series)
    return leads


def test_what_somebody_typed_is_found_under_the_others(manager: Actor) -> None:
    sold, typed, silent = wanting(manager, "追光", "随便看看 SUV", "")
    with scope(manager):
        values = [value for value, _words in selectors.series_choices(manager)]
        found = {value: [one.pk for one in selectors.by_series(manager, Lead.objects.all(), value)] for value in values}
    assert found == {"追光": [sold.pk], "other": [typed.pk], "none": [silent.pk]}


def test_the_list_and_the_board_offer_no_free_text(manager: Actor) -> None:
    wanting(manager, "追光", "随便看看 SUV")
    client = of(manager)
    for name in ("leads:list", "leads:board", "leads:pool"):
        page = client.get(reverse(name)).content.decode()
        assert f"series={quote('追光')}" in page and "series=other" in page, name
        assert f"series={quote('随便看看')}" not in page, name
    others = client.get(reverse("leads:list"), {"view": "all", "series": "other"}).content.decode()
    assert "来客2" in others and "来客1" not in others
