"""Backups and keys: whether one's data are safe, for every manager; what concerns the machine, for the head of all.

The head of the whole installation is the one organisation that has none above it. Where several have none, none of
them is: then the machine is the business of whoever runs it, by command (`doctor`, docs/operations.md).
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from qibu.kernel import keeping as kept
from qibu.network import selectors
from qibu.network.middleware import Request
from qibu.network.rules import Capability
from qibu.network.services import resealing


@require_GET
def keeping(request: Request) -> HttpResponse:
    request.actor.require(Capability.ORGANISATION_MANAGE)
    home = Path(settings.QIBU_HOME)
    known = kept.backups(home)
    last = known.last
    context = {
        "last": last, "name": Path(last.file).name if last else "", "old": bool(last and last.age > kept.STALE),
        "failed": known.failed, "nightly": settings.QIBU_BACKUP_AT if settings.QIBU_BACKUP_TO else None,
        "recovery": kept.recovery(home), "resealing": resealing.current(),
        "heads_all": selectors.heads_all(request.actor.organisation_id),
    }  # fmt: skip
    return render(request, "network/keeping.html", context)
