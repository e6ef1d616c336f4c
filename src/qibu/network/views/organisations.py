"""The own organisation, and the tree around it: names only, never customers (A1, A2)."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qibu.kernel import keeping
from qibu.kernel.meanwhile import Disputed
from qibu.kernel.scoping import scope
from qibu.network import selectors, words
from qibu.network.forms import ChildForm, ProfileForm, add_errors
from qibu.network.middleware import Request, own_scope
from qibu.network.models import Organisation
from qibu.network.rules import Capability, children_of
from qibu.network.services import accounts
from qibu.network.services import organisations as services
from qibu.network.services.organisations import Founder, Profile
from qibu.network.views.account import member_user


@require_http_methods(["GET", "POST"])
def tree(request: Request) -> HttpResponse:
    request.actor.require(Capability.ORGANISATION_MANAGE)
    own = Organisation.objects.get(pk=request.actor.organisation_id)
    known = {f.name: getattr(own, f.name) for f in fields(Profile)}
    form = ProfileForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        profile = Profile(**{name: form.cleaned_data[name] for name in known})
        try:
            services.change(actor=request.actor, profile=profile, seen=form.cleaned_data["seen"])
        except Disputed as disputed:
            form.dispute(disputed.theirs)
        else:
            messages.success(request, _("门店资料已保存。"))
            return redirect("network:organisations")
    context = {
        "own": own, "form": form, "above": selectors.above(own.pk), "below": selectors.below(own.pk),
        "may_found": bool(children_of(own.kind)), "keeping": _keeping(),
    }
    return render(request, "network/organisations.html", context, status=422 if form.errors else 200)


def _keeping() -> str:
    """What is amiss with the backups of the system, in a sentence."""
    home = Path(settings.QIBU_HOME)
    known = keeping.backups(home), keeping.recovery(home)
    return words.keeping(*known) if words.amiss(*known) else ""


@require_http_methods(["GET", "POST"])
@own_scope
def new(request: Request) -> HttpResponse:
    """An organisation below one's own, with a manager of its own or with oneself."""
    request.actor.require(Capability.ORGANISATION_MANAGE)
    number = request.GET.get("parent", "")
    below = [node.organisation.pk for node in selectors.below(request.actor.organisation_id)]
    within = Organisation.objects.filter(pk__in=[request.actor.organisation_id, *below])
    parent = get_object_or_404(within, pk=int(number) if number.isdecimal() else request.actor.organisation_id)
    form = ChildForm(request.POST or None, kinds=children_of(parent.kind))
    context = {"parent": parent, "form": form}
    if request.method == "POST" and form.is_valid():
        secret = accounts.temporary_password()
        try:
            _found(request, parent, form, secret)
        except ValidationError as error:
            add_errors(form, error)
        else:
            if form.cleaned_data["username"]:
                context |= {"secret": secret, "username": form.cleaned_data["username"]}
            else:
                sentence = _("已建立 {name}，可以在上方切换过去。")
                messages.success(request, sentence.format(name=form.cleaned_data["name"]))
                return redirect("network:organisations")
    with scope(request.actor):
        return render(request, "network/organisation_new.html", context, status=422 if form.errors else 200)


def _found(request: Request, parent: Organisation, form: ChildForm, secret: str) -> None:
    given = form.cleaned_data
    if given["username"]:
        credentials = accounts.prepare(username=given["username"], password=secret, must_change=True)
        founder = Founder(given["person"], credentials)
    else:
        founder = Founder(request.actor.name, member_user(request))
    services.found_below(
        actor=request.actor, parent_id=parent.pk, code=given["code"], kind=given["kind"], founder=founder,
        profile=Profile(**{f.name: given[f.name] for f in fields(Profile)}),
    )
