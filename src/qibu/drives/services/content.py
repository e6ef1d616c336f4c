"""What a new store finds set up: how drives are planned, and the words of the agreement. Shipped rows are no one's."""

from __future__ import annotations

import tomllib
from pathlib import Path

from django.db import transaction

from qibu.drives.models import AgreementText, DrivePolicy

CONTENT = Path(__file__).resolve().parent.parent / "content"


def load(using: str) -> None:
    """Write the shipped rows through the owner's connection; running it again changes nothing."""
    stored = tomllib.loads((CONTENT / "agreement.toml").read_text())["agreement"]
    rows = [AgreementText(**{name: _trimmed(value) for name, value in one.items()}) for one in stored]
    with transaction.atomic(using=using):
        DrivePolicy.objects.using(using).get_or_create(organisation=None)
        AgreementText.objects.using(using).bulk_create(
            rows, update_conflicts=True, unique_fields=["organisation", "number"],
            update_fields=["title", "body", "title_en", "body_en"],
        )  # fmt: skip


def _trimmed(value: object) -> object:
    return value.strip() if isinstance(value, str) else value
