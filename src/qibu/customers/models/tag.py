from __future__ import annotations

from django.db import models

from qibu.customers.models.customer import Customer
from qibu.kernel.fields import TenantForeignKey
from qibu.network.models import TenantModel


class Tag(TenantModel):
    """A word the store hangs on customers."""

    name = models.CharField(max_length=30)
    import_id = models.BigIntegerField(null=True)  # the load that made the word

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="tag_once")]

    def __str__(self) -> str:
        return self.name


class Tagging(TenantModel):
    customer = TenantForeignKey(Customer, models.CASCADE, related_name="taggings")
    tag = TenantForeignKey(Tag, models.CASCADE, related_name="taggings")
    import_id = models.BigIntegerField(null=True)  # the load that hung it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "customer", "tag"], name="tagging_once")]
        indexes = [models.Index(fields=["organisation", "tag"], name="tagging_by_tag")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.tag_id}"
