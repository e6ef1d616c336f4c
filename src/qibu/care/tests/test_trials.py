"""What a change above would do below is counted there, by figures, and leaves nothing behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from qibu.care.models import PlanOverride
from qibu.care.selectors.plans import Book
from qibu.care.services import planner, trials
from qibu.care.services import plans as acts
from qibu.care.services.plans import PlanEdit
from qibu.care.services.trials import Tried
from qibu.care.tests import builders
from qibu.customers.models import Customer
from qibu.kernel import times
from qibu.kernel.scoping import ScopeError, scope, tried_in
from qibu.network.models import Organisation, Staff, User
from qibu.network.services import actors
from qibu.tasks.models import Task

DAY = timedelta(days=1)
CODE = "insurance_end"


@pytest.fixture
def network(db) -> dict[str, Organisation]:
    """A manufacturer, two stores below its region with three and two open tasks each, one store that says it itself."""
    top = Organisation.objects.create(code="M", name="厂家", kind="manufacturer")
    region = Organisation.objects.create(code="R", name="大区", kind="region", parent=top)
    found = {"top": top, "region": region}
    for name, cars in (("a", 3), ("b", 2), ("otherwise", 1)):
        found[name] = Organisation.objects.create(code=name, name=f"门店{name}", parent=region)
        with scope(actors.system(found[name])) as actor:
            for number in range(cars):
                car = builders.car(builders.customer(f"客户{name}{number}"))
                builders.policy(car, times.today() + 60 * DAY)
                builders.reckon(car, on=times.today())
            planner.plan(actor=actor, on=times.today())
    with scope(actors.system(found["otherwise"])) as actor:
        acts.change(actor=actor, code=CODE, edit=edit(actor, before60={"offset_days": -58}))
        planner.plan(actor=actor, on=times.today())
    return found


def edit(actor, *, active: bool = True, **steps) -> PlanEdit:
    living = Book(actor.organisation_id).living(CODE)
    return PlanEdit(active, steps, living.version)


def picture(network) -> dict[str, list[tuple[int, str]]]:
    found = {}
    for name, organisation in network.items():
        with scope(actors.system(organisation)):
            found[name] = sorted(Task.objects.values_list("pk", "state"))
    return found


@pytest.fixture
def chief(network) -> Client:
    with scope(actors.system(network["top"])):
        user = User.objects.create(username="chief")
        builders.staff("何经理", user=user, roles=["network_manager"])
    made = Client()
    made.force_login(user)
    return made


def test_a_plan_switched_off_above_is_counted_in_every_store_below(network):
    before = picture(network)
    with scope(actors.system(network["top"])) as actor:
        found = acts.preview(actor=actor, code=CODE, edit=edit(actor, active=False))
        assert not PlanOverride.objects.exists()
    assert (found.reach, found.places, found.touched, found.cancelled) == (5, 5, 3, 6)
    there = {place.organisation_id: place.cancelled for place in found.changed}
    assert sum(there.values()) == 6 and set(there) <= {one.pk for one in network.values()}
    assert len(found.unchanged) == 2 and not set(found.unchanged) & set(there)
    assert picture(network) == before


def test_a_store_with_a_word_of_its_own_is_not_touched(network):
    with scope(actors.system(network["region"])) as actor:
        found = acts.preview(actor=actor, code=CODE, edit=edit(actor, before60={"offset_days": -40}))
    assert (found.touched, found.cancelled + found.moved + found.expired) == (2, 5)


def test_a_large_network_is_gone_through_bit_by_bit_with_the_same_sum(network, monkeypatch):
    with scope(actors.system(network["top"])) as actor:
        change = edit(actor, active=False)
        whole = acts.preview(actor=actor, code=CODE, edit=change)
        monkeypatch.setattr(trials, "PATIENCE", -1)
        found, rounds = Tried(reach=5), 0
        while found.rest:
            found = acts.preview(actor=actor, code=CODE, edit=change, so_far=Tried.read(found.so_far))
            rounds += 1
    assert (found, rounds) == (whole, 5)


@pytest.mark.parametrize("text", ["", "1", "x.0.0.0.0.0.5", "1.2.3.4.5.6", "5.5|1.2.3", "9" * 30 + ".1", "²"])
def test_anything_else_than_a_sum_begins_anew(text):
    assert Tried.read(text) == Tried()


def test_the_manufacturer_sees_figures_and_no_customer(network, chief):
    with scope(actors.system(network["top"])) as actor:
        version = Book(actor.organisation_id).living(CODE).version
    with scope(actors.system(network["a"])):
        names = list(Customer.objects.values_list("name", flat=True))
    data = {"version": version, "try": "1", **_posted(network["top"])}
    page = chief.post(reverse("care:plan", args=[CODE]), data).content.decode()
    assert "这里和下面 4 家机构都算过了，3 家的任务会变。" in page and "6 件取消" in page
    assert "门店a：" in page and "不变：" in page
    assert names and not any(name in page for name in names)


def _posted(organisation) -> dict[str, str]:
    """The whole form, with the plan switched off."""
    with scope(actors.system(organisation)):
        steps = Book(organisation.pk).living(CODE).steps
        return {
            f"{step.code}-{name}": str(getattr(step, name))
            for step in steps
            for name in ("offset_days", "valid_days", "title", "script", "script_en")
        }


def test_nothing_can_be_left_behind_in_another_organisation(network):
    with scope(actors.system(network["top"])):
        with tried_in(actors.system(network["a"])):
            Staff.objects.create(organisation=network["a"], name="不该留下")
            assert Staff.objects.filter(name="不该留下").exists()
        assert Organisation.objects.get(pk=network["top"].pk) and not Customer.objects.exists()
        with pytest.raises(ScopeError), scope(actors.system(network["a"])):
            pass
    with scope(actors.system(network["a"])):
        assert not Staff.objects.filter(name="不该留下").exists()


# The page of all that is inherited --------------------------------------------------------------
def test_above_one_sees_who_uses_what_and_who_has_it_otherwise(network, chief):
    page = chief.get(reverse("network:inherited")).content.decode()
    assert "4 家在用，1 家有改动" in page and "另有改动：门店otherwise" in page
    assert "门店a" not in page


def test_before_something_is_restored_one_sees_what_changes(network):
    with scope(actors.system(network["otherwise"])):
        user = User.objects.create(username="boss")
        builders.staff("陈店长", user=user, roles=["store_manager"])
    client = Client()
    client.force_login(user)
    overview = client.get(reverse("network:inherited")).content.decode()
    assert "本店改了 1 项" in overview and "家在用" not in overview
    address = f"{reverse('network:inherited-restore')}?kind=plan&key={CODE}"
    page = client.get(address).content.decode()
    assert "-58" in page and "-60" in page and "1 件改期" in page
    assert client.post(address).status_code == 302
    with scope(actors.system(network["otherwise"])):
        assert not PlanOverride.objects.exists()
    assert "没有改动" in client.get(address).content.decode()


NOWHERE = ["", "?kind=plan", "?kind=nothing&key=x", "?kind=plan&key=gone", "?kind=field&key=a/b"]


@pytest.mark.parametrize("asked", NOWHERE)
def test_what_does_not_exist_cannot_be_restored(chief, asked):
    assert chief.get(reverse("network:inherited-restore") + asked).status_code == 404
