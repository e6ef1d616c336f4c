"""Pages and forms of cars."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from qibu.customers import selectors as customers
from qibu.kernel import times
from qibu.network import custom
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.ui import formats
from qibu.vehicles import errors, extras, forms, selectors, transfer_parts
from qibu.vehicles.acts import FormAct, gone, to
from qibu.vehicles.models import Ownership, Policy, Vehicle
from qibu.vehicles.selectors import transfers as reading
from qibu.vehicles.services import newcomers, ownerships, policies, readings, transfers, vehicles

Role = Ownership.Role
RECENT = 15  # of a car's history; what is earlier is folded
FIELDS = tuple(name for name in forms.VehicleForm.base_fields if name not in {"version", "owner"})


def page_of(vehicle_id: int) -> str:
    return reverse("vehicles:detail", args=[vehicle_id])


@require_GET
def detail(request: Request, pk: int) -> HttpResponse:
    vehicle = selectors.car_or_404(request.actor, pk)
    (car,) = selectors.furnished(request.actor, {pk: selectors.Car(vehicle)})
    parts, history = selectors.parts_of(request.actor, pk), extras.history_of(request.actor, pk)
    context = {
        "car": car, "vehicle": vehicle, "heading": car.title or vehicle.plate,
        "living": [part for part in parts if part.living],
        "past": [part for part in parts if not part.living],
        "policies": selectors.shown_policies(pk),
        "readings": selectors.readings_of(pk),
        "recent": history[:RECENT], "earlier": history[RECENT:],
        "may_edit": request.actor.may(Capability.CUSTOMERS_EDIT),
        "custom": custom.shown(custom.fields_of(request.actor.organisation_id, "vehicle"), vehicle.custom),
    }  # fmt: skip
    return render(request, "vehicles/detail.html", context)


@require_GET
def people(request: Request) -> HttpResponse:
    """Customers to choose from, below a search field."""
    request.actor.require(Capability.CUSTOMERS_VIEW)
    q = request.GET.get("q", "")
    found = customers.search(request.actor, q)
    context = {"candidates": found, "asked": q, "chosen": None, "elsewhere": "here" in request.GET}
    return render(request, "vehicles/parts/people.html", context)


@require_GET
def find(request: Request) -> HttpResponse:
    """Cars to choose from, below a search field."""
    request.actor.require(Capability.CUSTOMERS_VIEW)
    q = request.GET.get("q", "")
    found = selectors.find(request.actor, q)
    owners = selectors.owners_of(request.actor, [vehicle.pk for vehicle in found])
    context = {"candidates": [(vehicle, owners.get(vehicle.pk)) for vehicle in found], "asked": q}
    return render(request, "vehicles/parts/cars.html", context)


class CarAct(FormAct):
    """An act on the car in the address."""

    vehicle: Vehicle

    def prepare(self) -> None:
        self.vehicle = selectors.car_or_404(self.actor, self.kwargs["pk"])

    def back(self) -> str:
        return page_of(self.vehicle.pk)

    def context(self, form: Any) -> dict[str, Any]:
        return {"vehicle": self.vehicle}


class WritesCar:
    """What registering and changing have in common: the fields the organisation added, and refusals."""

    actor: Any

    def kept(self) -> dict[str, str]:
        """What the car says in the further fields."""
        return {}

    def form_options(self) -> dict[str, Any]:
        further = custom.fields_of(self.actor.organisation_id, "vehicle")
        return {"custom": further, "kept": self.kept()}

    def refuse(self, form: Any, fault: Any) -> None:
        if isinstance(fault, errors.VinTaken):
            form.add_error("vin", self._taken(fault.vehicle_id))
        elif isinstance(fault, errors.ChangedMeanwhile):
            form.data = {**form.data.dict(), "version": fault.version}
            form.add_error(None, _("这台车刚被同事改过。请核对后再保存一次，以您填的为准。"))

    def _taken(self, vehicle_id: int) -> str:
        known = selectors.visible(self.actor).filter(pk=vehicle_id).first()
        if known is None:
            return _("店里已有这个 VIN 的车，由其他同事负责。请找店长处理。")
        sentence = _("店里已有这个 VIN 的车：{car}。请打开那台车，需要时办过户。")
        link = format_html('<a class="link" href="{}">{}</a>', page_of(vehicle_id), known)
        return format_html(sentence.replace("{car}", "{}"), link)


class Create(WritesCar, FormAct):
    form_class = forms.VehicleForm
    title, done = gettext_lazy("新增车辆"), gettext_lazy("车辆已登记。")
    body = "vehicles/forms/vehicle.html"
    faults = (errors.VinTaken,)
    owner: Any = None

    def prepare(self) -> None:
        asked = self.request.POST.get("owner") or self.request.GET.get("owner", "")
        if asked.isdecimal():
            self.owner = customers.customer_or_404(self.actor, int(asked))

    def initial(self) -> dict[str, Any]:
        return {"owner": self.owner.pk if self.owner else None, "use": Vehicle.Use.PRIVATE}

    def act(self, form: Any) -> str:
        owner_id = self.owner.pk if self.owner else None
        return page_of(vehicles.register(actor=self.actor, owner_id=owner_id, **form.facts()).pk)

    def back(self) -> str:
        return reverse("customers:detail", args=[self.owner.pk]) if self.owner else reverse("customers:list")

    def context(self, form: Any) -> dict[str, Any]:
        return {"owner": self.owner, "series": selectors.series_choices(self.actor)}


class Edit(WritesCar, CarAct):
    form_class = forms.VehicleForm
    title, done = gettext_lazy("编辑车辆"), gettext_lazy("车辆资料已更新。")
    body = "vehicles/forms/vehicle.html"
    faults = (errors.VinTaken, errors.ChangedMeanwhile)

    def initial(self) -> dict[str, Any]:
        kept = {name: getattr(self.vehicle, name) for name in (*FIELDS, "version")}
        return kept if self._price_shown() else kept | {"price": None}

    def kept(self) -> dict[str, str]:
        return dict(self.vehicle.custom)

    def act(self, form: Any) -> str:
        version, facts = form.cleaned_data["version"] or 0, form.facts()
        if facts["price"] is None and not self._price_shown():
            del facts["price"]  # it wasn't shown: nobody took it out
        vehicles.change(actor=self.actor, vehicle_id=self.vehicle.pk, version=version, **facts)
        return self.back()

    def _price_shown(self) -> bool:
        """What the first buyer paid is between them and the store."""
        return not selectors.handed_on(self.vehicle.pk)

    def context(self, form: Any) -> dict[str, Any]:
        return {**super().context(form), "series": selectors.series_choices(self.actor)}


class Read(CarAct):
    form_class = forms.ReadingForm
    title, done = gettext_lazy("记里程"), gettext_lazy("里程已记下。")
    faults = (errors.ContradictoryReading, errors.InTheFuture)

    def initial(self) -> dict[str, Any]:
        return {"on": times.today()}

    def act(self, form: Any) -> str:
        readings.record(actor=self.actor, vehicle_id=self.vehicle.pk, **form.cleaned_data)
        return self.back()

    def refuse(self, form: Any, fault: Any) -> None:
        field, sentence = mileage_sentence(fault)
        form.add_error(field, sentence)


def mileage_sentence(fault: errors.ContradictoryReading | errors.InTheFuture) -> tuple[str, str]:
    """The field and the words of a refused reading."""
    if isinstance(fault, errors.InTheFuture):
        return "on", _("这一天还没到。")
    return "km", _("{day} 的里程是 {km} 公里，与这个数对不上。数字没有错的话，请在下面写明原因。").format(
        day=formats.day(fault.on), km=formats.number(fault.km)
    )


class WritesPolicy(CarAct):
    form_class = forms.PolicyForm
    faults = (errors.PolicyExists, errors.PeriodReversed)

    def refuse(self, form: Any, fault: Any) -> None:
        if isinstance(fault, errors.PolicyExists):
            form.add_error("ends_on", _("同一险种、同一天到期的保单已经有了。"))
        else:
            form.add_error("starts_on", _("起保日期晚于到期日，请核对年份。"))


class AddPolicy(WritesPolicy):
    title, done = gettext_lazy("加保单"), gettext_lazy("保单已记下。")

    def initial(self) -> dict[str, Any]:
        return {"kind": Policy.Kind.COMMERCIAL}

    def act(self, form: Any) -> str:
        policies.record(actor=self.actor, vehicle_id=self.vehicle.pk, **form.cleaned_data)
        return self.back()


class EditPolicy(WritesPolicy):
    title, done = gettext_lazy("更正保单"), gettext_lazy("保单已更正。")
    body = "vehicles/forms/policy.html"
    policy: Policy

    def prepare(self) -> None:
        super().prepare()
        self.policy = selectors.policy_or_404(self.vehicle.pk, self.kwargs["policy"])

    def initial(self) -> dict[str, Any]:
        kept = {name: getattr(self.policy, name) for name in forms.PolicyForm.base_fields}
        return kept if selectors.shows_number(self.policy) else kept | {"number": ""}

    def act(self, form: Any) -> str:
        cover = dict(form.cleaned_data)
        if not cover["number"] and not selectors.shows_number(self.policy):
            cover["number"] = self.policy.number  # it wasn't shown: nobody took it out
        policies.correct(actor=self.actor, policy_id=self.policy.pk, **cover)
        return self.back()

    def context(self, form: Any) -> dict[str, Any]:
        return {**super().context(form), "policy": self.policy}


@require_POST
def remove_policy(request: Request, pk: int, policy: int) -> HttpResponse:
    selectors.car_or_404(request.actor, pk)
    selectors.policy_or_404(pk, policy)
    return gone(request, page_of(policies.remove(actor=request.actor, policy_id=policy)), _("保单已删掉。"))


def last_day_fault(form: Any, fault: Any) -> bool:
    """Says at the field why a last day can't be; False if it is about something else."""
    if isinstance(fault, errors.OverAlready):
        form.add_error("ends_on", _("这一天已经过了，或早于起始日。"))
    elif isinstance(fault, errors.TooFarAhead):
        form.add_error("ends_on", _("太远了，最晚到 {day}；请核对年份。").format(day=formats.day(fault.latest)))
    else:
        return False
    return True


