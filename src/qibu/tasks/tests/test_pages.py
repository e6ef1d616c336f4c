from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from qibu.customers.models import ContactPoint, Hold
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.models import Staff, User
from qibu.tasks.models import Clock, Escalation, Task
from qibu.tasks.selectors import workbench as reads
from qibu.tasks.selectors.calendars import calendar_of
from qibu.tasks.selectors.lists import later_of
from qibu.tasks.services import ladder
from qibu.tasks.tests import world
from qibu.ui import slots
from qibu.vehicles.models import Vehicle

pytestmark = pytest.mark.django_db
Enter = Callable[[Actor], Client]


@pytest.fixture
def enter() -> Enter:
    def sign_in(actor: Actor) -> Client:
        with scope(actor):
            user = Staff.objects.get(pk=actor.staff_id).user
        assert isinstance(user, User)
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def advisor() -> Actor:
    return world.person(world.store(), "周婷")


def result(client: Client, **fields: Any) -> Any:
    return client.post("/tasks/results/", {"result": "reached", "token": "t", **fields}, headers={"HX-Request": "true"})


def test_the_first_page_shows_the_most_urgent_call_and_masks_its_number(enter: Enter, advisor: Actor) -> None:
    with scope(advisor):
        world.task(advisor, world.customer(advisor, "刘芳"), title="续保")
        world.task(advisor, world.customer(advisor), due_at=times.now() - timedelta(hours=1))
    page = enter(advisor).get("/").content.decode()
    assert re.search(r'data-panel="\d+"[^>]*三日回访 王建国', page)
    assert "138****5678" in page and "13800005678" not in page
    assert "已逾期" in page and "两小时内" in page


def test_one_row_a_customer_the_most_urgent_reason_leading(enter: Enter, advisor: Actor) -> None:
    with scope(advisor):
        whom = world.customer(advisor)
        for hours, title in ((3, "年检"), (1, "三日回访"), (2, "续保")):
            world.task(advisor, whom, title=title, due_at=times.now() + timedelta(hours=hours))
    page = enter(advisor).get("/").content.decode()
    assert page.count("data-row=") == 1
    assert "+2 件" in page and "一个电话说完" in page
    assert page.count('name="task"') == 3


def test_a_result_saves_and_opens_the_next(enter: Enter, advisor: Actor) -> None:
    with scope(advisor):
        first = world.task(advisor, world.customer(advisor))
        second = world.task(advisor, world.customer(advisor, "刘芳"), due_at=times.now() + timedelta(hours=2))
    answer = result(enter(advisor), task=first.pk, note="好了")
    page = answer.content.decode()
    assert answer.status_code == 200 and f'data-panel="{second.pk}"' in page
    assert "已记录「三日回访」：已接通。" in page and "/undo/" in page
    with scope(advisor):
        assert Task.objects.get(pk=first.pk).note == "好了"


def test_undo_brings_the_task_back(enter: Enter, advisor: Actor) -> None:
    with scope(advisor):
        task = world.task(advisor, world.customer(advisor))
    client = enter(advisor)
    address = re.search(r'action="(/tasks/results/[\d,]+/undo/)"', result(client, task=task.pk).content.decode())
    assert address
    assert client.post(address[1]).status_code == 302
    with scope(advisor):
        assert Task.objects.get(pk=task.pk).state == Task.State.OPEN


@pytest.mark.parametrize(
    ("state", "breached", "said"),
    [
        ("done", False, "按时"), ("done", True, "超时完成"), ("expired", False, "过期没做"),
        ("expired", True, "过期没做"),
        ("cancelled", False, "提前取消"), ("cancelled", True, "超时后取消"),
    ],
)  # fmt: skip
def test_only_what_was_done_in_time_is_called_punctual(
    enter: Enter, advisor: Actor, state: str, breached: bool, said: str
) -> None:
    with scope(advisor):
        task = world.task(advisor, world.customer(advisor))
        Task.objects.filter(pk=task.pk).update(state=state, closed_at=times.now())
        now = times.now()
        Clock.objects.filter(task=task).update(stopped_at=now, breached_at=now if breached else None)
    page = enter(advisor).get(f"/tasks/{task.pk}/").content.decode()
    assert said in page
    assert ("按时" in page, 'class="clock done' in page) == (said == "按时", said == "按时")


