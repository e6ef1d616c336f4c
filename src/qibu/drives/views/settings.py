"""Cars, routes, rules of planning and the words of the agreement, for who manages sales."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from qibu.catalog import selectors as catalog
from qibu.drives import forms, selectors, words
from qibu.drives.models import DemoCar, Route
from qibu.drives.services import fleet, policies
from qibu.drives.views.acts import Act
from qibu.network.inheritance import organisation_names
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.vehicles.acts import gone


class Settles(Act):
    capability = Capability.SALES_MANAGE

    def back(self) -> str:
        return reverse("drives:fleet")


@require_GET
def show(request: Request) -> HttpResponse:
    """Everything that drives need, on one page."""
    request.actor.require(Capability.SALES_MANAGE)
    actor = request.actor
    policy, agreement = selectors.policy_resolved(actor), selectors.agreement(actor)
    names = organisation_names({one for one in (policy.source_id, agreement.source_id) if one})
    context = {
        "cars": list(selectors.cars(actor)), "routes": list(selectors.routes(actor, all_of_them=True)),
        "policy": policy.row, "policy_own": policy.own, "policy_from": names.get(policy.source_id or 0, ""),
        "agreement": agreement.row, "agreement_own": agreement.own,
        "agreement_from": names.get(agreement.source_id or 0, ""), "versions": selectors.agreements(actor),
        "heading": gettext_lazy("试驾的车、路线和协议"),
    }  # fmt: skip
    return render(request, "drives/fleet.html", context)


class AddCar(Settles):
    form_class = forms.CarForm
    body = "drives/forms/car.html"
    title, done = gettext_lazy("登记试驾车"), gettext_lazy("试驾车登记好了。")

    def initial(self) -> dict[str, Any]:
        return {"state": DemoCar.State.AVAILABLE}

    def act(self, form: Any) -> str:
        fleet.add_car(actor=self.actor, facts=form.facts())
        return self.back()

    def context(self, form: Any) -> dict[str, Any]:
        return {"series": catalog.series_of(self.actor)}


class EditCar(AddCar):
    title, done = gettext_lazy("试驾车"), gettext_lazy("试驾车改好了。")
    car: DemoCar

    def prepare(self) -> None:
        self.car = selectors.car_or_404(self.actor, self.kwargs["pk"])

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.car, name) for name in forms.CarForm.base_fields}

    def act(self, form: Any) -> str:
        version = form.cleaned_data["version"] or 0
        fleet.change_car(actor=self.actor, car_id=self.car.pk, version=version, facts=form.facts())
        return self.back()


class AddRoute(Settles):
    form_class = forms.RouteForm
    body = "drives/forms/route.html"
    title, done = gettext_lazy("新建路线"), gettext_lazy("路线建好了。")

    def act(self, form: Any) -> str:
        fleet.add_route(actor=self.actor, facts=form.facts())
        return self.back()


class EditRoute(AddRoute):
    title, done = gettext_lazy("路线"), gettext_lazy("路线改好了。")
    route: Route

    def prepare(self) -> None:
        self.route = selectors.route_or_404(self.actor, self.kwargs["pk"])

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.route, name) for name in forms.RouteForm.base_fields}

    def act(self, form: Any) -> str:
        version = form.cleaned_data["version"] or 0
        fleet.change_route(actor=self.actor, route_id=self.route.pk, version=version, facts=form.facts())
        return self.back()


class EditPolicy(Settles):
    form_class = forms.PolicyForm
    body = "drives/forms/policy.html"
    title, done = gettext_lazy("试驾怎么安排"), gettext_lazy("安排改好了，以后约的按它算。")

    def initial(self) -> dict[str, Any]:
        row = selectors.policy(self.actor)
        return {name: getattr(row, name) for name in forms.PolicyForm.base_fields}

    def act(self, form: Any) -> str:
        policies.change(actor=self.actor, **form.cleaned_data)
        return self.back()


class EditAgreement(Settles):
    form_class = forms.AgreementForm
    body = "drives/forms/agreement.html"
    title, done = gettext_lazy("试驾协议"), gettext_lazy("新的协议从下一次签字起用。")
    counter = "seen"

    def initial(self) -> dict[str, Any]:
        row = selectors.agreement(self.actor).row
        kept = {name: getattr(row, name) for name in ("title", "body", "title_en", "body_en")}
        return {**kept, "seen": row.number}

    def act(self, form: Any) -> str:
        policies.word(actor=self.actor, **form.cleaned_data)
        return self.back()

    def context(self, form: Any) -> dict[str, Any]:
        return {"places": words.PLACES.items()}


@require_POST
def inherit_policy(request: Request) -> HttpResponse:
    policies.inherit_policy_again(actor=request.actor)
    return gone(request, reverse("drives:fleet"), gettext_lazy("改回上级的安排了。"))


@require_POST
def inherit_agreement(request: Request) -> HttpResponse:
    policies.inherit_agreement_again(actor=request.actor)
    return gone(request, reverse("drives:fleet"), gettext_lazy("改回上级的协议了。签过的不变。"))
