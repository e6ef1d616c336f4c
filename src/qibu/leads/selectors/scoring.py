"""What the chance of a lead is reckoned from: what is known of it, and what became of others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Q

from qibu.customers.models import ContactPoint
from qibu.leads.models import Lead, ScoringRefusal, StageChange, Tally
from qibu.leads.rules import Decile, calibration, chance
from qibu.leads.rules.chances import ALL, STAGE, Counts, Key, Seen

# Sums over the other organisations of the group; what fewer than two have seen is not told.
AROUND = "SELECT field, value, won, lost FROM leads_tallies_around() WHERE (field, value) IN (SELECT unnest(%s::text[]), unnest(%s::text[]))"  # noqa: E501
ALL_AROUND = "SELECT field, value, won, lost FROM leads_tallies_around()"
NOTHING = 0.002  # a change that nobody sees


def seen_of(lead: Lead) -> Seen:
    return known_of(lead, ways_of([lead.customer_id]).get(lead.customer_id, set()))


def known_of(lead: Lead, ways: set[str]) -> Seen:
    """What the counts know of a lead; `ways`: kinds of contact that work."""
    known = {
        STAGE: lead.stage, "source": lead.source, "series": lead.series, "grade": lead.grade, "door": lead.door,
        "reach": _reach(ways), "trade_in": "yes" if lead.trade_in else "no",
    }  # fmt: skip
    return tuple((field, value[:80]) for field, value in known.items() if value)


def _reach(ways: set[str]) -> str:
    kind = ContactPoint.Kind
    if kind.PHONE in ways:
        return "phone_and_more" if len(ways) > 1 else "phone"
    return "written" if ways else "none"


def ways_of(customer_ids: Iterable[int]) -> dict[int, set[str]]:
    rows = ContactPoint.objects.filter(customer_id__in=list(customer_ids), unusable=False)
    found: dict[int, set[str]] = {}
    for customer_id, kind in rows.values_list("customer_id", "kind").distinct():
        found.setdefault(customer_id, set()).add(kind)
    return found


def refused(customer_id: int) -> bool:
    return bool(ScoringRefusal.objects.filter(customer_id=customer_id).exists())


# Counts -----------------------------------------------------------------------------------------
def _asked(seen: Seen) -> list[Key]:
    return [*seen, *dict.fromkeys((field, ALL) for field, _value in (*seen, (STAGE, ""))) ]


def own_counts(seen: Seen | None = None) -> Counts:
    rows = Tally.objects.all()
    if seen is not None:
        wanted = Q()
        for field, value in _asked(seen):
            wanted |= Q(field=field, value=value)
        rows = rows.filter(wanted)
    found = rows.values_list("field", "value", "won", "lost")
    return {(field, value): (won, lost) for field, value, won, lost in found}


def counts_around(seen: Seen | None = None) -> Counts:
    with connection.cursor() as cursor:
        if seen is None:
            cursor.execute(ALL_AROUND)
        else:
            fields, values = zip(*_asked(seen), strict=True)
            cursor.execute(AROUND, [list(fields), list(values)])
        return {(field, value): (float(won), float(lost)) for field, value, won, lost in cursor.fetchall()}


def judged(leads: Sequence[Lead]) -> list[Lead]:
    """Those of the leads whose chance is another one by now, with it; the counts are read once for all."""
    own, around = own_counts(), counts_around()
    customers = {lead.customer_id for lead in leads}
    ways = ways_of(customers)
    away = set(ScoringRefusal.objects.filter(customer_id__in=customers).values_list("customer_id", flat=True))
    changed = []
    for lead in leads:
        was = lead.probability
        seen = known_of(lead, ways.get(lead.customer_id, set()))
        told = None if lead.customer_id in away else chance(seen, own, around)
        lead.probability = round(told.probability, 4) if told else None
        if (was is None) != (lead.probability is None) or abs((was or 0) - (lead.probability or 0)) > NOTHING:
            changed.append(lead)
    return changed


# Calibration ------------------------------------------------------------------------------------
def reliability() -> list[Decile]:
    """Chances that were given when leads came to a stage, of those that have ended since."""
    ends = [Lead.State.WON, Lead.State.LOST]
    rows = StageChange.objects.filter(probability__isnull=False, lead__state__in=ends)
    told = rows.values_list("probability", "lead__state")
    return calibration((probability or 0, state == Lead.State.WON) for probability, state in told)
