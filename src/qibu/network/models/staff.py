from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from qibu.kernel.fields import TenantForeignKey
from qibu.network.models.accounts import User
from qibu.network.models.tenant import TenantModel
from qibu.network.rules import SEPARATED_DUTIES, Role

DUTIES = sorted(duty.value for duty in SEPARATED_DUTIES)


class Staff(TenantModel):
    """A person at work in one organisation; without `user` they can't sign in (A5, A6)."""

    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    barred = models.BooleanField(default=False)  # may not sign in here for now; other stores decide for themselves
    name = models.CharField(max_length=60)
    sort_key = models.CharField(max_length=120, blank=True)
    number = models.CharField(max_length=32, blank=True)
    title = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    roles = ArrayField(models.TextField(choices=[(role.value, role.value) for role in Role]), default=list)
    superior = TenantForeignKey("self", null=True, blank=True)  # 直接上级: whom they answer to
    joined_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user"], name="staff_user_once"),
            models.CheckConstraint(
                condition=models.Q(roles__len__lte=1) | ~models.Q(roles__overlap=DUTIES),
                name="staff_separated_duties_alone",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "name"], name="staff_by_name"),
            models.Index(fields=["organisation", "sort_key", "id"], name="staff_by_sound"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def active(self) -> bool:
        return self.left_on is None
