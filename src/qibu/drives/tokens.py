"""Links of customers: only a fingerprint of a token is kept, so that who reads the database can't open one."""

from __future__ import annotations

from qibu.kernel import keys

PURPOSE = "drives.feedback"


def fingerprint(token: str) -> bytes:
    return keys.ring().fingerprint(PURPOSE, token)
