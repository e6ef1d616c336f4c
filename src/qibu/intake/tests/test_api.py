"""The interface: what it takes, what it answers, and that no document makes two leads."""

from __future__ import annotations

import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from qibu.intake import adf
from qibu.intake.models import Arrival
from qibu.intake.rules import USED, WISHED, Draft
from qibu.intake.rules.adf import draft_of
from qibu.intake.services import arriving
from qibu.intake.tests.corpus import BAD, GOOD, PLAIN, document
from qibu.intake.tests.world import FANG, brought, client_of, manager, person, store, token
from qibu.kernel import times
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead
from qibu.leads.rules import WISHES
from qibu.network.services import actors, tokens
from qibu.network.tokens import Scope

pytestmark = pytest.mark.django_db
ADF, JSON = "application/x-adf+xml", "application/json"


class Partner:
    """Another system with a token."""

    def __init__(self, house: int, *scopes: Scope) -> None:
        self.house, self.client = house, Client(headers={"accept-language": "zh-hans"})
        self.headers = {"authorization": f"Bearer {token(house, *scopes)}"}

    def adf(self, content: bytes, kind: str = ADF, **headers: str) -> Any:
        address = reverse("api:leads-adf")
        return self.client.generic("POST", address, content, kind, headers={**self.headers, **headers})

    def json(self, told: Any) -> Any:
        content = told if isinstance(told, bytes) else json.dumps(told)
        return self.client.post(reverse("api:leads"), content, content_type=JSON, headers=self.headers)

    def get(self, name: str, pk: int) -> Any:
        return self.client.get(reverse(name, args=[pk]), headers=self.headers)

    def leads(self) -> int:
        with scope(actors.system(self.house)):
            return Lead.objects.count()


@pytest.fixture
def partner() -> Partner:
    return Partner(store())


def test_a_document_makes_a_lead_and_says_which(partner: Partner) -> None:
    answer = partner.adf(document(PLAIN))
    told = answer.json()
    assert (answer.status_code, told["state"], partner.leads()) == (201, "new", 1)
    with scope(actors.system(partner.house)):
        lead = Lead.objects.select_related("customer").get(pk=told["id"])
        assert (lead.customer.name, lead.brand, lead.series, lead.model) == ("方雅雯", "星辰", "追光", "2026款")
        assert lead.received_at.isoformat() == "2026-11-25T02:30:00+00:00"


