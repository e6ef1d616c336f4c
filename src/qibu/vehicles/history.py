"""What this area itself knows of a car's history. Of people it names those who have a part in the car today."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.ui import formats
from qibu.vehicles import selectors
from qibu.vehicles.extras import Moment
from qibu.vehicles.models import Reading, Vehicle
from qibu.vehicles.selectors.transfers import transfers_of

BY_VISITS = ("visit", "import")
READINGS = 30


def of_car(actor: Actor, vehicle_id: int) -> list[Moment]:
    vehicle = Vehicle.objects.defer("sheet").get(pk=vehicle_id)
    return [
        *_papers(vehicle), *_parts(actor, vehicle_id), *_taken_back(vehicle_id), *_policies(vehicle_id),
        *_readings(vehicle_id),
    ]  # fmt: skip


def _papers(vehicle: Vehicle) -> Iterator[Moment]:
    if vehicle.purchased_on:
        yield Moment(vehicle.purchased_on, _("购车"), "car", selectors.title_of(vehicle), id=-1)
    if vehicle.registered_on:
        yield Moment(vehicle.registered_on, _("上牌"), "file", vehicle.plate)


def _parts(actor: Actor, vehicle_id: int) -> Iterator[Moment]:
    for part in selectors.parts_of(actor, vehicle_id):
        words = {"role": part.role_label, "name": part.name}
        if part.since:
            yield Moment(part.since, _("成为{role}：{name}").format(**words), "user", id=part.id)
        if part.until:
            yield Moment(part.until, _("不再是{role}：{name}").format(**words), "swap", part.how, id=part.id)


def _taken_back(vehicle_id: int) -> Iterator[Moment]:
    """The parts stand as before; that somebody thought otherwise for a while is told without names."""
    for one in transfers_of(vehicle_id):
        if one.undone_at is None:
            continue
        text = _("{day} 的过户").format(day=formats.day(one.on)) + f" · {one.get_reason_display()}"
        by = one.undone_by.name if one.undone_by else ""
        page = reverse("vehicles:transferred", args=[vehicle_id, one.pk])
        yield Moment(times.day_of(one.undone_at), _("过户已撤销"), "undo", text, by, page, one.pk)


def _policies(vehicle_id: int) -> Iterator[Moment]:
    for policy in selectors.policies_of(vehicle_id):
        day = policy.starts_on or times.day_of(policy.created_at)
        text = _("保障到 {day}").format(day=formats.day(policy.ends_on))
        title = f"{policy.get_kind_display()} {policy.insurer}".strip()
        yield Moment(day, title, "shield", text, id=policy.pk)


def _readings(vehicle_id: int) -> Iterator[Moment]:
    rows = Reading.objects.filter(vehicle_id=vehicle_id).exclude(source__in=BY_VISITS).order_by("-on", "-pk")
    for reading in rows[:READINGS]:
        title = _("里程 {km} 公里").format(km=formats.number(reading.km))
        yield Moment(reading.on, title, "history", reading.reason, id=reading.pk)
