"""Pages as people in each role are given them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from django.test import Client

from qibu.customers import listing
from qibu.customers.models import Consent, ContactPoint, Customer, Hold, Relation
from qibu.customers.services import assignments, holds, tags
from qibu.customers.tests.conftest import Store
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.rules import Role
from qibu.ui import slots

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor], Client]
WANG, LI = "15412345678", "15487654321"


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages as this app alone makes them: what others put in is theirs to test."""
    for name in ("_columns", "_filters", "_presets"):
        monkeypatch.setattr(listing, name, {})
    own = {
        name: [one for one in fillers if one[1].startswith("qibu.customers.")]
        for name, fillers in slots._fillers.items()
    }
    monkeypatch.setattr(slots, "_fillers", own)


def filled(**values: str) -> dict[str, str]:
    return {"kind": "person", "stage": "owner", "name": "王建国", "phone": WANG, **values}


def test_an_empty_store_says_what_is_next(manager: Actor, sign_in: SignIn) -> None:
    page = sign_in(manager).get("/customers/")
    assert page.status_code == 200
    assert "还没有客户" in page.text
    assert "/customers/new/" in page.text
    slots.register("begin", 1, lambda request: slots.Action("导入", "/imports/new/"))
    assert re.search('class="btn pri" href="/imports/new/"', sign_in(manager).get("/customers/").text)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.STORE_MANAGER, 200),
        (Role.SALES_CONSULTANT, 200),
        (Role.SERVICE_ADVISOR, 200),
        (Role.TECHNICIAN, 200),
        (Role.MARKETING, 200),
        (Role.CALL_AGENT, 200),
        (Role.TRAINER, 403),
        (Role.SYSTEM_ADMINISTRATOR, 403),
        (Role.AUDITOR, 403),
    ],
)
def test_each_role_is_let_in_or_not(store: Store, sign_in: SignIn, role: Role, status: int) -> None:
    wang = store.register("王建国", WANG)
    client = sign_in(store.hire("某人", role))
    for address in ("/customers/", "/customers/?view=all", f"/customers/{wang.pk}/", "/customers/search/?q=wang"):
        assert client.get(address).status_code == status
    writes = role not in (Role.TECHNICIAN, Role.MARKETING)
    assert client.get("/customers/new/").status_code == (200 if status == 200 and writes else 403)


def test_what_one_may_not_see_does_not_exist(
    store: Store, other_store: Store, advisor: Actor, seller: Actor, sign_in: SignIn
) -> None:
    hidden = store.register("王建国", WANG, by=advisor)
    foreign = other_store.register("李敏", LI)
    client = sign_in(seller)
    for pk in (hidden.pk, foreign.pk, 10**9):
        for address in ("", "?drawer=1", "edit/", "timeline/", "assignment/", "relations/", "contact-points/"):
            assert client.get(f"/customers/{pk}/{address}").status_code == 404
        for address in ("notes/", "holds/", "consents/", "tags/"):
            body = {"text": "x", "reason": "x", "reach": "marketing", "names": "x", "purpose": "service"}
            body |= {"channel": "sms", "state": "refused", "basis": "consent"}
            assert client.post(f"/customers/{pk}/{address}", body).status_code == 404
    assert "王建国" not in client.get("/customers/?view=all&q=wang").text


def test_the_list_shows_masked_numbers_only(store: Store, manager: Actor, sign_in: SignIn) -> None:
    store.register("王建国", WANG)
    page = sign_in(manager).get("/customers/?view=all")
    assert "154****5678" in page.text
    assert WANG not in page.text


def test_the_list_of_a_page_costs_the_same_with_two_hundred_rows(
    store: Store, manager: Actor, sign_in: SignIn, django_assert_num_queries
) -> None:
    client = sign_in(manager)
    client.get("/customers/?view=all")
    for number in range(2):
        store.register(f"王建国{number}", f"154{number:08}")
    with django_assert_num_queries(LIST_QUERIES):
        client.get("/customers/?view=all")
    for number in range(2, 200):
        store.register(f"王建国{number}", f"154{number:08}")
    with django_assert_num_queries(LIST_QUERIES):
        page = client.get("/customers/?view=all")
    assert page.text.count("data-row=") == 50