class ChoosesParty(CarAct):
    """Acts that find a customer by the search."""

    def refuse(self, form: Any, fault: Any) -> None:
        if isinstance(fault, errors.PartExists):
            form.add_error("q", _("这位客户已经是这台车的{role}了。").format(role=self.role_words(form)))
        elif isinstance(fault, errors.InTheFuture):
            form.add_error(self.day_field, _("这一天还没到。"))
        elif isinstance(fault, errors.TooEarly):
            words = _("早于现任车主的起始日 {day}。").format(day=formats.day(fault.since))
            form.add_error(self.day_field, words)
        elif isinstance(fault, errors.BeforeTheCar):
            form.add_error(self.day_field, _("这台车 {day} 才有，请核对年份。").format(day=formats.day(fault.earliest)))
        elif isinstance(fault, errors.NumberKnown):
            sentence = _("这个号码是 {name} 的。是同一位就在上面选这位客户；不是就核对号码。")
            form.add_error("new_phone", sentence.format(name=fault.name))
        elif last_day_fault(form, fault):
            return
        elif isinstance(fault, errors.OwnerExists):
            form.add_error("q", _("这台车已经有车主，请改用过户。"))
        else:
            form.data = {**form.data.dict(), "version": fault.version}
            form.add_error(None, _("这台车刚被同事改过，车主可能已变。请核对后再办一次。"))

    day_field = "since"

    def role_words(self, form: Any) -> str:
        return str(Role.OWNER.label)

    def context(self, form: Any) -> dict[str, Any]:
        chosen = str(form["customer"].value() or "")
        asked = str(form["q"].value() or "")
        return {
            **super().context(form), "asked": asked, "chosen": int(chosen) if chosen.isdecimal() else None,
            "candidates": customers.search(self.actor, asked), "living": self._living(),
        }  # fmt: skip

    def _living(self) -> list[selectors.Part]:
        return [part for part in selectors.parts_of(self.actor, self.vehicle.pk) if part.living]


