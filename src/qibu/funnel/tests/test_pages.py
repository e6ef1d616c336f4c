"""Each figure of the page opens as many rows as it says."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from qibu.funnel.models import Forecast
from qibu.funnel.services import costs
from qibu.funnel.tests.test_selectors import lead
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead
from qibu.leads.services import ending
from qibu.leads.tests.test_pages import of
from qibu.leads.tests.world import person, store

pytestmark = pytest.mark.django_db
LINK = re.compile(r'href="(/funnel/leads/[^"]*)"[^>]*>([^<]*)<')


@pytest.fixture
def manager() -> Actor:
    actor = person(store(), "郭亮", "sales_manager")
    today = times.today()
    with scope(actor):
        leads = [lead(actor, number, stage="visited" if number else "new") for number in range(3)]
        Lead.objects.filter(pk=leads[0].pk).update(probability=0.4, grade="H", buys_by=today)
        ending.win(actor, leads[1])
        costs.write(actor=actor, month=today.replace(day=1), amounts={"form": Decimal(3000)})
        before = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
        Forecast.objects.create(
            organisation_id=actor.organisation_id, month=before, made_on=before, won=0, expected=0.4, leads=1,
            counted=[leads[0].pk],
        )  # fmt: skip
    return actor


def links(client: Client) -> list[tuple[str, str]]:
    page = client.get(reverse("funnel:overview")).content.decode()
    return [(unescape(url), words.strip()) for url, words in LINK.findall(page)]


def number_of(client: Client, url: str) -> int:
    return len(client.get(url).context["page"].found)


def test_every_number_that_counts_leads_opens_them(manager: Actor) -> None:
    client = of(manager)
    found = links(client)
    for url, words in found:
        if words.isdecimal():
            assert number_of(client, url) == int(words), (url, words)
    asked = " ".join(url for url, _words in found)
    for name in ("stood=visited", "forecast=", "closed_from=", "reached=won", "source=form"):
        assert name in asked, name


def test_the_forecast_and_what_was_stood_at_open_their_rows(manager: Actor) -> None:
    client, month = of(manager), times.today().replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    rows = reverse("funnel:leads")
    assert number_of(client, f"{rows}?view=all&forecast={month:%Y-%m}") == 1
    assert number_of(client, f"{rows}?view=all&forecast={before:%Y-%m}") == 1
    assert number_of(client, f"{rows}?view=all&forecast=none") == 0
    assert number_of(client, f"{rows}?view=all&stood=visited") == 2