def test_the_second_of_two_hears_who_was_first(enter: Enter, advisor: Actor) -> None:
    other = world.person(advisor.organisation_id, "李强")
    with scope(advisor):
        task = world.task(advisor, world.customer(advisor), assignee_id=None)
    assert result(enter(other), task=task.pk, token="a").status_code == 200
    answer = result(enter(advisor), task=task.pk, token="b")
    assert answer.status_code == 409
    assert "李强 在" in answer.content.decode()


def test_a_call_back_without_a_time_comes_back_with_the_reason(enter: Enter, advisor: Actor) -> None:
    with scope(advisor):
        task = world.task(advisor, world.customer(advisor))
    answer = result(enter(advisor), task=task.pk, result="call_back@pick", pick="")
    assert answer.status_code == 422
    assert "改约要选一个以后的时间。" in answer.content.decode()


def test_the_number_is_shown_for_ones_task_and_the_task_is_the_reason(enter: Enter, advisor: Actor) -> None:
    other = world.person(advisor.organisation_id, "李强")
    with scope(advisor):
        task = world.task(advisor, world.customer(advisor))
        foreign = world.task(other, world.customer(advisor, "刘芳"))
        point = ContactPoint.objects.order_by("pk")[0]
        others = ContactPoint.objects.order_by("pk")[1]
    client = enter(advisor)
    assert client.post(f"/tasks/{task.pk}/numbers/{point.pk}/").content == b"13800005678"
    assert client.post(f"/tasks/{task.pk}/numbers/{others.pk}/").status_code == 404
    assert client.post(f"/tasks/{foreign.pk}/numbers/{others.pk}/").status_code == 404
    with scope(advisor):
        entry = Entry.objects.get(type="customers.PhoneRevealed")
        assert (entry.data["task_id"], entry.actor_id) == (task.pk, advisor.staff_id)


def test_only_with_the_right_one_looks_at_a_colleagues_list(enter: Enter, advisor: Actor) -> None:
    other = world.person(advisor.organisation_id, "李强")
    lead = world.person(advisor.organisation_id, "吴经理", "service_manager")
    with scope(advisor):
        world.task(advisor, world.customer(advisor, "赵海燕"))
    asked = f"/?staff={advisor.staff_id}"
    assert "赵海燕" not in enter(other).get(asked).content.decode()
    assert "赵海燕" in enter(lead).get(asked).content.decode()


def test_people_without_a_work_list_begin_elsewhere(enter: Enter, advisor: Actor) -> None:
    auditor = world.person(advisor.organisation_id, "审计", "auditor")
    answer = enter(auditor).get("/")
    assert answer.status_code == 302 and answer["Location"] != "/"


def test_a_new_store_is_shown_the_way_to_the_import(enter: Enter, advisor: Actor) -> None:
    boss = world.person(advisor.organisation_id, "方总", "store_manager")
    way = 'href="/imports/new/"'
    assert way in enter(boss).get("/").content.decode()
    page = enter(advisor).get("/").content.decode()  # may not import
    assert "还没有任何任务" in page and way not in page
    with scope(advisor):
        world.customer(advisor)
    assert "还没有任何任务" not in enter(boss).get("/").content.decode()


