from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.customers.models import Customer
from qibu.kernel.fields import TenantForeignKey
from qibu.network.models import Staff, TenantModel
from qibu.tasks.models import Task


class Lead(TenantModel):
    """Somebody who may buy a car, from the first trace to delivery or loss (C1–C4). The person is a customer's file.

    An open lead always has its next action. `consultant` null: it lies in the pool 公海.
    """

    class State(models.TextChoices):
        OPEN = "open", _("跟进中")
        WON = "won", _("成交")
        LOST = "lost", _("战败")
        INVALID = "invalid", _("无效")  # nobody who could buy: a wrong number, a test, a competitor

    class Interest(models.TextChoices):
        BUY = "buy", _("买车")
        LEASE = "lease", _("租赁")
        TEST_DRIVE = "test_drive", _("试驾")
        TRADE_IN = "trade_in", _("置换")
        SELL = "sell", _("卖旧车")

    class Payment(models.TextChoices):
        FULL = "full", _("全款")
        LOAN = "loan", _("贷款")

    class Grade(models.TextChoices):
        """By when they mean to buy."""

        H = "H", _("H 级")
        A = "A", _("A 级")
        B = "B", _("B 级")
        C = "C", _("C 级")

    customer = TenantForeignKey(Customer, related_name="leads")
    state = models.TextField(choices=State, default=State.OPEN)
    stage = models.SlugField(max_length=40, default="new")
    stage_at = models.DateTimeField(db_default=Now())

    source = models.SlugField(max_length=40)  # of a Source
    door = models.CharField(max_length=20, blank=True, db_default="")  # see leads.rules.Door
    campaign = models.CharField(max_length=60, blank=True)
    referrer = TenantForeignKey(Customer, null=True, blank=True)  # who sent them
    received_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)  # the store's first word
    heard_at = models.DateTimeField(null=True)  # when the two sides last spoke

    interest = models.TextField(choices=Interest, default=Interest.BUY)
    brand = models.CharField(max_length=40, blank=True)
    series = models.CharField(max_length=60, blank=True)
    model = models.CharField(max_length=100, blank=True)  # the trim, as the person or the catalogue calls it
    model_code = models.SlugField(max_length=40, blank=True)  # of a catalog.CarModel
    colour = models.CharField(max_length=30, blank=True)
    quantity = models.PositiveSmallIntegerField(default=1)
    buys_by = models.DateField(null=True, blank=True)  # by when they mean to
    budget = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    payment = models.TextField(choices=Payment, blank=True)
    trade_in = models.CharField(max_length=100, blank=True)  # the car they would give in payment
    used_car = models.JSONField(default=dict, db_default={}, blank=True)  # more of it: leads.rules.USED_CAR
    drive_asked_at = models.DateTimeField(null=True)  # when they last asked for a test drive
    drive_on = models.DateField(null=True, blank=True)  # the day and the time of day that they would like
    drive_at = models.TimeField(null=True, blank=True)
    competitors = models.CharField(max_length=120, blank=True)  # what else they look at
    language = models.CharField(max_length=8, blank=True)
    remark = models.TextField(blank=True)

    consultant = TenantForeignKey(Staff, null=True, blank=True)
    assigned_at = models.DateTimeField(null=True)
    assigned_why = models.JSONField(default=dict)  # code and facts: see leads.rules.reasons
    next_task = TenantForeignKey(Task, null=True)

    grade = models.TextField(choices=Grade, blank=True)
    grade_by_hand = models.BooleanField(default=False)
    probability = models.FloatField(null=True)  # of delivery, 0 … 1
    probability_by_hand = models.BooleanField(default=False)

    closed_at = models.DateTimeField(null=True)
    closed_by = TenantForeignKey(Staff, null=True)
    loss = models.SlugField(max_length=40, blank=True)  # reason and detail of content
    loss_detail = models.SlugField(max_length=40, blank=True)
    loss_note = models.CharField(max_length=300, blank=True)
    lost_brand = models.CharField(max_length=40, blank=True)  # to whom
    lost_series = models.CharField(max_length=60, blank=True)
    retry_on = models.DateField(null=True, blank=True)
    retry_task = TenantForeignKey(Task, null=True, related_name="leads_tried_again")
    loss_checked_at = models.DateTimeField(null=True)  # a manager found the loss right
    loss_checked_by = TenantForeignKey(Staff, null=True)
    merged_into = TenantForeignKey("self", null=True)  # the open lead of the same customer that took it up
    counted = models.JSONField(default=list, db_default=[])  # which counts its end added to: see leads.services.scoring

    custom = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="open") | models.Q(next_task__isnull=False), name="open_lead_goes_on"
            ),
            models.CheckConstraint(
                condition=models.Q(state="open") | models.Q(closed_at__isnull=False), name="closed_lead_has_its_day"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-received_at", "-id"], name="lead_by_day"),
            models.Index(fields=["organisation", "customer"], name="lead_of_customer"),
            models.Index(fields=["organisation", "consultant", "state"], name="lead_of_consultant"),
            models.Index(
                fields=["organisation", "stage", "-stage_at"], name="lead_on_board", condition=models.Q(state="open")
            ),
            models.Index(
                fields=["organisation", "received_at"], name="lead_in_pool",
                condition=models.Q(state="open", consultant__isnull=True),
            ),
            models.Index(fields=["organisation", "state", "-closed_at"], name="lead_by_end"),
        ]

    def __str__(self) -> str:
        return self.car or str(self.pk)

    @property
    def car(self) -> str:
        """What they want, in the words there are."""
        return " ".join(filter(None, (self.series or self.brand, self.model)))

    @property
    def living(self) -> bool:
        return self.state == self.State.OPEN

    def about(self) -> dict[str, Any]:
        """What every event of a lead says of it."""
        return {"subject_id": self.pk, "customer_id": self.customer_id}


class LeadKey(TenantModel):
    """How a lead is called where it came from: the same key never makes a second one (ADF: `id` and its `source`)."""

    lead = TenantForeignKey(Lead, models.CASCADE, related_name="keys")
    source = models.CharField(max_length=80)
    text = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "source", "text"], name="lead_key_once")]
        indexes = [models.Index(fields=["organisation", "lead"], name="lead_key_of_lead")]

    def __str__(self) -> str:
        return f"{self.text}@{self.source}"


class StageChange(TenantModel):
    """A lead went from one stage to another; the first row has no `was`."""

    lead = TenantForeignKey(Lead, models.CASCADE, related_name="stage_changes")
    was = models.SlugField(max_length=40, blank=True)
    stage = models.SlugField(max_length=40)
    at = models.DateTimeField()
    by = TenantForeignKey(Staff, null=True)
    probability = models.FloatField(null=True)  # the chance that was given to it then

    class Meta:
        indexes = [models.Index(fields=["organisation", "lead", "at"], name="stage_change_of_lead")]

    def __str__(self) -> str:
        return f"{self.was} → {self.stage}"
