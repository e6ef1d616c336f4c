"""The pages: what a customer reads, and what people of the store see and do."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.kernel.tests.pictures import png
from qibu.leads.models import Lead
from qibu.leads.rules import Reason
from qibu.leads.services import allocating, pool
from qibu.network.models import Staff
from qibu.nurturing.forms import RESERVED
from qibu.nurturing.models import Piece, Run, Sending, Sequence
from qibu.nurturing.rules import End
from qibu.nurturing.services import planning, runs, sending
from qibu.nurturing.services.sending import Wish
from qibu.nurturing.tests.world import (
    agreed,
    lead_of,
    open_every_day,
    person,
    piece,
    run_of,
    sent,
    sequence,
    step,
    store,
    system_of,
)
from qibu.nurturing.urls import urlpatterns
from qibu.tasks.models import Task

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.49"


@pytest.fixture
def seller() -> Actor:
    actor = person(store(), "李思远", "sales_consultant")
    with scope(actor):
        open_every_day(actor)
        piece(
            actor,
            title="比一比",
            body="# 空间\n| 项目 | 追光 |\n| 轴距 | <b>2865</b> |",
            valid_until=times.today(),
        )
    return actor


@pytest.fixture
def lead(seller: Actor) -> Lead:
    with scope(seller):
        return lead_of(seller)


def signed_in(actor: Actor) -> Client:
    client = Client()
    with scope(system_of(actor)):
        user = Staff.objects.select_related("user").get(pk=actor.staff_id).user
    assert user is not None
    client.force_login(user)
    session = client.session
    session.update(
        {
            "organisation": actor.organisation_id,
            "since": times.now().timestamp(),
            "seen": times.now().timestamp(),
        }
    )
    session.save()
    return client


def manager_of(seller: Actor) -> Client:
    return signed_in(person(seller.organisation_id, "郭亮", "sales_manager"))


def fresh(seller: Actor, row: Sending) -> Sending:
    with scope(seller):
        return Sending.objects.get(pk=row.pk)


# The customer -----------------------------------------------------------------------------------
@pytest.fixture
def row(seller: Actor, lead: Lead) -> Sending:
    with scope(seller):
        return sent(seller, lead)


def test_a_customer_reads_and_is_counted(seller: Actor, row: Sending) -> None:
    answer = Client().get(reverse("nurturing:page", args=[row.token]), HTTP_USER_AGENT=PHONE)
    text = answer.content.decode()
    assert answer.status_code == 200 and "比一比" in text and "&lt;b&gt;2865&lt;/b&gt;" in text
    assert answer["Referrer-Policy"] == "no-referrer" and "noindex" in answer["X-Robots-Tag"]
    assert "方雅雯" not in text and "13855530001" not in text and not answer.cookies
    assert fresh(seller, row).opened == 1


def test_machines_and_our_own_people_are_not_counted(seller: Actor, row: Sending) -> None:
    address = reverse("nurturing:page", args=[row.token])
    assert Client().get(address, HTTP_USER_AGENT="facebookexternalhit/1.1").status_code == 200
    assert Client().get(address, HTTP_USER_AGENT=PHONE, HTTP_SEC_PURPOSE="prefetch").status_code == 200
    assert Client().head(address, HTTP_USER_AGENT=PHONE).status_code == 200
    assert signed_in(seller).get(address, HTTP_USER_AGENT=PHONE).status_code == 200
    assert fresh(seller, row).opened == 0


def test_the_button_and_the_end_of_it(seller: Actor, row: Sending) -> None:
    client = Client(HTTP_USER_AGENT=PHONE)
    too_long = client.post(reverse("nurturing:answer", args=[row.token]), {"text": "长" * 501})
    assert too_long.status_code == 422 and "长" * 501 in too_long.content.decode()
    answer = client.post(reverse("nurturing:answer", args=[row.token]), {"text": "周末行吗"}, follow=True)
    assert answer.redirect_chain and "会尽快联系您" in answer.content.decode()
    answer = client.post(reverse("nurturing:refuse", args=[row.token]), follow=True)
    assert answer.redirect_chain and "不再给您发" in answer.content.decode()
    said = fresh(seller, row)
    assert (said.replies, said.reply) == (1, "周末行吗") and said.refused_at is not None


def test_tapped_twice_it_is_said_once_and_the_page_says_so(seller: Actor, row: Sending) -> None:
    client, page = Client(HTTP_USER_AGENT=PHONE), reverse("nurturing:page", args=[row.token])
    assert "想了解更多" in client.get(page).content.decode()
    for _time in range(2):
        answer = client.post(reverse("nurturing:answer", args=[row.token]), {"text": "周末行吗"})
        assert answer.status_code == 302 and answer["Location"] == f"{page}?said=answer"
    said = fresh(seller, row)
    assert (said.replies, said.reply, said.opened) == (1, "周末行吗", 1)
    text = client.get(page).content.decode()
    assert "已请顾问联系您" in text and "想了解更多" not in text
    with scope(seller):
        Sending.objects.update(replied_at=times.now() - timedelta(days=2))
    assert "想了解更多" in client.get(page).content.decode()


@pytest.mark.parametrize("act", ["answer", "refuse"])
def test_the_address_of_a_button_leads_back_to_the_page(seller: Actor, row: Sending, act: str) -> None:
    answer = Client(HTTP_USER_AGENT=PHONE).get(reverse(f"nurturing:{act}", args=[row.token]))
    assert answer.status_code == 302 and answer["Location"] == reverse("nurturing:page", args=[row.token])
    assert fresh(seller, row).replied_at is None and fresh(seller, row).refused_at is None
    assert Client().get(reverse(f"nurturing:{act}", args=["nothing"])).status_code == 404


def test_no_thanks_for_what_was_not_said(seller: Actor, row: Sending) -> None:
    address = reverse("nurturing:page", args=[row.token])
    for said in ("answer", "stop", "made-up"):
        text = Client().get(f"{address}?said={said}").content.decode()
        assert "会尽快联系您" not in text and "好的，以后不再" not in text


def test_an_offer_that_is_over_says_so(seller: Actor, row: Sending) -> None:
    with scope(seller):
        row.edition.valid_until = times.today() - timedelta(days=1)
        row.edition.save()
    assert (
        "为止，现在的情况请问销售顾问"
        in Client().get(reverse("nurturing:page", args=[row.token])).content.decode()
    )


def test_a_dead_link_looks_like_none(seller: Actor, row: Sending) -> None:
    with scope(seller):
        Sending.objects.update(revoked_at=times.now())
    dead = Client().get(reverse("nurturing:page", args=[row.token]))
    none = Client().get(reverse("nurturing:page", args=["nothing"]))
    assert dead.status_code == none.status_code == 404 and dead.content == none.content


# The library ------------------------------------------------------------------------------------
FACTS: dict[str, Any] = {"title": "冬天怎么开", "kind": "care", "body": "- 先热车\n- 再开", "active": "on"}


def test_a_piece_with_its_picture(seller: Actor) -> None:
    client = manager_of(seller)
    file = SimpleUploadedFile("a.png", png(), "image/png")
    answer = client.post(reverse("nurturing:new-piece"), {**FACTS, "code": "winter", "picture": file})
    assert answer.status_code == 302
    with scope(seller):
        row = Piece.objects.get(code="winter")
    page = client.get(reverse("nurturing:piece", args=["winter"])).content.decode()
    assert "换一张图片" in page and "选一张图片" in client.get(reverse("nurturing:new-piece")).content.decode()
    assert row.image and client.get(reverse("nurturing:picture", args=[row.image])).status_code == 200
    seen = client.get(reverse("nurturing:preview", args=["winter"])).content.decode()
    assert "先热车" in seen and "预览" in seen
    assert client.get(reverse("nurturing:library")).content.decode().count("冬天怎么开") == 1


def test_nothing_typed_is_lost(seller: Actor) -> None:
    client = manager_of(seller)
    bad = {**FACTS, "code": "winter", "kind": "offer", "body": "特价到月底"}
    answer = client.post(reverse("nurturing:new-piece"), bad)
    text = answer.content.decode()
    assert answer.status_code == 422 and "优惠要写到哪天为止" in text and "特价到月底" in text
    file = SimpleUploadedFile("a.gif", b"GIF89a", "image/gif")
    answer = client.post(reverse("nurturing:new-piece"), {**FACTS, "code": "winter", "picture": file})
    assert answer.status_code == 422 and "只收 JPG 和 PNG" in answer.content.decode()


def test_what_is_not_saved_is_previewed(seller: Actor) -> None:
    answer = manager_of(seller).post(
        reverse("nurturing:preview-unsaved"), {"title": "草稿", "body": "# 还在写"}
    )
    assert answer.status_code == 200 and "还在写" in answer.content.decode()


def test_two_who_edit_one_piece_are_told(seller: Actor) -> None:
    client = manager_of(seller)
    page = client.get(reverse("nurturing:piece", args=["compare"]))
    seen = page.context["form"]["seen"].value()
    with scope(seller):
        Piece.objects.filter(code="compare").update(title="别人改的")
    answer = client.post(reverse("nurturing:piece", args=["compare"]), {**FACTS, "seen": seen})
    assert answer.status_code == 422 and "别人改的" in answer.content.decode()


@pytest.mark.parametrize("code", ["new", "preview", "New"])
@pytest.mark.parametrize("page", ["new-piece", "new-sequence"])
def test_a_code_that_is_the_address_of_a_page_is_refused(seller: Actor, page: str, code: str) -> None:
    facts = FACTS if page == "new-piece" else {"name": "慢热", "audience": "open", "after_days": "0", **LINES}
    answer = manager_of(seller).post(reverse(f"nurturing:{page}"), {**facts, "code": code})
    assert answer.status_code == 422 and f"{code} 是系统自己用的" in answer.content.decode()
    with scope(seller):
        assert not Piece.objects.filter(code=code).exists() and not Sequence.objects.exists()


def test_every_page_beside_a_code_is_reserved() -> None:
    stems = ("pieces/", "sequences/")
    routes = [str(one.pattern) for one in urlpatterns if str(one.pattern).startswith(stems)]
    names = {route.split("/")[1] for route in routes} - {"", "<slug:code>"}
    assert names == RESERVED


# Sequences --------------------------------------------------------------------------------------
LINES = {
    "lines": "3",
    "s0-day": "0",
    "s0-piece": "compare",
    "s0-channel": "wechat",
    "s0-words": "{customer}，看看：",
}


def test_a_sequence_with_its_steps_and_who_would_enter(seller: Actor, lead: Lead) -> None:
    client = manager_of(seller)
    facts = {"name": "慢热", "audience": "open", "after_days": "0", "active": "on", "code": "slow", **LINES}
    assert client.post(reverse("nurturing:new-sequence"), facts).status_code == 302
    with scope(seller):
        assert Sequence.objects.get().read_steps == [step(0, "compare", words="{customer}，看看：")]
    page = client.get(reverse("nurturing:sequence", args=["slow"]))
    assert page.context["trial"].number == 1


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"s0-words": "{name}您好"}, "不认识 {name}"), ({"s0-day": ""}, "第几天"),
        ({"s1-piece": "compare", "s1-day": "3"}, "不会给一个人发两次"), ({"s0-piece": ""}, "一步也没有"),
    ],
)  # fmt: skip
def test_a_bad_step_says_what_is_wrong(seller: Actor, bad: dict[str, str], said: str) -> None:
    facts = {
        "name": "慢热",
        "audience": "open",
        "after_days": "0",
        "active": "on",
        "code": "slow",
        **LINES,
        **bad,
    }
    answer = manager_of(seller).post(reverse("nurturing:new-sequence"), facts)
    assert answer.status_code == 422 and said in answer.content.decode()


def test_somebody_changed_the_steps_meanwhile(seller: Actor) -> None:
    with scope(seller):
        sequence(seller, step(0, "compare"))
        piece(seller, "more")
    client = manager_of(seller)
    address = reverse("nurturing:sequence", args=["slow"])
    seen = client.get(address).context["form"]["seen"].value()
    facts = {
        "name": "序列 slow",
        "audience": "open",
        "after_days": "0",
        "active": "on",
        **LINES,
        "seen": seen,
    }
    with scope(seller):
        Sequence.objects.update(steps=[step(2, "more").written()])
    answer = client.post(address, facts)
    assert answer.status_code == 422 and "步骤刚被别人改过" in answer.content.decode()
    again = answer.context["form"]["seen"].value()
    assert client.post(address, {**facts, "seen": again}).status_code == 302


# The consultant -----------------------------------------------------------------------------------
def test_a_piece_is_handed_over_on_the_work_list(seller: Actor, lead: Lead) -> None:
    with scope(seller):
        sequence(seller, step(0, "compare"))
    planning.plan(actor=system_of(seller), on=times.today())
    client = signed_in(seller)
    with scope(seller):
        task, row = Task.objects.get(kind="nurturing.step"), Sending.objects.get()
    page = client.get(reverse("tasks:panel", args=[task.pk]), HTTP_HX_REQUEST="true").content.decode()
    assert row.token and "已发给客户" in page
    read = re.sub(r'data-copy="[^"]*"', "", page)
    assert read.count(row.token) == 1 and read.count(escape(row.words.splitlines()[0])) == 1
    assert page.index("tp-act") < page.index("已发给客户") < page.index('class="tp-b"')
    answer = client.post(reverse("nurturing:mark-sent", args=[row.pk]), {"next": reverse("tasks:workbench")})
    assert answer.status_code == 302 and answer["Location"] == reverse("tasks:workbench")
    assert fresh(seller, row).state == Sending.State.SENT


def test_whoever_took_the_yes_back_is_not_written_to(seller: Actor, lead: Lead) -> None:
    with scope(seller):
        sequence(seller, step(0, "compare"))
    planning.plan(actor=system_of(seller), on=times.today())
    with scope(seller):
        task, row = Task.objects.get(kind="nurturing.step"), Sending.objects.get()
        agreed(lead, "withdrawn", "any")
    page = (
        signed_in(seller).get(reverse("tasks:panel", args=[task.pk]), HTTP_HX_REQUEST="true").content.decode()
    )
    assert row.token and row.token not in page and "这份不要发" in page


@pytest.mark.parametrize("asked", [True, False])
def test_what_was_prepared_by_hand_warns_once_the_yes_is_taken_back(seller: Actor, lead: Lead, *, asked: bool) -> None:
    with scope(seller):
        wish = Wish(piece="compare", channel="wechat", asked=asked)
        row = sending.prepare(actor=seller, lead_id=lead.pk, wish=wish)
    client, address = signed_in(seller), reverse("nurturing:sending", args=[row.pk])
    assert "只有客户自己要的才发" not in client.get(address).content.decode()
    with scope(seller):
        agreed(lead, "withdrawn", "any")
    assert ("只有客户自己要的才发" in client.get(address).content.decode()) is not asked


def test_by_hand_from_the_page_of_the_lead(seller: Actor, lead: Lead) -> None:
    client = signed_in(seller)
    answer = client.post(
        reverse("nurturing:send", args=[lead.pk]),
        {"piece": "compare", "channel": "sms", "words": "您要的对比"},
    )
    assert answer.status_code == 422 and "没有同意用这种方式" in answer.content.decode()
    answer = client.post(
        reverse("nurturing:send", args=[lead.pk]),
        {"piece": "compare", "channel": "sms", "words": "您要的对比", "asked": "on"},
    )
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "您要的对比" in page and "待发送" in page
    twice = client.post(
        reverse("nurturing:send", args=[lead.pk]), {"piece": "compare", "channel": "wechat", "words": "再发一次"}
    )
    assert twice.status_code == 422 and "已经给这位客户备好了" in twice.content.decode()
    assert "再发一次" in twice.content.decode()
    assert "比一比" in client.get(reverse("leads:detail", args=[lead.pk])).content.decode()


def test_a_sequence_is_entered_and_stopped_by_hand(seller: Actor, lead: Lead) -> None:
    client = signed_in(seller)
    assert "没有适合的序列" in client.get(reverse("nurturing:enter", args=[lead.pk])).content.decode()
    with scope(seller):
        sequence(seller, step(0, "compare"))
    assert client.post(reverse("nurturing:enter", args=[lead.pk]), {"sequence": "slow"}).status_code == 302
    with scope(seller):
        run = Run.objects.get()
    assert "序列 slow" in client.get(reverse("leads:detail", args=[lead.pk])).content.decode()
    assert client.post(reverse("nurturing:stop", args=[run.pk])).status_code == 302
    assert "顾问停下的" in client.get(reverse("leads:detail", args=[lead.pk])).content.decode()


def test_the_report_of_a_sequence(seller: Actor, lead: Lead) -> None:
    with scope(seller):
        sequence(seller, step(0, "compare"))
        run_of(seller, lead)
    planning.plan(actor=system_of(seller), on=times.today())
    page = manager_of(seller).get(reverse("nurturing:report", args=["slow"]))
    figures = page.context["figures"]
    assert page.status_code == 200 and (figures.begun, figures.going_on, figures.waiting) == (1, 1, 1)


def test_each_number_of_the_report_opens_as_many_rows(seller: Actor, lead: Lead) -> None:
    with scope(seller):
        piece(seller, "second")
        sequence(seller, step(0, "compare"), step(1, "second"))
        first, going = run_of(seller, lead), run_of(seller, lead_of(seller, "13855530002", "孙浩"))
        for phone in ("13855530003", "13855530004"):
            runs.ended(seller, {run_of(seller, lead_of(seller, phone, phone)).pk: End.BY_HAND})
    planning.plan(actor=system_of(seller), on=times.today())
    with scope(seller):
        for row in Sending.objects.filter(run=first):
            sending.mark_sent(actor=seller, sending_id=row.pk)
        runs.ended(seller, {first.pk: End.SPOKE})
        assert going.going_on
    client = manager_of(seller)
    page = client.get(reverse("nurturing:report", args=["slow"])).content.decode()
    found = re.findall(r'href="(/nurturing/(?:runs|sent)/[^"]*)"[^>]*>(.*?)</a>', page, re.S)
    told = [(unescape(url), int(number[0])) for url, text in found if (number := re.findall(r">?\s*(\d+)\s*<?", text))]
    assert len(told) >= 9
    for url, number in told:
        assert len(client.get(url).context["page"].found) == number, (url, number)
    assert {number for url, number in told if "end=by_hand" in url} == {2}
    assert {number for url, number in told if "end=answered" in url} == {1}


def test_empty_pages_say_what_comes_there(seller: Actor) -> None:
    with scope(seller):
        Piece.objects.all().delete()
    client = manager_of(seller)
    assert "内容库还是空的" in client.get(reverse("nurturing:library")).content.decode()
    assert "还没有序列" in client.get(reverse("nurturing:sequences")).content.decode()
    assert "还没有给客户发过资料" in client.get(reverse("nurturing:list")).content.decode()


def test_a_lead_of_the_pool_is_claimed_first(seller: Actor, lead: Lead) -> None:
    with scope(seller):
        sequence(seller, step(0, "compare"))
        allocating.move(seller, lead, None, Reason.NOBODY)
    client = signed_in(seller)
    for name, form in (("send", {"piece": "compare", "channel": "wechat"}), ("enter", {"sequence": "slow"})):
        answer = client.post(reverse(f"nurturing:{name}", args=[lead.pk]), form)
        assert answer.status_code == 422 and "请先领取" in answer.content.decode()
    with scope(seller):
        assert not Sending.objects.exists() and not Run.objects.exists()
        pool.claim(actor=seller, lead_id=lead.pk)
        assert run_of(seller, lead).going_on
