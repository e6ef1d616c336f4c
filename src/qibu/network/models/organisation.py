from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Organisation(models.Model):
    """A node of the network: A1. A dealer without a manufacturer above it is complete by itself."""

    class Kind(models.TextChoices):
        MANUFACTURER = "manufacturer", _("主机厂")
        REGION = "region", _("大区")
        DEALER = "dealer", _("经销商")
        BRANCH = "branch", _("分店")
        SERVICE_STATION = "service_station", _("服务站")
        PARTS_SUPPLIER = "parts_supplier", _("配件供应商")
        FINANCE = "finance", _("金融公司")
        INSURER = "insurer", _("保险公司")
        USED_CARS = "used_cars", _("二手车中心")
        RENTAL = "rental", _("租赁公司")

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.TextField(choices=Kind, default=Kind.DEALER)
    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=80)
    short_name = models.CharField(max_length=40, blank=True)
    city = models.CharField(max_length=40, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="organisation_not_own_parent")
        ]

    def __str__(self) -> str:
        return self.short_name or self.name
