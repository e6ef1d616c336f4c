"""A lead as it leaves the house: as ADF and as JSON. Whoever asks was found to be allowed to."""

from __future__ import annotations

from typing import Any

from qibu.customers.models import ContactPoint
from qibu.intake.adf import grammar as adf
from qibu.intake.rules import NAMES, UNNAMED, USED, WISHED, Draft
from qibu.intake.rules.adf import prospect_of
from qibu.kernel.times import ZONE
from qibu.leads.models import Lead, LeadKey
from qibu.leads.rules import WISHES
from qibu.network.models import Organisation

Kind = ContactPoint.Kind


def draft_of(lead: Lead) -> tuple[Draft, list[str]]:
    """The lead in words, and the telephones one by one."""
    points = ContactPoint.objects.filter(customer=lead.customer_id, unusable=False, person="")
    points = points.order_by("-primary", "pk")
    by_kind: dict[str, list[str]] = {}
    for point in points:
        by_kind.setdefault(point.kind, []).append(point.value)
    phones = by_kind.get(Kind.PHONE, [])
    facts = {name: _plain(getattr(lead, name)) for name in WISHES if name in NAMES}
    return Draft.of({
        **facts, **_used_car(lead), "drive": _drive(lead),
        "name": lead.customer.name, "city": lead.customer.city, "phone": "、".join(phones),
        "email": next(iter(by_kind.get(Kind.EMAIL, [])), ""), "wechat": next(iter(by_kind.get(Kind.WECHAT, [])), ""),
    }), phones  # fmt: skip


def _used_car(lead: Lead) -> dict[str, str]:
    return {name: _plain(lead.used_car.get(called)) for name, called in USED.items()}


def _drive(lead: Lead) -> str:
    """As it can be read again while the day is still to come."""
    at = f"T{lead.drive_at:%H:%M}" if lead.drive_at else ""
    return f"{lead.drive_on.isoformat()}{at}" if lead.drive_on else ""


def _plain(value: Any) -> str:
    return "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)


def as_prospect(lead: Lead) -> adf.Prospect:
    organisation = Organisation.objects.get(pk=lead.organisation_id)
    draft, phones = draft_of(lead)
    ids = [adf.Id(sequence="1", source=f"qibu:{organisation.code}", text=str(lead.pk))]
    named = LeadKey.objects.filter(lead=lead).exclude(source=UNNAMED).order_by("pk")
    ids += [adf.Id(sequence=str(n), source=key.source, text=key.text) for n, key in enumerate(named, start=2)]
    house = adf.Contact(names=(adf.Name(part="full", type="business", text=organisation.name),))
    return prospect_of(
        draft, phones=phones, requested=lead.received_at.astimezone(ZONE).isoformat(timespec="seconds"), ids=ids,
        vendor=adf.Vendor(ids=(adf.Id(source="qibu", text=organisation.code),), name=organisation.name, contact=house),
        provider=adf.Provider(name=adf.Name(text=lead.source, type="business")),
    )  # fmt: skip


def as_record(lead: Lead) -> dict[str, Any]:
    """What the interface says of a lead."""
    draft, phones = draft_of(lead)
    person = {"name": draft.name, "phones": phones, "email": draft.email, "wechat": draft.wechat, "city": draft.city}
    return {
        "id": lead.pk, "state": lead.state, "stage": lead.stage, "source": lead.source, "campaign": lead.campaign,
        "received_at": lead.received_at.astimezone(ZONE).isoformat(timespec="seconds"), "person": person,
        "wish": {name: value for name in WISHED if (value := getattr(draft, name))},
        "consultant": lead.consultant.name if lead.consultant else "",
    }  # fmt: skip
