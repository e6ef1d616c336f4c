"""线索分配: who has how much and is there, the roster, the rules, the numbers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qibu.kernel import times
from qibu.kernel.meanwhile import Disputed
from qibu.leads import selectors
from qibu.leads.errors import NotThis
from qibu.leads.forms_sharing import (
    RULE_FAULTS,
    GroupForm,
    PolicyForm,
    RosterForm,
    RuleForm,
    ShareForm,
    week_of,
)
from qibu.leads.selectors import sharing as reads
from qibu.leads.services import sharing
from qibu.network.inheritance import lineage, provenance
from qibu.network.inherited import followers
from qibu.network.middleware import Request
from qibu.network.rules import Capability


def _page(request: Request, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """With the tabs that the reader may open."""
    actor = request.actor
    may = {"may_assign": actor.may(Capability.SALES_ASSIGN), "may_manage": actor.may(Capability.SALES_MANAGE)}
    return render(request, template, {**may, **context}, status=status)


# Who has how much ---------------------------------------------------------------------------------
@require_GET
def loads(request: Request) -> HttpResponse:
    request.actor.require(Capability.SALES_ASSIGN)
    found = reads.loads(request.actor, times.now())
    context = {
        "lines": found.lines, "in_pool": found.in_pool, "policy": selectors.policy(request.actor),
        "next": found.next, "tab": "loads",
    }  # fmt: skip
    return _page(request, "leads/sharing/loads.html", context)


@require_POST
def share(request: Request, pk: int) -> HttpResponse:
    request.actor.require(Capability.SALES_ASSIGN)
    form = ShareForm(request.POST)
    if form.is_valid():
        sharing.set_share(actor=request.actor, staff_id=pk, **form.cleaned_data)
        messages.success(request, _("已保存。以后来的线索按新的份额分。"))
    else:
        if not selectors.sellers().filter(pk=pk).exists():
            raise Http404
        messages.error(request, _("份额填 0 到 9，0 就是不自动分给他；最多跟进填 1 到 500，空着就按全店的。"))
    return redirect("leads:loads")


@require_http_methods(["GET", "POST"])
def roster(request: Request) -> HttpResponse:
    """排班: a week, a line a person. What is usual (there all day) needs no word."""
    request.actor.require(Capability.SALES_ASSIGN)
    days = week_of(_asked_day(request))
    people = list(selectors.sellers())
    week = reads.week(days)
    form = RosterForm(request.POST or None, people=people, days=days, parts=week.parts)
    if request.method == "POST" and form.is_valid():
        changed = sharing.set_duties(actor=request.actor, parts=form.chosen())
        messages.success(request, _("已保存排班，改了 {n} 处。").format(n=changed) if changed else _("排班没有变。"))
        return HttpResponseRedirect(f"{reverse('leads:roster')}?week={days[0].isoformat()}")
    context = {
        "form": form, "days": days, "away": week.away, "closed": reads.closed_days(request.actor, days),
        "tab": "roster",
        "before": days[0] - timedelta(days=7), "after": days[0] + timedelta(days=7), "today": times.today(),
    }  # fmt: skip
    return _page(request, "leads/sharing/roster.html", context, status=422 if form.errors else 200)


def _asked_day(request: Request) -> date:
    try:
        asked = date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        return times.today()
    return asked if abs((asked - times.today()).days) < 400 else times.today()


# Rules --------------------------------------------------------------------------------------------
@require_GET
def rules(request: Request) -> HttpResponse:
    request.actor.require(Capability.SALES_MANAGE)
    own = request.actor.organisation_id
    found = selectors.rules_of(request.actor)
    context = {
        "rules": reads.in_words(request.actor, found.rows), "own": found.own, "groups": reads.groups(), "tab": "rules",
        "source": provenance({found.source}, own)[found.source] if found.rows else "",
        "followers": followers(request.actor, "allocation"), "sells": selectors.sellers().exists(),
    }  # fmt: skip
    return _page(request, "leads/sharing/rules.html", context)


@require_http_methods(["GET", "POST"])
def rule(request: Request, pk: int | None = None) -> HttpResponse:
    request.actor.require(Capability.SALES_MANAGE)
    row = next((one for one in selectors.rules_of(request.actor).rows if one.pk == pk), None)
    if pk is not None and row is None:
        raise Http404
    form = RuleForm(
        request.POST or None, initial=RuleForm.initial_of(row) if row else None,
        sources=[(one.code, str(one)) for one in selectors.sources(request.actor)], people=_people(),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            saved = sharing.save_rule(actor=request.actor, facts=form.facts(), rule_id=pk)
        except NotThis as wrong:
            form.add_error(wrong.field, RULE_FAULTS[wrong.field])
        else:
            messages.success(request, _("已保存规则「{name}」，下一条线索起按它分。").format(name=saved.name))
            return redirect("leads:rules")
    context = {"form": form, "row": row, "groups": reads.groups(), "own": selectors.rules_of(request.actor).own}
    return render(request, "leads/sharing/rule.html", context, status=422 if form.errors else 200)


def _people() -> list[tuple[str, str]]:
    return [(str(one.pk), one.name) for one in selectors.sellers()]


@require_POST
def rule_removal(request: Request, pk: int) -> HttpResponse:
    sharing.remove_rule(actor=request.actor, rule_id=pk)
    messages.success(request, _("已删除这条规则。"))
    return redirect("leads:rules")


@require_POST
def rule_order(request: Request, pk: int) -> HttpResponse:
    sharing.move_rule(actor=request.actor, rule_id=pk, up="up" in request.POST)
    return redirect("leads:rules")


@require_POST
def rules_inheritance(request: Request) -> HttpResponse:
    sharing.inherit_rules_again(actor=request.actor)
    messages.success(request, _("已恢复继承。"))
    return redirect("leads:rules")


@require_http_methods(["GET", "POST"])
def group(request: Request, pk: int | None = None) -> HttpResponse:
    request.actor.require(Capability.SALES_MANAGE)
    found = next((one for one in reads.groups() if one.pk == pk), None)
    if pk is not None and found is None:
        raise Http404
    initial = {"name": found.name, "people": [str(one) for one in found.people]} if found else None
    form = GroupForm(request.POST or None, initial=initial, people=_people())
    if request.method == "POST" and form.is_valid():
        try:
            sharing.set_group(actor=request.actor, group_id=pk, **form.cleaned_data)
        except NotThis:
            form.add_error("name", _("已经有一个叫这个名字的小组，请换一个。"))
        else:
            messages.success(request, _("已保存小组。"))
            return redirect("leads:rules")
    context = {"form": form, "group": found}
    return render(request, "leads/sharing/group.html", context, status=422 if form.errors else 200)


@require_POST
def group_removal(request: Request, pk: int) -> HttpResponse:
    sharing.remove_group(actor=request.actor, group_id=pk)
    messages.success(request, _("已删除小组，写着它的规则会跳过去。"))
    return redirect("leads:rules")


# The numbers --------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def policy(request: Request) -> HttpResponse:
    request.actor.require(Capability.SALES_MANAGE)
    own = request.actor.organisation_id
    found = reads.numbers(lineage(own))
    form = PolicyForm(request.POST or None, above=found.above, initial=found.own)
    if request.method == "POST" and form.is_valid() and _saved(request, form):
        messages.success(request, _("已保存。走着的时限不变，以后的按新的算。"))
        return redirect("leads:policy")
    context = {
        "form": form, "own": found.own, "tab": "policy", "followers": followers(request.actor, "allocation", "policy"),
        "sources": provenance(set(found.sources.values()) | {None}, own),
    }  # fmt: skip
    return _page(request, "leads/sharing/policy.html", context, status=422 if form.errors else 200)


def _saved(request: Request, form: PolicyForm) -> bool:
    try:
        sharing.set_policy(actor=request.actor, values=form.values(), seen=form.seen_values())
    except Disputed as disputed:
        form.dispute(disputed.theirs)
    except NotThis as wrong:
        form.add_error(wrong.field, _("这个数不在允许的范围里。"))
    return not form.errors


@require_POST
def policy_inheritance(request: Request) -> HttpResponse:
    sharing.inherit_policy_again(actor=request.actor)
    messages.success(request, _("已恢复继承。"))
    return redirect("leads:policy")


