"""The pages of care, as a person at work sees them."""

import re
from datetime import time, timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from qibu.care.models import CarePolicy, Due, Plan, PlanOverride, Step
from qibu.care.selectors.plans import plans
from qibu.care.services import planner
from qibu.care.services.plans import PLAN_DAY, change_policy
from qibu.care.slots import script
from qibu.care.tests import builders
from qibu.customers.models import ContactPoint
from qibu.customers.words import address
from qibu.kernel import times
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation, Staff, User
from qibu.network.services import actors
from qibu.tasks.models import Task
from qibu.vehicles.models import Vehicle

DAY = timedelta(days=1)


@pytest.fixture
def filled(store):
    """A store with fifty cars whose policies end, and its manager."""
    with scope(actors.system(store)):
        user = User.objects.create(username="boss")
        builders.staff("陈店长", user=user, roles=["store_manager"])
        cars = [builders.car(builders.customer(f"客户{n}"), purchased_on=times.today() - 700 * DAY) for n in range(50)]
        for number, car in enumerate(cars):
            builders.policy(car, times.today() + (number + 1) * DAY)
        builders.reckon(*cars, on=times.today())
    return user


@pytest.fixture
def client(filled) -> Client:
    made = Client()
    made.force_login(filled)
    return made


def posted(plan: Plan, **changes: str) -> dict[str, str]:
    found = {"active": "on"}
    for step in Step.objects.filter(plan=plan):
        for name in ("offset_days", "valid_days", "title", "script", "script_en"):
            found[f"{step.code}-{name}"] = str(getattr(step, name))
    return found | changes


def shipped(code: str) -> Plan:
    return Plan.objects.get(code=code, organisation=None)


def test_the_list_of_dues_asks_a_fixed_number_of_queries(client, django_assert_max_num_queries):
    client.get(reverse("care:dues"))
    with django_assert_max_num_queries(24):
        page = client.get(reverse("care:dues"))
    assert page.status_code == 200 and "商业险" in page.content.decode()


@pytest.mark.parametrize("view", ["month", "insurance", "inspection", "maintenance", "past"])
def test_every_view_of_the_list_opens(client, view):
    assert client.get(reverse("care:dues"), {"view": view}).status_code == 200


def test_the_month_is_printed_with_what_is_reckoned_marked(client):
    page = client.get(reverse("care:dues-print"))
    assert page.status_code == 200
    assert client.get(reverse("care:dues-print"), {"month": "1999-99"}).status_code == 200


def test_the_plans_say_what_they_do_and_where_they_come_from(client):
    page = client.get(reverse("care:plans")).content.decode()
    assert "保单到期前 60、30、7 天各联系一次" in page and "系统自带" in page


def test_a_trial_says_what_would_move_and_keeps_nothing(client, store):
    with scope(actors.system(store)) as actor:
        planner.plan(actor=actor, on=times.today())
        plan, before = shipped("insurance_end"), Task.objects.count()
        data = posted(plan, **{"before7-offset_days": "-3", "try": "1"})
    page = client.post(reverse("care:plan", args=["insurance_end"]), data)
    assert page.status_code == 200 and "件改期" in page.content.decode()
    with scope(actors.system(store)):
        assert not PlanOverride.objects.exists() and Task.objects.count() == before


def test_a_changed_plan_is_the_stores_own_until_it_inherits_again(client, store):
    url = reverse("care:plan", args=["insurance_end"])
    with scope(actors.system(store)) as actor:
        data = posted(shipped("insurance_end"), **{"before60-offset_days": "-45"})
    assert client.post(url, data).status_code == 302
    with scope(actors.system(store)) as actor:
        (living,) = [plan for plan in plans(actor) if plan.row.code == "insurance_end"]
        assert living.own and living.overrides and [step.offset_days for step in living.steps] == [-45, -30, -7]
        assert shipped("insurance_end").steps.get(code="before60").offset_days == -60
    assert "本店自定" in client.get(url).content.decode()
    back = f"{reverse('network:inherited-restore')}?kind=plan&key=insurance_end"
    assert "恢复上级" in client.get(url).content.decode() and client.post(back).status_code == 302
    with scope(actors.system(store)):
        assert not PlanOverride.objects.exists()


def _asked_to_plan() -> list[int]:
    return sorted(job.args["organisation_id"] for job in ProcrastinateJob.objects.filter(task_name=PLAN_DAY))


