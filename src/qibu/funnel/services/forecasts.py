"""What is expected of a month is written down each day, so that its error can be told later."""

from __future__ import annotations

from datetime import date

from qibu.funnel import selectors
from qibu.funnel.models import Forecast
from qibu.kernel.actors import Actor


def keep(*, actor: Actor, on: date) -> Forecast:
    """Of the store, by the product itself; asked again on a day, the first word stays."""
    seen = selectors.outlook(actor, on)
    values = {"month": seen.month, "won": seen.won, "expected": seen.expected, "leads": len(seen.counted)}
    values["counted"] = list(seen.counted)
    kept: Forecast
    kept, _new = Forecast.objects.get_or_create(
        organisation_id=actor.organisation_id, made_on=on, defaults=values
    )
    return kept
