"""Stores that worked with an older version had copies of plans: of each stays what differs, and nothing is lost."""

from __future__ import annotations

from datetime import time
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connections

from qibu.care.models import CarePolicy, Plan, PlanOverride, Step
from qibu.network.models import Organisation

upgrade = import_module("qibu.care.migrations.0009_field_by_field")
pytestmark = pytest.mark.django_db(databases=["default", "owner"])
OWNER = "owner"


@pytest.fixture
def line() -> list[Organisation]:
    """Store, region; made as the owner, who upgrades."""
    region = Organisation.objects.using(OWNER).create(code="R", name="大区", kind="region")
    return [Organisation.objects.using(OWNER).create(code="S", name="门店", parent=region), region]


def copied(organisation: Organisation, code: str = "insurance_end", **steps: dict) -> Plan:
    """As the version before made one, with what was changed in it."""
    shipped = Plan.objects.using(OWNER).get(organisation=None, code=code)
    whole = list(Step.objects.using(OWNER).filter(plan=shipped))
    shipped.pk, shipped.organisation = None, organisation
    shipped.save(using=OWNER)
    for step in whole:
        step.pk, step.plan_id, step.organisation_id = None, shipped.pk, organisation.pk
        for name, value in steps.get(step.code, {}).items():
            setattr(step, name, value)
        step.save(using=OWNER)
    return shipped


def upgraded() -> dict[tuple[int, str], dict]:
    upgrade.keep_what_differs(apps, connections[OWNER].schema_editor())
    return {(one.organisation_id, one.code): one.values for one in PlanOverride.objects.using(OWNER)}


def test_of_a_copy_stays_what_differs_from_the_one_above(line):
    store, region = line
    copied(region, before60={"offset_days": -50}, before7={"title": "最后七天"})
    copied(store, before60={"offset_days": -50}, before30={"script": "您好"})
    assert upgraded() == {
        (region.pk, "insurance_end"): {"before60.offset_days": -50, "before7.title": "最后七天"},
        (store.pk, "insurance_end"): {
            "before7.title": Step.objects.using(OWNER).get(plan__code="insurance_end", code="before7").title,
            "before30.script": "您好",
        },
    }
    assert not Plan.objects.using(OWNER).filter(organisation__isnull=False).exists()


def test_a_copy_in_which_nothing_differs_goes(line):
    copied(line[0])
    assert upgraded() == {}
    assert not Plan.objects.using(OWNER).filter(organisation__isnull=False).exists()


def test_a_copy_with_other_steps_stays_whole(line):
    own = copied(line[0])
    Step.objects.using(OWNER).filter(plan=own, code="before7").delete()
    assert upgraded() == {}
    assert Plan.objects.using(OWNER).get(pk=own.pk).steps.using(OWNER).count() == 2


def test_of_how_the_backlog_is_worked_through_stays_the_number_that_differs(line):
    store, region = line
    CarePolicy.objects.using(OWNER).create(organisation=region, daily_backlog=15, due_time=time(17))
    CarePolicy.objects.using(OWNER).create(organisation=store, daily_backlog=9, due_time=time(17))
    upgraded()
    kept = CarePolicy.objects.using(OWNER).filter(organisation__isnull=False).order_by("organisation_id")
    assert list(kept.values_list("organisation_id", "daily_backlog", "due_time")) == sorted(
        [(region.pk, None, time(17)), (store.pk, 9, None)]
    )
