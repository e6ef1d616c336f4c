"""What a new store finds set up: how many are drawn, and the reception standard. Shipped rows are no one's."""

from __future__ import annotations

import tomllib
from pathlib import Path

from django.db import transaction

from qibu.spotchecks.models import Question, SampleRule

CONTENT = Path(__file__).resolve().parent.parent / "content"
FIELDS = ["order", "text", "text_en", "weight"]


def load(using: str) -> None:
    """Write the shipped rows through the owner's connection; running it again changes nothing."""
    stored = tomllib.loads((CONTENT / "standard.toml").read_text())["question"]
    rows = [Question(order=order, **one) for order, one in enumerate(stored, start=1)]
    with transaction.atomic(using=using):
        SampleRule.objects.using(using).get_or_create(organisation=None)
        Question.objects.using(using).bulk_create(
            rows, update_conflicts=True, unique_fields=["organisation", "code"], update_fields=FIELDS
        )
        gone = Question.objects.using(using).filter(organisation=None)
        gone.exclude(code__in=[one["code"] for one in stored]).delete()
