"""What people may read of quotations. Every read starts from `visible`."""

from qibu.quotes.selectors.content import plans, quote_rules, resolved_plans, resolved_rules
from qibu.quotes.selectors.quotes import (
    appraisal_of,
    appraisals_of,
    link_of,
    of_lead,
    quote_or_404,
    variants_of,
    visible,
    waits_for_an_appraisal,
)

__all__ = [
    "appraisal_of", "appraisals_of", "link_of", "of_lead", "plans", "quote_or_404", "quote_rules", "resolved_plans",
    "resolved_rules", "variants_of", "visible", "waits_for_an_appraisal",
]  # fmt: skip
