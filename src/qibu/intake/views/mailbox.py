"""The mailbox: where it is, how the last look went, a look at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from qibu.intake import words
from qibu.intake.errors import ChangedMeanwhile, PasswordMissing
from qibu.intake.forms import MailboxForm
from qibu.intake.mail import Unreachable
from qibu.intake.models import Arrival, Mailbox
from qibu.intake.services import letters, mailboxes
from qibu.leads.rules import Door
from qibu.network.middleware import Request, own_scope
from qibu.network.rules import Capability

PAGE = "intake:mailbox"


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password")
def mailbox(request: Request) -> HttpResponse:
    request.actor.require(Capability.SALES_MANAGE)
    box = Mailbox.objects.defer("password").first()
    known = box is not None
    if request.method == "GET":
        return _page(request, box, MailboxForm(actor=request.actor, initial=_initial(box), has_password=known))
    form = MailboxForm(request.POST, actor=request.actor, has_password=known)
    if form.is_valid() and _saved(request, form):
        messages.success(request, _("邮箱设置已保存。点「现在收取」试试。"))
        return redirect(PAGE)
    return _page(request, box, form, status=422)


def _saved(request: Request, form: MailboxForm) -> bool:
    given = form.cleaned_data
    try:
        mailboxes.save(
            actor=request.actor, values={name: given[name] for name in mailboxes.EDITED}, password=given["password"],
            version=given["version"] or 0,
        )  # fmt: skip
    except PasswordMissing:
        form.add_error("password", _("请输入密码或授权码；换了服务器或用户名也要重新输入。"))
    except ChangedMeanwhile as meanwhile:
        form.data = request.POST.copy()
        form.data["version"] = str(meanwhile.version)
        form.add_error(None, _("邮箱设置刚被同事改过。请核对后再保存一次，以您填的为准。"))
    else:
        return True
    return False


def _initial(box: Mailbox | None) -> dict[str, Any]:
    if box is None:
        return {"source": "vertical"}
    return {name: getattr(box, name) for name in (*mailboxes.EDITED, "version")}


def _page(request: Request, box: Mailbox | None, form: MailboxForm, status: int = 200) -> HttpResponse:
    by_mail = Arrival.objects.filter(door=Door.EMAIL)
    context = {
        "form": form, "box": box, "trouble": words.trouble(box.problem, box.answer) if box else "",
        "taken": by_mail.count(), "open": by_mail.filter(state=Arrival.State.QUARANTINED).count(),
    }  # fmt: skip
    return render(request, "intake/mailbox.html", context, status=status)


@require_POST
@own_scope
def look(request: Request) -> HttpResponse:
    """At once, with the server's own words."""
    try:
        taken = letters.look(actor=request.actor)
    except Unreachable as error:
        messages.error(request, words.trouble(error.problem, error.answer))
    except Mailbox.DoesNotExist:
        messages.error(request, _("还没有填邮箱。"))
    else:
        sentence = ngettext("收到 {n} 封新信。", "收到 {n} 封新信。", taken) if taken else _("没有新信，邮箱连接正常。")
        messages.success(request, sentence.format(n=taken))
    return redirect(PAGE)
