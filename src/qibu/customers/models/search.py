from __future__ import annotations

from django.db import models

from qibu.customers.models.customer import Customer
from qibu.kernel.fields import TenantForeignKey
from qibu.network.models import TenantModel


class SearchToken(TenantModel):
    """What a customer can be found by (B10): found by prefix range on a b-tree, which row security lets through.

    `source` says which fact gave the token (name, phone, vehicle:ID), so that it can be replaced with the fact.
    The column collates as "C": a prefix is then the range [token, token + U+10FFFF).
    """

    customer = TenantForeignKey(Customer, models.CASCADE)
    token = models.CharField(max_length=64, db_collation="C")
    source = models.CharField(max_length=24)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "token", "customer", "source"], name="search_token_once")
        ]
        indexes = [models.Index(fields=["organisation", "customer", "source"], name="search_token_of_customer")]

    def __str__(self) -> str:
        return self.token
