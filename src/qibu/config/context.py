from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from qibu.network import words
from qibu.network.rules import ABOVE_STORES
from qibu.ui.frame import Frame


def frame(request: HttpRequest) -> dict[str, Any]:
    """`here` is what the organisation one works in calls itself: 本店, 本大区, 厂家; `keeps`: it keeps customers."""
    place = getattr(request, "place", None)
    kind = place.kind if place else ""
    about = {"here": words.here(kind), "keeps": kind not in ABOVE_STORES}
    return {"frame": Frame(request), "languages": settings.LANGUAGES, **about}
