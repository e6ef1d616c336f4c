"""Roles and what each may do (A5). Capabilities are checked by services; pages only ask."""

from __future__ import annotations

from enum import StrEnum


class Capability(StrEnum):
    CUSTOMERS_VIEW = "customers.view"  # customers one looks after, and those nobody does
    CUSTOMERS_VIEW_ALL = "customers.view_all"  # every customer of the organisation
    CUSTOMERS_EDIT = "customers.edit"
    CUSTOMERS_EXPORT = "customers.export"
    PHONE_REVEAL = "phone.reveal"
    TASKS_WORK = "tasks.work"
    TASKS_VIEW_ALL = "tasks.view_all"
    TASKS_ASSIGN = "tasks.assign"
    CARE_EDIT = "care.edit"
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
    SYSTEM_ADMINISTRATOR = "system_administrator"
    SECURITY_ADMINISTRATOR = "security_administrator"
    AUDITOR = "auditor"


C = Capability
_WORK = {C.CUSTOMERS_VIEW, C.TASKS_WORK, C.PHONE_REVEAL, C.CUSTOMERS_EDIT}
_LEAD = _WORK | {C.CUSTOMERS_VIEW_ALL, C.TASKS_VIEW_ALL, C.TASKS_ASSIGN, C.CUSTOMERS_EXPORT}

CAPABILITIES: dict[Role, frozenset[Capability]] = {
    Role.STORE_MANAGER: frozenset(
        _LEAD | {C.CARE_EDIT, C.IMPORT, C.STAFF_MANAGE, C.ORGANISATION_MANAGE, C.AUDIT_VIEW}
    ),
    Role.SALES_MANAGER: frozenset(_LEAD | {C.IMPORT}),
    Role.SALES_CONSULTANT: frozenset(_WORK),
    Role.SERVICE_MANAGER: frozenset(_LEAD | {C.IMPORT, C.CARE_EDIT}),
    Role.SERVICE_ADVISOR: frozenset(_WORK | {C.CUSTOMERS_VIEW_ALL}),
    Role.TECHNICIAN: frozenset({C.CUSTOMERS_VIEW, C.TASKS_WORK}),
    Role.CARE_MANAGER: frozenset(_LEAD | {C.CARE_EDIT, C.IMPORT}),
    Role.CALL_AGENT: frozenset(_WORK | {C.CUSTOMERS_VIEW_ALL}),
    Role.MARKETING: frozenset({C.CUSTOMERS_VIEW, C.CUSTOMERS_VIEW_ALL, C.TASKS_WORK}),
    Role.TRAINER: frozenset({C.TASKS_WORK}),
    Role.FINANCE: frozenset({C.TASKS_WORK}),
    Role.MANUFACTURER_ANALYST: frozenset(),
    # The three separated duties (三权分立) see no customer: GB/T 22239.
    Role.SYSTEM_ADMINISTRATOR: frozenset({C.STAFF_MANAGE, C.ORGANISATION_MANAGE}),
    Role.SECURITY_ADMINISTRATOR: frozenset({C.SECURITY_MANAGE}),
    Role.AUDITOR: frozenset({C.AUDIT_VIEW}),
}

SEPARATED_DUTIES = frozenset({Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR})


def capabilities_of(roles: frozenset[str]) -> frozenset[str]:
    """All that a person with these roles may do; unknown roles give nothing."""
    granted: set[str] = set()
    for role in roles & set(Role):
        granted |= CAPABILITIES[Role(role)]
    return frozenset(granted)


def conflicting_duties(roles: frozenset[str]) -> frozenset[str]:
    """Roles that one person may not hold together: each separated duty stands alone."""
    duties = roles & {duty.value for duty in SEPARATED_DUTIES}
    return roles if duties and len(roles) > 1 else frozenset()