def test_what_changes_above_is_planned_again_wherever_it_is_inherited(client, store):
    region = Organisation.objects.create(code="R", name="华东大区", kind="region")
    Organisation.objects.filter(pk=store.pk).update(parent=region)
    Organisation.objects.create(code="X", name="不相干的店")
    url = reverse("care:plan", args=["insurance_end"])
    assert "家机构也跟着改" not in client.get(url).content.decode()
    with scope(actors.system(region)):
        chief = User.objects.create(username="chief")
        builders.staff("何经理", user=chief, roles=["store_manager"])
        data = posted(shipped("insurance_end"), **{"before60-offset_days": "-45"})
    above = Client()
    above.force_login(chief)
    assert "下面 1 家机构也跟着改" in above.get(url).content.decode()
    assert above.post(url, data).status_code == 302
    assert _asked_to_plan() == sorted([region.pk, store.pk])
    with scope(actors.system(store)) as actor:
        (living,) = [plan for plan in plans(actor) if plan.row.code == "insurance_end"]
        assert living.source == region.pk
    client.post(reverse("care:policy"), {"daily_backlog": "5", "due_time": "17:30"})
    assert _asked_to_plan() == sorted([region.pk, store.pk])  # one that waits is enough


def test_saving_without_a_change_makes_nothing_of_ones_own(client, store):
    with scope(actors.system(store)):
        data = posted(shipped("insurance_end"))
    client.post(reverse("care:plan", args=["insurance_end"]), data)
    with scope(actors.system(store)):
        assert not PlanOverride.objects.exists()


def test_a_plan_that_is_switched_off_takes_its_tasks_away(client, store):
    with scope(actors.system(store)) as actor:
        planner.plan(actor=actor, on=times.today())
        assert Task.objects.filter(kind__startswith="insurance_end", state__in=("open", "backlog")).exists()
        data = posted(shipped("insurance_end"))
    del data["active"]
    client.post(reverse("care:plan", args=["insurance_end"]), data)
    with scope(actors.system(store)) as actor:
        planner.plan(actor=actor, on=times.today())
        assert not Task.objects.filter(kind__startswith="insurance_end", state__in=("open", "backlog")).exists()


def test_a_script_with_a_place_that_nothing_fills_is_refused(client, store):
    with scope(actors.system(store)):
        data = posted(shipped("insurance_end"), **{"before7-script": "{salary}您好"})
    page = client.post(reverse("care:plan", args=["insurance_end"]), data)
    assert page.status_code == 422 and "{salary}" in page.content.decode()


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("script", "", "话术不能空"), ("script", "{customer您好", "「{customer您好」"),
        ("script", "{Customer}您好", "没有配成对"),
        ("title", "", "任务名称不能空"), ("offset_days", "-500", "最多提前 400 天"), ("valid_days", "", "不能空"),
    ],
)  # fmt: skip
def test_nonsense_in_a_step_is_refused_and_the_summary_names_the_step(client, store, field, typed, said):
    with scope(actors.system(store)):
        living = shipped("insurance_end")
        data = posted(living, **{f"before7-{field}": typed})
        step = living.steps.get(code="before7")
    page = client.post(reverse("care:plan", args=["insurance_end"]), data)
    html = page.content.decode()
    assert page.status_code == 422 and said in html and "还有 1 处要改" in html
    assert f'#id_before7-{field}">{step.title} · ' in html


def test_two_steps_on_one_day_are_pointed_out_and_the_sentence_of_a_moved_plan_is_marked(client, store):
    address = reverse("care:plan", args=["insurance_end"])
    before = client.get(address).content.decode()
    assert "那天会接到几次联系" not in before and "天数已改" not in before
    with scope(actors.system(store)):
        living = shipped("insurance_end")
        day = living.steps.get(code="before30").offset_days
        data = posted(living, **{"before7-offset_days": str(day)})
    after = client.post(address, data, follow=True).content.decode()
    assert "那天会接到几次联系" in after and "天数已改" in after
    assert "天数已改" in client.get(reverse("care:plans")).content.decode()


def test_a_line_without_a_car_says_so_and_one_without_words_of_its_own_is_as_all_cars(client, store):
    address = reverse("care:plan", args=["insurance_end"])
    nowhere = client.get(address, {"brand": "不存在"}).content.decode()
    assert "没有一台车属于这一类" in nowhere and "和「所有车」一样" in nowhere
    with scope(actors.system(store)):
        Vehicle.objects.filter(pk=Vehicle.objects.order_by("pk").first().pk).update(brand="在这里")
    assert "没有一台车属于这一类" not in client.get(address, {"brand": "在这里"}).content.decode()
    interval = reverse("care:interval")
    assert "系统自带 · 所有车" in client.get(interval, {"brand": "在这里"}).content.decode()
    assert "能源 纯电" in client.get(interval, {"energy": "electric"}).content.decode()


def test_a_field_that_was_filled_back_says_that_it_is_not_saved_yet(client, store):
    address = reverse("care:interval")
    client.post(address, {"first_km": "6000", "first_months": "6", "km": "9000", "months": "7"})
    page = client.get(address).content.decode()
    assert page.count('value="first_km" formnovalidate') == 1 and "保存后生效" not in page
    data = {"first_km": "6000", "first_months": "6", "km": "9000", "months": "7", "restore": "first_km"}
    page = client.post(address, data).content.decode()
    assert page.count("已填回上级的内容，保存后生效") == 1 and 'data-unsaved="now"' in page
    assert 'value="first_km" formnovalidate' not in page