class Transfer(ChoosesParty):
    form_class = forms.TransferForm
    title, submit = gettext_lazy("过户"), gettext_lazy("办理过户")
    done = gettext_lazy("已过户。这台车的提醒改给新车主。")
    body = "vehicles/forms/transfer.html"
    day_field = "on"
    faults = (
        errors.PartExists, errors.InTheFuture, errors.TooEarly, errors.ChangedMeanwhile, errors.NumberKnown,
    )  # fmt: skip

    def initial(self) -> dict[str, Any]:
        return {"on": times.today(), "end_others": True, "version": self.vehicle.version}

    def act(self, form: Any) -> str:
        data = form.cleaned_data
        created = newcomers.Newcomer(data["new_name"], data["new_phone"]) if data["new_name"] else None
        one = transfers.transfer(
            actor=self.actor, vehicle_id=self.vehicle.pk, version=data["version"], reason=data["reason"],
            new_owner_id=data["customer"], created=created, on=data["on"], end_others=data["end_others"],
        )  # fmt: skip
        self.undo = reverse("vehicles:transfer-undo", args=[self.vehicle.pk, one.pk])
        if not selectors.visible(self.actor).filter(pk=self.vehicle.pk).exists():
            self.undo = ""
            return reverse("customers:list")  # it went to a colleague's customer
        return self.back()

    def context(self, form: Any) -> dict[str, Any]:
        return {**super().context(form), "ends": transfer_parts.ends(self.actor, self.vehicle.pk)}


@require_GET
def transferred(request: Request, pk: int, transfer: int) -> HttpResponse:
    vehicle = selectors.car_or_404(request.actor, pk)
    one = reading.transfer_or_404(request.actor, pk, transfer)
    context = {
        "vehicle": vehicle, "car": selectors.title_of(vehicle) or vehicle.plate, "transfer": one,
        "owner": reading.named(request.actor, one, one.owner_id),
        "former": reading.named(request.actor, one, one.former_id), "stays": transfer_parts.stays(request.actor, one),
        "ended": reading.number_ended(one), "contradicted": reading.contradicted(one),
        "may_edit": request.actor.may(Capability.CUSTOMERS_EDIT),
    }  # fmt: skip
    return render(request, "vehicles/transfer.html", context)