@pytest.mark.parametrize("name", GOOD)
def test_no_document_of_the_corpus_makes_two_leads(partner: Partner, name: str) -> None:
    """Sent three times: as many leads as it has prospects that are whole, whatever it is like."""
    one = GOOD[name]
    whole = sum(not each.reasons for each in one.expected)
    answers = [partner.adf(one.content) for _time in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    first = [lead["state"] for lead in answers[0].json()["leads"]]
    assert first == ["quarantined" if each.reasons else "new" for each in one.expected]
    standing = ["quarantined" if state == "quarantined" else "updated" for state in first]
    for answer in answers[1:]:
        told = answer.json()["leads"]
        assert [lead["state"] for lead in told] == standing and all(lead["repeated"] for lead in told)
        assert [lead["id"] for lead in told] == [lead["id"] for lead in answers[0].json()["leads"]]
    assert partner.leads() == whole
    with scope(actors.system(partner.house)):
        assert Arrival.objects.count() == len(one.expected)


@pytest.mark.parametrize("name", BAD)
def test_no_broken_document_crashes_or_leaves_anything(partner: Partner, name: str) -> None:
    content, code = BAD[name]
    answer = partner.adf(content)
    assert answer.status_code == (413 if code in {"too_big", "too_many"} else 400)
    assert (answer.json()["code"], answer.json()["error"][-1]) == (code, "。")
    with scope(actors.system(partner.house)):
        assert not Arrival.objects.exists()


def test_sent_again_it_updates(partner: Partner) -> None:
    partner.adf(document(PLAIN))
    white = PLAIN.replace("<year>", "<colorcombination><exteriorcolor>白</exteriorcolor></colorcombination><year>")
    told = partner.adf(document(white)).json()
    assert (told["state"], told["repeated"]) == ("updated", True)
    again = partner.adf(document(white.replace("<prospect>", '<prospect status="resend">')))
    assert (again.json()["state"], partner.leads()) == ("updated", 1)
    with scope(actors.system(partner.house)):
        assert Lead.objects.get().colour == "白"


def test_what_waits_says_why(partner: Partner) -> None:
    told = partner.adf(GOOD["nothing to reach them by"].content).json()
    assert (told["id"], told["state"], told["reasons"]) == (None, "quarantined", ["way"])
    assert "联系不上" in told["why"]


def test_who_sends_it_is_the_channel(partner: Partner) -> None:
    named = PLAIN.replace("</prospect>", "<provider><name>短视频和直播</name></provider></prospect>")
    other = PLAIN.replace("K1", "K2").replace("0001", "0002").replace(
        "</prospect>", "<provider><name>某某车城</name></provider></prospect>")  # fmt: skip
    partner.adf(document(named, other))
    with scope(actors.system(partner.house)):
        assert set(Lead.objects.values_list("source", "campaign")) == {("short-video", ""), ("vertical", "某某车城")}


@pytest.mark.parametrize(("headers", "status", "code"), [
    ({"authorization": ""}, 401, "no_token"),
    ({"authorization": "Basic eDp5"}, 401, "no_token"),
    ({"authorization": "Bearer qibu_wrong"}, 401, "wrong_token"),
])  # fmt: skip
def test_without_a_token_nothing(partner: Partner, headers: dict[str, str], status: int, code: str) -> None:
    answer = partner.adf(document(PLAIN), **headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "WWW-Authenticate" in answer
    assert partner.leads() == 0


def test_a_token_for_something_else_is_refused(partner: Partner) -> None:
    reader = Partner(partner.house, Scope.LEADS_READ)
    answer = reader.adf(document(PLAIN))
    assert (answer.status_code, answer.json()["needed"]) == (403, "leads:write")
    made = partner.adf(document(PLAIN)).json()["id"]
    assert partner.get("api:lead", made).status_code == 403


def test_too_many_wrong_tokens_are_slowed_down(partner: Partner) -> None:
    answers = [partner.adf(b"", authorization="Bearer qibu_wrong") for _time in range(tokens.WRONG.free + 2)]
    assert {answer.status_code for answer in answers[:-1]} == {401}
    assert (answers[-1].status_code, answers[-1].json()["code"]) == (429, "slow_down")
    assert int(answers[-1]["Retry-After"]) > 0
    assert partner.adf(document(PLAIN)).status_code == 201


def test_other_types_and_methods_are_refused(partner: Partner) -> None:
    assert partner.adf(document(PLAIN), kind="image/png").status_code == 415
    answer = partner.client.get(reverse("api:leads-adf"), headers=partner.headers)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert answer.json()["error"] == "这个地址只接受 POST。"


@pytest.mark.parametrize("kind", ["text/xml; charset=gbk", "application/xml", "text/plain; charset=utf-8"])
def test_the_ways_in_which_adf_is_called(partner: Partner, kind: str) -> None:
    assert partner.adf(GOOD["GBK that says nothing"].content, kind=kind).json()["state"] == "new"


def test_a_body_far_too_big_gets_a_sentence(partner: Partner) -> None:
    answer = partner.adf(b"<adf>" + b" " * 6 * 2**20 + b"</adf>")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_big")


def test_a_session_is_no_token(partner: Partner) -> None:
    boss = client_of(manager(partner.house))
    assert boss.post(reverse("api:leads-adf"), document(PLAIN), content_type=ADF).status_code == 401


# JSON -------------------------------------------------------------------------------------------
TOLD = {
    "person": {"name": "方雅雯", "phones": ["13855530001"], "email": "yawen@example.com"},
    "wish": {"brand": "星辰", "series": "追光", "budget": 180000, "buys_by": "2026-12-31", "interest": "test_drive"},
    "source": "官网", "campaign": "双十二", "keys": [{"source": "site", "text": "7"}],
    "requested_at": "2026-11-25T10:30:00+08:00",
}  # fmt: skip


def test_json_makes_a_lead_once(partner: Partner) -> None:
    answers = [partner.json(TOLD) for _time in range(2)]
    told = [answer.json() for answer in answers]
    assert [(one["state"], one["repeated"]) for one in told] == [("new", False), ("updated", True)]
    assert told[0]["id"] == told[1]["id"]
    with scope(actors.system(partner.house)):
        lead = Lead.objects.get()
        assert (lead.source, lead.campaign, lead.interest) == ("website", "双十二", "test_drive")
        assert str(lead.budget) == "180000.00"
        assert lead.keys.get().text == "7"


@pytest.mark.parametrize(("change", "field"), [
    ({"person": []}, "person"), ({"persona": {}}, "persona"), ({"wish": {"colur": "白"}}, "wish.colur"),
    ({"wish": {"interest": "steal"}}, "wish.interest"), ({"wish": {"quantity": "viele"}}, "wish.quantity"),
    ({"wish": {"budget": "看情况"}}, "wish.budget"), ({"wish": {"buys_by": "irgendwann"}}, "wish.buys_by"),
    ({"wish": {"brand": ["x"]}}, "wish.brand"), ({"person": {"phones": "138"}}, "person.phones"),
    ({"source": "niemand"}, "source"), ({"keys": [{"source": "x"}]}, "keys"), ({"keys": "x"}, "keys"),
    ({"resend": "yes"}, "resend"), ({"requested_at": "gestern"}, "requested_at"), ({"campaign": {}}, "campaign"),
])  # fmt: skip
def test_what_is_wrong_is_said_by_its_place(partner: Partner, change: dict[str, Any], field: str) -> None:
    answer = partner.json({**TOLD, **change})
    assert (answer.status_code, list(answer.json()["fields"])) == (422, [field])
    assert partner.leads() == 0


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 100_000, b"\xff\xfe", b'"x"', b"null"])
def test_what_is_no_object_is_refused(partner: Partner, content: bytes) -> None:
    assert partner.json(content).status_code in {400, 422}
    assert partner.leads() == 0


