"""What a result does to the customer's file: a number spoiled, a hold placed; and how it is taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from qibu.contracts.customers import ConsentRecorded, HoldPlaced
from qibu.contracts.tasks import TaskCancelled
from qibu.customers.models import Consent, ContactPoint, Hold
from qibu.customers.selectors.customers import told_as
from qibu.customers.services import consents, holds, points
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.network.rules import Capability
from qibu.tasks.models import Task
from qibu.tasks.services import clocks, snapshots
from qibu.tasks.services.snapshots import Kept

SOURCE = "task"
REFUSED = (Consent.Purpose.SERVICE, Consent.Purpose.SURVEY, Consent.Purpose.MARKETING)
# What the store calls for by itself; promises are kept
ASKED_FOR = (Task.Category.FOLLOW_UP, Task.Category.DUE, Task.Category.GREETING)


def at_the_task(actor: Actor) -> Actor:
    """Within one's own task the task is the reason to see the customer and to write down what they said."""
    return replace(
        actor, capabilities=actor.capabilities | {Capability.CUSTOMERS_EDIT, Capability.CUSTOMERS_VIEW_ALL}
    )


def usable_phones(customer_id: int | None) -> list[int]:
    """The customer's numbers that are worth calling, the one to call first."""
    if customer_id is None:
        return []
    rows = ContactPoint.objects.filter(customer_id=customer_id, kind=ContactPoint.Kind.PHONE, unusable=False)
    return list(rows.order_by("-primary", "id").values_list("pk", flat=True))


def spoil(actor: Actor, customer_id: int, point_id: int) -> Kept:
    primary = ContactPoint.objects.filter(pk=point_id, customer_id=customer_id, primary=True).exists()
    points.mark_unusable(actor=at_the_task(actor), customer_id=customer_id, point_id=point_id)
    return {"point": point_id, "primary": primary}


def hold(actor: Actor, customer_id: int, note: str, but: Iterable[int], at: datetime) -> Kept:
    """The customer wants no calls: nothing more is started, and what the store had planned by itself is dropped."""
    able, words = at_the_task(actor), note.strip()[:200] or _("客户在电话里说不愿被打扰")
    placed = holds.place(
        actor=able, customer_id=customer_id, reach=Hold.Reach.EVERYTHING, reason=words, source=SOURCE
    )
    withdrawn = [
        consents.record(
            actor=able,
            customer_id=customer_id,
            purpose=purpose,
            channel=Consent.Channel.PHONE,
            state=Consent.State.WITHDRAWN,
            evidence=words,
        ).pk
        for purpose in REFUSED
    ]
    dropped = _drop_others(actor, customer_id, but, at)
    return {"hold": placed.pk, "consents": withdrawn, **dropped}


def _drop_others(actor: Actor, customer_id: int, but: Iterable[int], at: datetime) -> Kept:
    others = planned_for(customer_id, but)
    ids = [task.pk for task in others]
    kept = {"tasks": [snapshots.of_task(task) for task in others], "clocks": snapshots.of_clocks(ids)}
    Task.objects.filter(pk__in=ids).update(
        state=Task.State.CANCELLED, outcome=Task.Outcome.DO_NOT_CALL, closed_at=at, closed_by_id=actor.staff_id
    )
    clocks.stop(actor=actor, task_ids=ids, at=at)
    reason = str(Task.Outcome.DO_NOT_CALL.label)
    journal.record_many([TaskCancelled(**clocks.about(task), reason=reason) for task in others], actor=actor)
    return kept


def planned_for(customer_id: int, but: Iterable[int]) -> list[Task]:
    """What the store had planned by itself for a customer, besides some tasks; held."""
    living = [Task.State.OPEN, Task.State.BACKLOG]
    rows = Task.objects.filter(customer_id=customer_id, category__in=ASKED_FOR, state__in=living)
    return list(rows.exclude(pk__in=list(but)).select_for_update().order_by("pk"))


def take_back(actor: Actor, customer_id: int, kept: Kept) -> None:
    if "point" in kept:
        _mend(actor, customer_id, kept)
    Consent.objects.filter(pk__in=kept.get("consents", [])).delete()
    Hold.objects.filter(pk=kept.get("hold", 0)).delete()
    snapshots.put_back(kept.get("tasks", []), kept.get("clocks", []))


def _mend(actor: Actor, customer_id: int, kept: Kept) -> None:
    able, point = at_the_task(actor), kept["point"]
    points.mark_unusable(actor=able, customer_id=customer_id, point_id=point, unusable=False)
    if kept["primary"]:
        points.make_primary(actor=able, customer_id=customer_id, point_id=point)


def entries_of(customer_id: int, kept: Kept) -> Sequence[int]:
    """The journal's entries of a hold and its consents, to be retracted."""
    held = Q(type=HoldPlaced.name, subject_id=kept.get("hold", 0))
    agreed = Q(type=ConsentRecorded.name, subject_id__in=kept.get("consents", []))
    rows = Entry.objects.filter(held | agreed, customer_id__in=told_as(customer_id), timeline=True)
    return list(rows.values_list("pk", flat=True))
