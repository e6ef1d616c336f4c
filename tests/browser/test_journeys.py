"""A working day in a real browser: by keyboard, by thumb, with errors, with a session that runs out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from personas import PASSWORD, Person, World, phone_of, plate_of
from qibu.customers.models import Customer
from qibu.kernel import times
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.rules import Role
from qibu.tasks.models import Clock, Escalation, Task

pytestmark = pytest.mark.browser
HANDSET = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def told(world: World, outside: Callable[..., Any], event: str) -> int:
    """How often store A's journal tells of it."""

    def count() -> int:
        with scope(world.a.actor):
            return Entry.objects.filter(type=event).count()

    return int(outside(count))


def opened(page: Page) -> str:
    return page.locator("[data-row][data-open]").get_attribute("data-row") or ""


def test_the_advisors_morning_by_keyboard(open_page: Any, peopled: World, outside: Any) -> None:
    page, keys = open_page(peopled.a.people[Role.SERVICE_ADVISOR]), None
    before = told(peopled, outside, "tasks.TaskTried")
    page.goto("/")
    rows, keys = page.locator("[data-row]"), page.keyboard
    expect(rows.first).to_have_attribute("data-open", "")
    first, second = (rows.nth(n).get_attribute("data-row") for n in (0, 1))

    keys.press("j")
    expect(page.locator("#panel")).to_have_attribute("data-panel", str(second))
    keys.press("k")
    expect(page.locator("#panel")).to_have_attribute("data-panel", str(first))

    # What the browser or a script made of an element's size is not carried over: the policy would refuse the style.
    page.locator("#note").evaluate("note => { note.style.blockSize = '120px'; }")
    answered = page.locator("#panel [name=task]").count()  # one call for all that a customer is called about
    keys.press("1")
    expect(page.locator("#panel")).not_to_have_attribute("data-panel", str(first))
    expect(page.locator("#toasts")).to_contain_text("已接通")
    assert told(peopled, outside, "tasks.TaskTried") == before + answered

    keys.press("u")
    expect(page.locator("#toasts")).to_contain_text("已撤销")
    expect(page.locator("#panel")).to_have_attribute("data-panel", str(first))

    keys.press("2")
    expect(page.locator("#toasts")).to_contain_text("未接通")
    keys.press("n")
    expect(page.get_by_label("要做什么")).to_be_visible()


def test_a_car_is_transferred_and_taken_back_by_keyboard(open_page: Any, peopled: World, outside: Any) -> None:
    page, keys = open_page(peopled.a.people[Role.STORE_MANAGER]), None
    car, seller, buyer = peopled.a.cars[2], peopled.a.customers[2], peopled.a.customers[3]
    page.goto(reverse("vehicles:detail", args=[car.pk]))
    keys, middle = page.keyboard, page.locator("main")
    expect(middle.get_by_role("link", name=seller.name).first).to_be_visible()

    keys.press("t")
    reason = page.get_by_label("过户原因")
    expect(reason).to_be_visible()
    reason.focus()
    keys.press("ArrowDown")
    page.get_by_label("新车主", exact=True).focus()
    keys.type(buyer.name)
    expect(page.get_by_role("radio").first).to_be_visible()
    keys.press("Tab")
    keys.press("Space")
    expect(page.get_by_role("radio").first).to_be_checked()
    keys.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("已过户")
    expect(middle.get_by_role("link", name=buyer.name).first).to_be_visible()
    expect(middle.get_by_text("前任车主").first).to_be_visible()
    expect(middle.get_by_text(seller.name)).to_have_count(0)

    keys.press("u")
    expect(page.locator("#toasts")).to_contain_text("过户已撤销")
    expect(middle.get_by_role("link", name=seller.name).first).to_be_visible()
    expect(middle.get_by_text("前任车主")).to_have_count(0)
    assert told(peopled, outside, "vehicles.TransferUndone") == 1


