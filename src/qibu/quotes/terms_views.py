"""Settings: which loans are offered, and how an organisation quotes."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from qibu.catalog.addresses import restore_address
from qibu.catalog.content_views import About, added, changed
from qibu.catalog.services import saying
from qibu.kernel.meanwhile import Disputed
from qibu.network.inheritance import provenance
from qibu.network.inherited import followers
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.quotes import selectors
from qibu.quotes.inheriting import PLAN, RULES
from qibu.quotes.selectors.content import RULES as THE_RULES
from qibu.quotes.services import terms
from qibu.quotes.terms_forms import NewPlanForm, PlanForm, RulesForm

PLAN_PAGE = About(PLAN, terms.PLAN, "quotes/plan.html", "quotes:plans")


@require_GET
def plan_list(request: Request) -> HttpResponse:
    request.actor.require(Capability.SALES_MANAGE)
    found = selectors.resolved_plans(request.actor)
    sources = provenance({one.source_id for one in found.values()}, request.actor.organisation_id)
    rows = [{"plan": one.row, "own": one.own, "source": sources[one.source_id]} for one in found.values()]
    return render(request, "quotes/plans.html", {"rows": rows, "followers": followers(request.actor, PLAN)})


@require_http_methods(["GET", "POST"])
def new_plan(request: Request) -> HttpResponse:
    form = NewPlanForm(request.POST or None, initial={"active": True, "repayment": "annuity", "months": 36,
                       "down_percent": 20, "balloon_percent": 0, "free_months": 0, "fee_percent": 0})  # fmt: skip
    return added(request, form, PLAN_PAGE, _("新贷款方案"))


@require_http_methods(["GET", "POST"])
def plan(request: Request, code: str) -> HttpResponse:
    request.actor.require(Capability.SALES_MANAGE)
    found = selectors.resolved_plans(request.actor).get(code)
    if found is None:
        raise Http404
    return changed(request, PlanForm, found, PLAN_PAGE)


@require_http_methods(["GET", "POST"])
def rules(request: Request) -> HttpResponse:
    request.actor.require(Capability.SALES_MANAGE)
    found = selectors.resolved_rules(request.actor)
    values = {name: getattr(found.row, name) for name in ("valid_days", "link_days", "limits")}
    form = RulesForm(request.POST or None, initial=RulesForm.initial_of(values))
    if request.method == "POST" and form.is_valid():
        try:
            saying.change(
                actor=request.actor, kind=terms.RULES, code=THE_RULES, values=form.values(), seen=form.seen_values()
            )
        except Disputed as disputed:
            form.dispute(disputed.theirs)
        else:
            messages.success(request, _("报价规则已保存。"))
            return redirect("quotes:rules")
    sources = provenance({found.source_id}, request.actor.organisation_id)
    context = {
        "form": form, "own": found.own, "source": sources[found.source_id], "back": restore_address(RULES, THE_RULES),
        "followers": followers(request.actor, RULES),
    }  # fmt: skip
    return render(request, "quotes/rules.html", context, status=422 if form.errors else 200)
