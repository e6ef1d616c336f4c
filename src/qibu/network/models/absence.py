from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.kernel import times
from qibu.kernel.fields import TenantForeignKey
from qibu.network.models.staff import Staff
from qibu.network.models.tenant import TenantModel


class Absence(TenantModel):
    """Days on which somebody isn't there, both included, and who stands in; the pool where nobody does."""

    class Kind(models.TextChoices):
        LEAVE = "leave", _("休假")
        SICK = "sick", _("病假")
        TRAINING = "training", _("培训")
        TRIP = "trip", _("出差")
        OTHER = "other", _("其他")

    staff = TenantForeignKey(Staff)
    first_day = models.DateField()
    last_day = models.DateField()
    kind = models.TextField(choices=Kind, default=Kind.LEAVE)
    stand_in = TenantForeignKey(Staff, null=True)
    by = TenantForeignKey(Staff, null=True)
    at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)  # taken back, or cut short

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(last_day__gte=models.F("first_day")), name="absence_forward"),
            models.CheckConstraint(
                condition=models.Q(stand_in__isnull=True) | ~models.Q(stand_in=models.F("staff")),
                name="absence_by_another",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "last_day"], name="absence_living", condition=models.Q(ended_at__isnull=True)
            )
        ]

    @property
    def planned(self) -> bool:
        """It has not begun yet."""
        return self.first_day > times.today()

    def __str__(self) -> str:
        return f"{self.staff_id} {self.first_day} – {self.last_day}"
