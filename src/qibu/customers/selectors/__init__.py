"""What people may read of customers: one door. Reads start from `visible`; numbers leave here masked."""

from qibu.customers.selectors.consents import (
    Permission,
    consent_table,
    holds_of,
    live_holds,
    may_approach,
    newest_statements,
    statements_of,
)
from qibu.customers.selectors.customers import (
    Point,
    customer_or_404,
    phones_of,
    points_of,
    staff_choices,
    survivor_of,
    tag_choices,
    tags_of,
    visible,
)
from qibu.customers.selectors.duplicates import Duplicate, duplicates
from qibu.customers.selectors.search import Found, matching, search

__all__ = [
    "Duplicate", "Found", "Permission", "Point",
    "consent_table", "customer_or_404", "duplicates", "holds_of", "live_holds", "matching", "may_approach",
    "newest_statements", "phones_of", "points_of", "search",
    "staff_choices", "statements_of", "survivor_of", "tag_choices", "tags_of", "visible",
]  # fmt: skip
