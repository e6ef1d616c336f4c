"""The customer's link: found, opened, answered, and the end of it when they want no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.contracts.nurturing import PieceAnswered, PieceOpened, PiecesRefused
from qibu.customers.models import Consent, Customer
from qibu.customers.services import consents
from qibu.kernel import journal, times
from qibu.kernel.actors import Actor
from qibu.leads.models import Lead
from qibu.leads.rules import Door, Person, Received
from qibu.leads.services import following
from qibu.network.selectors import able
from qibu.nurturing.errors import NotNow, TooManyReplies
from qibu.nurturing.models import Sending
from qibu.nurturing.rules import End, anew, twice
from qibu.nurturing.services import runs, sending
from qibu.tasks.models import Task
from qibu.tasks.selectors.calendars import calendar_of
from qibu.tasks.services import tasks
from qibu.tasks.services.tasks import Work

MOST_REPLIES = 5
LONGEST = 64
ANSWER = "nurturing.answer"
ANSWER_WITHIN = timedelta(hours=4)  # of the store's opening hours
State = Sending.State


@dataclass(frozen=True)
class Found:
    organisation_id: int
    sending_id: int


def find(token: str) -> Found | None:
    """Asked before any scope is open, of a function that tells nothing but where the sending is."""
    if not token or len(token) > LONGEST:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT organisation_id, sending_id FROM nurturing_link_of(%s)", [sending.hash_of(token)]
        )
        row = cursor.fetchone()
    return Found(*row) if row else None


def living(sending_id: int, *, lock: bool = False) -> Sending | None:
    """A link that opens, with what it shows; None for one that is over, closed, or never was."""
    rows = Sending.objects.filter(pk=sending_id, lead__customer__erased_at__isnull=True)
    rows = rows.select_related("edition", "lead__customer", "lead__consultant")
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    return found if found is not None and found.living else None


def opened(*, actor: Actor, row: Sending) -> None:
    """Counted once for a reading; on the time line the first time. Who opens it has got it, so it was sent."""
    now = times.now()
    if not anew(row.last_opened_at, now):
        return
    if row.state == State.WAITING:
        _was_sent(actor, row.pk)
    Sending.objects.filter(pk=row.pk).update(
        opened=F("opened") + 1, first_opened_at=Coalesce("first_opened_at", now), last_opened_at=now
    )
    if row.first_opened_at is None:
        journal.record(PieceOpened(**row.about()), actor=actor)


def _was_sent(actor: Actor, sending_id: int) -> None:
    """Held, its task first: of two who open it at once the second finds it sent."""
    row = sending.held(actor, sending_id)
    if row.state == State.WAITING:
        sending.sent(actor, [row])
        if row.task_id:
            tasks.settle(actor=actor, task_ids=[row.task_id], done=True, note=_("客户已经打开了"))


def answer(*, actor: Actor, sending_id: int, text: str = "") -> Sending:
    """The customer asks to be called: the consultant's next action is to do so, and no sequence writes to them any
    more. The same again a moment later counts once. Raises `NotNow`, `TooManyReplies`."""
    lead = _lead_of(sending_id)
    row = living(sending_id, lock=True)
    if row is None:
        raise NotNow
    if row.state == State.WAITING:  # whoever answers has got it, though their opening was not counted
        _was_sent(actor, row.pk)
    now, said = times.now(), text.replace("\r\n", "\n").strip()
    if twice(said, row.reply, row.replied_at, now):
        return row
    if row.replies >= MOST_REPLIES:
        raise TooManyReplies
    row.reply = "\n".join(filter(None, (row.reply, said)))
    Sending.objects.filter(pk=row.pk).update(replies=F("replies") + 1, replied_at=now, reply=row.reply)
    journal.record(PieceAnswered(**row.about(), note=said), actor=actor)
    _ask_for_a_call(actor, lead, row, said)
    runs.end_for(actor, [lead.customer_id], End.REPLIED)
    return row


def refuse(*, actor: Actor, sending_id: int) -> Sending:
    """No more of these: the yes to marketing is taken back as easily as it was given (PIPL art. 15), and whatever was
    planned ends. Doing it twice does nothing twice. Raises `NotNow`."""
    known = living(sending_id)
    if known is None:
        raise NotNow
    if known.refused_at is None:
        consents.record(
            actor=actor, customer_id=known.lead.customer_id, purpose=Consent.Purpose.MARKETING,
            channel=Consent.Channel.ANY, state=Consent.State.WITHDRAWN, evidence=_("在资料页面上点了「不再接收」"),
        )  # fmt: skip
        Sending.objects.filter(pk=known.pk, refused_at__isnull=True).update(refused_at=times.now())
        journal.record(PiecesRefused(**known.about()), actor=actor)
        runs.end_for(actor, [known.lead.customer_id], End.OPTED_OUT)
        sending.drop_unpermitted(actor, [known.lead.customer_id])
    return known


def _lead_of(sending_id: int) -> Lead:
    """Tasks, the file and the lead, in the order in which whoever records a call holds them."""
    rows = Lead.objects.filter(pk=Sending.objects.values_list("lead_id", flat=True).get(pk=sending_id))
    waiting = Sending.objects.filter(lead__customer_id__in=rows.values("customer_id"), state=State.WAITING)
    ours = Q(pk__in=rows.values("next_task_id")) | Q(pk__in=waiting.values("task_id"))
    list(Task.objects.filter(ours).order_by("pk").select_for_update().values_list("pk", flat=True))
    list(
        Customer.objects.filter(pk__in=rows.values("customer_id"))
        .select_for_update()
        .values_list("pk", flat=True)
    )
    found: Lead = rows.select_related("customer", "next_task").select_for_update(of=("self",)).get()
    return found


def _ask_for_a_call(actor: Actor, lead: Lead, row: Sending, said: str) -> None:
    """Of an open lead it is the next action; for a lost one there is work of whoever had it."""
    if lead.living:
        received = Received(door=Door.FORM, source=lead.source, person=Person(), at=times.now())
        following.come_again(actor, lead, received, said)
        return
    there = able().filter(pk=lead.consultant_id or 0).exists()
    title = format_lazy(gettext_lazy("看了《{title}》，请联系客户"), title=row.edition.title)
    work = Work(
        kind=ANSWER, title=title, detail=said[:300], customer_id=lead.customer_id,
        assignee_id=lead.consultant_id if there else None, desk=Task.Desk.SALES, facts={"lead": lead.pk},
        due_at=calendar_of(actor.organisation_id).add_working_time(times.now(), ANSWER_WITHIN),
        key=f"{ANSWER}:{row.pk}:{row.replies}",
    )  # fmt: skip
    tasks.create_work(actor=actor, work=work)