# Session, person, membership, scope; saved views, counts of two views, people, tags, own fields of
# customers and cars; rows, phones, holds, total; last
# opened.
LIST_QUERIES = 17


def test_the_list_pages_by_name_without_gap(store: Store, manager: Actor, sign_in: SignIn) -> None:
    for number in range(120):
        store.register(f"客人{number:03}")
    client, seen, address = sign_in(manager), [], "/customers/?view=all"
    while address:
        page = client.get(address).context["page"]
        seen += [row.name for row in page.found]
        address = page.next_url
    assert seen == [f"客人{number:03}" for number in range(120)]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("view=all", {"王建国", "李敏", "顺达物流有限公司", "孙伟"}),
        ("view=mine", {"王建国"}),
        ("view=nobody", {"李敏", "顺达物流有限公司", "孙伟"}),
        ("view=companies", {"顺达物流有限公司"}),
        ("view=vip", {"李敏"}),
        ("view=all&stage=lost", {"孙伟"}),
        ("view=all&q=5678", {"王建国"}),
        ("view=all&stand=held", {"孙伟"}),
        ("view=all&source=车展", {"李敏"}),
        ("view=all&advisor=none", {"李敏", "顺达物流有限公司", "孙伟"}),
        ("view=all&advisor=abc", set()),
        ("view=all&created_to=2001-01-01", set()),
    ],
)
def test_views_and_filters_narrow(store: Store, advisor: Actor, sign_in: SignIn, query: str, names: set[str]) -> None:
    store.register("王建国", WANG, by=advisor)
    store.register("李敏", LI, vip=True, source="车展")
    store.register("顺达物流有限公司", kind="company")
    sun = store.register("孙伟", stage="lost")
    with scope(store.system) as actor:
        holds.place(actor=actor, customer_id=sun.pk, reach="everything", reason="投诉未结")
    page = sign_in(advisor).get(f"/customers/?{query}")
    assert {row.name for row in page.context["page"].found} == names
    if "孙伟" in names:
        assert "不再主动联系" in page.text


def test_the_list_filters_by_tag(store: Store, advisor: Actor, sign_in: SignIn) -> None:
    wang, _li = store.register("王建国"), store.register("李敏")
    with scope(store.system) as actor:
        tags.put(actor=actor, customer_ids=[wang.pk], names=["爱钓鱼"])
        tag = wang.taggings.get().tag_id
    page = sign_in(advisor).get(f"/customers/?view=all&tag={tag}")
    assert [row.name for row in page.context["page"].found] == ["王建国"]


def test_apps_add_columns_and_filters_to_the_list(store: Store, manager: Actor, sign_in: SignIn) -> None:
    wang, li = store.register("王建国"), store.register("李敏")
    listing.add_column(listing.ListColumn("car", "车辆", lambda actor, ids: {wang.pk: "瑞虎8"}))
    listing.add_filter(
        listing.ListFilter("car", "车型", [("t8", "瑞虎8")], lambda rows, value: rows.filter(pk=li.pk))
    )
    listing.add_preset(listing.ListPreset("t8", "瑞虎8 车主", {"car": "t8"}))
    client = sign_in(manager)
    assert "瑞虎8" in client.get("/customers/?view=all").text
    for query in ("view=all&car=t8", "view=t8"):
        assert [row.name for row in client.get(f"/customers/?{query}").context["page"].found] == ["李敏"]


@pytest.mark.parametrize("tab", ["timeline", "file", "consents", "relations", "nonsense"])
def test_every_tab_of_a_customer_opens(store: Store, manager: Actor, sign_in: SignIn, tab: str) -> None:
    wang = store.register("王建国", WANG, taboos="不要叫老王", birthday_lunar=True)
    page = sign_in(manager).get(f"/customers/{wang.pk}/?tab={tab}")
    assert page.status_code == 200
    assert "不要叫老王" in page.text
    assert WANG not in page.text


