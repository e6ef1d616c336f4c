"""People keep what a list shows under a name, for themselves or for everyone in the store."""

from __future__ import annotations

import json

import pytest
from django.http import Http404
from tests.personas import Person, World

from qibu.customers.models import Tag, Tagging
from qibu.kernel import times
from qibu.kernel.actors import PermissionRefused
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network import selectors
from qibu.network.models import CustomField, Export, SavedView
from qibu.network.rules import Role
from qibu.network.services import saved_views as services
from qibu.network.services.saved_views import Look
from qibu.ui import chosen

pytestmark = pytest.mark.django_db
FIRMS = Look("all", {"kind": ["company"], "sort": ["-updated"]}, ["name", "phone"])
LIST = "/customers/"


@pytest.fixture
def manager(world: World) -> Person:
    return world.a.manager


@pytest.fixture
def advisor(world: World) -> Person:
    return world.a.people[Role.SERVICE_ADVISOR]


def save(who: Person, name: str = "单位客户", **rest: bool) -> SavedView:
    with scope(who.actor):
        return services.save(actor=who.actor, page="customers", name=name, look=FIRMS, **rest)


def names(who: Person) -> list[str]:
    with scope(who.actor):
        return [view.name for view in selectors.saved_views(who.actor, "customers")]


def test_a_view_is_ones_own_until_it_is_shared(manager: Person, advisor: Person) -> None:
    save(manager, "我自己看")
    save(manager, "大家都看", shared=True)
    assert "大家都看" in names(advisor)
    assert "我自己看" not in names(advisor)


def test_only_those_who_share_out_work_share_views(advisor: Person) -> None:
    with pytest.raises(PermissionRefused):
        save(advisor, shared=True)


def test_a_private_view_of_another_is_not_there(manager: Person, advisor: Person) -> None:
    view = save(advisor)
    with pytest.raises(Http404), scope(manager.actor):
        services.change(actor=manager.actor, view_id=view.pk, name="我来改")


def test_the_name_is_taken_once_by_each(manager: Person, advisor: Person) -> None:
    save(manager)
    save(advisor)
    with pytest.raises(services.NameTaken):
        save(manager)


def test_a_list_begins_with_one_view(manager: Person) -> None:
    first, second = save(manager, "甲", opens=True), save(manager, "乙", opens=True)
    with scope(manager.actor):
        assert [view.pk for view in SavedView.objects.filter(opens=True)] == [second.pk] != [first.pk]


def test_twenty_are_enough(manager: Person) -> None:
    for number in range(services.MOST_VIEWS - len(names(manager))):
        save(manager, f"第 {number} 个")
    with pytest.raises(services.TooMany):
        save(manager, "再一个")


def test_saving_and_removing_are_in_the_trail(manager: Person) -> None:
    view = save(manager)
    with scope(manager.actor):
        services.remove(actor=manager.actor, view_id=view.pk)
        told = Entry.objects.filter(type="network.SavedViewChanged", subject_id=view.pk).order_by("id")
        assert [entry.data["changes"] for entry in told] == [["created"], ["removed"]]


def test_the_list_shows_what_the_view_says(manager: Person) -> None:
    view = save(manager)
    page = manager.client().get(LIST, {"view": f"s{view.pk}"}).context["page"]
    assert (page.view, page.sort) == ("all", "-updated")
    assert [column.key for column in page.shown] == ["name", "phone"]
    assert not page.is_changed
    assert page.values == FIRMS.values


def test_a_view_of_my_customers_stays_one_of_mine(advisor: Person) -> None:
    """The saved view takes along what no filter can say: whose customers they are."""
    with scope(advisor.actor):
        look = Look("mine", {"kind": ["person"]})
        view = services.save(actor=advisor.actor, page="customers", name="我的个人客户", look=look)
    page = advisor.client().get(LIST, {"view": f"s{view.pk}"}).context["page"]
    assert {row.advisor_id for row in page.found} == {advisor.actor.staff_id}


