"""Lists for those with a right, and what several of them narrow their rows by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from qibu.kernel.actors import Actor, PermissionRefused
from qibu.ui.lists import ListPage

M = TypeVar("M", bound=Model)


class GatedList(ListPage):
    """Open to whoever has one of the rights in `may`."""

    may: tuple[str, ...]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not any(self.actor.may(one) for one in self.may):
            raise PermissionRefused(self.may[0])
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]
        return answer

    @property
    def actor(self) -> Actor:
        found: Actor = self.request.actor  # type: ignore[attr-defined]  # typed by network.middleware.Request
        return found


def by_number(field: str) -> Callable[[QuerySet[M], str], QuerySet[M]]:
    """Rows whose key is the number that was chosen; what is no number is nobody's."""

    def narrow(rows: QuerySet[M], value: str) -> QuerySet[M]:
        return rows.filter(**{field: int(value)}) if value.isdecimal() and len(value) < 19 else rows.none()

    return narrow
