"""Where visits are looked at: through the car, or as those of a customer (`vehicles.rules.privacy`)."""

from __future__ import annotations

from django.urls import reverse


def visit_page(visit_id: int, of: int | None = None) -> str:
    if of is None:
        return reverse("aftersales:detail", args=[visit_id])
    return reverse("aftersales:detail-of", args=[visit_id, of])