def test_who_follows_a_change_and_who_has_a_word_of_their_own_is_named(client, store):
    for name in ("二店", "三店"):
        Organisation.objects.create(code=name, name=name, parent=store)
    with scope(actors.system(Organisation.objects.get(code="三店"))) as actor:
        change_policy(actor=actor, daily_backlog=3, due_time=time(17))
    page = client.get(reverse("care:policy")).content.decode()
    assert "1 家机构跟着变：二店。" in re.sub(r"<[^>]+>", "", page) and "不跟着变的 1 家：三店。" in page
    assert "跟着变" in client.get(reverse("care:intervals")).content.decode()


def test_the_cap_is_the_stores_to_set(client, store):
    url = reverse("care:policy")
    assert client.get(url).status_code == 200
    assert client.post(url, {"daily_backlog": "-1", "due_time": "18:00"}).status_code == 422
    assert client.post(url, {"daily_backlog": "5", "due_time": "17:30"}).status_code == 302
    with scope(actors.system(store)):
        assert CarePolicy.objects.get(organisation=store).daily_backlog == 5


def test_plans_are_for_those_who_may_change_them(client, filled, store):
    with scope(actors.system(store)):
        Staff.objects.filter(user=filled).update(roles=["service_advisor"])
    assert client.get(reverse("care:plans")).status_code == 403
    assert client.get(reverse("care:dues")).status_code == 200


def test_customers_and_cars_show_what_is_due(client, store):
    with scope(actors.system(store)):
        due = Due.objects.filter(trigger="insurance").order_by("due_on").first()
    assert "商业险" in client.get(reverse("customers:list"), {"due": "insurance-30"}).content.decode()
    assert "商业险" in client.get(reverse("vehicles:detail", args=[due.vehicle_id])).content.decode()


def test_the_script_of_a_task_has_its_facts_in_their_places(store, rf):
    with scope(actors.system(store)) as actor:
        car = builders.car(builders.customer("李伟"))
        builders.policy(car, times.today() + 60 * DAY)
        builders.reckon(car, on=times.today())
        planner.plan(actor=actor, on=times.today())
        request = rf.get("/")
        request.actor, request.places = actor, []
        said, beside = script(request, Task.objects.select_related("customer", "vehicle").get())
        assert said.paragraphs[0].startswith("李伟您好") and car.plate in said.paragraphs[0]
        assert f"您的爱车（{car.plate}），商业险到" in said.paragraphs[0]
        assert said.questions and [part.heading for part in beside.context["parts"]] == ["能帮的", "不要说"]


def test_who_works_in_two_stores_says_the_name_of_the_one_they_are_in(store, rf):
    with scope(actors.system(store)) as actor:
        car = builders.car(builders.customer("李伟"))
        builders.policy(car, times.today() + 60 * DAY)
        builders.reckon(car, on=times.today())
        planner.plan(actor=actor, on=times.today())
        request = rf.get("/")
        request.actor, request.places = actor, [
            SimpleNamespace(organisation_id=number, organisation=name)
            for number, name in ((store.pk + 1, "另一家店"), (store.pk, "这家店"))
        ]  # fmt: skip
        said, _beside = script(request, Task.objects.select_related("customer", "vehicle").get())
    assert "这家店" in said.paragraphs[0] and "另一家店" not in said.paragraphs[0]


@pytest.mark.parametrize(
    ("name", "gender", "said"),
    [
        ("王建国", "male", "王先生"),
        ("欧阳娜", "female", "欧阳女士"),
        ("李伟", "", "李伟"),
        ("Smith", "male", "Smith"),
        ("王先生", "male", "王先生"),
    ],
)
def test_people_are_addressed_by_surname_where_their_gender_is_known(name, gender, said):
    assert address(name, gender) == said


def test_at_a_firm_the_contact_is_greeted(store, rf):
    with scope(actors.system(store)) as actor:
        firm = builders.customer("芜湖通达物流有限公司", kind="company")
        car = builders.car(firm)
        builders.policy(car, times.today() + 60 * DAY)
        builders.reckon(car, on=times.today())
        planner.plan(actor=actor, on=times.today())
        assert _opening(actor, rf).startswith("芜湖通达物流有限公司您好")
        ContactPoint.objects.create(
            organisation=store, customer=firm, person="周婷", value="13800005678", masked="138****5678",
            hash=b"1" * 16,
        )  # fmt: skip
        assert _opening(actor, rf).startswith("周婷您好")


def _opening(actor, rf):
    request = rf.get("/")
    request.actor, request.places = actor, []
    return script(request, Task.objects.select_related("customer", "vehicle").get())[0].paragraphs[0]
