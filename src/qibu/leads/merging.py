"""Leads when two customers become one: they move by themselves; two open ones stay two, and the page shows both."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from qibu.customers import merge_parts
from qibu.leads.models import Lead

merge_parts.called(Lead, gettext_lazy("线索"))
