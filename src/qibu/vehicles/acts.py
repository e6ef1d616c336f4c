"""A form for one act: beside the page it was opened from, or on a page of its own where scripts are missing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views import View

from qibu.kernel.actors import Actor
from qibu.network.rules import Capability


class FormAct(View):
    """Shows a form and, once it is right, does one thing. What the service refuses stands beside the field."""

    form_class: type[forms.Form]
    capability: str = Capability.CUSTOMERS_EDIT
    title: Any = ""
    body = "vehicles/forms/fields.html"  # the fields; gets `form` and the act's own context
    submit: Any = _("保存")
    done: Any = _("已保存。")
    faults: tuple[type[Exception], ...] = ()
    undo = ""  # the address that takes back what was done, once it is

    @property
    def actor(self) -> Actor:
        found: Actor = self.request.actor  # type: ignore[attr-defined]  # typed by network.middleware.Request
        return found

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.actor.require(self.capability)
        self.prepare()
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]
        return answer

    # What an act says -------------------------------------------------------------------------------
    def prepare(self) -> None:
        """Finds what the address names, or answers 404."""

    def initial(self) -> dict[str, Any]:
        return {}

    def form_options(self) -> dict[str, Any]:
        """What the form is made with besides its data."""
        return {}

    def act(self, form: Any) -> str:
        """Does it, and gives the address to go to."""
        raise NotImplementedError

    def refuse(self, form: Any, fault: Any) -> None:
        """Puts a refusal of the service into words."""

    def back(self) -> str:
        """The page around, for life without scripts."""
        raise NotImplementedError

    def context(self, form: Any) -> dict[str, Any]:
        return {}

    # The answer -------------------------------------------------------------------------------------
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._shown(self.form_class(initial=self.initial(), **self.form_options()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form_class(request.POST, **self.form_options())
        if form.is_valid():
            try:
                with transaction.atomic():  # a refusal halfway leaves nothing behind
                    address = self.act(form)
                return gone(self.request, address, self.done, undo=self.undo)
            except self.faults as fault:
                self.refuse(form, fault)
        return self._shown(form, 422)

    def _shown(self, form: forms.Form, status: int = 200) -> HttpResponse:
        template = "vehicles/forms/drawer.html" if self._part() else "vehicles/forms/page.html"
        query = self.request.GET.copy()
        query.pop("drawer", None)
        full = f"{self.request.path}?{query.urlencode()}" if query else self.request.path
        context = {"act": self, "form": form, "full": full, "heading": self.title, **self.context(form)}
        return render(self.request, template, context, status=status)

    def _part(self) -> bool:
        return is_part(self.request)


def is_part(request: HttpRequest) -> bool:
    """Asked for as a piece of a page that stands already."""
    return bool(getattr(request, "htmx", False)) or "drawer" in request.GET


def gone(request: HttpRequest, address: str, done: Any, *, undo: str = "") -> HttpResponse:
    """To the page where the result is seen, with a word about it."""
    messages.success(request, done, extra_tags=undo)
    return to(request, address)


def to(request: HttpRequest, address: str) -> HttpResponse:
    """A request by htmx is told to load it as a whole page."""
    if not is_part(request):
        return HttpResponseRedirect(address)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = address
    return response
