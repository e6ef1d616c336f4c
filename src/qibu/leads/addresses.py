"""Addresses that name something by a query."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse


def line_page(brand: str, series: str) -> str:
    """The stages of a product line."""
    return f"{reverse('leads:stages')}?{urlencode({'brand': brand, 'series': series})}"


def loss_page(parent: str, code: str) -> str:
    return f"{reverse('leads:loss')}?{urlencode({'parent': parent, 'code': code})}"
