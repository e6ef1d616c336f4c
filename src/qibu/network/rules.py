"""Roles and what each may do (A5), how often a password may be tried, how long a session lasts.

Capabilities are checked by services; pages only ask.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from math import gcd


class Capability(StrEnum):
    CUSTOMERS_VIEW = "customers.view"  # customers one looks after, and those nobody does
    CUSTOMERS_VIEW_ALL = "customers.view_all"  # every customer of the organisation
    CUSTOMERS_EDIT = "customers.edit"
    CUSTOMERS_ERASE = "customers.erase"  # for good, with everything that tells who somebody was
    CUSTOMERS_EXPORT = "customers.export"
    EXPORTS_APPROVE = "exports.approve"  # what others take out of the house
    PHONE_REVEAL = "phone.reveal"
    TASKS_WORK = "tasks.work"
    TASKS_VIEW_ALL = "tasks.view_all"
    TASKS_ASSIGN = "tasks.assign"
    CARE_EDIT = "care.edit"
    SALES_VIEW = "sales.view"  # leads one works on, and those nobody does
    SALES_VIEW_ALL = "sales.view_all"
    SALES_RECEIVE = "sales.receive"  # write down who came or called
    SALES_WORK = "sales.work"  # take leads to their end
    SALES_ASSIGN = "sales.assign"  # share out what others work on
    SALES_MANAGE = "sales.manage"  # rules of sharing out, stages, sources, prices, fleet
    SALES_APPROVE = "sales.approve"  # discounts, orders, refunds, rewards
    PAYMENTS = "payments"  # what customers paid, invoices
    IMPORT = "import"
    STAFF_MANAGE = "staff.manage"
    ORGANISATION_MANAGE = "organisation.manage"
    SECURITY_MANAGE = "security.manage"
    AUDIT_VIEW = "audit.view"


class Role(StrEnum):
    STORE_MANAGER = "store_manager"
    SALES_MANAGER = "sales_manager"
    SALES_CONSULTANT = "sales_consultant"
    SERVICE_MANAGER = "service_manager"
    SERVICE_ADVISOR = "service_advisor"
    TECHNICIAN = "technician"
    CARE_MANAGER = "care_manager"
    CALL_AGENT = "call_agent"
    MARKETING = "marketing"
    TRAINER = "trainer"
    FINANCE = "finance"
    MANUFACTURER_ANALYST = "manufacturer_analyst"
    NETWORK_MANAGER = "network_manager"
    SYSTEM_ADMINISTRATOR = "system_administrator"
    SECURITY_ADMINISTRATOR = "security_administrator"
    AUDITOR = "auditor"


C = Capability
_WORK = {C.CUSTOMERS_VIEW, C.TASKS_WORK, C.PHONE_REVEAL, C.CUSTOMERS_EDIT}
_SEE_LEADS = {C.SALES_VIEW, C.SALES_VIEW_ALL}
_SELL = {C.SALES_VIEW, C.SALES_RECEIVE, C.SALES_WORK}
_SELL_LEAD = _SELL | {C.SALES_VIEW_ALL, C.SALES_ASSIGN, C.SALES_MANAGE, C.SALES_APPROVE}
_LEAD = _WORK | {C.CUSTOMERS_VIEW_ALL, C.TASKS_VIEW_ALL, C.TASKS_ASSIGN, C.CUSTOMERS_EXPORT, C.EXPORTS_APPROVE}

CAPABILITIES: dict[Role, frozenset[Capability]] = {
    Role.STORE_MANAGER: frozenset(
        _LEAD
        | _SELL_LEAD
        | {C.PAYMENTS, C.CUSTOMERS_ERASE, C.CARE_EDIT, C.IMPORT}
        | {C.STAFF_MANAGE, C.ORGANISATION_MANAGE, C.SECURITY_MANAGE, C.AUDIT_VIEW}
    ),
    Role.SALES_MANAGER: frozenset(_LEAD | _SELL_LEAD | {C.IMPORT}),
    Role.SALES_CONSULTANT: frozenset(_WORK | _SELL),
    Role.SERVICE_MANAGER: frozenset(_LEAD | {C.SALES_RECEIVE, C.IMPORT, C.CARE_EDIT}),
    Role.SERVICE_ADVISOR: frozenset(_WORK | {C.CUSTOMERS_VIEW_ALL, C.SALES_RECEIVE}),
    Role.TECHNICIAN: frozenset({C.CUSTOMERS_VIEW, C.TASKS_WORK}),
    Role.CARE_MANAGER: frozenset(_LEAD | _SEE_LEADS | {C.SALES_RECEIVE, C.CUSTOMERS_ERASE, C.CARE_EDIT, C.IMPORT}),
    Role.CALL_AGENT: frozenset(_WORK | _SEE_LEADS | {C.CUSTOMERS_VIEW_ALL, C.SALES_RECEIVE}),
    Role.MARKETING: frozenset(_SEE_LEADS | {C.CUSTOMERS_VIEW, C.CUSTOMERS_VIEW_ALL, C.TASKS_WORK}),
    Role.TRAINER: frozenset({C.TASKS_WORK}),
    Role.FINANCE: frozenset({C.TASKS_WORK, C.PAYMENTS}),
    Role.MANUFACTURER_ANALYST: frozenset(),
    # Above the stores: says how they work, sees none of their customers.
    Role.NETWORK_MANAGER: frozenset({C.CARE_EDIT, C.ORGANISATION_MANAGE, C.SALES_MANAGE}),
    # The three separated duties (三权分立) see no customer: GB/T 22239.
    Role.SYSTEM_ADMINISTRATOR: frozenset({C.STAFF_MANAGE, C.ORGANISATION_MANAGE}),
    Role.SECURITY_ADMINISTRATOR: frozenset({C.SECURITY_MANAGE, C.EXPORTS_APPROVE}),
    Role.AUDITOR: frozenset({C.AUDIT_VIEW}),
}

SEPARATED_DUTIES = frozenset({Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR})


def capabilities_of(roles: frozenset[str]) -> frozenset[str]:
    """All that a person with these roles may do; unknown roles give nothing."""
    granted: set[str] = set()
    for role in roles & set(Role):
        granted |= CAPABILITIES[Role(role)]
    return frozenset(granted)


def serves_customers(roles: frozenset[str]) -> bool:
    """Whether people of these roles look after customers."""
    return capabilities_of(roles) >= {Capability.TASKS_WORK, Capability.CUSTOMERS_EDIT}


def in_a_ring(staff_id: int, superior_id: int | None, superiors: Mapping[int, int | None]) -> bool:
    """Whether somebody would come to stand above themselves; a ring among others is not theirs."""
    seen, above = set[int](), superior_id
    while above is not None and above not in seen:
        if above == staff_id:
            return True
        seen.add(above)
        above = superiors.get(above)
    return False


def conflicting_duties(roles: frozenset[str]) -> frozenset[str]:
    """Roles that one person may not hold together: each separated duty stands alone."""
    duties = roles & {duty.value for duty in SEPARATED_DUTIES}
    return roles if duties and len(roles) > 1 else frozenset()


@dataclass(frozen=True)
class Brake:
    """Failures without a pause, then pauses that double up to the longest; older failures don't count."""

    free: int
    first: timedelta
    longest: timedelta
    window: timedelta = timedelta(hours=1)

    def pause(self, failures: int) -> timedelta:
        """How long to wait after this many failures."""
        over = failures - self.free
        # Beyond 2**20 every pause is the longest, and a bigger factor would overflow.
        return min(self.longest, self.first * 2 ** min(over - 1, 20)) if over > 0 else timedelta(0)


