"""Whom one speaks to at a firm."""

from __future__ import annotations

from qibu.customers.selectors import points_of


def contact_person(customer_id: int) -> str:
    """The person at the number that is called first, else at any other; empty where nobody is named."""
    named = [point for point in points_of(customer_id) if point.person]
    named.sort(key=lambda point: (point.unusable, point.kind != "phone"))
    return named[0].person if named else ""
