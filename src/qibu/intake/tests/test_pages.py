"""The inbox: what waits is seen, put right beside what came, dropped and picked up again; nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from qibu.intake.models import Arrival
from qibu.intake.services import arriving
from qibu.intake.tests.world import FANG, brought, client_of, manager, person, store
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead

pytestmark = pytest.mark.django_db


class Inbox:
    def __init__(self) -> None:
        self.boss: Actor = manager(store())
        self.client: Client = client_of(self.boss)

    def arrives(self, **facts: str) -> int:
        with scope(self.boss):
            return int(arriving.take(actor=self.boss, brought=brought({**FANG, **facts})).arrival.pk)

    def get(self, name: str, *args: int, **query: str) -> str:
        answer = self.client.get(reverse(f"intake:{name}", args=args), query)
        assert answer.status_code == 200
        return answer.content.decode()

    def post(self, name: str, pk: int, /, **facts: str) -> Any:
        return self.client.post(reverse(f"intake:{name}", args=[pk]), facts)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


def test_the_list_shows_what_waits_with_its_reason_and_no_telephone(inbox: Inbox) -> None:
    inbox.arrives(series="", brand="")
    page = inbox.get("list", state="quarantined")
    assert "方雅雯" in page
    assert "没有写想看什么车" in page
    assert "138****0001" in page
    assert "13855530001" not in page


def test_beside_the_fields_stands_what_came(inbox: Inbox) -> None:
    pk = inbox.arrives(phone="")
    assert "联系不上这位客户" in inbox.get("arrival", pk)
    page = inbox.post("opened", pk).content.decode()
    assert 'value="追光"' in page
    assert "&#x27;series&#x27;: &#x27;追光&#x27;" in page  # as it came
    with scope(inbox.boss):
        assert Entry.objects.filter(type="intake.ArrivalOpened").count() == 1


def test_put_right_it_leads_to_the_lead(inbox: Inbox) -> None:
    pk = inbox.arrives(phone="")
    answer = inbox.post("replay", pk, **FANG)
    with scope(inbox.boss):
        lead = Lead.objects.get()
    assert answer["Location"] == reverse("leads:detail", args=[lead.pk])
    assert "从哪里来的" in inbox.client.get(answer["Location"]).content.decode()
    again = inbox.post("replay", pk, **FANG)  # a colleague, a moment later
    assert again["Location"] == reverse("intake:arrival", args=[pk])
    assert "已经有人处理" in inbox.client.get(again["Location"]).content.decode()


def test_who_receives_people_completes_it_and_is_told_who_goes_on(inbox: Inbox) -> None:
    """Without seeing leads: back to what else waits."""
    pk = inbox.arrives(phone="")
    desk = client_of(person(inbox.boss.organisation_id, "陈晓燕", "service_advisor"))
    page = desk.post(reverse("intake:opened", args=[pk])).content.decode()
    assert "补齐后收下" in page and "不是线索" not in page
    answer = desk.post(reverse("intake:replay", args=[pk]), FANG, follow=True)
    assert answer.redirect_chain == [(reverse("intake:list"), 302)]
    assert "已收下：新线索" in answer.content.decode()
    assert desk.get(reverse("intake:arrival", args=[pk])).status_code == 404


def test_what_still_lacks_something_keeps_all_that_was_typed(inbox: Inbox) -> None:
    pk = inbox.arrives(phone="")
    answer = inbox.post("replay", pk, **{**FANG, "phone": "没有", "colour": "极光白"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="极光白"' in page
    assert list(answer.context["form"].errors) == ["phone"]
    assert "电话写得不像号码" in page
    with scope(inbox.boss):
        assert Arrival.objects.get().draft.colour == "极光白"


def test_dropped_with_a_reason_and_put_back(inbox: Inbox) -> None:
    pk = inbox.arrives(phone="")
    assert inbox.post("drop", pk).status_code == 422
    assert inbox.post("drop", pk, reason="同行").status_code == 302
    page = inbox.get("arrival", pk)
    assert "同行" in page
    assert inbox.post("pick-up", pk).status_code == 302
    assert "打开处理" in inbox.get("arrival", pk)


def test_a_telephone_is_seen_by_an_act_that_is_on_record(inbox: Inbox) -> None:
    pk = inbox.arrives(brand="", series="")
    assert "13855530001" not in inbox.get("arrival", pk)
    with scope(inbox.boss):
        assert not Entry.objects.filter(type="intake.ArrivalOpened").exists()
    assert "13855530001" in inbox.post("opened", pk).content.decode()
    with scope(inbox.boss):
        assert Entry.objects.filter(type="intake.ArrivalOpened").count() == 1


def test_looked_for_by_name_and_by_sender(inbox: Inbox) -> None:
    inbox.arrives(phone="")
    assert "联系不上" in inbox.get("list", q="雅雯")
    assert "联系不上" in inbox.get("list", q="官网")
    assert "联系不上" not in inbox.get("list", q="别人")


def test_a_conditions_number_of_nobody_finds_nothing(inbox: Inbox) -> None:
    inbox.arrives()
    for value in ("9" * 30, "x", "-1"):
        assert "方雅雯" not in inbox.get("list", form=value)
