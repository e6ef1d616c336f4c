from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.customers.models import Customer
from qibu.kernel.fields import TenantForeignKey
from qibu.leads.models import Lead
from qibu.network.models import Staff, TenantModel


class Visitor(TenantModel):
    """展厅客流: somebody who came in, or called. Whoever may buy a car has a lead besides."""

    class Way(models.TextChoices):
        VISIT = "visit", _("到店")
        CALL = "call", _("来电")

    class Purpose(models.TextChoices):
        LOOK = "look", _("看车")
        DRIVE = "drive", _("试驾")
        NEGOTIATE = "negotiate", _("谈价")
        PICK_UP = "pick_up", _("提车")
        SERVICE = "service", _("售后")
        OTHER = "other", _("其他")

    way = models.TextField(choices=Way, default=Way.VISIT)
    at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)  # of a visit; null: in the house
    purpose = models.TextField(choices=Purpose, default=Purpose.LOOK)
    party = models.PositiveSmallIntegerField(default=1)  # how many came together
    name = models.CharField(max_length=60, blank=True)  # as they said it; their file has its own
    customer = TenantForeignKey(Customer, null=True, blank=True, related_name="visitors")
    lead = TenantForeignKey(Lead, null=True, blank=True, related_name="visitors")
    brand = models.CharField(max_length=40, blank=True)
    series = models.CharField(max_length=60, blank=True)
    remark = models.CharField(max_length=300, blank=True)
    consultant = TenantForeignKey(Staff, null=True, blank=True)  # who receives them
    taken_at = models.DateTimeField(null=True)
    why = models.JSONField(default=dict)  # why it is this one: see showroom.words
    by = TenantForeignKey(Staff, null=True)  # who wrote it down
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(left_at__isnull=True) | models.Q(left_at__gte=models.F("at")), name="visitor_forward"
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "-at", "-id"], name="visitor_by_time"),
            models.Index(fields=["organisation", "customer"], name="visitor_of_customer"),
            models.Index(
                fields=["organisation", "consultant"], name="visitor_in_house", condition=models.Q(left_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.get_purpose_display())


class TurnPlace(TenantModel):
    """A consultant's place in the queue, and since when they can receive nobody; said of a day, over at its end."""

    staff = TenantForeignKey(Staff)
    number = models.BigIntegerField()
    busy_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "staff"], name="turn_place_once")]

    def __str__(self) -> str:
        return f"{self.staff_id}: {self.number}"


class TurnChange(TenantModel):
    """Something happened out of turn, with its reason."""

    class Kind(models.TextChoices):
        SKIP = "skip", _("过号")
        SWAP = "swap", _("换位")
        CHOSEN = "chosen", _("指定")

    kind = models.TextField(choices=Kind)
    staff = TenantForeignKey(Staff)
    other = TenantForeignKey(Staff, null=True)  # with whom they changed places; who was next
    visitor = TenantForeignKey(Visitor, models.CASCADE, null=True)
    reason = models.CharField(max_length=200)
    at = models.DateTimeField(db_default=Now())
    by = TenantForeignKey(Staff, null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-at"], name="turn_change_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.staff_id}"
