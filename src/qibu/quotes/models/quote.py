from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qibu.kernel import times
from qibu.kernel.fields import SealedTextField, TenantForeignKey
from qibu.leads.models import Lead
from qibu.network.models import Staff, TenantModel
from qibu.quotes.rules import pricing
from qibu.quotes.rules.pricing import Part
from qibu.tasks.models import Task


class Appraisal(TenantModel):
    """What a used car is worth to the store that takes it in payment 置换, and until when."""

    class Condition(models.TextChoices):
        EXCELLENT = "excellent", _("优，几乎没有使用痕迹")
        GOOD = "good", _("良，正常使用痕迹")
        FAIR = "fair", _("中，需要整备")
        POOR = "poor", _("差，有事故或大修")

    lead = TenantForeignKey(Lead, related_name="appraisals")
    car = models.CharField(max_length=100)  # brand, series and trim as people call it
    plate = models.CharField(max_length=12, blank=True)
    vin = models.CharField(max_length=17, blank=True)
    registered_on = models.DateField(null=True, blank=True)
    mileage = models.PositiveIntegerField(null=True, blank=True)
    condition = models.TextField(choices=Condition, default=Condition.GOOD)
    accident = models.BooleanField(default=False)
    note = models.TextField(blank=True)
    value = models.DecimalField(max_digits=12, decimal_places=2)
    valid_until = models.DateField()
    by = TenantForeignKey(Staff, null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(value__gt=0), name="appraisal_is_worth_something")
        ]
        indexes = [models.Index(fields=["organisation", "lead", "-at"], name="appraisal_of_lead")]

    def __str__(self) -> str:
        return self.car


class Quote(TenantModel):
    """What a car costs a customer, in one or several variants (C6). What was sent is never changed: whoever wants it
    otherwise makes a new version, which names the one before in `replaces`."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("报价", "草稿")
        WAITING = "waiting", _("等待审批")
        REFUSED = "refused", _("没有批准")
        APPROVED = "approved", _("已批准")
        SENT = "sent", _("已发出")
        ACCEPTED = "accepted", _("客户接受")
        REPLACED = "replaced", _("有新版本")
        WITHDRAWN = "withdrawn", _("已撤回")

    EXPIRED = "expired"  # what was sent and is over its day; told by the day, not stored
    OPEN_TO_CHANGE = (State.DRAFT, State.REFUSED)

    lead = TenantForeignKey(Lead, related_name="quotes")
    version = models.PositiveSmallIntegerField(default=1)
    replaces = TenantForeignKey("self", null=True)
    state = models.TextField(choices=State, default=State.DRAFT)
    company = models.BooleanField(default=False)  # the buyer is a firm: another premium
    bought_on = models.DateField()  # the day of the invoice that is reckoned with: it decides the taxes
    valid_until = models.DateField()
    remark = models.TextField(blank=True)  # for the customer
    appraisal = TenantForeignKey(Appraisal, null=True, blank=True)

    by = TenantForeignKey(Staff, null=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    edits = models.PositiveIntegerField(default=1)
    task = TenantForeignKey(Task, null=True)  # what is to be done about it now: agree, or send it

    asked_at = models.DateTimeField(null=True)
    asked_by = TenantForeignKey(Staff, null=True)
    asked_why = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = TenantForeignKey(Staff, null=True)
    decided_why = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    accepted = models.PositiveSmallIntegerField(null=True)  # the number of the variant that the customer took

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=False) | ~models.Q(state__in=["sent", "accepted", "replaced"]),
                name="quote_sent_has_its_day",
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "-updated_at", "-id"], name="quote_by_day"),
            models.Index(fields=["organisation", "lead", "-id"], name="quote_of_lead"),
            models.Index(fields=["organisation", "state", "valid_until"], name="quote_by_state"),
        ]

    def __str__(self) -> str:
        return f"Q{self.lead_id}-{self.version}"

    @property
    def number(self) -> str:
        return str(self)

    @property
    def shown_state(self) -> str:
        over = self.state == self.State.SENT and self.valid_until < times.today()
        return self.EXPIRED if over else self.state

    @property
    def state_words(self) -> Any:
        return _("已过期") if self.shown_state == self.EXPIRED else self.State(self.state).label

    @property
    def changeable(self) -> bool:
        return self.state in self.OPEN_TO_CHANGE

    @property
    def contact(self) -> Staff | None:
        """Whom the customer talks to: who has the lead now, else who wrote it."""
        found: Staff | None = self.lead.consultant or self.by
        return found

    def about(self) -> dict[str, Any]:
        """What every event of a quotation says of it."""
        return {
            "subject_id": self.pk, "customer_id": self.lead.customer_id, "lead_id": self.lead_id, "number": self.number,
        }  # fmt: skip


class Variant(TenantModel):
    """One way to buy: a car with its price, what comes along, how it is paid. `parts` are what `quotes.rules.pricing`
    made of it when it was written, `loan` the terms; both stay as they are when tables and plans change."""

    quote = TenantForeignKey(Quote, models.CASCADE, related_name="variants")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40, blank=True)
    car_code = models.SlugField(max_length=40)
    brand = models.CharField(max_length=40)
    series = models.CharField(max_length=60)
    car = models.CharField(max_length=200)  # as it is called
    energy = models.TextField()
    colour = models.CharField(max_length=30, blank=True)
    price = models.DecimalField(max_digits=12, decimal_places=2)
    discount = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    wishes = models.JSONField(default=dict)  # what was chosen, so that it can be reckoned again: quotes.services.drafts
    parts = models.JSONField(default=list)
    total = models.DecimalField(max_digits=12, decimal_places=2)
    plan_code = models.SlugField(max_length=40, blank=True)
    plan_name = models.CharField(max_length=120, blank=True)
    loan = models.JSONField(default=dict)  # terms; empty: paid at once

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "quote", "order"], name="variant_once"),
            models.CheckConstraint(
                condition=models.Q(discount__gte=0) & models.Q(discount__lte=models.F("price")),
                name="discount_within_price",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.car

    @property
    def read_parts(self) -> list[Part]:
        return [pricing.read_part(one) for one in self.parts]


class QuoteLink(TenantModel):
    """The address under which a customer sees a quotation on their phone, without signing in. Whoever has the token
    sees it, so the token is sealed at rest, found by its hash, and dies."""

    class Answer(models.TextChoices):
        INTERESTED = "interested", _("有意向，请联系我")
        QUESTION = "question", _("有问题想问")

    quote = TenantForeignKey(Quote, models.CASCADE, related_name="links")
    token = SealedTextField()
    token_hash = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    made_at = models.DateTimeField(db_default=Now())
    revoked_at = models.DateTimeField(null=True)
    opened = models.PositiveIntegerField(default=0)
    first_opened_at = models.DateTimeField(null=True)
    last_opened_at = models.DateTimeField(null=True)
    answers = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["organisation", "quote", "-made_at"], name="link_of_quote")]

    def __str__(self) -> str:
        return f"{self.quote_id} until {self.expires_at:%F}"

    @property
    def living(self) -> bool:
        return self.revoked_at is None and self.expires_at > times.now()


class LinkAnswer(TenantModel):
    """What the customer said on the page of the link."""

    link = TenantForeignKey(QuoteLink, models.CASCADE, related_name="said")
    kind = models.TextField(choices=QuoteLink.Answer)
    text = models.CharField(max_length=500, blank=True)
    variant = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["organisation", "link", "-at"], name="answer_of_link")]

    def __str__(self) -> str:
        return self.kind
