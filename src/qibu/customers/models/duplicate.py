from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.customers.models.customer import Customer
from qibu.kernel.fields import TenantForeignKey
from qibu.network.models import Staff, TenantModel


class Duplicate(TenantModel):
    """Two files that may be one customer's, with what speaks for it (B6); `first` is the older one.

    Kept in step with the files by a reader of the journal. What a person decided stays decided.
    """

    class Strength(models.IntegerChoices):
        WEAK = 1, _("留意")
        LIKELY = 2, _("可能")
        STRONG = 3, _("很像")

    class State(models.TextChoices):
        OPEN = "open", _("待看")
        DIFFERENT = "different", _("不是同一位")
        RELATED = "related", _("是一家人或同事")

    first = TenantForeignKey(Customer, models.CASCADE)
    second = TenantForeignKey(Customer, models.CASCADE)
    signs = ArrayField(models.TextField())
    strength = models.PositiveSmallIntegerField(choices=Strength)
    related = models.BooleanField(default=False)  # what is proposed is a relation, not a merge
    state = models.TextField(choices=State, default=State.OPEN)
    found_at = models.DateTimeField(db_default=Now())
    decided_at = models.DateTimeField(null=True)
    decided_by = TenantForeignKey(Staff, null=True)
    made_relation = models.BigIntegerField(null=True)  # came with the verdict and goes with it; not one from before

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "first", "second"], name="duplicate_once"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="duplicate_in_order"),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "-strength", "id"], name="duplicate_list", condition=models.Q(state="open")
            ),
            models.Index(fields=["organisation", "second"], name="duplicate_of_second"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"
