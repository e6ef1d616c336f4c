from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.kernel.fields import TenantForeignKey
from qibu.leads.models import Lead
from qibu.network.models import Staff, TenantModel
from qibu.orders import rules
from qibu.orders.models.stock import StockCar


class Order(TenantModel):
    """A car is ordered for a lead: what, for how much, with which deposit, and the car that is kept for it (C7).

    The buyer is the lead's customer. Prices are the order's own, whatever it was quoted before.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        WAITING = "waiting", _("待审批")
        CONFIRMED = "confirmed", _("已签约")
        ALLOCATED = "allocated", _("已配车")
        PAID = "paid", _("已付清")
        DELIVERED = "delivered", _("已交车")
        CANCELLED = "cancelled", _("已取消")

    class Deposit(models.TextChoices):
        EARNEST = "earnest", _("定金（不退，有担保效力）")
        ADVANCE = "advance", _("订金（预付款，可退）")

    class Payment(models.TextChoices):
        FULL = "full", _("全款")
        LOAN = "loan", _("贷款")

    lead = TenantForeignKey(Lead, related_name="orders")
    number = models.CharField(max_length=40)  # of the contract
    state = models.TextField(choices=State, default=State.DRAFT)
    consultant = TenantForeignKey(Staff, null=True)
    quote = models.CharField(max_length=40, blank=True)  # the number of the quotation it follows

    model_code = models.SlugField(max_length=40, blank=True)  # of a catalog.CarModel
    brand = models.CharField(max_length=40, blank=True)
    series = models.CharField(max_length=60, blank=True)
    model = models.CharField(max_length=100, blank=True)
    colour = models.CharField(max_length=30, blank=True)
    car = TenantForeignKey(StockCar, null=True, related_name="orders")
    allocated_at = models.DateTimeField(null=True)
    expected_on = models.DateField(null=True, blank=True)

    price = models.DecimalField(max_digits=12, decimal_places=2)
    suggested = models.DecimalField(max_digits=12, decimal_places=2, null=True)  # of the catalogue, when it was agreed
    discount = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    extras = models.DecimalField(max_digits=12, decimal_places=2, default=0)  # what else is on the contract
    extras_note = models.CharField(max_length=200, blank=True)
    deposit_kind = models.TextField(choices=Deposit, default=Deposit.EARNEST)
    deposit = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    payment = models.TextField(choices=Payment, default=Payment.FULL)
    loan = models.DecimalField(max_digits=12, decimal_places=2, default=0)

    invoice_number = models.CharField(max_length=40, blank=True)
    invoiced_on = models.DateField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    delivered_on = models.DateField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    remark = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="order_number_once"),
            models.UniqueConstraint(
                fields=["organisation", "car"], name="car_allocated_once",
                condition=models.Q(car__isnull=False) & ~models.Q(state="cancelled"),
            ),
            models.UniqueConstraint(
                fields=["organisation", "invoice_number"], name="invoice_once", condition=~models.Q(invoice_number=""),
            ),
            models.CheckConstraint(
                condition=models.Q(discount__gte=0, extras__gte=0, deposit__gte=0, loan__gte=0, price__gt=0),
                name="order_amounts_are_amounts",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-created_at", "-id"], name="order_by_day"),
            models.Index(fields=["organisation", "lead"], name="order_of_lead"),
            models.Index(fields=["organisation", "state", "-created_at"], name="order_by_state"),
            models.Index(fields=["organisation", "consultant", "state"], name="order_of_consultant"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def title(self) -> str:
        return " ".join(filter(None, (self.series or self.brand, self.model)))

    @property
    def agreed(self) -> Decimal:
        return rules.agreed(self.price, self.discount)

    @property
    def total(self) -> Decimal:
        return rules.total(self.price, self.discount, self.extras)

    @property
    def living(self) -> bool:
        return self.state in rules.LIVING

    @property
    def open(self) -> bool:
        """The contract counts and isn't fulfilled yet."""
        return self.state in rules.OPEN

    @property
    def payable(self) -> bool:
        """The till takes money for it."""
        return self.state in rules.PAYABLE

    def about(self) -> dict[str, Any]:
        """What every event of an order says of it."""
        return {"subject_id": self.pk, "customer_id": self.lead.customer_id, "number": self.number}


class OrderChange(TenantModel):
    """What of an order was changed, why and by whom; `changes` is field → [before, after]."""

    order = TenantForeignKey(Order, models.CASCADE, related_name="changes")
    changes = models.JSONField()
    why = models.CharField(max_length=200, blank=True)
    by = TenantForeignKey(Staff, null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["organisation", "order", "-at"], name="order_change_of_order")]

    def __str__(self) -> str:
        return f"{self.order_id} {', '.join(self.changes)}"


class Decision(TenantModel):
    """An order went beyond what its consultant may agree to: what for, and what came of it."""

    order = TenantForeignKey(Order, models.CASCADE, related_name="decisions")
    beyond = ArrayField(models.TextField())
    asked_by = TenantForeignKey(Staff, null=True)
    asked_at = models.DateTimeField(db_default=Now())
    granted = models.BooleanField(null=True)
    note = models.CharField(max_length=200, blank=True)
    decided_by = TenantForeignKey(Staff, null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "order"], name="one_open_decision", condition=models.Q(granted__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {', '.join(self.beyond)}"


class Cancellation(TenantModel):
    """Somebody wants an order to end without a car: why, whose doing it is, what is given back, and who agreed. Of an
    order that is cancelled, a further one adds to what is given back (`further`)."""

    class Cause(models.TextChoices):
        BUYER = "buyer", _("客户不买了")
        STORE = "store", _("店里交不了车")
        NOBODY = "nobody", _("双方商定，或谁都没有过错")

    class Reason(models.TextChoices):
        PRICE = "price", _("价格谈不拢")
        LOAN = "loan", _("贷款没批下来")
        WAIT = "wait", _("等车太久")
        OTHER_CAR = "other_car", _("改买别的车")
        FAMILY = "family", _("家里的原因")
        NO_CAR = "no_car", _("厂家没有车")
        ENTERED_TWICE = "entered_twice", _("重复录入")
        OTHER = "other", _("其他原因")

    order = TenantForeignKey(Order, models.CASCADE, related_name="cancellations")
    cause = models.TextField(choices=Cause)
    reason = models.TextField(choices=Reason)
    note = models.CharField(max_length=200, blank=True)
    refund = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    further = models.BooleanField(default=False, db_default=False)
    asked_by = TenantForeignKey(Staff, null=True)
    asked_at = models.DateTimeField(db_default=Now())
    granted = models.BooleanField(null=True)
    answer = models.CharField(max_length=200, blank=True)
    decided_by = TenantForeignKey(Staff, null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "order"], name="one_open_cancellation", condition=models.Q(granted__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.reason}"
