from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.kernel.fields import TenantForeignKey
from qibu.network.models import Staff, TenantModel


class LeadSheet(TenantModel):
    """A spreadsheet of leads. Its rows wait as arrivals and go through the one door, each for itself."""

    class State(models.TextChoices):
        READ = "read", _("等待核对")
        LOADING = "loading", _("正在导入")
        LOADED = "loaded", _("已导入")
        STOPPED = "stopped", _("已停止")

    file_name = models.CharField(max_length=200)
    headings = models.JSONField(default=list)  # of the columns, as the sheet has them
    mapping = models.JSONField(default=dict)  # number of the column → field of a draft
    source = models.SlugField(max_length=40)
    campaign = models.CharField(max_length=60, blank=True)
    state = models.TextField(choices=State, default=State.READ)
    rows = models.PositiveIntegerField(default=0)
    stop_asked = models.BooleanField(default=False)
    by = TenantForeignKey(Staff, null=True)
    at = models.DateTimeField(db_default=Now())
    beat = models.DateTimeField(db_default=Now())  # when it last got on
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-at"], name="lead_sheet_newest")]

    def __str__(self) -> str:
        return self.file_name
