"""缺勤: who is away, who stands in, and where the work lies meanwhile."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qibu.kernel import times
from qibu.kernel.scoping import scope
from qibu.network import words
from qibu.network.forms import add_errors
from qibu.network.middleware import Request
from qibu.network.models import Absence, Staff
from qibu.network.rules import Capability
from qibu.network.selectors import at_work, days_away
from qibu.network.services.absences import Days
from qibu.tasks.forms import AbsenceForm
from qibu.tasks.rules import Stretch
from qibu.tasks.selectors import team as reads
from qibu.tasks.services import covering
from qibu.tasks.services.covering import Covered
from qibu.ui import formats

LONG = 90  # days; more is more often a slip of the year than a leave
Act = Callable[[dict[str, Any]], Covered]


@require_http_methods(["GET", "POST"])
def absence(request: Request) -> HttpResponse:
    """One's own days, or with the right those of anybody."""
    request.actor.require(Capability.TASKS_WORK)
    today, asked = times.today(), request.GET.get("staff", str(request.actor.staff_id))
    if asked != str(request.actor.staff_id) and not _known(asked):
        raise Http404
    initial = {"staff": asked, "first_day": today, "last_day": today, "kind": "leave"}
    form = _form(request, initial)
    return _answer(
        request, form, lambda given: covering.go_away(actor=request.actor, staff_id=given["staff"], **_facts(given))
    )


@require_http_methods(["GET", "POST"])
def one(request: Request, absence_id: int) -> HttpResponse:
    """Other days, another stand-in; whoever may not, finds nothing."""
    found = reads.absence_or_404(request.actor, absence_id)
    if found.ended_at is not None or found.last_day < times.today():
        messages.info(request, _("这次缺勤已经结束。"))
        return redirect(_home(request))
    initial = {name: getattr(found, name) for name in ("first_day", "last_day", "kind")}
    initial["stand_in"] = found.stand_in_id
    form = _form(request, initial, of=found)
    return _answer(
        request, form, lambda given: covering.change(actor=request.actor, absence_id=absence_id, **_facts(given)), found
    )


@require_POST
def end(request: Request, absence_id: int) -> HttpResponse:
    """Back, back earlier, or never gone."""
    request.actor.require(Capability.TASKS_WORK)
    covered = covering.come_back(actor=request.actor, absence_id=absence_id)
    name, planned = covered.absence.staff.name, covered.absence.planned
    if planned:
        messages.success(request, _("已取消 {name} 的这次缺勤，任务都没有动。").format(name=name))
    else:
        sentence = _("{name} 回来了，{n} 件没做完的任务还给了他。")
        messages.success(request, sentence.format(name=name, n=covered.back))
    return redirect(_home(request))


class _Asked(Exception):
    """What was done is taken back, because somebody has to be asked first."""


def _answer(request: Request, form: AbsenceForm, act: Act, of: Absence | None = None) -> HttpResponse:
    """Refused with its reason, asked where it is doubtful, or done and told where the work lies."""
    context: dict[str, Any] = {"form": form, "one": of, "home": _home(request)}
    if request.method == "POST" and form.is_valid():
        try:
            with scope(request.actor):  # what is refused or only asked is taken back, the page is still drawn
                covered = act(form.cleaned_data)
                context |= _doubts(covered)
                if context["doubts"] and form.cleaned_data["sure"] != context["sure"]:
                    raise _Asked
        except ValidationError as error:
            add_errors(form, error)
        except _Asked:
            pass
        else:
            messages.success(request, _where(covered))
            return redirect(_home(request))
    context["absences"] = [] if of else reads.absences_for(request.actor)
    return render(request, "tasks/absence.html", context, status=422 if form.errors else 200)


def _form(request: Request, initial: dict[str, Any], of: Absence | None = None) -> AbsenceForm:
    today, days = times.today(), days_away(times.today())
    people = [(str(one.pk), _called(one, words.away(days.get(one.pk), today))) for one in at_work()]
    myself = str(request.actor.staff_id)
    every = [(str(one.pk), one.name) for one in at_work()]
    whose = every if request.actor.may(Capability.TASKS_ASSIGN) else [one for one in every if one[0] == myself]
    others = [pair for pair in people if of is None or pair[0] != str(of.staff_id)]
    return AbsenceForm(request.POST or None, people=others, whose=whose, of=of, initial=initial)


def _called(person: Staff, away: str) -> str:
    return _("{name}（{away}）").format(name=person.name, away=away) if away else person.name


def _known(asked: str) -> bool:
    return asked.isdecimal() and Staff.objects.filter(pk=int(asked)).exists()


def _facts(given: dict[str, Any]) -> dict[str, Any]:
    days = Days(given["first_day"], given["last_day"])
    return {"days": days, "kind": given["kind"], "stand_in_id": given["stand_in"]}


def _home(request: Request) -> str:
    return "tasks:team" if request.actor.may(Capability.TASKS_VIEW_ALL) else "tasks:absence"


# In words ---------------------------------------------------------------------------------------------
def _doubts(covered: Covered) -> dict[str, Any]:
    """What somebody should know before it is done; `sure` answers just this."""
    one, names = covered.absence, _names(covered)
    days = (one.last_day - one.first_day).days + 1
    found = [_("一共 {n} 天，请核对日期。").format(n=days)] if days > LONG else []
    found += [_instead(names, one, stretch) for stretch in _otherwise(covered)]
    return {"doubts": found, "sure": hashlib.sha256("".join(found).encode()).hexdigest()[:16] if found else ""}


def _otherwise(covered: Covered) -> list[Stretch]:
    """The days on which the one who was chosen isn't there either."""
    chosen = covered.absence.stand_in_id
    return [stretch for stretch in covered.stretches if chosen and stretch.who != chosen]


def _instead(names: dict[int, str], one: Absence, stretch: Stretch) -> str:
    said = (
        _("{name} {days} 也不在，那时的任务转给 {who}。")
        if stretch.who
        else _("{name} {days} 也不在，那时的任务放进公共池。")
    )
    return said.format(
        name=names[one.stand_in_id or 0], days=_span(stretch.first, stretch.last), who=names.get(stretch.who or 0, "")
    )


def _where(covered: Covered) -> str:
    """Where the work lies now or will lie, without a word too much."""
    one, names, first = covered.absence, _names(covered), covered.stretches[0]
    facts = {"n": covered.moved, "who": names.get(first.who or 0, ""), "day": formats.day(one.first_day, "short")}
    if one.planned:
        told = _("从 {day} 起，到期的任务转给 {who}。") if first.who else _("从 {day} 起，到期的任务放进公共池。")
    elif not covered.moved:
        told = _("这几天到期的任务由 {who} 做。") if first.who else _("这几天到期的任务放进公共池。")
    else:
        told = _("{n} 件任务转给了 {who}。") if first.who else _("{n} 件任务放进了公共池。")
    back = _("{n} 件更晚到期的还了回来。").format(n=covered.back) if covered.back else ""
    further = [_instead(names, one, stretch) for stretch in _otherwise(covered)]
    return formats.sentences(_("已登记。"), told.format(**facts), back, *further)


def _names(covered: Covered) -> dict[int, str]:
    wanted = {covered.absence.stand_in_id, *(stretch.who for stretch in covered.stretches)}
    return dict(Staff.objects.filter(pk__in=[pk for pk in wanted if pk]).values_list("pk", "name"))


def _span(first: date, last: date) -> str:
    if first == last:
        return formats.day(first, "short")
    return _("{first} 到 {last}").format(first=formats.day(first, "short"), last=formats.day(last, "short"))
