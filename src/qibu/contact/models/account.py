from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qibu.kernel.fields import SealedTextField, TenantForeignKey
from qibu.network.models import InheritedModel, Staff, TenantModel


class MailAccount(InheritedModel):
    """Through which mail server an organisation writes, and what to its own people. Those below inherit it whole."""

    class Security(models.TextChoices):
        TLS = "tls", _("TLS（常用端口 465）")
        STARTTLS = "starttls", _("STARTTLS（常用端口 587）")
        NONE = "none", _("不加密（只限内网服务器）")

    active = models.BooleanField(default=True)
    host = models.CharField(max_length=120)
    port = models.PositiveIntegerField(default=465)
    security = models.TextField(choices=Security, default=Security.TLS)
    username = models.CharField(max_length=120, blank=True)
    password = SealedTextField(null=True)
    sender = models.EmailField()
    sender_name = models.CharField(max_length=60, blank=True)
    site = models.URLField(max_length=120)  # where people open the product: links in letters lead there
    morning_lead = models.PositiveSmallIntegerField(default=15)  # minutes before the store opens
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation"], name="mail_account_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.sender} {self.host}"


class Wish(TenantModel):
    """What a person wants to be written. Without a row: all of it."""

    staff = TenantForeignKey(Staff, models.CASCADE)
    morning = models.BooleanField(default=True)
    alarms = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "staff"], name="wish_once")]

    def __str__(self) -> str:
        return f"{self.staff_id}: {self.morning}, {self.alarms}"