@dataclass(frozen=True)
class Tally:
    """Failures within the window, and when the last one was."""

    failures: int = 0
    last: datetime | None = None


# NIST SP 800-63B allows 100 failures in a row on one account, GB/T 22239-2019 8.1.4.1 asks for a limit; the counting
# is that of OWASP "Slow Down Online Guessing Attacks with Device Cookies": what strangers do is counted apart from
# what happens on a device the user is known on, so nobody can lock the user out of it.
SAME_NAME_AND_SOURCE = Brake(free=4, first=timedelta(seconds=30), longest=timedelta(minutes=15))
SAME_SOURCE = Brake(free=30, first=timedelta(seconds=30), longest=timedelta(minutes=15))
SAME_NAME_ANYWHERE = Brake(free=20, first=timedelta(minutes=1), longest=timedelta(minutes=15))
ATTEMPTS_KEPT = timedelta(days=7)
DEVICE_KEPT = timedelta(days=180)
DEVICES_PER_USER = 20


def wait(tallies: list[tuple[Brake, Tally]], now: datetime) -> timedelta:
    """How long until the next try is taken: the longest that any brake asks for."""
    waits = [tally.last + brake.pause(tally.failures) - now for brake, tally in tallies if tally.last]
    return max([timedelta(0), *waits])