def make_late(peopled: World, person: Person) -> int:
    """One of the person's open tasks, thirty hours over its time."""
    with scope(peopled.a.actor):
        rows = Task.objects.filter(assignee_id=person.actor.staff_id, state="open", customer__isnull=False)
        task = rows.order_by("due_at", "pk").last()
        assert task is not None
        late = times.now() - timedelta(hours=30)
        Task.objects.filter(pk=task.pk).update(due_at=late, shown_from=late - timedelta(hours=1), attempts=0)
        Clock.objects.filter(task=task).update(due_at=late, started_at=late - timedelta(hours=1))
        return int(task.pk)


def test_a_late_task_is_done_by_two_keys_and_its_reason_stays(
    open_page: Any, peopled: World, outside: Any
) -> None:
    advisor = peopled.a.people[Role.SERVICE_ADVISOR]
    number = outside(lambda: make_late(peopled, advisor))
    page = open_page(advisor)
    page.goto(f"/?task={number}")
    panel, why = page.locator("#panel"), page.locator("#why")
    expect(why).to_be_hidden()
    page.keyboard.press("1")
    expect(why).to_be_visible()
    page.keyboard.press("Escape")
    expect(why).to_be_hidden()
    page.keyboard.press("1")
    page.keyboard.press("5")
    expect(panel).not_to_have_attribute("data-panel", str(number))
    expect(page.locator("#toasts")).to_contain_text("已接通")

    def reason() -> str:
        with scope(peopled.a.actor):
            return str(Clock.objects.filter(task_id=number).get().breach_cause)

    assert outside(reason) == "forgotten"


def test_a_late_result_waits_for_its_words_and_no_key_loses_it(open_page: Any, peopled: World, outside: Any) -> None:
    advisor = peopled.a.people[Role.SERVICE_ADVISOR]
    number = outside(lambda: make_late(peopled, advisor))
    page = open_page(advisor)
    page.goto(f"/?task={number}")
    why, words, fault = page.locator("#why"), page.locator("[data-why-words]"), page.locator("#words-fault")
    page.keyboard.press("1")
    expect(why).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    expect(why).to_be_visible()
    expect(page.locator("#panel")).to_have_attribute("data-panel", str(number))
    assert page.url.endswith(f"/?task={number}")

    page.keyboard.press("6")
    page.keyboard.press("Enter")
    expect(fault).to_be_visible()
    expect(words).to_be_focused()
    page.keyboard.type("new")
    expect(words).to_have_value("new")
    expect(fault).to_be_hidden()

    words.fill("")
    page.keyboard.type("客户改了时间")
    page.keyboard.press("Enter")
    expect(page.locator("#panel")).not_to_have_attribute("data-panel", str(number))

    def reason() -> tuple[str, str]:
        with scope(peopled.a.actor):
            clock = Clock.objects.filter(task_id=number).get()
            return clock.breach_cause, clock.breach_reason.strip()

    assert outside(reason) == ("other", "客户改了时间")


def test_the_bell_counts_by_itself_and_the_title_says_it(open_page: Any, peopled: World, outside: Any) -> None:
    manager, page = peopled.a.manager, open_page(peopled.a.manager)
    page.goto("/team/")
    bell = page.locator(".top [data-bell] .bell")
    before = bell.get_attribute("aria-label")

    def climb() -> None:
        with scope(peopled.a.actor):
            clock = Clock.objects.filter(stopped_at=None, task__assignee__isnull=False).latest("pk")
            clock.task = Task.objects.create(
                organisation_id=clock.organisation_id, title="回电", kind="todo", category="other",
                due_at=clock.due_at, assignee_id=manager.actor.staff_id,
            )
            clock.pk = None
            clock.save()
            Escalation.objects.create(
                organisation_id=clock.organisation_id, clock=clock, rung=1, told_id=manager.actor.staff_id,
                at=times.now(),
            )

    outside(climb)
    page.evaluate("document.dispatchEvent(new Event('bell:look'))")
    expect(bell).not_to_have_attribute("aria-label", before or "")
    expect(bell.locator("b")).to_be_visible()
    expect(page).to_have_title(re.compile(r"^\(\d+\) "))


