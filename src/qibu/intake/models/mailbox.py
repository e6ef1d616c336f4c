from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.kernel.fields import SealedTextField, TenantForeignKey
from qibu.network.models import TenantModel


class Mailbox(TenantModel):
    """Where portals send leads by e-mail: looked into every minute (RFC 9051). One for each organisation."""

    class Security(models.TextChoices):
        TLS = "tls", _("TLS（常用端口 993）")
        STARTTLS = "starttls", _("STARTTLS（常用端口 143）")
        NONE = "none", _("不加密（只限内网服务器）")

    active = models.BooleanField(default=True)
    host = models.CharField(max_length=120)
    port = models.PositiveIntegerField(default=993)
    security = models.TextField(choices=Security, default=Security.TLS)
    username = models.CharField(max_length=120)
    password = SealedTextField(null=True)
    folder = models.CharField(max_length=60, default="INBOX")
    source = models.SlugField(max_length=40)  # of leads that don't say where they come from
    looked_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=30, blank=True)  # of the last look: `intake.mail.Problem`
    answer = models.CharField(max_length=300, blank=True)  # the server's own words
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation"], name="mailbox_once")]

    def __str__(self) -> str:
        return f"{self.username} {self.host}"


class TakenLetter(TenantModel):
    """A letter whose leads were taken, written in the same transaction: it is not taken again, whatever the server
    still says of it after a crash."""

    mailbox = TenantForeignKey(Mailbox, models.CASCADE)
    hash = models.BinaryField(max_length=16)  # of its Message-ID; of the whole letter where it has none
    arrivals = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "hash"], name="taken_letter_once")]
        indexes = [models.Index(fields=["organisation", "-at"], name="taken_letter_newest")]

    def __str__(self) -> str:
        return f"{self.mailbox_id}: {self.arrivals}"