def test_a_hold_is_seen_on_page_and_drawer(store: Store, manager: Actor, sign_in: SignIn) -> None:
    wang = store.register("王建国", WANG)
    with scope(manager) as actor:
        holds.place(actor=actor, customer_id=wang.pk, reach="everything", reason="店总亲自联系")
    for address in ("", "?drawer=1", "?tab=file"):
        assert "店总亲自联系" in sign_in(manager).get(f"/customers/{wang.pk}/{address}").text


def test_the_drawer_is_a_fragment(store: Store, manager: Actor, sign_in: SignIn) -> None:
    wang = store.register("王建国", WANG)
    page = sign_in(manager).get(f"/customers/{wang.pk}/?drawer=1")
    assert page.status_code == 200
    assert "<html" not in page.text
    assert "154****5678" in page.text


def test_an_act_in_the_drawer_comes_back_to_the_open_row(store: Store, manager: Actor, sign_in: SignIn) -> None:
    wang = store.register("王建国", WANG)
    beside = {"HX-Request": "true", "HX-Current-URL": "http://testserver/customers/?view=all&open=9"}
    page = sign_in(manager).get(f"/customers/{wang.pk}/?drawer=1", headers=beside)
    assert f'name="next" value="/customers/?view=all&amp;open={wang.pk}"' in page.text


def test_what_was_opened_last_stands_in_the_menu(store: Store, manager: Actor, sign_in: SignIn) -> None:
    client = sign_in(manager)
    kept = [store.register(f"客人{number}").pk for number in range(7)]
    for pk in [*kept, kept[3]]:
        client.get(f"/customers/{pk}/")
    menu = client.get("/customers/?q=nobody").text.partition("nav-recent")[2]
    assert re.findall("客人.", menu.partition("</ul>")[0])[::2] == ["客人3", "客人6", "客人5", "客人4", "客人2"]


def test_a_customer_is_registered_through_the_form(manager: Actor, sign_in: SignIn) -> None:
    body = filled(other_phones="0553-3876543、15487654321", birthday="1980-3-8", birthday_lunar="on", gender="male")
    page = sign_in(manager).post("/customers/new/", body)
    with scope(manager):
        wang = Customer.objects.get()
        assert page["Location"] == f"/customers/{wang.pk}/"
        assert wang.birthday.isoformat() == "1980-04-22"
        assert ContactPoint.objects.count() == 3


def test_a_wrong_form_says_what_and_keeps_what_was_typed(manager: Actor, sign_in: SignIn) -> None:
    body = filled(phone="1541234567", birthday="1980-13-8", identity="123", taboos="怕等", name="")
    page = sign_in(manager).post("/customers/new/", body)
    assert page.status_code == 422
    for sentence in ("请填写姓名", "号码少了几位", "没有这一天", "位数不对"):
        assert sentence in page.text
    assert 'value="怕等"' in page.text


def test_a_firm_has_no_birthday_and_a_code_of_its_own(manager: Actor, sign_in: SignIn) -> None:
    body = filled(kind="company", name="顺达物流有限公司", birthday="1980-3-8", hobbies="钓鱼", identity="123")
    client = sign_in(manager)
    assert "位数不对" in client.post("/customers/new/", body).text
    client.post("/customers/new/", {**body, "identity": ""})
    with scope(manager):
        firm = Customer.objects.get()
        assert (firm.kind, firm.birthday, firm.hobbies) == ("company", None, "")


def test_a_known_number_is_told_before_a_second_file_is_made(store: Store, manager: Actor, sign_in: SignIn) -> None:
    wang = store.register("王建国", WANG)
    client = sign_in(manager)
    page = client.post("/customers/new/", filled(name="王先生"))
    assert page.status_code == 422
    assert f'href="/customers/{wang.pk}/"' in page.text
    assert "这个号码已是" in page.text
    assert client.post("/customers/new/", filled(name="王先生", sure="1")).status_code == 302


