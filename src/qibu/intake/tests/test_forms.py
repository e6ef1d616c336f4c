"""Web forms: made by the store, filled in by strangers; nothing typed is lost, nothing sent twice is two."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse

from qibu.customers.models import Consent
from qibu.intake.errors import ChangedMeanwhile
from qibu.intake.models import Arrival, ConsentWording, WebForm
from qibu.intake.public_form import ASKED, TRAP
from qibu.intake.services import forms
from qibu.intake.services.forms import Plan
from qibu.intake.tests.world import client_of, manager, person, store
from qibu.kernel import times
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead
from qibu.network.services import actors

pytestmark = pytest.mark.django_db
CARS = [["星辰", "追光"], ["星辰", "远航"]]
AGREED = "我同意接收优惠信息，可以随时退订。"


class Campaign:
    """A store with a form, and a stranger's browser."""

    def __init__(self, code: str = "S1", **plan: Any) -> None:
        self.house = store(code)
        self.boss = manager(self.house)
        told = {"name": "试驾月", "source": "form", "headline": "来试驾", "consent": AGREED, "cars": CARS, **plan}
        with scope(self.boss):
            self.form = forms.make(actor=self.boss, plan=Plan(**told))
        self.client = Client(headers={"accept-language": "zh-hans"})

    def address(self, name: str = "page") -> str:
        return reverse(f"form:{name}", args=[self.form.token])

    def opening(self) -> str:
        page = self.client.get(self.address()).content.decode()
        found = re.search(r'name="opening" value="([^"]+)"', page)
        assert found
        return found[1]

    def send(self, page: str = "page", /, **facts: str) -> Any:
        told = {"name": "方雅雯", "phone": "13855530001", "car": "0", "opening": "o1", **facts}
        return self.client.post(self.address(page), told)

    def rows(self, model: Any) -> list[Any]:
        with scope(actors.system(self.house)):
            return list(model.objects.order_by("pk"))


@pytest.fixture
def campaign() -> Campaign:
    return Campaign()


def test_a_stranger_becomes_a_lead_of_the_campaign(campaign: Campaign) -> None:
    answer = campaign.send(remark="周末")
    assert (answer.status_code, answer["Location"]) == (302, campaign.address("thanks"))
    (lead,) = campaign.rows(Lead)
    assert (lead.source, lead.campaign, lead.brand, lead.series) == ("form", "试驾月", "星辰", "追光")
    assert "方雅雯" not in campaign.client.get(answer["Location"]).content.decode()


def test_sent_twice_it_is_one_lead(campaign: Campaign) -> None:
    opening = campaign.opening()
    answers = [campaign.send(opening=opening) for _time in range(3)]
    assert [one.status_code for one in answers] == [302, 302, 302]
    assert len(campaign.rows(Lead)) == len(campaign.rows(Arrival)) == 1


def test_who_goes_back_and_puts_the_telephone_right_means_that(campaign: Campaign) -> None:
    campaign.send(opening="o1", phone="13855530001")
    campaign.send(opening="o1", phone="13855530002")
    assert len(campaign.rows(Lead)) == 2


def test_every_opened_page_has_a_name_of_its_own(campaign: Campaign) -> None:
    assert campaign.opening() != campaign.opening()


@pytest.mark.parametrize(("facts", "field"), [
    ({"phone": "打我微信"}, "phone"), ({"phone": ""}, "phone"), ({"name": " "}, "name"), ({"car": "9"}, "car"),
    ({"car": ""}, "car"),
])  # fmt: skip
def test_nothing_that_was_typed_is_lost(campaign: Campaign, facts: dict[str, str], field: str) -> None:
    answer = campaign.send(**{"name": "方雅雯", **facts})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    page = answer.content.decode()
    for value in ({"name": "方雅雯", "phone": "13855530001"} | facts).values():
        assert not value.strip() or value == "9" or f'value="{value}"' in page
    assert 'value="o1"' in page
    assert campaign.rows(Arrival) == []


