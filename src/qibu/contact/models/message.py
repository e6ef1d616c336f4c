from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.kernel.fields import TenantForeignKey
from qibu.network.models import Staff, TenantModel
from qibu.tasks.models import Escalation


class Message(TenantModel):
    """The outbox: one logical message, whatever the channel. Its `key` says what it is about, so it is written once.

    queued → claimed (somebody has it, for a while) → attempting (it is being handed over) → sent, failed or unknown.
    What is claimed was not handed over and may be claimed again; what was being handed over when all went dark may
    have arrived, and is never sent again by itself.
    """

    class Kind(models.TextChoices):
        MORNING = "morning", _("早晨清单")
        ALARM = "alarm", _("逾期提醒")
        TEST = "test", _("测试邮件")

    class Channel(models.TextChoices):
        EMAIL = "email", _("邮件")

    class State(models.TextChoices):
        QUEUED = "queued", _("等待发送")
        CLAIMED = "claimed", _("正在连接")
        ATTEMPTING = "attempting", _("正在发送")
        SENT = "sent", _("已发出")
        FAILED = "failed", _("没发出")
        UNKNOWN = "unknown", _("不确定")
        EXPIRED = "expired", _("过时未发")
        DROPPED = "dropped", _("决定不发")

    kind = models.TextField(choices=Kind)
    channel = models.TextField(choices=Channel, default=Channel.EMAIL)
    key = models.CharField(max_length=120)
    staff = TenantForeignKey(Staff)
    address = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField(blank=True)  # goes when the message has been sent
    html = models.TextField(blank=True)
    reference = models.CharField(max_length=200)  # the Message-ID: the same in every try
    state = models.TextField(choices=State, default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    answer = models.CharField(max_length=300, blank=True)  # what the server said last, or why there was none
    problem = models.CharField(max_length=30, blank=True)  # `channels.Problem`
    due_at = models.DateTimeField(null=True)  # when to look at it again; null = settled
    token = models.UUIDField(null=True)  # of the one who has it
    expires_at = models.DateTimeField()  # after that nobody wants it any more
    created_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="message_once")]
        indexes = [
            models.Index(
                fields=["organisation", "due_at", "id"], name="message_due", condition=models.Q(due_at__isnull=False)
            ),
            models.Index(fields=["organisation", "-created_at", "-id"], name="message_newest"),
            models.Index(fields=["organisation", "staff", "kind", "-created_at"], name="message_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.state}"


class Told(TenantModel):
    """An escalation that stands in a message: each in one alone."""

    escalation = TenantForeignKey(Escalation, models.CASCADE)
    message = TenantForeignKey(Message, models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "escalation"], name="told_once")]

    def __str__(self) -> str:
        return f"{self.escalation_id} in {self.message_id}"
