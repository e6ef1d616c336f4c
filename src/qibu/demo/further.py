"""What the demo has besides people and cars: fields of its own and what the files say in them, files made twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qibu.customers.models import Customer
from qibu.customers.services.customers import register
from qibu.demo.records import Customer as Described
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network import custom
from qibu.network.models import Organisation
from qibu.network.services import actors, custom_fields
from qibu.network.services.custom_fields import Draft
from qibu.vehicles.models import Vehicle

CLUBS = (("长江骑士", "Yangtze Riders"), ("周末营地", "Weekend Camp"), ("亲子自驾", "Family Drives"))
DRINKS = ("太平猴魁", "美式咖啡", "白开水", "菊花茶")
CLUB = Draft(
    "车友会", "Owners’ club", kind="choice", place=1, listed=True,
    options=tuple({"label": word, "label_en": english} for word, english in CLUBS),
)  # fmt: skip
DRINK = Draft("爱喝什么", "Drinks", place=2, hint="到店时先倒好")
CAMERA = Draft("行车记录仪", "Dash camera", kind="yes_no", place=1)


def define(manufacturer: Organisation, stores: Iterable[Organisation]) -> None:
    """The manufacturer asks for the club, each store for what it serves and what stands in the car."""
    _define(actors.system(manufacturer), "customer", CLUB)
    for store in stores:
        _define(actors.system(store), "customer", DRINK)
        _define(actors.system(store), "vehicle", CAMERA)


def _define(actor: Actor, record: str, draft: Draft) -> None:
    with scope(actor):
        custom_fields.define(actor=actor, record=record, draft=draft)


def of_customers(actor: Actor, described: Iterable[Described], customers: Mapping[str, Customer]) -> None:
    """One in four says which club, one in three what they drink; by their number, so that it is the same each time."""
    fields = {field.row.label: field for field in custom.fields_of(actor.organisation_id, "customer")}
    if not {CLUB.label, DRINK.label} <= fields.keys():
        return
    keys = [key for key, _word in fields[CLUB.label].choices]
    for person in described:
        customer, number = customers.get(person.number), int(person.number[-6:])
        if customer is None:
            continue
        club = keys[number // 4 % len(keys)] if number % 4 == 0 else ""
        drink = DRINKS[number // 3 % len(DRINKS)] if number % 3 == 0 else ""
        custom.write(customer, {fields[CLUB.label].name: club, fields[DRINK.label].name: drink})


def of_cars(actor: Actor, vehicles: Iterable[Vehicle]) -> None:
    """The owners of every other car were asked about its camera."""
    field = next((one for one in custom.fields_of(actor.organisation_id, "vehicle")), None)
    if field is None:
        return
    for vehicle in vehicles:
        if (vehicle.vin or "0")[-1] in "02468":
            custom.write(vehicle, {field.name: "yes" if (vehicle.vin or "0")[-2] in "13579" else "no"})


def made_twice(actor: Actor, described: Iterable[Described]) -> None:
    """At a busy counter some files are made again, one with a slip in the name; one telephone is a wife’s too."""
    known = sorted((one for one in described if one.phone and len(one.name) == 3), key=lambda one: one.number)
    with scope(actor):
        for one, name in zip(known[2::4], ("{0}", "{0:.2}云", "钱素梅"), strict=False):
            values = {"kind": "person", "stage": "potential", "name": name.format(one.name), "city": one.city}
            register(actor=actor, values=values, phones=[one.phone])