def test_a_hidden_duplicate_is_told_without_a_name(
    store: Store, advisor: Actor, seller: Actor, sign_in: SignIn
) -> None:
    store.register("王建国", WANG, by=advisor)
    page = sign_in(seller).post("/customers/new/", filled(name="某人"))
    assert "由其他同事负责" in page.text
    assert "王建国" not in page.text


def test_the_form_of_a_drawer_answers_in_it(manager: Actor, sign_in: SignIn) -> None:
    client = sign_in(manager)
    assert "<html" not in client.get("/customers/new/?drawer=1").text
    sent = {"headers": {"HX-Request": "true"}}
    page = client.post("/customers/new/", filled(drawer="1", name=""), **sent)
    assert page.status_code == 422
    assert "<html" not in page.text
    page = client.post("/customers/new/", filled(drawer="1"), **sent)
    assert page["HX-Redirect"].startswith("/customers/")


def opened(client: Client, pk: int) -> dict[str, str]:
    """What a browser would send back of the form as it was opened."""
    form = client.get(f"/customers/{pk}/edit/").context["form"]
    return {name: value for name in form.fields if (value := form[name].value()) not in (None, False)}


def test_an_edit_in_conflict_shows_theirs_and_keeps_mine(store: Store, manager: Actor, sign_in: SignIn) -> None:
    wang = store.register("王建国", WANG)
    client = sign_in(manager)
    mine, theirs = opened(client, wang.pk), opened(client, wang.pk)
    assert client.post(f"/customers/{wang.pk}/edit/", {**theirs, "hobbies": "钓鱼"}).status_code == 302
    page = client.post(f"/customers/{wang.pk}/edit/", {**mine, "hobbies": "羽毛球", "family": "一儿一女"})
    assert page.status_code == 422
    assert "刚被别人改成「钓鱼」" in page.text
    assert 'value="羽毛球"' in page.text
    again = page.context["form"].data
    assert json.loads(again["seen"])["hobbies"] == "钓鱼"
    assert client.post(f"/customers/{wang.pk}/edit/", again).status_code == 302
    with scope(manager):
        kept = Customer.objects.get()
        assert (kept.hobbies, kept.family) == ("羽毛球", "一儿一女")


def test_an_edit_without_a_change_changes_nothing(store: Store, manager: Actor, sign_in: SignIn) -> None:
    wang = store.register("王建国", WANG, birthday_lunar=True, gender="male", vip=True)
    client = sign_in(manager)
    assert client.post(f"/customers/{wang.pk}/edit/", opened(client, wang.pk)).status_code == 302
    with scope(manager):
        assert not Entry.objects.filter(type="customers.CustomerChanged").exists()
        assert Customer.objects.get().version == 1


def test_a_number_is_revealed_for_a_reason(store: Store, manager: Actor, sign_in: SignIn) -> None:
    wang = store.register("王建国", WANG)
    client = sign_in(manager)
    with scope(manager):
        point = ContactPoint.objects.get().pk
    address = f"/customers/{wang.pk}/contact-points/{point}/number/"
    assert client.post(address, {"reason": "call"}).text == WANG
    assert client.post(address, {"reason": "other", "words": "核对快递"}).text == WANG
    for body in ({}, {"reason": "nonsense"}, {"reason": "other", "words": " "}):
        page = client.post(address, body)
        assert page.status_code == 422
        assert WANG not in page.text
    assert client.get(address).status_code == 405
    with scope(manager):
        reasons = Entry.objects.filter(type="customers.PhoneRevealed").order_by("id").values_list("data__reason")
        assert [reason for (reason,) in reasons] == ["来电核对", "核对快递"]