def test_a_customer_is_found_by_pinyin_and_the_number_is_shown_on_record(
    open_page: Any, peopled: World, outside: Any
) -> None:
    page, customer = open_page(peopled.a.people[Role.SERVICE_ADVISOR]), peopled.a.customers[2]
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("zhangwei")
    expect(page.locator("#palette [role=option]").filter(has_text=customer.name)).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/customers/{customer.pk}/"))
    expect(page.get_by_role("heading", name=customer.name).first).to_be_visible()
    expect(page.get_by_text(plate_of(1, 2)[2:]).first).to_be_visible()

    before = told(peopled, outside, "customers.PhoneRevealed")
    number = phone_of(1, 2)
    expect(page.get_by_text(number)).to_have_count(0)
    reveal(page)
    expect(page.get_by_text(number).first).to_be_visible()
    assert told(peopled, outside, "customers.PhoneRevealed") == before + 1


def reveal(page: Page) -> None:
    """The number is shown for a reason, of which one is chosen already."""
    page.locator("[data-reveal-host] summary").first.click()
    page.get_by_role("button", name="显示 30 秒").first.click()


def test_the_same_work_by_thumb(open_page: Any, peopled: World) -> None:
    page = open_page(peopled.a.people[Role.SERVICE_ADVISOR], **HANDSET)
    page.goto("/")
    row = page.locator("[data-row]").last
    number = row.get_attribute("data-row")
    row.tap()
    expect(page.locator("#panel")).to_have_attribute("data-panel", str(number))
    button = page.get_by_role("button", name="已接通")
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 40, "too small for a thumb"
    button.tap()
    expect(page.locator(f"[data-row='{number}']")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page moves sideways"


def test_a_refused_form_keeps_what_was_typed_and_a_closed_one_its_draft(
    open_page: Any, peopled: World
) -> None:
    page = open_page(peopled.a.manager)
    page.goto("/customers/new/")
    page.locator("[name=name]").fill("马骁")
    page.locator("[name=phone]").fill("1380553")
    page.locator("[name=hobbies]").fill("钓鱼")
    page.get_by_role("button", name="建立档案").click()
    expect(page.locator("[name=phone]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=hobbies]")).to_have_value("钓鱼")

    page.locator("[name=phone]").fill("13805538868")
    expect(page.locator("[data-draft-note]").first).not_to_be_empty()
    page.goto("/settings/")
    page.goto("/customers/new/")
    expect(page.locator("[name=hobbies]")).to_have_value("钓鱼")
    page.get_by_role("button", name="建立档案").click()
    expect(page.get_by_role("heading", name="马骁").first).to_be_visible()

    page.goto(page.url.split("?")[0] + "edit/")
    page.locator("[name=city]").fill("芜湖")
    page.get_by_role("button", name="保存").first.click()
    expect(page.get_by_text("已保存").first).to_be_visible()


def test_a_leaving_consultant_hands_everything_over(open_page: Any, peopled: World) -> None:
    page, leaving = open_page(peopled.a.manager), peopled.a.people[Role.SALES_CONSULTANT].actor
    advisor = peopled.b  # nothing of the other store is offered
    page.goto(f"{reverse('network:handover-new')}?giver={peopled.a.ids['advisor']}")
    names = page.locator(".takers li").all_inner_texts()
    assert not any(person.name in name for person in advisor.people.values() for name in names)
    page.locator(f"[name=takers][value='{leaving.staff_id}']").check()
    page.locator("[name=reason]").fill("休产假")
    page.get_by_role("button", name="交接", exact=True).click()
    page.get_by_role("button", name="确定交接").click()
    expect(page).to_have_url(re.compile(reverse("network:handovers") + r"\d+/$"))
    expect(page.get_by_text("休产假")).to_be_visible()
    page.goto(f"/customers/{peopled.a.customers[1].pk}/")
    expect(page.get_by_text(leaving.name).first).to_be_visible()


def test_a_portfolio_is_shared_out_by_shares_and_taken_back(
    open_page: Any, peopled: World, outside: Any
) -> None:
    page, store = open_page(peopled.a.manager), peopled.a
    giver, first, second = (
        store.people[role].actor.staff_id for role in (Role.SALES_CONSULTANT, Role.SERVICE_ADVISOR, Role.SALES_MANAGER)
    )

    def held() -> dict[int, int]:
        with scope(store.actor):
            whose = Customer.objects.filter(advisor__isnull=False).values_list("advisor_id", flat=True)
            return dict(Counter(whose))

    before = outside(held)
    assert before[giver] >= 2
    page.goto(f"{reverse('network:handover-new')}?giver={giver}")
    for taker, share in ((first, "2"), (second, "1")):
        page.locator(f"[name=takers][value='{taker}']").check()
        expect(page.locator(f"[name=share_{taker}]")).to_be_hidden()
        page.get_by_text("按比例分").click()
        page.locator(f"[name=share_{taker}]").fill(share)
        page.get_by_text("平均分").click()
    page.get_by_text("按比例分").click()
    page.locator("[name=reason]").fill("调岗")
    page.get_by_role("button", name="先看怎么分").click()
    expect(page.get_by_text("会这样分")).to_be_visible()
    assert outside(held) == before
    page.get_by_role("button", name="确定交接").click()
    expect(page.get_by_role("heading", name="的交接")).to_be_visible()
    after = outside(held)
    assert giver not in after and sum(after.values()) == sum(before.values())
    page.get_by_role("button", name="撤销交接").click()
    page.get_by_role("dialog").get_by_role("button", name="撤销", exact=True).click()
    expect(page.get_by_text("撤销了这次交接")).to_be_visible()
    assert outside(held) == before


def test_sign_in_says_what_is_wrong_and_an_ended_session_loses_nothing(
    open_page: Any, peopled: World
) -> None:
    page = open_page()
    page.goto("/customers/new/")
    expect(page).to_have_url(re.compile("/sign-in/"))
    page.locator("[name=username]").fill(peopled.a.manager.user.username)
    page.locator("[name=password]").fill("falsch")
    page.keyboard.press("Enter")
    expect(page.get_by_text("登录名或密码不对")).to_be_visible()
    expect(page.locator("[name=username]")).to_have_value(peopled.a.manager.user.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/customers/new/"))

    page.locator("[name=name]").fill("牛得草")
    expect(page.locator("[data-draft-note]").first).not_to_be_empty()
    page.context.clear_cookies(name="qibu_session")
    page.get_by_role("button", name="建立档案").click()
    expect(page).to_have_url(re.compile("/sign-in/"))
    page.locator("[name=username]").fill(peopled.a.manager.user.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/customers/new/"))
    expect(page.locator("[name=name]")).to_have_value("牛得草")


def kept(page: Page) -> str:
    """All that the browser holds of drafts, beyond the tab."""
    return str(page.evaluate("JSON.stringify(Object.entries(localStorage).filter(([key]) => key.includes('draft')))"))


def begin_a_file(page: Page, name: str) -> None:
    page.goto("/customers/new/")
    page.locator("[name=name]").fill(name)
    page.locator("[name=phone]").fill("13805538868")
    page.locator("[name=hobbies]").fill("打 138 0553 8868 约钓鱼")
    page.locator("[name=city]").fill("芜湖")
    expect(page.locator("[data-draft-note]").first).not_to_be_empty()
    page.wait_for_function("Object.values(localStorage).some((text) => text.includes('芜湖'))")


def sign_in(page: Page, username: str) -> None:
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("/sign-in/"))


def test_numbers_in_a_draft_end_with_the_tab(open_page: Any, peopled: World) -> None:
    page = open_page(peopled.a.manager)
    begin_a_file(page, "司马光")
    assert "司马光" in kept(page) and "8868" not in kept(page)
    page.reload()
    expect(page.locator("[name=phone]")).to_have_value("13805538868")
    expect(page.locator("[name=hobbies]")).to_have_value("打 138 0553 8868 约钓鱼")
    other = page.context.new_page()
    page.close()
    other.goto("/customers/new/")
    expect(other.locator("[name=name]")).to_have_value("司马光")
    expect(other.locator("[name=phone]")).to_have_value("")
    expect(other.locator("[name=hobbies]")).to_have_value("")


def test_drafts_go_with_the_one_who_signs_out(open_page: Any, peopled: World) -> None:
    page, manager = open_page(), peopled.a.manager.user.username
    page.goto("/sign-in/")
    sign_in(page, manager)
    begin_a_file(page, "欧阳修")
    page.evaluate("document.querySelector('form[action$=\"/sign-out/\"]').submit()")
    expect(page).to_have_url(re.compile("because=out"))
    assert kept(page) == "[]"
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.includes('draft')).length") == 0
    sign_in(page, manager)
    page.goto("/customers/new/")
    expect(page.locator("[name=name]")).to_have_value("")


def test_drafts_go_when_another_person_signs_in(open_page: Any, peopled: World) -> None:
    page = open_page()
    page.goto("/sign-in/")
    sign_in(page, peopled.a.manager.user.username)
    begin_a_file(page, "王安石")
    page.context.clear_cookies(name="qibu_session")  # the session runs out
    page.goto("/sign-in/")
    assert "王安石" in kept(page)  # it may be the same person who comes back
    sign_in(page, peopled.a.people[Role.SERVICE_ADVISOR].user.username)
    assert kept(page) == "[]"


def test_a_list_is_worked_by_keyboard_kept_as_a_view_changed_at_once_and_taken_back(
    open_page: Any, peopled: World
) -> None:
    page = open_page(peopled.a.manager)
    page.goto("/customers/?view=all&kind=person")
    page.keyboard.press("v")
    expect(page.locator(".drawer [name=name]")).to_be_focused()
    page.keyboard.type("个人客户")
    page.keyboard.press("Enter")
    expect(page.locator(".views [aria-current]")).to_have_text("个人客户")

    page.get_by_label("选择本页").check()
    page.get_by_role("button", name="打标签").click()
    page.locator(".drawer [name=names]").fill("年底答谢")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("打标签「年底答谢」：改了")
    expect(page.locator(".views [aria-current]")).to_have_text("个人客户")
    page.keyboard.press("u")
    expect(page.locator("#toasts")).to_contain_text("已撤销「打标签『年底答谢』」")


def test_rows_leave_with_a_purpose_and_a_colleagues_word(open_page: Any, peopled: World, worker: None) -> None:
    lead, head = (open_page(peopled.a.people[role]) for role in (Role.SERVICE_MANAGER, Role.STORE_MANAGER))
    lead.goto("/customers/?view=all")
    lead.get_by_role("link", name="导出", exact=True).click()
    lead.locator("[name=purpose]").fill("年底答谢会")
    lead.keyboard.press("Enter")
    with lead.expect_download() as taken:
        lead.get_by_role("button", name="下载表格").click()
    assert taken.value.suggested_filename.endswith(".xlsx")

    waiting = peopled.a.ids["export"]  # of 300 rows, asked for by the sales manager
    head.goto(f"/exports/{waiting}/")
    head.get_by_role("button", name="同意导出").click()
    expect(head.locator("#toasts")).to_contain_text("已同意")
    seller = open_page(peopled.a.people[Role.SALES_MANAGER])
    seller.goto(f"/exports/{waiting}/")
    expect(seller.get_by_role("button", name="下载表格")).to_be_visible()


def test_x_ticks_the_row_that_is_open_and_the_bar_counts_it(open_page: Any, peopled: World) -> None:
    page = open_page(peopled.a.manager)
    page.goto("/customers/?view=all")
    page.keyboard.press("j")
    expect(page.locator("[data-row][data-open]")).to_have_count(1)
    page.keyboard.press("x")
    expect(page.locator("[data-row][data-open] input[name=id]")).to_be_checked()
    expect(page.locator("[data-batch-count]")).to_have_text("已选 1 项")
    page.keyboard.press("x")
    expect(page.locator("[data-row] input[name=id]:checked")).to_have_count(0)