def test_everything_that_may_be_asked_arrives() -> None:
    campaign = Campaign(asks=[one.value for one in WebForm.Ask])
    assert set(ASKED) == set(WebForm.Ask)
    saturday = times.today() + timedelta(days=5)
    campaign.send(
        drive=f"{saturday}T10:00",
        model="四驱", colour="白", buys_by="一周内", budget="18 万", payment="loan", trade_in="2019 朗逸",
        test_drive="on", wechat="yawen88", email="yawen@example.com", city="芜湖", remark="周末来",
    )  # fmt: skip
    (lead,) = campaign.rows(Lead)
    assert (lead.drive_on, f"{lead.drive_at:%H:%M}") == (saturday, "10:00")
    assert (lead.model, lead.colour, lead.budget, lead.payment) == ("四驱", "白", 180000, "loan")
    assert (lead.trade_in, lead.interest, lead.remark, lead.grade) == ("2019 朗逸", "test_drive", "周末来", "H")


def test_one_car_needs_no_choice_and_none_is_written_by_the_customer() -> None:
    one, none = Campaign("S1", cars=CARS[:1]), Campaign("S2", cars=[])
    assert 'type="hidden" name="car"' in one.client.get(one.address()).content.decode()
    none.send(car="追光四驱")
    assert none.rows(Lead)[0].series == "追光四驱"


# Consent ----------------------------------------------------------------------------------------
def test_consent_is_never_ticked_beforehand(campaign: Campaign) -> None:
    page = campaign.client.get(campaign.address()).content.decode()
    assert AGREED in page
    assert "checked" not in page
    campaign.send()
    assert campaign.rows(Consent) == []


def test_a_yes_keeps_the_words_that_were_agreed_to(campaign: Campaign) -> None:
    campaign.send(consent="on")
    (consent,) = campaign.rows(Consent)
    assert (consent.purpose, consent.state, AGREED in consent.evidence) == ("marketing", "given", True)
    with scope(campaign.boss):
        plan = Plan(name="试驾月", source="form", headline="来试驾", consent="别的话", cars=CARS)
        forms.change(actor=campaign.boss, form_id=campaign.form.pk, version=1, plan=plan)
        words = ConsentWording.objects.order_by("number").values_list("number", "words")
        assert list(words) == [(1, AGREED), (2, "别的话")]
        assert Arrival.objects.get().wording.words == AGREED
        assert "第 1 版" in Consent.objects.get().evidence


def test_without_words_nothing_is_asked() -> None:
    campaign = Campaign(consent="")
    assert 'name="consent"' not in campaign.client.get(campaign.address()).content.decode()
    campaign.send(consent="on")
    assert campaign.rows(Consent) == []


# Machines ---------------------------------------------------------------------------------------
def test_a_field_that_people_do_not_see_keeps_machines_waiting(campaign: Campaign) -> None:
    answer = campaign.send(**{TRAP: "https://spam.example"})
    assert answer["Location"] == campaign.address("thanks")  # a machine is told nothing
    (arrival,) = campaign.rows(Arrival)
    assert (arrival.state, arrival.reasons) == ("quarantined", ["trap"])
    assert campaign.rows(Lead) == []


def test_too_many_are_slowed_down_and_lose_nothing(campaign: Campaign) -> None:
    answers = [campaign.send(opening=f"o{n}", phone=f"1385553{n:04}") for n in range(forms.SAME_SOURCE.free + 2)]
    assert {one.status_code for one in answers[:-1]} == {302}
    assert answers[-1].status_code == 429
    assert 'value="方雅雯"' in answers[-1].content.decode()
    assert "填的内容都还在" in answers[-1].content.decode()
    elsewhere = campaign.client.post(
        campaign.address(), {"name": "x", "phone": "13955530001", "car": "0"}, REMOTE_ADDR="203.0.113.7"
    )
    assert elsewhere.status_code == 302


def test_the_page_needs_no_script_no_cookie_and_no_session(campaign: Campaign) -> None:
    answer = campaign.client.get(campaign.address())
    page = answer.content.decode()
    assert "<script" not in page
    assert not answer.cookies
    policy = answer["Content-Security-Policy"]
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert (answer["Referrer-Policy"], answer["X-Robots-Tag"]) == ("no-referrer", "noindex, nofollow")


def test_only_named_sites_may_show_it_within_theirs() -> None:
    campaign = Campaign(sites=["https://www.example.com"])
    answer = campaign.client.get(campaign.address("embedded"))
    assert answer["Content-Security-Policy"].endswith("frame-ancestors https://www.example.com")
    assert campaign.client.get(campaign.address())["Content-Security-Policy"].endswith("'none'")
    sent = campaign.send("embedded")
    assert sent["Location"] == campaign.address("embedded-thanks")
    other = Campaign("S2")
    assert other.client.get(other.address("embedded"))["Content-Security-Policy"].endswith("'none'")


