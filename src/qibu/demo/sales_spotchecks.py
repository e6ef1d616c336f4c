"""Spot checks of a store of the demo: last month drawn, customers asked, what follows proposed and partly decided."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from qibu.demo.clockwork import told
from qibu.demo.records import Role
from qibu.demo.shop import Shop
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.spotchecks import selectors
from qibu.spotchecks.errors import CheckFault
from qibu.spotchecks.models import Check, Draw, Proposal
from qibu.spotchecks.services import checking, drawing, rewards

SAID = ("yes", "yes", "yes", "yes", "partly", "no", "none")
WORDS = (
    "接待很热情，报价也清楚。", "等了十分钟才有人来。", "没问我要不要试驾。", "", "", "后来没有再联系我。",
    "顾问很专业，就是价格没讲透。",
)  # fmt: skip
WHY = ("打了三次没人接", "客户说不方便")
DAYS = 8


def plant(shop: Shop, now: datetime) -> None:
    """Once for a store, where there are leads of last month; again it does nothing."""
    with scope(shop.system):
        if Draw.objects.exists():
            return
    manager = shop.one(Role.SALES_MANAGER)
    first = now.replace(day=1, hour=9, minute=30) + timedelta(days=1)
    with told(min(first, now)), scope(manager):
        try:
            made = drawing.draw(actor=manager, month=selectors.last_month())
        except CheckFault:
            return
        waiting = list(Check.objects.filter(draw=made).select_related("task__assignee").order_by("pk"))
    callers = {one.staff_id: one for one in shop.people.values()}
    for place, check in enumerate(waiting):
        moment = times.start_of(times.day_of(min(first, now))) + timedelta(days=1 + place * DAYS // 20, hours=10)
        caller = callers.get(check.task.assignee_id if check.task else None)
        if caller and moment < now:
            _ask(caller, check, moment, shop.dice("spot check", check.pk))
    _decide(shop, made, now)


def _ask(caller: Actor, check: Check, moment: datetime, dice: Random) -> None:
    with told(moment), scope(caller) as actor:
        if dice.random() < 0.1:
            checking.fail(actor=actor, check_id=check.pk, reason=dice.choice(WHY))
            return
        codes = [one.code for one in selectors.standard(actor)]
        bad = check.consultant_id % 3 == 0
        answers = {code: dice.choice(SAID[2:] if bad else SAID[:5]) for code in codes}
        checking.answer(actor=actor, check_id=check.pk, answers=answers, remark=dice.choice(WORDS))


def _decide(shop: Shop, made: Draw, now: datetime) -> None:
    """Where all were asked: the manager of the store agrees to the first proposal, the rest waits."""
    manager = shop.one(Role.STORE_MANAGER)
    with told(now - timedelta(hours=3)), scope(manager) as actor:
        try:
            rewards.propose(actor=actor, draw_id=made.pk)
        except CheckFault:
            return
        rows = Proposal.objects.filter(draw=made).exclude(staff_id=actor.staff_id or 0)
        first = rows.order_by("-amount", "pk").first()
        if first is not None:
            rewards.decide(actor=actor, proposal_id=first.pk, agreed=True)
