"""Loan plans that are offered, and how an organisation quotes: said as all of the catalogue is, by
`catalog.services.saying`. What was quoted stays as it was quoted."""

from __future__ import annotations

from qibu.catalog.services.saying import Kind
from qibu.contracts.quotes import QuoteContentChanged
from qibu.quotes.models import LoanPlan, QuoteRules

PLAN = Kind(LoanPlan, "plan", QuoteContentChanged)
RULES = Kind(QuoteRules, "rules", QuoteContentChanged)
