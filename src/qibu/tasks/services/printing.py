"""Putting a work list on paper with the numbers in full: an act, in the audit trail for each number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from qibu.contracts.customers import PhoneRevealed
from qibu.contracts.tasks import WorkListPrinted
from qibu.customers.selectors import may_approach
from qibu.kernel import journal
from qibu.kernel.actors import Actor
from qibu.network.models import Staff
from qibu.network.rules import Capability
from qibu.tasks.selectors.printing import Line, numbers, points_to_call
from qibu.tasks.services.consequences import ASKED_FOR


def with_numbers(*, actor: Actor, whose: Staff, lines: Sequence[Line]) -> list[Line]:
    """The lines with full numbers; each is in the trail like one shown on the screen."""
    actor.require(Capability.PHONE_REVEAL)
    if whose.pk != actor.staff_id:
        actor.require(Capability.TASKS_VIEW_ALL)
    barred = _barred(lines)
    wanted = {line.task.customer_id for line in lines if line.task.customer_id} - barred
    points = points_to_call(wanted)
    clear = numbers(points.values())
    journal.record_many(
        [
            PhoneRevealed(
                customer_id=line.task.customer_id,
                subject_id=points[line.task.customer_id],
                reason=_("打印工作单"),
                task_id=line.task.pk,
            )
            for line in lines
            if line.task.customer_id in points
        ],
        actor=actor,
    )
    journal.record(WorkListPrinted(whose=whose.name, rows=len(lines), phones=True), actor=actor)
    return [replace(line, phone=_phone(line, points, clear, barred)) for line in lines]


def _barred(lines: Sequence[Line]) -> set[int]:
    """Customers who want no calls, where nothing was promised to them: the store calls only by its own wish."""
    asked = {line.task.customer_id for line in lines if line.task.customer_id and line.categories <= {*ASKED_FOR}}
    return asked - may_approach(asked, purpose="service", channel="phone")


def _phone(line: Line, points: Mapping[int, int], clear: Mapping[int, str], barred: set[int]) -> str:
    customer_id = line.task.customer_id or 0
    return _("不要打") if customer_id in barred else clear.get(points.get(customer_id, 0), line.phone)
