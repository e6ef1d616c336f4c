from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from qibu.ui.frame import Frame


def frame(request: HttpRequest) -> dict[str, Any]:
    return {"frame": Frame(request), "languages": settings.LANGUAGES}
