"""The customer's page, and the pages of the house around a quotation."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from personas import World
from qibu.kernel import times
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead
from qibu.network.rules import Role
from qibu.quotes import paper, selectors
from qibu.quotes.models import LinkAnswer, Quote, QuoteLink, Variant
from qibu.quotes.services import drafts
from qibu.quotes.services.book import Header, offer_of

pytestmark = pytest.mark.django_db


def link(world: World) -> QuoteLink:
    with scope(world.a.actor):
        found = selectors.link_of(Quote.objects.get(pk=world.a.ids["sent_quote"]))
    assert found is not None
    return found


def page(world: World) -> str:
    return reverse("quotes:offer", args=[link(world).token])


def test_whoever_has_the_link_sees_the_price_and_nobody_who_it_is_for(world: World) -> None:
    answer = Client().get(page(world))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "旗舰" in text and "¥159,800.00" in text
    with scope(world.a.actor):
        customer = Quote.objects.get(pk=world.a.ids["sent_quote"]).lead.customer
    assert customer.name not in text and not any(number in text for number in world.a.numbers)


def test_no_search_engine_keeps_it_and_nobody_learns_where_from(world: World) -> None:
    for address in (page(world), reverse("quotes:offer", args=["guessed"])):
        answer = Client().get(address)
        assert "noindex" in answer["X-Robots-Tag"] and answer["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer["Cache-Control"]


def test_an_unknown_link_and_a_dead_one_read_alike(world: World) -> None:
    address, unknown = page(world), Client().get(reverse("quotes:offer", args=["guessed"]))
    with scope(world.a.actor):
        QuoteLink.objects.update(expires_at=times.now())
    dead = Client().get(address)
    assert (dead.status_code, unknown.status_code) == (404, 404)
    assert "这份报价打不开了" in dead.content.decode()


def test_openings_are_counted_for_the_consultant_but_not_what_a_browser_fetches_ahead(world: World) -> None:
    Client().get(page(world))
    Client().get(page(world))
    Client().get(page(world), headers={"sec-purpose": "prefetch"})
    assert link(world).opened == 2
    shown = world.a.manager.client().get(reverse("quotes:detail", args=[world.a.ids["sent_quote"]]))
    assert "打开过 2 次" in shown.content.decode()


def test_the_customer_asks_something_and_the_consultant_reads_it(world: World) -> None:
    address = reverse("quotes:answer", args=[link(world).token])
    empty = Client().post(address, {"kind": "question", "text": " "})
    assert empty.status_code == 422 and "请写下您的问题" in empty.content.decode()
    thanks = Client().post(address, {"kind": "question", "text": "含保险吗？", "variant": "1"})
    assert "销售顾问会尽快联系您" in thanks.content.decode()
    with scope(world.a.actor):
        assert (said := LinkAnswer.objects.get()).text == "含保险吗？" and said.variant == 1
    shown = world.a.manager.client().get(reverse("quotes:detail", args=[world.a.ids["sent_quote"]]))
    assert "含保险吗？" in shown.content.decode()


def form(world: World, **more: Any) -> dict[str, Any]:
    today = times.today().isoformat()
    car = {"v0-car": world.a.ids["car_code"]}
    return {"variants": "1", "bought_on": today, "valid_until": today, **car, **more}


def test_the_editor_reckons_while_one_types_and_keeps_nothing(world: World) -> None:
    client, before = world.a.manager.client(), count(world)
    answer = client.post(reverse("quotes:reckon", args=[world.a.ids["lead"]]), form(world, **{"v0-discount": "800"}))
    assert "落地价合计" in answer.content.decode() and "-¥800.00" in answer.content.decode()
    wrong = client.post(reverse("quotes:reckon", args=[world.a.ids["lead"]]), form(world, **{"v0-price": "1"}))
    assert "不能低于价格表" in wrong.content.decode()
    assert count(world) == before


def count(world: World) -> int:
    with scope(world.a.actor):
        return Quote.objects.count()


def test_a_column_more_keeps_what_was_typed_and_complains_of_nothing(world: World) -> None:
    typed = form(world, add="1", remark="周末来", **{"v0-discount": "壹千", "v0-colour": "白"})
    answer = world.a.manager.client().post(reverse("quotes:create", args=[world.a.ids["lead"]]), typed)
    text = answer.content.decode()
    assert answer.status_code == 200 and "方案 2" in text and "请填金额" not in text
    assert text.count("白") >= 2 and "周末来" in text


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(world: World) -> None:
    typed = form(world, remark="周末来", **{"v0-discount": "999999"})
    answer = world.a.manager.client().post(reverse("quotes:create", args=[world.a.ids["lead"]]), typed)
    text = answer.content.decode()
    assert answer.status_code == 422 and "优惠不能超过车价" in text
    assert "周末来" in text and "999999" in text


def test_a_draft_is_written_by_the_page_and_sent(world: World) -> None:
    client = world.a.manager.client()
    plan, mats = world.a.ids["plan_code"], world.a.ids["extra_code"]
    typed = form(world, **{"v0-plan": plan, "v0-discount": "1000", "v0-extras": [mats]})
    made = client.post(reverse("quotes:create", args=[world.a.ids["lead"]]), typed)
    assert made.status_code == 302
    number = int(made.url.split("/")[2])
    with scope(world.a.actor):
        one = Variant.objects.get(quote_id=number)
        assert (one.discount, one.plan_code) == (Decimal(1000), world.a.ids["plan_code"])
    client.post(reverse("quotes:send", args=[number]))
    with scope(world.a.actor):
        assert Quote.objects.get(pk=number).state == "sent"
        assert Quote.objects.get(pk=world.a.ids["sent_quote"]).state == "replaced"


def test_a_consultant_is_shown_how_to_ask_and_a_manager_how_to_decide(world: World) -> None:
    seller, manager = world.a.people[Role.SALES_CONSULTANT], world.a.people[Role.SALES_MANAGER]
    with scope(world.a.actor):
        Lead.objects.filter(pk=world.a.ids["lead"]).update(consultant_id=seller.actor.staff_id)
    typed = form(world, **{"v0-discount": "5000"})
    made = seller.client().post(reverse("quotes:create", args=[world.a.ids["lead"]]), typed)
    number = int(made.url.split("/")[2])
    shown = seller.client().get(made.url).content.decode()
    assert reverse("quotes:ask", args=[number]) in shown and reverse("quotes:send", args=[number]) not in shown
    seller.client().post(reverse("quotes:ask", args=[number]), {"why": "对手低五千"})
    asked = manager.client().get(made.url).content.decode()
    assert "对手低五千" in asked and reverse("quotes:decide", args=[number]) in asked
    refused = manager.client().post(reverse("quotes:decide", args=[number]), {"agreed": "no"}, follow=True)
    assert "不批准请写一句为什么" in refused.content.decode()
    manager.client().post(reverse("quotes:decide", args=[number]), {"agreed": "yes"})
    with scope(world.a.actor):
        assert Quote.objects.get(pk=number).state == "approved"


def test_all_instalments_stand_on_a_page_and_end_with_nothing(world: World) -> None:
    answer = world.a.manager.client().get(reverse("quotes:schedule", args=[world.a.ids["quote"], 1]))
    text = answer.content.decode()
    assert text.count("<tr>") == 38 - 1 and "¥0.00" in text  # head, 36 instalments; the foot has its class


def test_the_page_of_a_lead_has_its_quotations_and_appraisals(world: World) -> None:
    text = world.a.manager.client().get(reverse("leads:detail", args=[world.a.ids["lead"]])).content.decode()
    with scope(world.a.actor):
        assert all(str(one) in text for one in Quote.objects.filter(lead_id=world.a.ids["lead"]))
    assert "旧车评估" in text and reverse("quotes:create", args=[world.a.ids["lead"]]) in text


def test_what_was_sent_is_not_changed_by_its_page(world: World) -> None:
    address = reverse("quotes:edit", args=[world.a.ids["sent_quote"]])
    answer = world.a.manager.client().post(address, form(world, edits="1"))
    assert answer.status_code == 422 and "要改请做一个新版本" in answer.content.decode()


def test_a_quotation_is_a_pdf_of_its_own_with_what_was_typed_as_text(world: World) -> None:
    with scope(world.a.actor):
        Quote.objects.filter(pk=world.a.ids["quote"]).update(remark='#panic("typed") $x$ *送* "脚垫" \\ [')
    answer = world.a.manager.client().get(reverse("quotes:pdf", args=[world.a.ids["quote"]]))
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # a file
    assert answer["Content-Type"] == "application/pdf" and content.startswith(b"%PDF")
    assert content.rstrip().endswith(b"%%EOF") and len(content) > 8000  # with the letters of its font


def test_without_a_chinese_font_it_is_said_and_the_page_prints(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "FAMILIES", ("No Such Font",))
    answer = world.a.manager.client().get(reverse("quotes:pdf", args=[world.a.ids["quote"]]), follow=True)
    assert "没有中文字体" in answer.content.decode() and "购车报价单" in answer.content.decode()


def test_a_list_asks_no_more_for_many_quotations_than_for_few(world: World) -> None:
    client, address = world.a.manager.client(), reverse("quotes:list")
    client.get(address)  # what is kept after the first time is kept
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    with scope(world.a.actor):
        first = Quote.objects.get(pk=world.a.ids["quote"])
        offers = [offer_of(one) for one in Variant.objects.filter(quote=first)]
        header = Header(bought_on=first.bought_on, valid_until=first.valid_until, appraisal_id=first.appraisal_id)
        for _each in range(9):
            drafts.write(actor=world.a.actor, lead_id=first.lead_id, header=header, offers=offers)
    with CaptureQueriesContext(connection) as many:
        answer = client.get(address)
    assert answer.content.decode().count("旗舰") >= 12
    assert len(many) == len(few)
