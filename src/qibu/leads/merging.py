"""Leads when two customers become one: they move by themselves; two open ones stay two, and the page shows both."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from qibu.customers import merge_parts
from qibu.leads.models import Lead, ScoringRefusal

merge_parts.called(Lead, gettext_lazy("线索"))
merge_parts.once(ScoringRefusal, "customer_id", same=("organisation_id",))
