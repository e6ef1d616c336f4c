from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.deliveries.models.content import ListItem
from qibu.kernel.fields import TenantForeignKey
from qibu.network.models import Staff, TenantModel
from qibu.orders.models import Order
from qibu.ui import formats
from qibu.vehicles.models import Vehicle


class Delivery(TenantModel):
    """交车: the appointment, and once it took place the record of it."""

    class State(models.TextChoices):
        PLANNED = "planned", _("已约")
        DELIVERED = "delivered", _("已交车")
        CALLED_OFF = "called_off", _("已取消")

    order = TenantForeignKey(Order, related_name="deliveries")
    state = models.TextField(choices=State, default=State.PLANNED)
    at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=90)
    bay = models.CharField(max_length=40, blank=True)
    consultant = TenantForeignKey(Staff, null=True)
    advisor = TenantForeignKey(Staff, null=True)  # who is introduced, and looks after the owner from then on (F1)
    note = models.CharField(max_length=200, blank=True)
    introduction = models.BigIntegerField(null=True)  # the advisor's task

    photo_agreed_at = models.DateTimeField(null=True)  # the customer agreed to the photo
    signed_by = models.CharField(max_length=60, blank=True)
    signed_on_paper = models.BooleanField(default=False)
    left_out = models.CharField(max_length=200, blank=True)  # why not everything was gone through
    delivered_on = models.DateField(null=True)
    delivered_at = models.DateTimeField(null=True)
    delivered_by = TenantForeignKey(Staff, null=True)
    vehicle = TenantForeignKey(Vehicle, null=True, related_name="deliveries")
    km = models.PositiveIntegerField(null=True)
    before = models.JSONField(default=dict, db_default={})  # what the sale changed, as it was: see services.recording
    called_off_why = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "order"], name="one_living_delivery", condition=~models.Q(state="called_off"),
            ),
            models.CheckConstraint(
                condition=~models.Q(state="delivered") | models.Q(vehicle__isnull=False, delivered_on__isnull=False),
                name="delivered_is_on_record",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "at", "id"], name="delivery_by_time"),
            models.Index(fields=["organisation", "vehicle"], name="delivery_of_vehicle"),
        ]

    def __str__(self) -> str:
        return str(self.order_id)

    @property
    def ends(self) -> datetime:
        return self.at + timedelta(minutes=self.minutes)

    @property
    def planned(self) -> bool:
        return self.state == self.State.PLANNED

    def about(self) -> dict[str, Any]:
        """What every event of a delivery says of it."""
        lead = self.order.lead
        return {"subject_id": self.pk, "customer_id": lead.customer_id, "vehicle_id": self.vehicle_id}


class Tick(TenantModel):
    """A line of a delivery's lists, in the words it had when the appointment was made, and who saw to it when."""

    delivery = TenantForeignKey(Delivery, models.CASCADE, related_name="ticks")
    part = models.TextField(choices=ListItem.Part)
    code = models.SlugField(max_length=40)
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=120, blank=True)
    must = models.BooleanField()
    done_at = models.DateTimeField(null=True)
    by = TenantForeignKey(Staff, null=True)

    class Meta:
        ordering = ["part", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "delivery", "part", "code"], name="tick_once")
        ]

    def __str__(self) -> str:
        return self.name if formats.chinese() else self.name_en or self.name


class DeliveryFile(TenantModel):
    """The photo, or the signature: `files/deliveries/<organisation>/<id>.<extension>`."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("交车照片")
        SIGNATURE = "signature", _("签名")

    delivery = TenantForeignKey(Delivery, models.CASCADE, related_name="files")
    kind = models.TextField(choices=Kind)
    extension = models.CharField(max_length=4)
    bytes = models.PositiveIntegerField()
    at = models.DateTimeField(db_default=Now())
    by = TenantForeignKey(Staff, null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "delivery"], name="file_of_delivery")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
