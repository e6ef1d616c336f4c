from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qibu.customers.models import Customer
from qibu.kernel.fields import TenantForeignKey
from qibu.network.models import Staff, TenantModel
from qibu.vehicles.models.vehicle import Vehicle


class Transfer(TenantModel):
    """过户: a car went over from one owner to the next, why and when. It can be taken back.

    The parts that it began and ended say so themselves (`Ownership.begun_by`, `ended_by`).
    """

    class Reason(models.TextChoices):
        SOLD = "sold", _("私下转让")
        DEALER = "dealer", _("卖给车商")
        TRADE_IN = "trade_in", _("在本店置换")
        FAMILY = "family", _("家人之间过户")
        INHERITED = "inherited", _("继承")
        FIRM_TO_PERSON = "firm_to_person", _("公司转给个人")
        PERSON_TO_FIRM = "person_to_firm", _("个人转给公司")
        OTHER = "other", pgettext_lazy("过户原因", "其他")

    vehicle = TenantForeignKey(Vehicle, models.CASCADE)
    former = TenantForeignKey(Customer, null=True)  # null: the car had no owner here
    owner = TenantForeignKey(Customer, null=True)  # null: sold, and nobody here knows to whom
    reason = models.TextField(choices=Reason)
    on = models.DateField()
    by = TenantForeignKey(Staff, null=True)
    at = models.DateTimeField(db_default=Now())
    undone_at = models.DateTimeField(null=True)
    undone_by = TenantForeignKey(Staff, null=True)
    kept = models.JSONField(default=dict)  # what apps need to take it back, by their key

    class Meta:
        indexes = [models.Index(fields=["organisation", "vehicle", "-id"], name="transfer_of_vehicle")]

    def __str__(self) -> str:
        return f"{self.vehicle_id} {self.on}"
