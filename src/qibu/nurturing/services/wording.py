"""The words that go out with a link, filled for whom they are for."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from qibu.customers.words import address
from qibu.kernel.actors import Actor
from qibu.leads.models import Lead
from qibu.network.models import Organisation, Staff
from qibu.nurturing.models import Edition
from qibu.nurturing.rules import fill


def usual(language: str) -> str:
    """What is said where nobody wrote words of their own, in the language of the customer."""
    with translation.override("en" if language.startswith("en") else "zh-hans"):
        return _("{customer}您好，我是{store}的{consultant}。给您整理了《{title}》，有空看看：")


def words_for(actor: Actor, wanted: Sequence[tuple[Lead, Edition, str]]) -> list[str]:
    """For leads that were read with their customers; two questions for all of them."""
    store = str(Organisation.objects.get(pk=actor.organisation_id))
    ids = {lead.consultant_id or actor.staff_id or 0 for lead, _edition, _words in wanted}
    names = dict(Staff.objects.filter(pk__in=ids).values_list("pk", "name"))
    found = []
    for lead, edition, words in wanted:
        consultant = names.get(lead.consultant_id or actor.staff_id or 0, "")
        whom = address(str(lead.customer), lead.customer.gender)
        known = {"customer": whom, "store": store, "consultant": consultant, "title": edition.title}
        found.append(fill(words or usual(lead.language), {**known, "car": lead.series or lead.brand}))
    return found
