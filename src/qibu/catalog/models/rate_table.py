from __future__ import annotations

from django.db import models

from qibu.network.models import InheritedModel


class RateTable(InheritedModel):
    """A table that quotations are reckoned by: premiums, vessel tax. An organisation that wants it otherwise says the
    whole table. `code` and the columns of `rows` are those of `catalog.rules.tables`."""

    code = models.SlugField(max_length=40)
    rows = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="rate_table_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.code
