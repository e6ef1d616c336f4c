from __future__ import annotations

from django.db import models

from qibu.customers.models import Customer
from qibu.kernel.fields import TenantForeignKey
from qibu.network.models import Staff, TenantModel
from qibu.vehicles.models import Vehicle


class Due(TenantModel):
    """A day on which something falls due for a car or customer, given by the rules when a fact is written.

    One row per car, owner, trigger and cycle; the planner only joins. `known_on` is the day the product first knew of
    it: what had fallen due before that is backlog, not today's work.
    """

    trigger = models.CharField(max_length=40)
    cycle = models.CharField(max_length=60)
    vehicle = TenantForeignKey(Vehicle, models.CASCADE, null=True)
    customer = TenantForeignKey(Customer, models.CASCADE, null=True)
    callee = TenantForeignKey(Customer, models.SET_NULL, null=True)  # who is called, where it isn't the customer
    due_on = models.DateField()
    estimated = models.BooleanField(default=False)  # 推算
    facts = models.JSONField(default=dict)
    known_on = models.DateField()
    over = models.BooleanField(default=False)  # the cycle has ended: maintained, renewed, sold

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "trigger", "cycle", "vehicle"], name="due_once", nulls_distinct=False
            )
        ]
        indexes = [
            models.Index(
                fields=["organisation", "trigger", "due_on"], name="due_by_day", condition=models.Q(over=False)
            ),
            models.Index(fields=["organisation", "due_on", "id"], name="due_list", condition=models.Q(over=False)),
            models.Index(fields=["organisation", "vehicle"], name="due_of_vehicle"),
            models.Index(fields=["organisation", "customer", "due_on"], name="due_of_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.trigger} {self.due_on}"


class Callee(TenantModel):
    """Whom the store calls about one thing of one car, where it decided otherwise than the rules (`rules.callees`)."""

    vehicle = TenantForeignKey(Vehicle, models.CASCADE)
    trigger = models.CharField(max_length=40)
    customer = TenantForeignKey(Customer, models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "vehicle", "trigger"], name="callee_once")]

    def __str__(self) -> str:
        return f"{self.trigger} {self.customer_id}"


class Reckoned(TenantModel):
    """Up to which transaction of the journal a car's facts are in its dues: an import names a car in many batches."""

    vehicle = TenantForeignKey(Vehicle, models.CASCADE)
    xid = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "vehicle"], name="reckoned_once")]

    def __str__(self) -> str:
        return f"{self.vehicle_id} below {self.xid}"


class Release(TenantModel):
    """A customer whose backlog was given to a person on a day; null is the pool. The daily cap counts these."""

    on = models.DateField()
    customer = TenantForeignKey(Customer, models.CASCADE)
    assignee = TenantForeignKey(Staff, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "on", "customer"], name="release_once")]

    def __str__(self) -> str:
        return f"{self.on} {self.customer_id}"
