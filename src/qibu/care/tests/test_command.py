"""The command, from the journal to the JSON on the last line."""

import argparse
import json
from datetime import timedelta

import pytest

from qibu.care import command
from qibu.care.models import Due
from qibu.care.tests import builders
from qibu.contracts.vehicles import PolicyRecorded, VehicleRegistered
from qibu.kernel import journal, times
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation
from qibu.network.services import actors


def call(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args(arguments))


@pytest.mark.django_db(transaction=True)
def test_the_journal_is_read_before_planning_and_the_answer_is_json(capsys):
    store = Organisation.objects.create(code="TL01", name="铜陵一店")
    Organisation.objects.create(code="TL02", name="铜陵二店")
    with scope(actors.system(store)) as actor:
        car = builders.car(builders.customer())
        ends = times.today() + timedelta(days=90)
        policy = builders.policy(car, ends)
        journal.record(VehicleRegistered(vehicle_id=car.pk, subject_id=car.pk), actor=actor)
        event = PolicyRecorded(vehicle_id=car.pk, subject_id=policy.pk, kind="commercial", ends_on=ends)
        journal.record(event, actor=actor)
    day = (ends - timedelta(days=60)).isoformat()
    assert call("--on", day, "--org", "tl01", "--json") == 0
    answer = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert answer == {
        "on": day, "organisations": ["TL01"], "planned": 1, "opened": 1, "backlog": 0, "released": 0, "moved": 0,
        "cancelled": 0, "expired": 0, "by_plan": {"insurance_end": 1},
    }  # fmt: skip
    assert call("--on", day, "--json") == 0
    assert json.loads(capsys.readouterr().out)["planned"] == 0
    with scope(actor):
        assert Due.objects.get().known_on == times.today()


@pytest.mark.parametrize("arguments", [("--on", "明天"), ("--org", "XX")])
@pytest.mark.django_db
def test_what_cannot_be_meant_is_said_in_a_sentence(arguments, capsys):
    assert call(*arguments) == 2
    assert capsys.readouterr().err.strip().endswith("。")


@pytest.mark.django_db
def test_without_json_it_speaks(store, capsys):
    assert call("--on", "2027-03-01") == 0
    assert capsys.readouterr().out.startswith("2027-03-01：新计划 0 件")