def folded_name(name: str) -> str:
    """A sign-in name as it is compared: full-width letters and case make no difference."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


NAME_SIGNS = re.compile(r"[\w.@+-]{2,64}")


def username_allowed(name: str) -> bool:
    """Letters of any script, digits and . _ @ + -, from 2 to 64 signs."""
    return NAME_SIGNS.fullmatch(name) is not None


def organisation_code_allowed(code: str) -> bool:
    """Letters, digits and hyphens, as dealer codes of manufacturers are."""
    return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,31}", code) is not None


def turns(weights: Mapping[int, int]) -> list[int]:
    """In which order people take turns so that each gets a share by weight, mixed as evenly as it goes: after every
    turn each is less than two away from their share, after all turns exactly at it."""
    divisor = gcd(*weights.values()) or 1
    wanted = {person: weight // divisor for person, weight in weights.items() if weight > 0}
    total, owed, order = sum(wanted.values()), dict.fromkeys(wanted, 0), list[int]()
    for _turn in range(total):
        owed = {person: owed[person] + weight for person, weight in wanted.items()}
        first = max(wanted, key=lambda person: owed[person])
        owed[first] -= total
        order.append(first)
    return order


# Which kinds of organisations stand below which (A1).
_PARTNERS = {"parts_supplier", "finance", "insurer", "used_cars", "rental"}
CHILDREN: dict[str, frozenset[str]] = {
    "manufacturer": frozenset({"region", "dealer", "service_station"} | _PARTNERS),
    "region": frozenset({"region", "dealer", "branch", "service_station"}),
    "dealer": frozenset({"branch", "service_station", "used_cars", "rental"}),
    "branch": frozenset({"service_station"}),
}


ABOVE_STORES = frozenset({"manufacturer", "region"})  # keep no customers of their own


def children_of(kind: str) -> frozenset[str]:
    return CHILDREN.get(kind, frozenset())


class ExportLevel(IntEnum):
    """How much of a look rows get that leave the house (PIPL art. 51: by the amount of personal data)."""

    FREE = 0  # in the trail, like every export
    TOLD = 1  # somebody else is told
    AGREED = 2  # somebody else agrees first
    AGREED_ABOVE = 3  # the head of the store, or who keeps security, agrees first


EXPORT_LIMITS = ((25, ExportLevel.TOLD), (250, ExportLevel.AGREED), (2500, ExportLevel.AGREED_ABOVE))


def export_level(rows: int, taken: int = 0) -> ExportLevel:
    """By what one person takes within a day: `taken` rows left already without anybody agreeing, so that many small
    exports weigh what one big one does."""
    return max((level for limit, level in EXPORT_LIMITS if rows + taken > limit), default=ExportLevel.FREE)


def may_agree(capabilities: Container[str], level: ExportLevel) -> bool:
    if Capability.EXPORTS_APPROVE not in capabilities:
        return False
    heads = {Capability.ORGANISATION_MANAGE, Capability.SECURITY_MANAGE}
    return level < ExportLevel.AGREED_ABOVE or any(one in capabilities for one in heads)