def test_the_list_opens_with_the_view_that_was_chosen_for_it(manager: Person) -> None:
    view = save(manager, opens=True)
    assert manager.client().get(LIST).headers["Location"] == f"{LIST}?view=s{view.pk}"
    assert manager.client().get(LIST, {"kind": "person"}).status_code == 200


def test_a_view_that_is_gone_shows_nothing_and_says_so(manager: Person) -> None:
    answer = manager.client().get(LIST, {"view": "s999999"})
    page = answer.context["page"]
    assert (page.found, answer.context["total"].count) == ([], 0)
    assert "这个视图已删除" in answer.text
    assert not [tab for tab in page.tabs if tab["current"]]


def test_nothing_is_done_to_the_rows_of_a_view_that_is_gone(manager: Person) -> None:
    sent = {"names": "老朋友", "all": "1", "seen": "9999", "query": "view=s999999", "next": f"{LIST}?view=s999999"}
    answer = manager.client().post("/customers/taggings/", sent, follow=True)
    assert "什么也没有做" in answer.text
    asked = manager.client().post("/exports/new/customers/", {"purpose": "答谢", "query": "view=s999999"})
    assert asked.status_code == 422
    with scope(manager.actor):
        assert not Tag.objects.filter(name="老朋友").exists()
        assert not Export.objects.filter(purpose="答谢").exists()


def test_all_means_what_somebody_saw(manager: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chosen, "FEW_MORE", 1)
    browser, total = manager.client(), manager.client().get(LIST, {"view": "all"}).context["total"].count
    sent = {"names": "老朋友", "all": "1", "query": "view=all", "next": f"{LIST}?view=all"}
    grown = browser.post("/customers/taggings/", sent | {"seen": str(total - 2)}, follow=True)
    assert f"您看到的是 {total - 2} 条，现在有 {total} 条" in grown.text
    browser.post("/customers/taggings/", sent | {"seen": str(total - 1)})
    with scope(manager.actor):
        assert Tagging.objects.filter(tag__name="老朋友").count() == total


def test_a_field_that_was_switched_off_shows_nobody_instead_of_everybody(manager: Person, world: World) -> None:
    with scope(manager.actor):
        field = CustomField.objects.get(code=world.a.ids["field"])
        look = Look("all", {f"custom.{field.code}": ["某某"]})
        view = services.save(actor=manager.actor, page="customers", name="按字段", look=look)
        CustomField.objects.filter(pk=field.pk).update(active=False)
    answer = manager.client().get(LIST, {"view": f"s{view.pk}"})
    assert answer.context["page"].found == []
    assert f"这个视图用到的字段「{field.label}」已停用" in answer.text
    sent = {"names": "老朋友", "all": "1", "seen": "9999", "query": f"view=s{view.pk}", "next": LIST}
    assert "什么也没有做" in manager.client().post("/customers/taggings/", sent, follow=True).text
    typed = manager.client().get(LIST, {"view": "all", f"custom.{field.code}": "某某"})
    assert typed.context["page"].found == []


def test_a_tag_that_was_removed_is_named(manager: Person) -> None:
    answer = manager.client().get(LIST, {"view": "all", "tag": "999999"})
    assert "条件「标签」选的内容已经没有了" in answer.text


def test_saving_from_the_list_and_renewing(manager: Person) -> None:
    browser = manager.client()
    page = browser.get(LIST, {"view": "all", "kind": "company"}).context["page"]
    form = browser.get(page.save_url).context["form"]
    sent = {"name": "公司", **{key: form[key].value() for key in ("list", "at", "base", "columns", "values")}}
    answer = browser.post("/views/new/", sent)
    address = answer.headers["Location"]
    page = browser.get(f"{address}&stage=owner").context["page"]
    assert page.values["kind"] == ["company"]
    assert page.is_changed
    edit = browser.get(page.edit_url).context
    again = {key: edit["form"][key].value() for key in ("at", "base", "columns", "values")}
    browser.post(edit["view"] and f"/views/{edit['view'].pk}/", {"name": "公司", "renew": "1", **again})
    with scope(manager.actor):
        assert SavedView.objects.get(pk=edit["view"].pk).values == {"kind": ["company"], "stage": ["owner"]}