def test_signs_that_no_database_holds_are_left_out(partner: Partner) -> None:
    told = {**TOLD, "campaign": "双\0十二", "person": {"name": "方\0雅\u202e雯", "phones": ["13855530001"]}}
    assert partner.json(told).json()["state"] == "new"
    with scope(actors.system(partner.house)):
        lead = Lead.objects.select_related("customer").get()
        assert (lead.campaign, lead.customer.name) == ("双十二", "方雅雯")


def test_every_wish_of_a_lead_may_be_told() -> None:
    """The time of a test drive is one word, what is known of a used car several."""
    told = {"drive_on": "drive", "drive_at": "drive", "used_car": "trade_in_note"}
    assert {told.get(name, name) for name in WISHES} == set(WISHED) - {*USED} | {"trade_in_note"}


# Out of the house -------------------------------------------------------------------------------
def test_a_lead_written_out_and_sent_in_elsewhere_is_the_same() -> None:
    """From one store to its sister: every fact arrives, and it is known there by its name here."""
    one, other = Partner(store("S1"), Scope.LEADS_WRITE, Scope.LEADS_READ), Partner(store("S2"))
    facts = {
        **FANG, "model": "2026款 四驱", "model_code": "zg-26", "colour": "白", "quantity": "2",
        "buys_by": "2026-12-31", "budget": "180000.00", "payment": "loan", "trade_in": "2019 大众 朗逸",
        "competitors": "别家的车", "language": "en", "remark": "周末来\n要现车", "interest": "test_drive",
        "email": "yawen@example.com", "wechat": "yawen88", "city": "芜湖",
        "drive": f"{times.today() + timedelta(days=3)}T10:00", "trade_in_plate": "皖B12345", "trade_in_km": "62000",
        "trade_in_vin": "LSVAB2BR5EN100001", "trade_in_registered": "2019-03-20", "trade_in_condition": "fair",
        "trade_in_note": "右前门补过漆",
    }  # fmt: skip
    with scope(actors.system(one.house)) as actor:
        lead_id = arriving.take(actor=actor, brought=brought(facts)).lead_id
    assert lead_id is not None
    answer = one.get("api:lead-adf", lead_id)
    assert draft_of(adf.read(answer.content)[0].prospect, times.today().year).facts() == Draft.of(facts).facts()
    assert [other.adf(answer.content).json()["state"] for _time in range(2)] == ["new", "updated"]
    with scope(actors.system(other.house)):
        lead = Lead.objects.select_related("customer").get()
        assert (lead.customer.city, lead.keys.get().source) == ("芜湖", "qibu:S1")
        plain = [name for name in WISHES if name in facts]
        told = {name: str(getattr(lead, name)) for name in plain}
        used = {name: str(lead.used_car[called]) for name, called in USED.items()}
        drive = f"{lead.drive_on}T{lead.drive_at:%H:%M}"
    assert told | used | {"drive": drive} == {name: facts[name] for name in (*plain, *USED, "drive")}


