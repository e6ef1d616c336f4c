from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from qibu.aftersales.words import of_kind
from qibu.customers.models import ContactPoint, Customer
from qibu.kernel.fields import TenantForeignKey
from qibu.network.models import Staff, TenantModel
from qibu.vehicles.models import Vehicle


class Visit(TenantModel):
    """A repair order: a car's stay in the workshop (F4). `number` is the store's order number."""

    number = models.CharField(max_length=40)
    vehicle = TenantForeignKey(Vehicle, related_name="visits")
    customer = TenantForeignKey(Customer, null=True, related_name="visits")  # the owner at the time
    contact = TenantForeignKey(ContactPoint, models.SET_NULL, null=True)
    contact_name = models.CharField(max_length=60, blank=True)  # 送修人
    kind = models.CharField(max_length=40, blank=True)
    jobs = models.CharField(max_length=500, blank=True)
    maintenance = models.BooleanField(default=False)  # the jobs hold a maintenance: it starts a new interval
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    mileage = models.PositiveIntegerField(null=True)
    labour = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    parts = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    total = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    advisor = TenantForeignKey(Staff, null=True)
    remark = models.TextField(blank=True)
    import_id = models.BigIntegerField(null=True)
    sheet = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1, db_default=1)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "number"], name="visit_number_once")]
        indexes = [
            models.Index(fields=["organisation", "vehicle", "-opened_on"], name="visit_of_vehicle"),
            models.Index(fields=["organisation", "customer", "-opened_on"], name="visit_of_customer"),
            models.Index(fields=["organisation", "-opened_on", "-id"], name="visit_by_open"),
            models.Index(fields=["organisation", "-closed_on"], name="visit_by_close"),
            models.Index(fields=["organisation", "kind"], name="visit_by_kind", condition=~models.Q(kind="")),
            models.Index(
                fields=["organisation", "import_id"], name="visit_by_import",
                condition=models.Q(import_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def kind_words(self) -> str:
        return of_kind(self.kind)