@pytest.mark.parametrize("values", ["[]", '{"kind": "company"}', '{"kind": [1]}', json.dumps({"q": ["长" * 300]})])
def test_what_no_list_sent_is_not_kept(manager: Person, values: str) -> None:
    sent = {"name": "坏的", "list": "customers", "values": values}
    assert manager.client().post("/views/new/", sent).status_code in {302, 422}
    with scope(manager.actor):
        assert not SavedView.objects.filter(name="坏的").exclude(values={}).exists()


def test_columns_chosen_in_a_saved_view_stay_with_it(manager: Person) -> None:
    view, browser = save(manager), manager.client()
    browser.get(LIST, {"view": f"s{view.pk}", "remember": "1", "cols": ["name", "source"]})
    shown = [c.key for c in browser.get(LIST, {"view": f"s{view.pk}"}).context["page"].shown]
    assert shown == ["name", "source"]
    assert "advisor" in [c.key for c in browser.get(LIST, {"view": "all"}).context["page"].shown]


def test_columns_alone_can_be_kept_and_taken_back(manager: Person) -> None:
    browser = manager.client()
    assert not browser.get(LIST, {"view": "all"}).context["page"].save_url
    browser.get(LIST, {"view": "all", "remember": "1", "cols": ["name", "source"]})
    page = browser.get(LIST, {"view": "all"}).context["page"]
    assert "columns=name%2Csource" in page.save_url
    browser.get(page.usual_columns_url)
    page = browser.get(LIST, {"view": "all"}).context["page"]
    assert not page.save_url
    assert "advisor" in [column.key for column in page.shown]


def test_a_colleagues_view_says_whose_it_is_and_a_copy_of_it_is_ones_own(manager: Person, advisor: Person) -> None:
    view = save(manager, "单位", shared=True)
    browser = advisor.client()
    page = browser.get(LIST, {"view": f"s{view.pk}"}).context["page"]
    assert [tab["preset"].owner for tab in page.tabs if tab["current"]] == [manager.actor.name]
    form = browser.get(page.save_url).context["form"]
    kept = {key: form[key].value() for key in ("list", "at", "base", "columns", "values")}
    browser.post("/views/new/", {"name": "单位", "opens": "1", **kept})
    page = browser.get(browser.get(LIST).headers["Location"]).context["page"]
    assert page.values == FIRMS.values
    assert page.edit_url


def test_the_first_click_on_what_changed_last_puts_the_newest_first(manager: Person) -> None:
    page = manager.client().get(LIST, {"view": "all"}).context["page"]
    asked = {head["column"].key: head["url"] for head in page.heads if head["url"]}
    assert asked["updated"].endswith("sort=-updated")
    assert asked["name"].endswith("sort=name")


def test_days_of_the_view_below_go_with_the_calendar(manager: Person) -> None:
    """Saved from 今后, a view begins with the day on which it is opened, not with that on which it was saved."""
    browser = manager.client()
    page = browser.get("/care/", {"view": "ahead", "trigger": "insurance"}).context["page"]
    kept = json.loads(browser.get(page.save_url).context["form"]["values"].value())
    assert kept == {"trigger": ["insurance"]}
    with scope(manager.actor):
        look = Look("ahead", kept)
        view = services.save(actor=manager.actor, page="dues", name="今后的保险", look=look)
    page = browser.get("/care/", {"view": f"s{view.pk}"}).context["page"]
    assert page.values["due_from"] == [times.today().isoformat()]
    assert not page.is_changed


def test_what_was_taken_away_from_the_view_below_stays_away(manager: Person) -> None:
    browser = manager.client()
    page = browser.get(LIST, {"view": "companies", "kind": "", "stage": "owner"}).context["page"]
    kept = json.loads(browser.get(page.save_url).context["form"]["values"].value())
    assert kept == {"kind": [""], "stage": ["owner"]}
    with scope(manager.actor):
        view = services.save(actor=manager.actor, page="customers", name="车主", look=Look("companies", kept))
    page = browser.get(LIST, {"view": f"s{view.pk}"}).context["page"]
    assert page.values == {"stage": ["owner"]}
    assert not page.is_changed
