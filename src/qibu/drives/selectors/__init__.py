"""What people may read of test drives. Every read of a drive starts from `visible`."""

from qibu.drives.selectors.content import agreement, agreements, policy, policy_resolved
from qibu.drives.selectors.drives import (
    drive_or_404,
    facts_of,
    of_customer,
    of_lead,
    of_today,
    rivals,
    unsettled,
    visible,
)
from qibu.drives.selectors.fleet import car_or_404, cars, cars_in_use, route_or_404, routes
from qibu.drives.selectors.wishes import waits_for_a_drive, wished_start

__all__ = [
    "agreement", "agreements", "car_or_404", "cars", "cars_in_use", "drive_or_404", "facts_of", "of_customer",
    "of_lead", "of_today", "policy", "policy_resolved", "rivals", "route_or_404", "routes", "unsettled", "visible",
    "waits_for_a_drive", "wished_start",
]  # fmt: skip
