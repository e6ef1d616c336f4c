"""Rows of the settings page, and what a person wants to be written on the page of their account."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from qibu.contact.selectors import accounts, people
from qibu.network.rules import Capability
from qibu.ui import slots


@slots.fills("settings", order=45)
def settings(request: HttpRequest) -> slots.Setting:
    return slots.Setting(
        _("邮件"), _("早晨清单和逾期提醒发到同事的邮箱"), "mail", "contact:mail", part="ways",
        capability=Capability.ORGANISATION_MANAGE,
    )  # fmt: skip


@slots.fills("account.panel", order=10)
def wishes(request: HttpRequest) -> slots.Panel | None:
    """Only where letters are written at all."""
    actor = request.actor  # type: ignore[attr-defined]  # set by ScopeMiddleware
    if not accounts.living(actor.organisation_id).sends:
        return None
    context = {"wish": people.wish_of(actor), "mine": people.staff_of(actor)}
    return slots.Panel("contact/wishes.html", context)
