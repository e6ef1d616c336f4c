"""Where pages about all cars or those of a line are, and which line an address asks for."""

from __future__ import annotations

from dataclasses import asdict

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from qibu.care.forms import LineForm
from qibu.care.rules import EVERY_CAR, ProductLine


def address_of(code: str, line: ProductLine) -> str:
    asked = {key: value for key, value in asdict(line).items() if value}
    return reverse("care:plan", args=[code]) + (f"?{urlencode(asked)}" if asked else "")


def interval_address(line: ProductLine) -> str:
    return f"{reverse('care:interval')}?{urlencode(asdict(line))}"


def restore_address(kind: str, key: str) -> str:
    """Where one sees what taking back one's own word would change."""
    return f"{reverse('network:inherited-restore')}?{urlencode({'kind': kind, 'key': key})}"


def line_asked_for(asked: QueryDict) -> ProductLine:
    form = LineForm(asked)
    return ProductLine(**form.cleaned_data) if form.is_valid() else EVERY_CAR
