from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.kernel import times
from qibu.kernel.fields import SealedTextField, TenantForeignKey
from qibu.leads.models import Lead
from qibu.network.models import Staff, TenantModel
from qibu.nurturing.models.content import Channel, Piece
from qibu.tasks.models import Task


class Edition(TenantModel):
    """A piece as this store sends it: what a customer opens is what was sent, whatever becomes of the piece. The same
    content is kept once."""

    piece = models.SlugField(max_length=40)
    kind = models.TextField(choices=Piece.Kind)
    title = models.CharField(max_length=60)
    summary = models.CharField(max_length=120, blank=True)
    body = models.TextField()
    image = models.BigIntegerField(null=True)
    valid_until = models.DateField(null=True)
    digest = models.BinaryField(max_length=32)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "digest"], name="edition_once")]
        indexes = [models.Index(fields=["organisation", "piece"], name="edition_of_piece")]

    def __str__(self) -> str:
        return self.title


class Run(TenantModel):
    """A lead goes through a sequence, until its end or until something happens that ends it."""

    lead = TenantForeignKey(Lead, related_name="nurturing_runs")
    sequence = models.SlugField(max_length=40)
    name = models.CharField(max_length=60)  # of the sequence when it was entered
    begun_on = models.DateField()
    begun_at = models.DateTimeField()
    by = TenantForeignKey(Staff, null=True)  # null: by its conditions
    ended_at = models.DateTimeField(null=True)
    end = models.TextField(blank=True)  # of nurturing.rules.End
    ended_by = TenantForeignKey(Staff, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | ~models.Q(end=""),
                name="ended_run_says_why",
            )
        ]
        indexes = [
            models.Index(
                fields=["organisation", "lead"],
                name="run_going_on",
                condition=models.Q(ended_at__isnull=True),
            ),
            models.Index(fields=["organisation", "lead", "-begun_at"], name="run_of_lead"),
            models.Index(fields=["organisation", "sequence", "-begun_at"], name="run_of_sequence"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def going_on(self) -> bool:
        return self.ended_at is None

    def about(self) -> dict[str, Any]:
        """What every event of a run says of it; the lead was read with it."""
        return {
            "subject_id": self.pk, "customer_id": self.lead.customer_id, "lead_id": self.lead_id, "sequence": self.name
        }  # fmt: skip


class Sending(TenantModel):
    """An edition for one lead, under an address that nobody can guess. Whoever has the token reads it, so the token is
    sealed at rest, found by its hash, and dies."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待发送")
        SENT = "sent", _("已发送")
        SKIPPED = "skipped", _("没有发")

    lead = TenantForeignKey(Lead, related_name="nurturing_sendings")
    edition = TenantForeignKey(Edition, related_name="sendings")
    run = TenantForeignKey(Run, null=True, related_name="sendings")
    piece = models.SlugField(max_length=40)
    channel = models.TextField(choices=Channel)
    words = models.TextField(blank=True)  # what is sent with the link
    asked = models.BooleanField(default=False, db_default=False)  # the customer wants it: no advertising
    task = TenantForeignKey(Task, null=True)
    state = models.TextField(choices=State, default=State.WAITING)
    made_at = models.DateTimeField(db_default=Now())
    made_by = TenantForeignKey(Staff, null=True)
    sent_at = models.DateTimeField(null=True)
    by = TenantForeignKey(Staff, null=True)  # who sent it

    token = SealedTextField(null=True)
    token_hash = models.BinaryField(max_length=32, unique=True, null=True)
    expires_at = models.DateTimeField(null=True)  # set when it is sent
    revoked_at = models.DateTimeField(null=True)
    opened = models.PositiveIntegerField(default=0)
    first_opened_at = models.DateTimeField(null=True)
    last_opened_at = models.DateTimeField(null=True)
    replies = models.PositiveSmallIntegerField(default=0)
    replied_at = models.DateTimeField(null=True)
    reply = models.TextField(blank=True)  # all that was said on the page
    refused_at = models.DateTimeField(null=True)  # no more of them

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "run", "piece"], name="piece_once_in_a_run"),
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False, expires_at__isnull=False),
                name="sent_piece_has_its_day",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "lead", "-made_at"], name="sending_of_lead"),
            models.Index(fields=["organisation", "edition", "state"], name="sending_of_edition"),
            models.Index(fields=["organisation", "task"], name="sending_of_task"),
        ]

    def __str__(self) -> str:
        return f"{self.piece} {self.state}"

    @property
    def living(self) -> bool:
        """Whether its link opens."""
        over = self.expires_at is not None and self.expires_at <= times.now()
        return self.state != self.State.SKIPPED and self.revoked_at is None and not over and bool(self.token)

    def about(self) -> dict[str, Any]:
        """What every event of a sending says of it; lead and edition were read with it."""
        return {
            "subject_id": self.pk, "customer_id": self.lead.customer_id, "lead_id": self.lead_id,
            "title": self.edition.title,
        }  # fmt: skip
