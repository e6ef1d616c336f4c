"""Doors of the demo: two campaigns with their forms, a portal that sends ADF, a sheet; what was incomplete waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from qibu.demo.clockwork import told
from qibu.demo.records import Role
from qibu.demo.shop import Shop, at
from qibu.intake import adf
from qibu.intake.adf import grammar
from qibu.intake.models import WebForm
from qibu.intake.rules import Draft
from qibu.intake.rules.adf import prospect_of
from qibu.intake.services import documents, forms, quarantine, sheets
from qibu.intake.services.arriving import Outcome
from qibu.intake.services.forms import Filled, Plan
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.leads.models import Lead
from qibu.leads.rules import Door
from qibu.leads.services import allocating
from qibu.network.services import tokens
from qibu.network.tokens import Scope
from qibu.tasks.models import Task
from qibu.tasks.services import results

BRAND = "朔川"
CARS = [[BRAND, "远岫混动"], [BRAND, "听松"], [BRAND, "流萤"]]
CONSENT = "我同意{house}以电话、短信或微信向我介绍新车和优惠活动，可以随时退订。"
PEOPLE = ("苏晓棠", "罗振宇", "谢文静", "彭海涛", "曹雨薇", "邓志远", "许佳宁", "韩东升", "唐婉如", "冯启明")
WISHES: tuple[dict[str, str], ...] = (
    {"buys_by": "一个月内", "remark": "想周末带家人来看空间"}, {"payment": "loan", "budget": "16 万"}, {},
    {"interest": "test_drive", "buys_by": "两周内", "drive": "周六上午10点"},
    {"trade_in": "2018 款轿车", "trade_in_km": "7 万公里", "trade_in_condition": "good"},
)  # fmt: skip
PORTAL = "车天地"


def doors(shop: Shop, now: datetime) -> None:
    """The last five days at the doors of a store."""
    boss = shop.one(Role.SALES_MANAGER)
    with told(_ago(shop, now, 6, 0)), scope(shop.one(Role.STORE_MANAGER)) as head:
        tokens.create(actor=head, name=f"{PORTAL}对接", scopes=[Scope.LEADS_WRITE])
    with told(_ago(shop, now, 6, 1)), scope(boss):
        plan = _plan(shop, "岁末试驾月", "来试驾，带走一份暖冬礼", ["buys_by", "test_drive"])
        campaign = forms.make(actor=boss, plan=plan)
        forms.make(actor=boss, plan=_plan(shop, "以旧换新", "旧车估价，当天答复", ["trade_in", "budget", "remark"]))
    for place, (days, name) in enumerate(_visitors()):
        with told(_ago(shop, now, days, place)), scope(shop.system):
            outcome = _fill_in(shop, campaign, place, name) if place % 2 else _by_portal(shop, place, name)
        _answered(shop, outcome, place)
    _waiting(shop, boss, now)
    _sheet(shop, boss, now)


def _plan(shop: Shop, name: str, headline: str, asks: list[str]) -> Plan:
    return Plan(
        name=name, source="form", headline=headline, intro="留下电话，销售顾问为您安排时间。", cars=CARS, asks=asks,
        sites=["https://www.example.com"], consent=CONSENT.format(house=shop.described.name),
    )  # fmt: skip


def _visitors() -> Iterator[tuple[int, str]]:
    for place, name in enumerate(PEOPLE):
        yield 5 - place // 2, name


def _fill_in(shop: Shop, form: WebForm, place: int, name: str) -> Outcome:
    draft = _draft(shop, place, name)
    filled = Filled(draft, agreed=place % 3 == 0, opening=f"demo-{place}")
    return forms.submit(actor=forms.stranger(form.organisation_id), form_id=form.pk, filled=filled)


def _by_portal(shop: Shop, place: int, name: str) -> Outcome:
    return _portal_sends(shop, _draft(shop, place, name), place)


def _portal_sends(shop: Shop, draft: Draft, place: int) -> Outcome:
    prospect = prospect_of(
        draft, phones=[draft.phone] if draft.phone else [], requested=times.now().isoformat(),
        ids=[grammar.Id(source=PORTAL, text=f"{shop.described.code}-{1000 + place}")],
        provider=grammar.Provider(name=grammar.Name(text=PORTAL)),
    )  # fmt: skip
    content = adf.write([prospect]).encode()
    return documents.take_adf(actor=shop.system, content=content, sender=f"{PORTAL}对接", door=Door.ADF)[0]


def _draft(shop: Shop, place: int, name: str) -> Draft:
    brand, series = CARS[place % len(CARS)]
    tail = shop.dice("intake", place).randrange(1000)
    facts = {"name": name, "phone": f"1395530{place}{tail:03}", "brand": brand, "series": series}
    return Draft.of({**facts, **WISHES[place % len(WISHES)]})


def _answered(shop: Shop, outcome: Outcome, place: int) -> None:
    """A consultant gets the lead and calls within a quarter of an hour."""
    boss, sellers = shop.one(Role.SALES_MANAGER), shop.of(Role.SALES_CONSULTANT)
    seller = sellers[place % len(sellers)]
    with scope(boss):
        lead = Lead.objects.get(pk=outcome.lead_id or 0)
    if lead.consultant_id is None:
        with told(lead.received_at + timedelta(minutes=3)), scope(boss):
            allocating.give(actor=boss, lead_id=lead.pk, staff_id=seller.staff_id)
    _called(shop, lead.pk, lead.received_at + timedelta(minutes=11 + place % 7))


def _called(shop: Shop, lead_id: int, moment: datetime) -> None:
    with scope(shop.system):
        lead = Lead.objects.select_related("next_task").get(pk=lead_id)
    person = next(one for one in shop.people.values() if one.staff_id == lead.consultant_id)
    if lead.next_task is None or lead.next_task.kind != "lead.first_response":
        return
    with told(moment), scope(person):
        note = "电话里聊了用车的需要，约了到店看车。"
        results.record(actor=person, task_ids=[lead.next_task.pk], outcome=Task.Outcome.REACHED, note=note)


def _waiting(shop: Shop, boss: Actor, now: datetime) -> None:
    """What lacks something, and what was none."""
    incomplete = (
        Draft(name="余先生", brand=BRAND, series="听松", remark="请加微信联系"),
        Draft(name="程女士", phone="13955308812", remark="想了解有什么优惠"),
        Draft(name="推广", phone="不方便说", remark="专业代写好评，价格从优"),
    )
    for place, draft in enumerate(incomplete):
        with told(now - timedelta(hours=5 - place, minutes=17)), scope(shop.system):
            outcome = _portal_sends(shop, draft, 20 + place)
        if draft.name == "推广":
            with told(now - timedelta(hours=2)), scope(boss):
                quarantine.drop(actor=boss, arrival_id=outcome.arrival.pk, reason="广告")


def _sheet(shop: Shop, boss: Actor, now: datetime) -> None:
    """From the stand of a fair, still to be looked over."""
    names = enumerate(("毛毅", "汪舒", "殷乐"))
    rows: sheets.Rows = [(2 + n, [name, f"1865530{n}118", CARS[n][1], "车展现场留的"]) for n, name in names]
    mapping = {"0": "name", "1": "phone", "2": "series", "3": "remark"}
    read = sheets.Read(["姓名", "手机", "意向车型", "备注"], mapping, rows)
    with told(now - timedelta(hours=1)), scope(boss):
        sheets.keep(actor=boss, read=read, file_name="车展留资.xlsx", source="exhibition", campaign="秋季车展")


def _ago(shop: Shop, now: datetime, days: int, place: int) -> datetime:
    """In the morning of a day before."""
    return at(times.day_of(now) - timedelta(days=days), 9 + place % 2, 5 + 4 * place)
