"""The profile 等保: GB/T 22239-2019, level 3, §8.1.4 (security of the computing environment). Plain rules.

It is a switch of its own since some of it is against today's advice for passwords (OWASP ASVS 6.2.5 and 6.2.10: no
rules of composition, no periodic change): who is not assessed is better off without. The standard asks for complexity
and periodic change without numbers; eight signs of three kinds and ninety days are what assessors look for.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from qibu.network.rules import CAPABILITIES, SEPARATED_DUTIES, Capability, Role

IDLE_MINUTES = 30  # §8.1.4.1 b: ends by itself
PASSWORD_LENGTH, PASSWORD_KINDS = 8, 3  # §8.1.4.1 a
PASSWORD_AGE = timedelta(days=90)
UNUSED = timedelta(days=90)  # §8.1.4.2 c: accounts nobody needs are stopped in time
DEVICES = 3  # §8.1.4.2 c: one account at so many places at once is asked about
GRACE_DAYS, LONGEST_GRACE = 14, 30

# §8.1.4.2 d: the rights of who administers are separated. A store manager leads the store and does none of these.
SEPARATED = frozenset({Capability.STAFF_MANAGE, Capability.SECURITY_MANAGE, Capability.AUDIT_VIEW})
_ADMINISTERS = SEPARATED | {Capability.ORGANISATION_MANAGE}


def granted(role: Role) -> frozenset[Capability]:
    """What a role may do under the profile."""
    return CAPABILITIES[role] if role in SEPARATED_DUTIES else CAPABILITIES[role] - SEPARATED


def capabilities_of(roles: frozenset[str]) -> frozenset[str]:
    return frozenset[str]().union(*(granted(Role(role)) for role in roles & set(Role)))


def factor_roles() -> frozenset[str]:
    """§8.1.4.1 d: whoever administers or sees customers signs in with two factors."""
    needing = _ADMINISTERS | {Capability.CUSTOMERS_VIEW}
    return frozenset(role.value for role in Role if granted(role) & needing)


def strong(password: str) -> bool:
    """Letters of other scripts count as a kind of their own."""
    kinds = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9\w]|_", r"[^\W\d_A-Za-z]")
    return len(password) >= PASSWORD_LENGTH and sum(bool(re.search(k, password)) for k in kinds) >= PASSWORD_KINDS


def worn(password: str, set_at: datetime, now: datetime) -> bool:
    """Whether a password that is right has to be changed all the same."""
    return not strong(password) or now - set_at > PASSWORD_AGE


def unfilled(holders: dict[str, int]) -> list[str]:
    """The separated duties that nobody holds who can sign in."""
    return [role.value for role in Role if role in SEPARATED_DUTIES and not holders.get(role.value)]