def test_a_form_that_is_closed_says_so_and_takes_nothing() -> None:
    campaign = Campaign(active=False)
    assert campaign.client.get(campaign.address()).status_code == 410
    assert campaign.send().status_code == 410
    assert campaign.rows(Arrival) == []


@pytest.mark.parametrize("secret", ["x", "nobody-has-this-one-at-all", "a" * 99])
def test_what_nobody_has_is_not_there(campaign: Campaign, secret: str) -> None:
    for name in ("page", "embedded", "thanks", "embedded-thanks"):
        assert campaign.client.get(reverse(f"form:{name}", args=[secret])).status_code == 404


def test_in_english_the_lead_speaks_english(campaign: Campaign) -> None:
    page = campaign.client.get(campaign.address(), headers={"accept-language": "en"}).content.decode()
    assert "Your name" in page
    campaign.client.post(
        campaign.address(), {"name": "Ann", "phone": "13855530001", "car": "0"}, headers={"accept-language": "en"}
    )
    assert campaign.rows(Lead)[0].language == "en"


# The store's side -------------------------------------------------------------------------------
def test_who_may_not_manage_sales_makes_no_form(campaign: Campaign) -> None:
    seller = person(campaign.house, "李思远", "sales_consultant")
    with scope(seller), pytest.raises(PermissionRefused):
        forms.make(actor=seller, plan=Plan(name="x", source="form", headline="x"))


def test_two_who_edit_hear_of_each_other(campaign: Campaign) -> None:
    plan = Plan(name="冬季试驾", source="form", headline="来试驾", consent=AGREED, cars=CARS)
    with scope(campaign.boss):
        forms.change(actor=campaign.boss, form_id=campaign.form.pk, version=1, plan=plan)
        with pytest.raises(ChangedMeanwhile):
            forms.change(actor=campaign.boss, form_id=campaign.form.pk, version=1, plan=plan)
        assert Entry.objects.filter(type="intake.WebFormChanged").count() == 2


def test_another_stores_form_is_not_there(campaign: Campaign) -> None:
    other: Actor = manager(store("S2"))
    with scope(other), pytest.raises(Http404):
        forms.change(
            actor=other, form_id=campaign.form.pk, version=1, plan=Plan(name="x", source="form", headline="x")
        )


def test_the_settings_page_makes_a_form_and_counts_what_came(campaign: Campaign) -> None:
    boss = client_of(campaign.boss)
    told = {"name": "车展", "source": "exhibition", "headline": "车展专享", "active": "on", "version": "0",
            "sites": "www.example.com\nhttps://m.example.com/x", "asks": ["city"]}  # fmt: skip
    made = boss.post(reverse("intake:form-new"), told)
    assert made.status_code == 302
    row = campaign.rows(WebForm)[-1]
    assert (row.sites, row.asks, row.source) == (
        ["https://www.example.com", "https://m.example.com"], ["city"], "exhibition")  # fmt: skip
    page = boss.get(made["Location"]).content.decode()
    assert row.token in page
    assert "iframe" in page
    campaign.send()
    campaign.send(**{TRAP: "x", "opening": "o2"})
    overview = boss.get(reverse("intake:forms")).content.decode()
    assert "提交 2 · 新线索 1" in overview
    assert "1 条待处理" in overview


@pytest.mark.parametrize(
    "sites", ["javascript:alert(1)", "ftp://x.example", "https://x.example;script-src *", "nowhere"]
)
def test_what_is_no_site_is_said_at_the_field(campaign: Campaign, sites: str) -> None:
    boss = client_of(campaign.boss)
    told = {"name": "车展", "source": "exhibition", "headline": "x", "version": "0", "sites": sites}
    answer = boss.post(reverse("intake:form-new"), told)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["sites"])
    assert "车展" in answer.content.decode()


def test_the_poster_has_the_code(campaign: Campaign) -> None:
    page = client_of(campaign.boss).get(reverse("intake:form-poster", args=[campaign.form.pk])).content.decode()
    assert "<path fill=" in page
    assert "来试驾" in page
