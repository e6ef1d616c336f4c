"""How letters read: plain text and simple HTML, in the language of the one who gets them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qibu.contact.models import MailAccount
from qibu.contact.selectors.day import Day, Line
from qibu.kernel import times
from qibu.network.models import Staff
from qibu.ui import formats

SHOWN = 15  # lines of each kind: the whole list is one tap away


@dataclass(frozen=True)
class Words:
    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Part:
    """A heading with lines below it."""

    title: str
    lines: Sequence[Line]
    more: str = ""


@contextmanager
def language_of(staff: Staff) -> Iterator[None]:
    with translation.override((staff.user.language if staff.user else "") or settings.LANGUAGE_CODE):
        yield


def morning(day: Day, account: MailAccount, store: str, now: datetime) -> Words:
    on, calls, promises = times.day_of(now), len(day.calls), len(day.promises)
    counts = [
        ngettext("{n} 件承诺", "{n} 件承诺", promises).format(n=promises) if promises else "",
        ngettext("{n} 个电话", "{n} 个电话", calls).format(n=calls) if calls else "",
    ]
    late = ngettext("其中 {n} 件已逾期", "其中 {n} 件已逾期", day.overdue).format(n=day.overdue) if day.overdue else ""
    summary = _("，").join(filter(None, [*counts, late]))
    return _letter(
        subject=_("{day}的工作：{summary}").format(day=formats.words(on), summary=summary),
        greeting=_("{name}，早上好。").format(name=day.staff.name),
        lead=_("今天有 {summary}。").format(summary=summary),
        parts=[_part(_("答应客户的事"), day.promises), _part(_("今天要联系"), day.calls)],
        button=_("打开工作台"), address=_address(account, "tasks:workbench"), account=account, store=store,
    )  # fmt: skip


def alarm(staff: Staff, lines: Sequence[Line], account: MailAccount, store: str) -> Words:
    number = len(lines)
    if number == 1:
        subject = _("逾期：{what}").format(what=lines[0].what)
    else:
        subject = ngettext("{n} 件工作逾期", "{n} 件工作逾期", number).format(n=number)
    return _letter(
        subject=subject,
        greeting=_("{name}，您好。").format(name=staff.name),
        lead=_("下面的工作过了时限还没有做完，按规定报给您。请了解原因，帮一把。"),
        parts=[_part("", lines)],
        button=_("看逾期的工作"), address=_address(account, "tasks:escalations"), account=account, store=store,
    )  # fmt: skip


def trial(staff: Staff, account: MailAccount, store: str) -> Words:
    return _letter(
        subject=_("七步的测试邮件"),
        greeting=_("{name}，您好。").format(name=staff.name),
        lead=_("收到这封信，说明 {store} 的邮件设置可用：早晨清单和逾期提醒会这样送到同事手里。").format(store=store),
        parts=[], button=_("打开七步"), address=_address(account, "tasks:workbench"), account=account, store=store,
    )  # fmt: skip


def _part(title: str, lines: Sequence[Line]) -> Part:
    over = len(lines) - SHOWN
    more = ngettext("还有 {n} 件，在工作台上", "还有 {n} 件，在工作台上", over).format(n=over) if over > 0 else ""
    return Part(title, lines[:SHOWN], more)


def _address(account: MailAccount, name: str) -> str:
    return account.site.rstrip("/") + reverse(name)


def _letter(*, subject: str, parts: Sequence[Part], account: MailAccount, **facts: Any) -> Words:
    context = {
        "subject": subject, "parts": [part for part in parts if part.lines], **facts,
        "settings_address": _address(account, "network:account"),
        "language": "en" if not formats.chinese() else "zh-CN",
        "foot": _("不想再收，可以在「我的账号」里关掉。客户姓名已隐去部分，信里没有电话。"),
    }  # fmt: skip
    subject = " ".join(subject.split())
    return Words(subject, "\n".join(_plain(context)), render_to_string("contact/mail/letter.html", context))


def _plain(context: dict[str, Any]) -> Iterator[str]:
    yield from (context["greeting"], "", context["lead"], "")
    for part in context["parts"]:
        if part.title:
            yield f"【{part.title}】" if formats.chinese() else part.title.upper()
        for line in part.lines:
            mark = "! " if line.late else "  "
            yield mark + "  ".join(filter(None, [line.when, line.whom, line.what]))
        if part.more:
            yield f"  {part.more}"
        yield ""
    yield from (f"{context['button']}：" if formats.chinese() else f"{context['button']}:", context["address"], "")
    yield from ("-- ", context["store"], context["foot"], context["settings_address"])