def test_what_leaves_is_on_record_with_who_took_it() -> None:
    house = Partner(store(), Scope.LEADS_WRITE, Scope.LEADS_READ)
    made = house.adf(document(PLAIN)).json()["id"]
    told = house.get("api:lead", made).json()
    assert (told["id"], told["person"]["phones"], told["wish"]["series"]) == (made, ["13855530001"], "追光")
    with scope(actors.system(house.house)):
        entry = Entry.objects.get(type="intake.LeadWritten")
        assert (entry.data["taker"], entry.customer_id) == ("门户", Lead.objects.get().customer_id)


def test_another_stores_lead_is_not_there() -> None:
    one, other = Partner(store("S1")), Partner(store("S2"), Scope.LEADS_READ)
    made = one.adf(document(PLAIN)).json()["id"]
    for name in ("api:lead", "api:lead-adf"):
        assert other.get(name, made).status_code == other.get(name, 10**9).status_code == 404
        assert other.get(name, made).content == other.get(name, 10**9).content


def test_a_colleague_fetches_a_lead_as_a_file() -> None:
    partner = Partner(store())
    made = partner.adf(document(PLAIN)).json()["id"]
    boss = client_of(manager(partner.house))
    address = reverse("intake:lead-adf", args=[made])
    assert "13855530001" not in boss.get(address).content.decode()
    assert boss.post(address).status_code == 422
    answer = boss.post(address, {"taker": "合肥店"})
    with scope(actors.system(partner.house)):
        assert Entry.objects.get(type="intake.LeadWritten").data["taker"] == "合肥店"
    assert draft_of(adf.read(answer.content)[0].prospect, times.today().year).name == "方雅雯"
    assert "attachment" in answer["Content-Disposition"]
    consultant = client_of(person(partner.house, "李思远", "sales_consultant"))
    assert consultant.post(address, {"taker": "x"}).status_code == 403


def test_the_description_names_every_address() -> None:
    told = Client().get(reverse("api:openapi")).json()
    assert told["openapi"].startswith("3.1")
    named = {
        address.replace("{id}", "7"): list(methods) for address, methods in told["paths"].items()
    }
    assert named == {
        reverse("api:leads"): ["post"], reverse("api:leads-adf"): ["post"], reverse("api:lead", args=[7]): ["get"],
        reverse("api:lead-adf", args=[7]): ["get"], reverse("api:openapi"): ["get"],
    }  # fmt: skip
    wish = told["components"]["schemas"]["NewLead"]["properties"]["wish"]["properties"]
    assert set(wish) == set(WISHED)


def test_its_own_example_is_taken(partner: Partner) -> None:
    told = partner.client.get(reverse("api:openapi")).json()
    content = told["paths"]["/api/v1/leads/adf"]["post"]["requestBody"]["content"][ADF]["example"]
    assert partner.adf(content.encode()).json()["state"] == "new"


@pytest.mark.django_db(transaction=True)
def test_the_same_document_from_many_at_once_makes_one_lead() -> None:
    """Eight connections with the same document, and eight with another one of the same person, in the same moment."""
    partner = Partner(store())
    other = PLAIN.replace("K1", "K2").replace("追光", "远航")
    start = threading.Barrier(16)

    def send(number: int) -> tuple[str, bool]:
        try:
            start.wait(timeout=30)
            told = partner.adf(document(other if number % 2 else PLAIN)).json()
            return told["state"], told["repeated"]
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        states = Counter(pool.map(send, range(16)))
    assert states == {("new", False): 1, ("updated", False): 1, ("updated", True): 14}
    assert partner.leads() == 1
