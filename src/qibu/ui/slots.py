"""Places on pages that other apps fill. The set of places is closed: a misspelt one raises at start-up.

An app registers in its own `slots.py`, which is found at start-up:

    @slots.fills("navigation", order=20)
    def navigation(request: HttpRequest) -> NavItem:
        return NavItem("customers", _("客户"), "users", "customers:list", capability="customers.view")
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from qibu.ui.areas import AREAS, PARTS, ask

SLOTS: dict[str, str] = {
    "navigation": "NavItem: the left menu, the bottom bar of phones and the places of the search palette",
    "frame.stores": "Choice: organisations the person may switch to; the current one is marked",
    "frame.person": "Action: the menu behind the person's name; sign-out is the last one",
    "frame.title": "str: what the person is here, below the name",
    "frame.bell": "Bell: what is waiting for the person, beside the search",
    "frame.search": "str: address that answers the search palette with `ui/palette/results.html`",
    "frame.recent": "Action: records opened last, under the menu",
    "search.commands": "Command: what one can do from the search palette",
    "search.found": "(label, items): further groups of what the palette found for the text `q`",
    "workbench.head": "Panel: above the list of tasks",
    "workbench.side": "Panel: cards below or beside the tasks",
    "customer.header": "Panel: figures and marks in the head of a customer's page",
    "customer.actions": "Action: buttons in the head of a customer's page",
    "customer.panel": "Panel: cards at the side of a customer's page",
    "customer.erased": "Panel: what is still done after a customer was erased",
    "customer.tab": "Tab: further tabs of a customer's page",
    "customer.timeline": "dict[event name, renderer]: how an entry of the journal reads",
    "lead.panel": "Panel: cards on the page of a lead",
    "lead.actions": "Action: buttons in the head of a lead's page",
    "lead.more": "Action: what stands behind 更多 there",
    "catalogue.actions": "Action: buttons beside the cars that are sold",
    "vehicle.panel": "Panel: cards on a vehicle's page",
    "quote.actions": "Action: buttons in the head of a quotation's page",
    "order.panel": "Panel: cards on the page of an order",
    "order.actions": "Action: buttons in the head of an order's page",
    "stock.actions": "Action: buttons beside the list of cars in stock",
    "task.panel": "Panel: facts beside a task's script",
    "staff.actions": "Action: buttons beside the list of staff",
    "account.panel": "Panel: cards on the page of one's own account",
    "list.views": "ui.lists.Preset: views of the list `key` that people saved",
    "list.tools": "Action: icons in the toolbar of the list `page`",
    "list.lost": "(key, words): of `keys` of an address those of fields that were switched off or removed",
    "list.saving": "str: the address where what a list shows is saved as a view",
    "begin": "Action: where a new store begins, on pages that are still empty",
    "settings": "Setting: rows of the settings page",
}


class UnknownSlot(LookupError):
    def __init__(self, slot: str) -> None:
        super().__init__(f"no slot called {slot!r}; the slots are {', '.join(sorted(SLOTS))}")


@dataclass(frozen=True)
class NavItem:
    """A place in the left menu, at its first level or in an area. `phone` 1 to 4 puts it into the bottom bar of phones,
    too. `root` names the address below which one is at this place, where that isn't its own."""

    key: str
    label: Any
    icon: str
    url_name: str
    capability: str = ""
    badge: Callable[[HttpRequest], int] | None = None
    hot: bool = False  # the badge counts what is late: it is shown in the colour of overdue
    area: str = ""
    root: str = ""
    phone: int = 0

    def __post_init__(self) -> None:
        ask(self.area, AREAS)


@dataclass(frozen=True)
class Choice:
    label: Any
    value: str
    url: str  # answers POST with the field `organisation`
    current: bool = False
    detail: Any = ""


@dataclass(frozen=True)
class Action:
    """A link, or with `method="post"` a button in a form of its own. `beside`: in the head of a lead it opens
    in the drawer."""

    label: Any
    url: str
    icon: str = ""
    method: str = "get"
    key: str = ""
    capability: str = ""
    detail: Any = ""
    fields: dict[str, str] = field(default_factory=dict)
    beside: bool = False


@dataclass(frozen=True)
class Bell:
    """`refresh` answers the bell alone: pages ask it once a minute. `label`: what is waiting, with its number."""

    count: int
    url: str
    refresh: str = ""
    label: Any = ""


@dataclass(frozen=True)
class Command:
    label: Any
    url: str
    icon: str = "right"
    hint: Any = ""
    key: str = ""
    capability: str = ""


@dataclass(frozen=True)
class Panel:
    """A template and its context, rendered where the slot stands: `{% for p in panels %}{% panel p %}`."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    capability: str = ""


@dataclass(frozen=True)
class Tab:
    key: str
    label: Any
    url: str
    count: int | None = None
    capability: str = ""


@dataclass(frozen=True)
class Setting:
    """A row of the settings page; `part` is one of `areas.PARTS`."""

    label: Any
    hint: Any
    icon: str
    url_name: str
    part: str
    capability: str = ""

    def __post_init__(self) -> None:
        ask(self.part, PARTS)


Filler = Callable[..., Any]
_fillers: dict[str, list[tuple[int, str, Filler]]] = {name: [] for name in SLOTS}


def register(slot: str, order: int, fn: Filler) -> None:
    if slot not in SLOTS:
        raise UnknownSlot(slot)
    name = f"{fn.__module__}.{fn.__qualname__}"
    known = _fillers[slot]
    # Loaded again (a reload in development): the later one holds.
    known[:] = sorted([f for f in known if f[1] != name] + [(order, name, fn)], key=lambda f: f[:2])


def fills(slot: str, order: int) -> Callable[[Filler], Filler]:
    """`register` as a decorator."""

    def decorate(fn: Filler) -> Filler:
        register(slot, order, fn)
        return fn

    return decorate


def fill(slot: str, request: HttpRequest, **context: Any) -> list[Any]:
    """What the apps put into a slot, in order, without what the actor may not see."""
    if slot not in SLOTS:
        raise UnknownSlot(slot)
    found: list[Any] = []
    for _order, _name, fn in _fillers[slot]:
        found += [item for item in _several(fn(request, **context)) if _may(request, item)]
    return found


def _several(answer: Any) -> Iterable[Any]:
    if answer is None:
        return ()
    return answer if isinstance(answer, list | tuple) else (answer,)


def _may(request: HttpRequest, item: Any) -> bool:
    capability = getattr(item, "capability", "")
    if not capability:
        return True
    actor = getattr(request, "actor", None)
    return actor is not None and bool(actor.may(capability))
