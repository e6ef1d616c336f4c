"""内容与继承: what counts here of all that is inherited, where it comes from, who below has it otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from qibu.network.inheritance import heirs, provenance
from qibu.network.inherited import KINDS, Content, Kind, kinds_for
from qibu.network.middleware import Request
from qibu.network.models import Organisation
from qibu.network.rules import Capability


@dataclass(frozen=True)
class Row:
    """A content as the page shows it."""

    content: Content
    source: str
    otherwise: list[str]  # organisations below with a word of their own on it

    @property
    def named(self) -> str:
        return _("、").join(self.otherwise)


@require_GET
def overview(request: Request) -> HttpResponse:
    kinds = _kinds(request)
    found = [(kind, kind.contents(request.actor), kind.below(request.actor)) for kind in kinds]
    sources = provenance(
        {content.source for _kind, contents, _below in found for content in contents}, request.actor.organisation_id
    )
    below = heirs(request.actor.organisation_id)
    names = {number: str(one) for number, one in Organisation.objects.in_bulk(below).items()}
    groups = [
        (
            kind,
            [
                Row(one, sources[one.source], [names[n] for n in said.get(one.counted_as or one.key, ()) if n in names])
                for one in contents
            ],
        )
        for kind, contents, said in found
        if contents
    ]
    return render(request, "network/inherited.html", {"groups": groups, "below": len(below)})


@require_http_methods(["GET", "POST"])
def restore(request: Request) -> HttpResponse:
    """What would change if what was said here were taken back; sent, it is."""
    kind, content = _asked_for(request)
    if request.method == "POST":
        kind.restore(request.actor, content.key)
        messages.success(request, _("已恢复上级的「{name}」。").format(name=content.label))
        return redirect("network:inherited")
    sources = provenance({content.source}, request.actor.organisation_id)
    context = {
        "kind": kind, "content": content, "source": sources[content.source],
        "effect": kind.effect(request.actor, content.key) if content.restorable else [],
    }  # fmt: skip
    return render(request, "network/inherited_restore.html", context)


def _asked_for(request: Request) -> tuple[Kind, Content]:
    _kinds(request)
    kind = KINDS.get(request.GET.get("kind", ""))
    if kind is None:
        raise Http404
    request.actor.require(kind.capability)
    contents = kind.contents(request.actor)
    content = next((one for one in contents if one.key == request.GET.get("key")), None)
    if content is None:
        raise Http404
    return kind, content


def _kinds(request: Request) -> list[Kind]:
    found = kinds_for(request.actor)
    if not found:
        request.actor.require(Capability.CARE_EDIT)
    return found
