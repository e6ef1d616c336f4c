"""What fields are called, for pages that show their values without the form."""

from __future__ import annotations

from typing import Any

from django.forms import Form


def labels(*named: type[Form]) -> dict[str, Any]:
    """Field → label, as the forms have it; what is hidden has none."""
    return {name: field.label for form in named for name, field in form.base_fields.items() if field.label}
