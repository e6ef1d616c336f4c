"""The first level of the menu, and the parts of the settings page. Both lists are closed, so that they stay short
however many rooms there are; a misspelt name raises.

A room says in which area its page lies and in which part its setting stands, and knows nobody else there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Area:
    """What unfolds in the menu. It stands where its first page would; who may open one page alone sees that page."""

    label: Any
    icon: str


AREAS: dict[str, Area] = {
    "sales": Area(_("销售"), "target"),
}
PARTS: dict[str, Any] = {  # in the order in which one reads them
    "own": _("我的"),
    "people": _("员工和机构"),
    "ways": _("怎么工作"),
    "leads": _("线索"),
    "prices": _("车和价格"),
    "selling": _("从接待到交车"),
    "care": _("关怀"),
    "safety": _("数据和安全"),
}


class UnknownArea(LookupError):
    def __init__(self, name: str, known: dict[str, Any]) -> None:
        super().__init__(f"no {name!r} here; there are {', '.join(known)}")


def ask(name: str, known: dict[str, Any]) -> None:
    if name and name not in known:
        raise UnknownArea(name, known)
