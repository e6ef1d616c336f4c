"""E-mail to one's own people: the account, a test, what went out; and what a person wants to be written."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from qibu.contact import words
from qibu.contact.forms import AccountForm, WishForm
from qibu.contact.models import MailAccount, Message
from qibu.contact.selectors import accounts as reads
from qibu.contact.selectors import people
from qibu.contact.services import accounts, holding, outbox
from qibu.network.inheritance import provenance
from qibu.network.middleware import Request, own_scope
from qibu.network.rules import Capability
from qibu.network.words import FIELDS

PORT = 465
MOST_HELD = 500
SETTINGS = "contact:mail"


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password")
def mail(request: Request) -> HttpResponse:
    """The own account; where there is none, the inherited one is shown, and an own one may be made."""
    request.actor.require(Capability.ORGANISATION_MANAGE)
    living = reads.living(request.actor.organisation_id)
    has_password = bool(living.own and living.own.password)
    if request.method == "GET":
        return _page(request, living, AccountForm(initial=_initial(request, living.own), has_password=has_password))
    form = AccountForm(request.POST, has_password=has_password)
    changed: list[Any] = []
    if form.is_valid():
        try:
            given = form.cleaned_data
            accounts.save(
                actor=request.actor, values=form.values, password=given["password"], version=given["version"]
            )
        except accounts.PasswordMissing:
            form.add_error("password", _("换了服务器或用户名，请重新输入密码。"))
        except accounts.ChangedMeanwhile as stale:
            changed = _differences(form, stale.row)
            form = _carried(form, stale.row.version, has_password)
        else:
            messages.success(request, _("邮件设置已保存。发一封测试邮件看看。"))
            return redirect(SETTINGS)
    return _page(request, living, form, changed, status=422)


def _page(
    request: Request, living: reads.Living, form: AccountForm, changed: list[Any] | None = None, status: int = 200
) -> HttpResponse:
    own_id = request.actor.organisation_id
    source = provenance([living.row.organisation_id], own_id)[living.row.organisation_id] if living.row else ""
    context = {
        "form": form, "living": living, "source": source, "changed": changed or [],
        "mine": people.staff_of(request.actor), "waiting": _unsettled(own_id), "hold": holding.current(own_id),
        "fills_in": request.actor.may(Capability.STAFF_MANAGE),
    }  # fmt: skip
    return render(request, "contact/mail.html", context, status=status)


def _unsettled(organisation_id: int) -> int:
    """Messages that a person should look at."""
    wrong = (Message.State.FAILED, Message.State.UNKNOWN)
    return Message.objects.filter(organisation_id=organisation_id, state__in=wrong).count()


def _initial(request: Request, own: MailAccount | None) -> dict[str, Any]:
    if own is None:
        site = request.build_absolute_uri("/")
        return {"active": True, "port": PORT, "security": "tls", "morning_lead": 15, "site": site, "version": 0}
    return {name: getattr(own, name) for name in (*accounts.EDITED, "version")}


def _differences(form: AccountForm, now: MailAccount) -> list[dict[str, Any]]:
    """What somebody else saved meanwhile that is other than what stands in the form."""
    return [
        {"label": FIELDS[name], "theirs": _shown(getattr(now, name)), "mine": _shown(value)}
        for name, value in form.values.items()
        if getattr(now, name) != value
    ]


def _shown(value: Any) -> Any:
    return {True: _("是"), False: _("否")}.get(value, value) if isinstance(value, bool) else value


def _carried(form: AccountForm, version: int, has_password: bool) -> AccountForm:
    """The same form with what was typed, on top of what is there now."""
    fresh = AccountForm({**dict(form.data.items()), "version": str(version)}, has_password=has_password)
    fresh.add_error(None, _("您打开这一页以后，别的同事改过设置。请看清两边的不同，再保存一次。"))
    return fresh


@require_POST
def inheritance(request: Request) -> HttpResponse:
    if accounts.inherit_again(actor=request.actor):
        messages.success(request, _("邮件设置已去掉。上级有设置的话，从现在起用上级的。"))
    return redirect(SETTINGS)


@require_POST
@own_scope
def trial(request: Request) -> HttpResponse:
    """The server's own answer, as a sentence."""
    try:
        message = accounts.trial(actor=request.actor)
    except accounts.NoAddress:
        messages.error(request, _("员工资料里还没有您的邮箱，先填上再试。"))
    except accounts.NothingSends:
        messages.error(request, _("还没有启用邮件。"))
    else:
        tell = messages.success if message.state == Message.State.SENT else messages.error
        tell(request, _("{address}：{outcome}").format(address=message.address, outcome=words.outcome(message)))
    return redirect(SETTINGS)


@require_POST
def again(request: Request) -> HttpResponse:
    """Checked rows of the outbox once more."""
    numbers = [int(number) for number in request.POST.getlist("id")[:200] if number.isdecimal() and len(number) < 19]
    done = refused = 0
    for number in numbers:
        try:
            done += outbox.send_again(actor=request.actor, message_id=number) is not None
        except outbox.NotAgain:
            refused += 1
    if not done and not refused:
        raise Http404
    if done:
        messages.success(request, ngettext("{n} 封信一分钟内再发。", "{n} 封信一分钟内再发。", done).format(n=done))
    if refused:
        sentence = ngettext("{n} 封已经发出或还在等，没有再发。", "{n} 封已经发出或还在等，没有再发。", refused)
        messages.info(request, sentence.format(n=refused))
    return redirect("contact:outbox")


@require_http_methods(["GET", "POST"])
def hold(request: Request) -> HttpResponse:
    """After a restore: what waits, and what of it goes out after all."""
    request.actor.require(Capability.ORGANISATION_MANAGE)
    held = holding.current(request.actor.organisation_id)
    if request.method == "POST":
        return _resume(request)
    letters = holding.waiting(request.actor.organisation_id) if held else Message.objects.none()
    shown = letters.defer("text", "html", "subject").select_related("staff").order_by("created_at", "pk")[:MOST_HELD]
    return render(request, "contact/hold.html", {"hold": held, "letters": list(shown)})


def _resume(request: Request) -> HttpResponse:
    try:
        done = holding.resume(
            actor=request.actor, send=_numbers(request, "id"), seen=_numbers(request, "seen")
        )
    except holding.NothingHeld:
        messages.info(request, _("发信已经恢复了。"))
    else:
        sentence = _("发信已恢复：发出 {released} 封，{dropped} 封不发。")
        messages.success(request, sentence.format(released=done.released, dropped=done.dropped))
    return redirect(SETTINGS)


def _numbers(request: Request, name: str) -> list[int]:
    found = request.POST.getlist(name)[:MOST_HELD]
    return [int(number) for number in found if number.isdecimal() and len(number) < 19]


@require_POST
def wish(request: Request) -> HttpResponse:
    form = WishForm(request.POST)
    form.is_valid()  # two switches can't be wrong
    accounts.wish(actor=request.actor, **form.cleaned_data)
    messages.success(request, _("已保存。"))
    return redirect("network:account")
