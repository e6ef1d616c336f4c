"""Letters that tell of a customer who is erased, as far as their words are still here: sent ones have none."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from qibu.contact.models import Message, Told
from qibu.customers import erase_parts
from qibu.customers.erase_parts import Whom
from qibu.kernel import times
from qibu.kernel.actors import Actor

State = Message.State
WAITING = (State.QUEUED, State.CLAIMED)


def _about(whom: Whom) -> QuerySet[Message]:
    """By the words, and by the delay that an alarm tells of. A morning's list names many: the whole letter goes."""
    alarms = Told.objects.filter(escalation__clock__task__customer_id__in=whom.ids)
    found = Q(pk__in=alarms.values("message"))
    for mark in whom.marks:
        found |= Q(subject__contains=mark) | Q(text__contains=mark) | Q(html__contains=mark)
    rows: QuerySet[Message] = Message.objects.filter(pk__in=Message.objects.filter(found).values("pk"))
    return rows


def _forget(actor: Actor, whom: Whom) -> None:
    about = list(_about(whom).values_list("pk", flat=True))
    rows = Message.objects.filter(pk__in=about)
    rows.filter(state__in=WAITING).update(state=State.DROPPED, due_at=None, token=None, settled_at=times.now())
    rows.update(subject="…", text="", html="", answer="")


erase_parts.special("contact.letters", _forget)
erase_parts.goes(gettext_lazy("提到这位客户的邮件内容"), lambda whom: _about(whom).count())
