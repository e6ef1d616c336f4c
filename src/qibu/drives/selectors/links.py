"""What a link of a customer leads to. Asked before any scope is open: the database answers by a function of its own."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from qibu.drives.tokens import fingerprint

LONGEST = 64


@dataclass(frozen=True)
class Asked:
    organisation_id: int
    drive_id: int


def asked_by(token: str) -> Asked | None:
    """The drive whose link it is, as long as the link lasts and the customer is known."""
    if len(token) > LONGEST:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation_id, drive_id FROM drives_linked(%s)", [fingerprint(token)])
        found = cursor.fetchone()
    return Asked(*found) if found else None
