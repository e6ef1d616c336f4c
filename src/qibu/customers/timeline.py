"""How entries of the journal read on a customer's time line. An app tells it in its `slots.py`:

    @slots.fills("customer.timeline", order=40)
    def timeline(request, **context):
        return {VisitClosed.name: Renderer(VISIT, _visit_closed)}

    def _visit_closed(entry: Happening) -> Line:
        return Line(_("到店 {number}").format(number=entry.data["number"]), icon="wrench", text=entry.data["jobs"])

A renderer works on what the entry holds; it makes no queries.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy


@dataclass(frozen=True)
class Kind:
    """A chip above the time line, by which it is narrowed."""

    key: str
    label: Any


CONTACT = Kind("contact", gettext_lazy("联系"))
VISIT = Kind("visit", pgettext_lazy("时间线", "到店"))
CAR = Kind("car", gettext_lazy("车辆"))
NOTE = Kind("note", gettext_lazy("备注"))
FILE = Kind("file", gettext_lazy("档案"))
SALE = Kind("sale", gettext_lazy("销售"))
KINDS = (CONTACT, SALE, VISIT, CAR, NOTE, FILE)


@dataclass(frozen=True)
class Happening:
    """An entry as a renderer sees it."""

    id: int
    type: str
    at: datetime
    data: dict[str, Any]
    vehicle_id: int | None
    subject_id: int | None
    by: str  # who did it; the system's own acts say so
    of: int | None = None  # on whose page it stands


@dataclass(frozen=True)
class Mark:
    """A chip beside the title. Kinds are those of tags: "", line, overdue, soon, running, done."""

    words: str
    kind: str = ""


@dataclass(frozen=True)
class Line:
    title: str
    icon: str = "info"
    text: str = ""
    quote: str = ""  # the customer's own words
    marks: tuple[Mark, ...] = ()
    url: str = ""  # where the title leads


@dataclass(frozen=True)
class Renderer:
    kind: Kind
    read: Callable[[Happening], Line]


Renderers = dict[str, Renderer]


def unknown(entry: Happening) -> Line:
    """An event without a renderer: what it says of itself, if anything."""
    title = next((str(entry.data[key]) for key in ("title", "number", "plate") if entry.data.get(key)), "")
    text = next((str(entry.data[key]) for key in ("text", "note", "reason") if entry.data.get(key)), "")
    return Line(title or _("其他记录"), text=text)