def test_overdue_work_is_on_the_managers_workbench_until_the_reason_is_written(enter: Enter, advisor: Actor) -> None:
    boss = world.person(advisor.organisation_id, "方总", "store_manager")
    with scope(boss):
        world.task(advisor, world.customer(boss), category="promise", due_at=times.now() - timedelta(days=3))
        opens = calendar_of(boss.organisation_id).next_morning(times.now())
        for hours in (0, 2):
            ladder.sweep(actor=boss, now=opens + timedelta(hours=hours))
        assert Escalation.objects.filter(told_id=boss.staff_id).count() == 1
        clock = Clock.objects.get()
    client = enter(boss)
    assert "超时报到您这里" in client.get("/").content.decode()
    assert "我来处理" in client.get("/escalations/").content.decode()
    client.post(f"/clocks/{clock.pk}/taking-on/", {"next": "/escalations/"})
    page = client.get("/escalations/").content.decode()
    assert "您在处理" in page and "我来处理" not in page and "周婷" in page
    client.post(f"/clocks/{clock.pk}/breach-reason/", {"cause": "short_handed", "words": "接待排队"})
    assert "超时报到您这里" not in client.get("/").content.decode()


def test_the_paper_list_masks_numbers_unless_asked_and_written_down(enter: Enter, advisor: Actor) -> None:
    with scope(advisor):
        world.task(advisor, world.customer(advisor), due_at=times.now() - timedelta(hours=1))
    client = enter(advisor)
    assert "138****5678" in client.get("/worklist/print/").content.decode()
    assert "13800005678" in client.post("/worklist/print/").content.decode()
    with scope(advisor):
        found = set(Entry.objects.values_list("type", flat=True))
        assert {"customers.PhoneRevealed", "tasks.WorkListPrinted"} <= found


@pytest.mark.parametrize("view", ["mine", "pool", "all", "later", "done"])
def test_lists_of_tasks_answer(enter: Enter, view: str) -> None:
    boss = world.person(world.store(), "方总", "store_manager")
    with scope(boss):
        whom = world.customer(boss)
        world.task(boss, whom)
        world.task(boss, whom, assignee_id=None)
        world.task(boss, whom, state="backlog")
        world.task(boss, whom, state="done", outcome="reached", closed_at=times.now())
    assert "王建国" in enter(boss).get(f"/tasks/?view={view}").content.decode()


def test_a_task_is_made_claimed_given_and_cancelled_on_pages(enter: Enter) -> None:
    boss = world.person(world.store(), "方总", "store_manager")
    client = enter(boss)
    with scope(boss):
        whom = world.customer(boss)
        free = world.task(boss, whom, assignee_id=None)
    due = (times.now() + timedelta(days=1)).astimezone(times.ZONE).strftime("%Y-%m-%dT%H:%M")
    fields = {"kind": "promise", "title": "寄发票", "due_at": due, "customer": whom.pk, "next": "/tasks/"}
    assert client.post("/tasks/new/", fields)["Location"] == "/tasks/"
    assert client.post("/tasks/new/", {**fields, "customer": ""}).status_code == 422
    client.post("/tasks/claims/", {"id": [free.pk]})
    client.post("/tasks/assignments/", {"id": [free.pk], "staff": "", "chosen": "1", "next": "https://else.example/"})
    for address in (f"/tasks/{free.pk}/", f"/tasks/{free.pk}/?drawer=1"):
        assert client.get(address).status_code == 200
    client.post(f"/tasks/{free.pk}/cancellation/", {"reason": "车已卖"})
    with scope(boss):
        assert Task.objects.get(pk=free.pk).state == Task.State.CANCELLED
        assert Task.objects.get(title="寄发票").category == Task.Category.PROMISE
    page = client.get(f"/customers/{whom.pk}/").content.decode()
    assert "答应：寄发票" in page and "已兑现" in page


def test_how_results_read_on_the_time_line(enter: Enter, advisor: Actor) -> None:
    with scope(advisor):
        whom = world.customer(advisor)
        task = world.task(advisor, whom)
    client = enter(advisor)
    result(client, task=task.pk, result="do_not_call", note="别再打了")
    page = client.get(f"/customers/{whom.pk}/").content.decode()
    assert "不愿被打扰" in page and "别再打了" in page


