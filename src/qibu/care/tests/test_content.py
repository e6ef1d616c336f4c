from itertools import pairwise

import pytest
from django.db import connections

from qibu.care.models import CarePolicy, MaintenanceInterval, Plan, Step
from qibu.care.rules import occasions, read_audience, sections, unknown_places
from qibu.care.services import content


def test_the_shipped_plans_are_there_with_scripts_in_both_languages(actor):
    plans = {plan.code: plan for plan in Plan.objects.prefetch_related("steps")}
    assert set(plans) == {
        "visit_followup", "maintenance_due", "insurance_end", "inspection_mark", "inspection_line", "delivery_care",
        "warranty_end", "battery_warranty_end", "birthday", "spring_festival", "mid_autumn", "national_day_trip",
        "winter_care", "rainy_season", "summer_care",
    }  # fmt: skip
    for plan in plans.values():
        assert (plan.occasion in occasions()) is (plan.trigger == Plan.Trigger.CALENDAR)
        assert plan.name_en and plan.summary and plan.summary_en and read_audience(plan.audience) is not None
        for step in plan.steps.all():
            assert len(f"{plan.code}/{step.code}") <= 60
            for script in (step.script, step.script_en):
                headings = [section.heading for section in sections(script)]
                assert len(headings) == 4 and all(section.lines for section in sections(script))
                assert not unknown_places(script)


def test_the_steps_of_a_plan_hand_over_without_a_gap(actor):
    for code in ("maintenance_due", "insurance_end"):
        steps = list(Step.objects.filter(plan__code=code))
        for one, following in pairwise(steps):
            assert one.offset_days + one.valid_days == following.offset_days


def test_the_interval_of_any_car_comes_last(actor):
    last = MaintenanceInterval.objects.last()
    assert (last.series, last.energy) == ("", "")


def test_the_policy_is_shipped_once(actor):
    assert CarePolicy.objects.get().organisation_id is None


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_loading_content_again_changes_nothing():
    def picture():
        tables = (Plan, Step, MaintenanceInterval, CarePolicy)
        return [list(table.objects.using("owner").order_by("pk").values()) for table in tables]

    before = picture()
    content.load("owner")
    content.load("owner")
    assert picture() == before
    connections["owner"].close()
