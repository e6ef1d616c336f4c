"""Visitors when two customers become one: they move by themselves."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from qibu.customers import merge_parts
from qibu.showroom.models import Visitor

merge_parts.called(Visitor, gettext_lazy("到店和来电"))