@pytest.mark.parametrize(("path", "most"), [("/", 34), ("/tasks/", 18)])
def test_five_thousand_open_tasks_cost_as_many_queries_as_five(
    enter: Enter, advisor: Actor, django_assert_max_num_queries: Any, path: str, most: int
) -> None:
    with scope(advisor):
        people = [world.customer(advisor, f"客户{n}", ()) for n in range(100)]
        now = times.now()
        Task.objects.bulk_create(
            Task(
                organisation_id=advisor.organisation_id, category="due", kind="maintenance.due", title="保养",
                customer=people[n % 100], assignee_id=advisor.staff_id, due_at=now + timedelta(minutes=n),
                shown_from=now - timedelta(hours=1),
            )
            for n in range(5000)
        )  # fmt: skip
    client = enter(advisor)
    client.get(path)
    with django_assert_max_num_queries(most):
        page = client.get(path).content.decode()
    assert page.count("data-row=") == (60 if path == "/" else 50)


def test_slots_of_this_app_answer_outside_a_scope(rf: Any) -> None:
    assert slots.fill("frame.bell", rf.get("/")) == []
    assert [item.badge(rf.get("/")) for item in slots.fill("navigation", rf.get("/")) if item.key == "tasks"] == []


def test_no_number_is_given_of_whoever_wants_no_calls_unless_promised(enter: Enter, advisor: Actor) -> None:
    with scope(advisor):
        held, owed = world.customer(advisor), world.customer(advisor, "李伟", ("13900001111",))
        for whom in (held, owed):
            Hold.objects.create(
                organisation_id=advisor.organisation_id, customer=whom, reach="everything", reason="别打了",
                source="manual", placed_at=times.now(),
            )  # fmt: skip
        late = times.now() - timedelta(minutes=5)
        asked = world.task(advisor, held, due_at=late)
        promise = world.task(advisor, owed, category="promise", due_at=late)
        points = [whom.contact_points.get().pk for whom in (held, owed)]
    client = enter(advisor)
    refused = client.post(f"/tasks/{asked.pk}/numbers/{points[0]}/")
    assert refused.status_code == 422 and "不愿被打扰" in refused.content.decode()
    assert client.post(f"/tasks/{promise.pk}/numbers/{points[1]}/").content == b"13900001111"
    paper = client.post("/worklist/print/").content.decode()
    assert "不要打" in paper and "13800005678" not in paper and "13900001111" in paper


def test_work_without_a_customer_is_done_or_put_off(enter: Enter, advisor: Actor) -> None:
    with scope(advisor):
        task = world.task(advisor, None, category="other", title="盘点备件")
    client = enter(advisor)
    page = client.get("/").content.decode()
    assert 'value="reached"' in page and "call_back@" in page
    assert 'value="not_reached"' not in page and 'value="do_not_call"' not in page
    assert "已完成「盘点备件」" in result(client, task=task.pk, result="reached").content.decode()


def test_the_tile_counts_what_the_list_behind_it_shows(advisor: Actor) -> None:
    boss = world.person(advisor.organisation_id, "陈店长", "store_manager")
    with scope(boss):
        world.task(boss, None, state="backlog", assignee_id=None)
        world.task(boss, None, state="backlog", assignee_id=advisor.staff_id)
        assert reads.backlog(boss, boss.staff_id, times.now()).waiting == later_of(boss, times.now()).count() == 2
        assert reads.backlog(boss, advisor.staff_id, times.now()).waiting == 1
    with scope(advisor):
        assert reads.backlog(advisor, advisor.staff_id, times.now()).waiting == 1


