"""Where a form leads when it is done."""

from __future__ import annotations

from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from qibu.network.middleware import Request


def back_to(request: Request, otherwise: str = "") -> str:
    """The address the form came with, if it is one of ours; else the workbench."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if safe else otherwise or reverse("tasks:workbench")