@require_POST
def undo_transfer(request: Request, pk: int, transfer: int) -> HttpResponse:
    try:
        with transaction.atomic():
            transfers.undo(actor=request.actor, vehicle_id=pk, transfer_id=transfer)
    except errors.OwnedSince:
        messages.error(request, _("这台车后来又换了车主，请先撤销后来的那一次过户。"))
        return to(request, reverse("vehicles:transferred", args=[pk, transfer]))
    if not selectors.visible(request.actor).filter(pk=pk).exists():
        return gone(request, reverse("customers:list"), _("过户已撤销，车回到原来的车主名下。"))
    return gone(request, page_of(pk), _("过户已撤销，车回到原来的车主名下。"))


class AddPart(ChoosesParty):
    form_class = forms.PartForm
    title, done = gettext_lazy("加使用人、付款人或送修人"), gettext_lazy("已加上。")
    body = "vehicles/forms/part.html"
    faults = (
        errors.PartExists, errors.InTheFuture, errors.OverAlready, errors.BeforeTheCar, errors.TooFarAhead,
        errors.NumberKnown,
    )  # fmt: skip

    def initial(self) -> dict[str, Any]:
        return {"role": Role.DRIVER}

    def role_words(self, form: Any) -> str:
        return str(Role(form.cleaned_data["role"]).label)

    def act(self, form: Any) -> str:
        data = form.cleaned_data
        created = newcomers.Newcomer(data["new_name"], data["new_phone"]) if data["new_name"] else None
        ownerships.add(
            actor=self.actor, vehicle_id=self.vehicle.pk, customer_id=data["customer"], created=created,
            role=data["role"], since=data["since"], ends_on=data["ends_on"],
        )  # fmt: skip
        return self.back()


class LimitPart(CarAct):
    form_class = forms.LimitForm
    title, done = gettext_lazy("改期限"), gettext_lazy("期限已改。")
    body = "vehicles/forms/limit.html"
    faults = (errors.OverAlready, errors.TooFarAhead)
    part: selectors.Part

    def prepare(self) -> None:
        super().prepare()
        self.part = selectors.living_part_or_404(self.actor, self.vehicle.pk, self.kwargs["part"])

    def initial(self) -> dict[str, Any]:
        return {"ends_on": self.part.ends_on}

    def act(self, form: Any) -> str:
        ownerships.limit(actor=self.actor, ownership_id=self.part.id, ends_on=form.cleaned_data["ends_on"])
        return self.back()

    def refuse(self, form: Any, fault: Any) -> None:
        last_day_fault(form, fault)

    def context(self, form: Any) -> dict[str, Any]:
        return {**super().context(form), "part": self.part}


class AddOwner(ChoosesParty):
    form_class = forms.OwnerForm
    title, done = gettext_lazy("登记车主"), gettext_lazy("车主已登记。")
    body = "vehicles/forms/party.html"
    faults = (errors.PartExists, errors.InTheFuture, errors.OwnerExists, errors.BeforeTheCar)

    def act(self, form: Any) -> str:
        data = form.cleaned_data
        ownerships.add(
            actor=self.actor, vehicle_id=self.vehicle.pk, customer_id=data["customer"],
            role=Role.OWNER, since=data["since"],
        )  # fmt: skip
        return self.back()


class EndPart(CarAct):
    form_class = forms.EndForm
    title, submit, done = gettext_lazy("结束身份"), gettext_lazy("结束"), gettext_lazy("已结束，记录留在历史里。")
    body = "vehicles/forms/end.html"
    faults = (errors.InTheFuture, errors.TooEarly)
    part: selectors.Part

    def prepare(self) -> None:
        super().prepare()
        self.part = selectors.living_part_or_404(self.actor, self.vehicle.pk, self.kwargs["part"])

    def initial(self) -> dict[str, Any]:
        return {"on": times.today()}

    def act(self, form: Any) -> str:
        ownerships.remove(actor=self.actor, ownership_id=self.part.id, on=form.cleaned_data["on"])
        return self.back()

    def refuse(self, form: Any, fault: Any) -> None:
        if isinstance(fault, errors.TooEarly):
            form.add_error("on", _("早于起始日 {day}。").format(day=formats.day(fault.since)))
        else:
            form.add_error("on", _("这一天还没到。"))

    def context(self, form: Any) -> dict[str, Any]:
        return {**super().context(form), "part": self.part}
