"""What is sent to one lead: prepared, handed over, and its way through a sequence."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from qibu.leads import selectors as leads
from qibu.leads.errors import Unclaimed
from qibu.leads.models import Lead
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.nurturing import errors, forms, selectors, words
from qibu.nurturing.models import Sending
from qibu.nurturing.models import Sequence as Row
from qibu.nurturing.rules import read_markup
from qibu.nurturing.services import runs
from qibu.nurturing.services import sending as services
from qibu.nurturing.services.sending import Wish
from qibu.vehicles.acts import FormAct, gone, is_part


def address_of(request: HttpRequest, row: Sending) -> str:
    """The customer's link, as long as it opens."""
    return request.build_absolute_uri(reverse("nurturing:page", args=[row.token])) if row.living else ""


@require_GET
def sending(request: Request, pk: int) -> HttpResponse:
    """The words and the link to send, and what the customer did with it; and what they see."""
    request.actor.require(Capability.SALES_VIEW)
    row = selectors.sending_or_404(request.actor, pk)
    may_work = request.actor.may(Capability.SALES_WORK)
    context = {
        "row": row, "address": address_of(request, row) if may_work else "", "may_work": may_work,
        "unasked": row.state == Sending.State.WAITING
        and not services.may_send(row.lead, row.channel, asked=row.asked),
        "heading": row.edition.title, "full": reverse("nurturing:sending", args=[pk]),
        "blocks": read_markup(row.edition.body), "edition": row.edition,
        "picture": reverse("nurturing:picture", args=[row.edition.image]) if row.edition.image else "",
    }  # fmt: skip
    template = "nurturing/drawer.html" if is_part(request) else "nurturing/sending.html"
    return render(request, template, context)


class OfLead(FormAct):
    capability = Capability.SALES_WORK
    faults = (errors.NurturingFault, Unclaimed)
    lead: Lead

    def prepare(self) -> None:
        self.lead = leads.lead_or_404(self.actor, self.kwargs["lead_id"])

    def back(self) -> str:
        return reverse("leads:detail", args=[self.lead.pk])

    def context(self, form: Any) -> dict[str, Any]:
        return {"lead": self.lead}

    def refuse(self, form: Any, fault: Any) -> None:
        field, sentence = words.refusal(fault)
        form.add_error(field if field in form.fields else None, sentence)


class Send(OfLead):
    form_class = forms.SendForm
    body = "nurturing/forms/send.html"
    title, submit = gettext_lazy("发资料"), gettext_lazy("准备好链接")
    done = gettext_lazy("链接好了。复制下来发给客户，再点「已发给客户」。")

    def form_options(self) -> dict[str, Any]:
        return {"actor": self.actor, "lead": self.lead}

    def initial(self) -> dict[str, Any]:
        return {"channel": "wechat", "piece": self.request.GET.get("piece", "")}

    def act(self, form: Any) -> str:
        said = form.cleaned_data
        wish = Wish(piece=said["piece"], channel=said["channel"], words=said["words"], asked=said["asked"])
        row = services.prepare(actor=self.actor, lead_id=self.lead.pk, wish=wish)
        return reverse("nurturing:sending", args=[row.pk])


class Enter(OfLead):
    form_class = forms.EnterForm
    body = "nurturing/forms/enter.html"
    title, submit = gettext_lazy("加入培育序列"), gettext_lazy("加入")
    done = gettext_lazy("加入了，从今天起按步骤来。客户一有回应就停。")

    def form_options(self) -> dict[str, Any]:
        return {"sequences": self._offered()}

    def _offered(self) -> dict[str, Row]:
        """Those that are for leads in this state."""
        found = selectors.sequences_in_use(self.actor)
        return {
            code: one
            for code, one in found.items()
            if (one.audience == Row.Audience.OPEN) == self.lead.living
        }

    def context(self, form: Any) -> dict[str, Any]:
        return {"lead": self.lead, "offered": self._offered()}

    def act(self, form: Any) -> str:
        runs.begin(actor=self.actor, lead_id=self.lead.pk, sequence=form.cleaned_data["sequence"])
        return self.back()


@require_POST
def mark_sent(request: Request, pk: int) -> HttpResponse:
    return _done(request, pk, services.mark_sent, _("记下了：已发给客户。"))


@require_POST
def skip(request: Request, pk: int) -> HttpResponse:
    return _done(request, pk, services.skip, _("这份不发了。"))


@require_POST
def close(request: Request, pk: int) -> HttpResponse:
    return _done(request, pk, services.close, _("链接停用了，客户再打不开。"))


def _done(request: Request, pk: int, act: Any, said: str) -> HttpResponse:
    try:
        act(actor=request.actor, sending_id=pk)
    except errors.NurturingFault as fault:
        return render(
            request, "nurturing/refused.html", {"sentence": words.refusal(fault)[1], "pk": pk}, status=422
        )
    return gone(request, _next(request) or reverse("nurturing:sending", args=[pk]), said)


def _next(request: Request) -> str:
    """Back to the work list it was done from; nowhere else."""
    asked = request.POST.get("next", "")
    return (
        asked if url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/") else ""
    )


@require_POST
def stop(request: Request, pk: int) -> HttpResponse:
    run = runs.stop(actor=request.actor, run_id=pk)
    return gone(request, reverse("leads:detail", args=[run.lead_id]), _("停下了，还没发的不再发。"))
