"""Writing letters into the outbox: the morning list, and what the ladder tells of overdue work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from qibu.contact import letters
from qibu.contact.models import MailAccount, Message, Told
from qibu.contact.rules import ALARM_FRESH, BETWEEN_ALARMS, morning_window, without_numbers
from qibu.contact.selectors import accounts, day, people
from qibu.contact.services import outbox
from qibu.contact.services.outbox import Draft
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.network.models import Organisation, Staff
from qibu.tasks.models import Escalation
from qibu.tasks.selectors.calendars import calendar_of


def write_due(*, actor: Actor, now: datetime) -> int:
    """Everything that is to be written at this moment, in the actor's scope; gives how many letters."""
    account = accounts.living(actor.organisation_id).row
    if account is None or not account.active:
        return 0
    return morning_lists(actor=actor, account=account, now=now) + alarms(actor=actor, account=account, now=now)


def morning_lists(*, actor: Actor, account: MailAccount, now: datetime) -> int:
    """On working days, shortly before the store opens, for everybody with work of this day; each once a day."""
    until = _until(actor, account, now)
    waiting = _without_one(actor, now) if until else []
    if until is None or not waiting:
        return 0
    outbox.forget_words(actor=actor, now=now)
    tasks, store = day.tasks_of(waiting, now), _store(actor)
    drafts = []
    for person in waiting:
        if person.pk in tasks:
            with letters.language_of(person):
                words = letters.morning(day.day_of(person, tasks[person.pk], now), account, store, now)
            drafts.append(Draft(Message.Kind.MORNING, _key(person, now), person, *_said(words), until))
    return len(outbox.write(actor=actor, account=account, drafts=drafts))


def _until(actor: Actor, account: MailAccount, now: datetime) -> datetime | None:
    """Until when today's list makes sense; None when it is not the time for it."""
    today, calendar = times.day_of(now), calendar_of(actor.organisation_id)
    if not calendar.is_working_day(today):
        return None
    opens = calendar.next_open(times.start_of(today))
    begin, end = morning_window(opens, timedelta(minutes=account.morning_lead))
    return end if begin <= now < end else None


def _without_one(actor: Actor, now: datetime) -> list[Staff]:
    readers = list(people.readers(actor, "morning"))
    written = set(
        Message.objects.filter(key__in=[_key(one, now) for one in readers]).values_list("staff_id", flat=True)
    )
    return [one for one in readers if one.pk not in written]


def _key(person: Staff, now: datetime) -> str:
    return f"morning:{person.pk}:{times.day_of(now).isoformat()}"


def alarms(*, actor: Actor, account: MailAccount, now: datetime) -> int:
    """What climbed to somebody and stands in no letter yet. The ladder decides how often (three times about one
    clock, an hour apart); several clocks go into one letter, and a person gets one in ten minutes at most."""
    told = _by_person(actor, now)
    if not told:
        return 0
    store, written = _store(actor), 0
    for person in people.readers(actor, "alarms").filter(pk__in=list(told)):
        written += _alarm(actor, account, person, told[person.pk], store, now)
    return written


def _by_person(actor: Actor, now: datetime) -> dict[int, list[Escalation]]:
    rows = (
        Escalation.objects.filter(
            ~Exists(Told.objects.filter(escalation=OuterRef("pk"))),
            organisation_id=actor.organisation_id, at__gte=now - ALARM_FRESH, seen_at__isnull=True,
            clock__stopped_at__isnull=True, clock__paused_at__isnull=True, told__isnull=False,
        )
        .exclude(told__in=_told_lately(actor, now))
        .select_related("clock__task__customer", "clock__task__vehicle", "clock__task__assignee")
        .order_by("at", "pk")
    )  # fmt: skip
    found: dict[int, list[Escalation]] = {}
    for row in rows:
        if row.told_id:
            found.setdefault(row.told_id, []).append(row)
    return found


def _told_lately(actor: Actor, now: datetime) -> list[int]:
    lately = Message.objects.filter(
        organisation_id=actor.organisation_id, kind=Message.Kind.ALARM, created_at__gt=now - BETWEEN_ALARMS
    )
    return list(lately.values_list("staff_id", flat=True))


def _alarm(
    actor: Actor, account: MailAccount, person: Staff, told: Sequence[Escalation], store: str, now: datetime
) -> int:
    with letters.language_of(person):
        words = letters.alarm(person, [_line(one, person, now) for one in told], account, store)
    key = f"alarm:{told[0].pk}"
    draft = Draft(Message.Kind.ALARM, key, person, *_said(words), now + ALARM_FRESH)
    made = outbox.write(actor=actor, account=account, drafts=[draft])
    rows = [
        Told(organisation_id=actor.organisation_id, escalation=one, message=message)
        for message in made
        for one in told
    ]
    Told.objects.bulk_create(rows, ignore_conflicts=True)
    return len(made)


def _line(one: Escalation, person: Staff, now: datetime) -> day.Line:
    task = one.clock.task
    whose = _("由 {name} 负责").format(name=task.assignee.name) if task.assignee else _("在公共池里")
    return day.Line(
        when=day.when(one.clock.due_at, now), late=True, what=without_numbers(str(task.called)),
        whom=" · ".join(filter(None, [day.whom(task, person), whose])),
    )  # fmt: skip


def _said(words: letters.Words) -> tuple[str, str, str]:
    return words.subject, words.text, words.html


def _store(actor: Actor) -> str:
    return str(Organisation.objects.get(pk=actor.organisation_id))
