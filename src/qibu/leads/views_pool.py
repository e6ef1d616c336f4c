"""公海: the list of what nobody has, taken with one key, given back with a reason; and leads given to others."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qibu.leads import batches, selectors, words
from qibu.leads.errors import LeadFault, NobodyThere
from qibu.leads.forms_sharing import RELEASES, GiveForm, ReleaseForm
from qibu.leads.lists import LeadList
from qibu.leads.models import Lead
from qibu.leads.rules import Reason
from qibu.leads.selectors import placements
from qibu.leads.services import allocating, pool
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.network.services.batches import begin
from qibu.network.views.batches import answer
from qibu.tasks.views.back import back_to
from qibu.ui import chosen
from qibu.ui.lists import Batch, Column, Preset, Several
from qibu.vehicles.acts import is_part

REASONS = (Reason.FULL, Reason.NOBODY, Reason.SILENCE, Reason.QUIET, Reason.RELEASED, Reason.RULE, Reason.GIVEN)
WHYS = [(one.value, words.REASONS[one]) for one in REASONS]


class PoolList(LeadList):
    """What lies in the pool, whoever waits longest first."""

    key = "leads-pool"
    title = gettext_lazy("公海")
    template = "leads/pool.html"
    ordering = ("received_at", "id")
    empty_title = gettext_lazy("公海里没有线索")
    empty_text = gettext_lazy("没有人能接的、超时没人联系的、被放回来的线索会到这里，谁都可以领取。")
    columns = (  # type: ignore[assignment]  # as many as it has
        *(column for column in LeadList.columns if column.key in {"customer", "car", "grade", "source"}),
        Column("why", gettext_lazy("为什么在公海"), "why", cell="leads/cells/pooled.html", width="l", card="line"),
        Column("received", gettext_lazy("进线"), "received_at", cell="leads/cells/received.html", sort="received_at",
               card="right"),
        Column("claim", "", cell="leads/cells/claim.html", width="s", locked=True, card="line"),
    )  # fmt: skip
    filters = (
        *(one for one in LeadList.filters if one.key not in {"state", "consultant", "stage"}),
        Several("why", gettext_lazy("为什么在公海"), WHYS, "assigned_why__code"),
    )
    presets = (Preset("pool", gettext_lazy("公海")),)
    batch = (
        Batch(gettext_lazy("分给同事"), "leads:give", "users", Capability.SALES_ASSIGN, drawer=True, every=True),
    )

    @property
    def may_claim(self) -> bool:
        return self.actor.may(Capability.SALES_WORK)

    def rows(self) -> Any:
        return super().rows().filter(state=Lead.State.OPEN, consultant__isnull=True)

    def row_url(self, row: Lead) -> str:
        return reverse("leads:pooled", args=[row.pk])

    def decorate(self, rows: list[Lead]) -> list[Lead]:
        notes = placements.last_notes([row.pk for row in rows])
        for row in super().decorate(rows):
            row.why, row.note = words.why(row), notes.get(row.pk, "")  # type: ignore[attr-defined]  # read by the cells
        return rows

    def context(self) -> dict[str, Any]:
        may = self.actor.may(Capability.SALES_WORK) and self.actor.staff_id is not None
        left, barred = placements.claiming(self.actor, [row.pk for row in self.found]) if may else (0, set())
        free = next((row for row in self.found if may and row.pk not in barred), None)
        return {"may_claim": may, "left": left, "next": free}


@require_GET
def pooled(request: Request, pk: int) -> HttpResponse:
    """A lead of the pool beside the list: what is known, and who had it."""
    request.actor.require(Capability.SALES_VIEW)
    lead = selectors.lead_or_404(request.actor, pk)
    if lead.consultant_id is not None:
        return HttpResponseRedirect(reverse("leads:detail", args=[pk]))
    context = {
        "lead": lead, "heading": lead.car or str(lead.customer), "why": words.why(lead),
        "source": selectors.source_called(request.actor, lead.source),
        "stage": selectors.stage_called(request.actor, lead.stage, lead.brand, lead.series),
        "history": placements.told(placements.of_lead(lead)), "full": reverse("leads:pooled", args=[pk]),
        "may_claim": request.actor.may(Capability.SALES_WORK),
    }  # fmt: skip
    return render(request, "leads/pool_drawer.html" if is_part(request) else "leads/pool_lead.html", context)


@require_POST
def claim(request: Request) -> HttpResponse:
    """领取: one lead, from the list, its page or by key."""
    numbers = chosen.ids(request)
    if not numbers:
        messages.error(request, _("公海里已经没有可以领取的线索。"))
        return HttpResponseRedirect(_pool(request))
    try:
        lead = pool.claim(actor=request.actor, lead_id=numbers[0])
    except LeadFault as refused:
        messages.error(request, words.refused(refused))
        return HttpResponseRedirect(_pool(request))
    messages.success(request, _("已领取 {name} 的线索，首次联系在您的工作台上。").format(name=lead.customer))
    return HttpResponseRedirect(reverse("leads:detail", args=[lead.pk]))


def _pool(request: HttpRequest) -> str:
    return back_to(request, reverse("leads:pool"))  # type: ignore[arg-type]  # a Request of the middleware


@require_http_methods(["GET", "POST"])
def release(request: Request, pk: int) -> HttpResponse:
    """放回公海, with what others should know."""
    request.actor.require(Capability.SALES_WORK)
    lead = selectors.lead_or_404(request.actor, pk)
    form = ReleaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            pool.release(actor=request.actor, lead_id=pk, note=form.cleaned_data["reason"])
        except LeadFault as refused:
            form.add_error("reason", words.refused(refused))
        else:
            messages.success(request, _("已放回公海，同事可以领取了。"))
            return HttpResponseRedirect(reverse("leads:list"))
    context = {"form": form, "lead": lead, "policy": selectors.policy(request.actor), "reasons": RELEASES}
    return render(request, "leads/release.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def give(request: Request) -> HttpResponse:
    """Several leads to one person, or into the pool; taken back as one act."""
    request.actor.require(Capability.SALES_ASSIGN)
    sent = "chosen" in request.POST
    people = placements.people_to_choose(request.actor)
    form = GiveForm(request.POST if sent else None, people=people)
    several = chosen.of(request, LeadList)
    if not sent or not form.is_valid() or not several.count:
        context = {"form": form, "chosen": several}
        return render(request, "leads/give.html", context, status=422 if sent else 200)
    staff_id = form.cleaned_data["staff"]
    args = {"staff_id": staff_id, "name": placements.called(staff_id)}
    rows, back = chosen.rows(request, LeadList), back_to(request, reverse("leads:list"))
    return answer(request, begin(actor=request.actor, kind=batches.GIVE, rows=rows, args=args, back=back))


@require_POST
def swap(request: Request) -> HttpResponse:
    """对调: two checked leads change their consultants; the same again puts them back."""
    request.actor.require(Capability.SALES_ASSIGN)
    numbers = chosen.ids(request)
    if selectors.visible(request.actor).filter(pk__in=numbers).count() != len(set(numbers)):
        raise Http404
    if len(numbers) != 2:
        messages.error(request, _("请勾选两条线索，两位顾问互相对调。"))
        return HttpResponseRedirect(back_to(request, reverse("leads:list")))
    try:
        one, other = allocating.swap(actor=request.actor, lead_ids=numbers)
    except NobodyThere:
        messages.error(request, _("这两条线索要分别在两位顾问手上，才能对调。"))
    else:
        said = _("已对调：{one} 和 {other}。").format(one=one.customer, other=other.customer)
        messages.success(request, said)
    return HttpResponseRedirect(back_to(request, reverse("leads:list")))
