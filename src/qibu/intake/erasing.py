"""What came in of a customer who is erased: the words go, that something came by which door stays."""

from __future__ import annotations

import json
import re

from django.utils.translation import gettext_lazy

from qibu.customers import erase_parts
from qibu.customers.erase_parts import Whom
from qibu.intake.models import Arrival
from qibu.kernel import times
from qibu.kernel.actors import Actor

State = Arrival.State
SHORTEST = 4  # what is shorter stands in everything
BLANK = {"raw": None, "told": None, "called": "", "car": "", "note": ""}


def _forget_waiting(actor: Actor, whom: Whom) -> None:
    """What waits leads to no customer yet: it is found by their telephones and addresses, which are sealed in it."""
    marks = [mark for mark in whom.phones if len(mark) > SHORTEST]
    waiting = Arrival.objects.filter(lead__isnull=True, raw__isnull=False)
    found = [row.pk for row in waiting.iterator() if _names(row, marks)] if marks else []
    Arrival.objects.filter(pk__in=found).update(**BLANK, state=State.DROPPED, settled_at=times.now(), reasons=[])


def _names(row: Arrival, marks: list[str]) -> bool:
    text = f"{row.raw or ''} {json.dumps(row.draft.facts(), ensure_ascii=False)}"
    return any(mark in text or (mark.isdigit() and _as_people_write(mark).search(text)) for mark in marks)


def _as_people_write(number: str) -> re.Pattern[str]:
    """139 1234 0987, 139-1234-0987, (139)12340987: signs between digits, other digits not."""
    return re.compile(r"[\s()（）.·\-－‐-―]{0,2}".join(number))


erase_parts.special("intake.waiting", _forget_waiting)
erase_parts.blank(Arrival, "lead__customer", BLANK, gettext_lazy("线索送来时的原件"))