def test_small_acts_go_back_with_a_sentence(store: Store, manager: Actor, sign_in: SignIn) -> None:
    wang, li = store.register("王建国", WANG), store.register("李敏", LI)
    client, base = sign_in(manager), f"/customers/{wang.pk}"
    consent = {"purpose": "marketing", "channel": "sms", "state": "refused", "basis": "consent"}
    acts = {
        "notes/": {"text": "爱喝茶"},
        "consents/": consent,
        "holds/": {"reach": "marketing", "reason": "投诉处理中"},
        "tags/": {"names": "爱钓鱼、怕等"},
        "contact-points/": {"kind": "wechat", "value": "wangjg"},
        "relations/": {"kind": "爱人", "other": "李敏"},
        "assignment/": {"role": "advisor", "staff": str(manager.staff_id)},
    }
    for address, body in acts.items():
        page = client.post(f"{base}/{address}", body)
        assert page.status_code == 302, address
        assert page["Location"].startswith(base), address
    with scope(manager):
        assert Consent.objects.get().state == "refused"
        assert Hold.objects.get().reason == "投诉处理中"
        assert Relation.objects.get().other_id == li.pk
        assert Customer.objects.get(pk=wang.pk).advisor_id == manager.staff_id
        assert wang.taggings.count() == 2


def test_next_leads_to_our_own_pages_alone(store: Store, manager: Actor, sign_in: SignIn) -> None:
    wang = store.register("王建国", WANG)
    client, address = sign_in(manager), f"/customers/{wang.pk}/notes/"
    assert client.post(address, {"text": "x", "next": "/customers/?open=7"})["Location"] == "/customers/?open=7"
    for foreign in ("https://example.com/", "//example.com/", "javascript:alert(1)"):
        assert client.post(address, {"text": "x", "next": foreign})["Location"] == f"/customers/{wang.pk}/"


def test_checked_customers_are_given_and_tagged_together(store: Store, manager: Actor, sign_in: SignIn) -> None:
    kept = [store.register(name).pk for name in ("王建国", "李敏")]
    client, ids = sign_in(manager), {"id": kept}
    assert "对选中的 2 位客户" in client.post("/customers/assignments/", ids).text
    given = {**ids, "role": "seller", "staff": str(manager.staff_id)}
    assert client.post("/customers/assignments/", given).status_code == 302
    assert client.post("/customers/taggings/", {**ids, "names": "老客户"}).status_code == 302
    with scope(manager):
        assert Customer.objects.filter(seller_id=manager.staff_id, taggings__tag__name="老客户").count() == 2


def test_the_palette_shows_names_and_masked_numbers(store: Store, manager: Actor, sign_in: SignIn) -> None:
    store.register("王建国", WANG)
    client = sign_in(manager)
    page = client.get("/customers/search/?q=wjg")
    assert "王建国" in page.text
    assert "154****5678" in page.text
    assert "没有找到" in client.get("/customers/search/?q=赵").text
    for number in range(10):
        store.register(f"赵{number}")
    assert "看全部结果" in client.get("/customers/search/?q=赵").text


def test_a_consultant_takes_a_public_customer_from_the_page(store: Store, seller: Actor, sign_in: SignIn) -> None:
    wang = store.register("王建国", WANG)
    client = sign_in(seller)
    assert "由我负责" in client.get(f"/customers/{wang.pk}/").text
    body = {"role": "seller", "staff": str(seller.staff_id)}
    assert client.post(f"/customers/{wang.pk}/assignment/", body).status_code == 302
    with scope(seller) as actor:
        assert not assignments.may_assign(actor, Customer.objects.get())


@pytest.mark.parametrize(("role", "stage"), [(Role.SALES_CONSULTANT, "potential"), (Role.SERVICE_ADVISOR, "owner")])
def test_a_new_customer_of_sales_is_a_potential_one(store: Store, sign_in: SignIn, role: Role, stage: str) -> None:
    page = sign_in(store.hire("孟舒", role)).get("/customers/new/")
    assert page.context["form"]["stage"].value() == stage