def test_what_is_overdue_in_the_team_are_the_rows_behind_it(enter: Enter, advisor: Actor) -> None:
    boss, late = world.person(advisor.organisation_id, "方总", "store_manager"), times.now() - timedelta(hours=1)
    with scope(boss):
        whom = world.customer(boss)
        for title, more in (("甲", {}), ("乙", {"assignee_id": boss.staff_id}), ("池里的", {"assignee_id": None})):
            world.task(advisor, whom, title=title, due_at=late, **more)
        world.task(advisor, whom, title="还早")
    page = enter(boss).get("/team/").content.decode()
    shown = {}
    for link in re.findall(r'href="(/tasks/[^"]*late[^"]*)"', page):
        rows = _rows(enter(boss).get(unescape(link)))
        shown[link.partition("assignee=")[2]] = [title for title in ("甲", "乙", "池里的", "还早") if title in rows]
    everywhere = {"": ["甲", "乙", "池里的"], "none": ["池里的"]}
    assert shown == everywhere | {str(advisor.staff_id): ["甲"], str(boss.staff_id): ["乙"]}
    assert re.search(r"已逾期</span><b>3<", page)


def test_every_figure_of_the_team_opens_as_many_rows(enter: Enter, advisor: Actor) -> None:
    boss, now = world.person(advisor.organisation_id, "方总", "store_manager"), times.now()
    with scope(boss):
        whom = world.customer(boss)
        for whose in (advisor, boss, None):
            lies: dict[str, Any] = {"assignee_id": whose.staff_id if whose else None}
            for n in range(3):
                world.task(boss, whom, **lies, due_at=now + timedelta(hours=n - 1))
            world.task(boss, whom, **lies, category="promise")
            world.task(boss, whom, **lies, covered_for_id=advisor.staff_id if whose != advisor else boss.staff_id)
            world.task(boss, whom, **lies, shown_from=now + timedelta(days=2))
            world.task(boss, whom, **lies, state="backlog")
            closed_by = whose.staff_id if whose else None
            world.task(boss, whom, **lies, state="done", closed_at=now, closed_by_id=closed_by)
            world.task(boss, whom, **lies, state="done", closed_at=now - timedelta(days=2), closed_by_id=boss.staff_id)
            world.task(boss, whom, **lies, state="cancelled", closed_at=now, closed_by_id=boss.staff_id)
    client = enter(boss)
    page = client.get("/team/").content.decode()
    table = "".join(re.findall(r"<tbody.*?</tbody>", page, re.S))
    table = re.sub(r"</?span[^>]*>|<svg.*?</svg>", "", table, flags=re.S)
    figures = re.findall(r'href="(/tasks/[^"]*)">\s*(\d+)\s*<', table)
    figures += re.findall(r'<a href="(/tasks/[^"]*)" class="stat"><span>[^<]*</span><b>(\d+)<', page)
    assert len(figures) >= 4 + 3 * 5
    for url, figure in figures:
        assert client.get(unescape(url)).content.decode().count("data-row=") == int(figure), url
    assert dict.fromkeys(("15", "3"), True).items() <= {figure: True for _url, figure in figures}.items()


def _rows(answer: Any) -> str:
    return "".join(re.findall(r"<tbody.*?</tbody>", answer.content.decode(), re.S))


def test_rows_say_the_day_and_calls_say_the_car(enter: Enter, advisor: Actor) -> None:
    with scope(advisor):
        whom = world.customer(advisor)
        cars = [
            Vehicle.objects.create(organisation_id=advisor.organisation_id, plate=plate, series="青禾")
            for plate in ("皖B11111", "皖B22222", "皖B33333")
        ]
        for car in cars:
            world.task(
                advisor, whom, category="due", title="续保报价", vehicle=car, facts={"due_on": "2030-01-10"},
                due_at=times.now() - timedelta(minutes=5),
            )  # fmt: skip
    client = enter(advisor)
    page = client.get("/").content.decode()
    assert "2030年1月10日 周四到期" in page and all(car.plate[2:] in page.split('class="bundle"')[1] for car in cars)
    assert "续保报价 · 皖B22222 皖B33333" in client.get("/worklist/print/").content.decode()
