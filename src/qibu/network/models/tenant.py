from __future__ import annotations

from django.db import models

from qibu.kernel.scoping import ScopedManager
from qibu.network.models.organisation import Organisation


class TenantModel(models.Model):
    """A row that belongs to one organisation. Secure its table with `kernel.operations.SecureTable`."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)

    objects = ScopedManager()

    class Meta:
        abstract = True


class InheritedModel(models.Model):
    """Content that organisations below inherit; `organisation` null is shipped with the product.

    `objects` is not scoped: row security shows the lineage and what is shipped, and the resolver chooses.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")

    objects = models.Manager()

    class Meta:
        abstract = True
