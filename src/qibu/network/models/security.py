from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from qibu.network.models.tenant import TenantModel
from qibu.network.security import ABSOLUTE_HOURS, IDLE_MINUTES, Factor, Policy, read


class SecurityPolicy(TenantModel):
    """What the organisation demands of those who sign in; without a row the defaults of `network.security.Policy`."""

    factor = models.TextField(choices=[(one.value, one.value) for one in Factor], default=Factor.NOBODY.value)
    factor_roles = ArrayField(models.TextField(), default=list)
    trust_browsers = models.BooleanField(default=True)
    idle_minutes = models.PositiveSmallIntegerField(null=True)  # null: as the installation says
    absolute_hours = models.PositiveSmallIntegerField(null=True)

    dengbao = models.BooleanField(default=False)  # GB/T 22239 level 3: see `network.dengbao`
    grace_ends_at = models.DateTimeField(null=True)  # until then second factor and password may still be old

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation"], name="security_policy_once"),
            models.CheckConstraint(
                condition=models.Q(idle_minutes__range=IDLE_MINUTES), name="security_idle_within_bounds"
            ),
            models.CheckConstraint(
                condition=models.Q(absolute_hours__range=ABSOLUTE_HOURS), name="security_absolute_within_bounds"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.factor}"

    @property
    def policy(self) -> Policy:
        return read(vars(self))
