from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.kernel.fields import TenantForeignKey
from qibu.network.models.staff import Staff
from qibu.network.models.tenant import TenantModel


class Export(TenantModel):
    """Rows of a list that leave the house as a spreadsheet: asked for with a purpose, agreed to where they are many."""

    class State(models.TextChoices):
        ASKED = "asked", _("待审批")
        REFUSED = "refused", _("未同意")
        QUEUED = "queued", _("排队中")
        RUNNING = "running", _("生成中")
        READY = "ready", _("已生成")
        STOPPED = "stopped", _("已停止")
        WITHDRAWN = "withdrawn", _("已撤回")
        FAILED = "failed", _("未成功")
        GONE = "gone", _("文件已删除")

    AT_WORK = (State.QUEUED, State.RUNNING)

    page = models.CharField(max_length=40)  # key of the list
    query = models.CharField(max_length=4000, blank=True)  # what it showed: order, and which rows in words
    view_name = models.CharField(max_length=30, blank=True)  # of the saved view that it was
    picked = models.BooleanField(default=False)  # the checked rows alone
    language = models.CharField(max_length=10, blank=True)  # of who asked: the file is written in it
    purpose = models.CharField(max_length=120)
    state = models.TextField(choices=State, default=State.ASKED)
    level = models.PositiveSmallIntegerField()  # network.rules.ExportLevel
    total = models.PositiveIntegerField()  # as counted when it was asked for
    done = models.PositiveIntegerField(default=0)
    stop_asked = models.BooleanField(default=False)
    by = TenantForeignKey(Staff)
    at = models.DateTimeField(db_default=Now())
    beat = models.DateTimeField(db_default=Now())  # when it last got on: one that stands still is begun anew
    decided_by = TenantForeignKey(Staff, null=True)
    decided_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=200, blank=True)
    noted_by = TenantForeignKey(Staff, null=True)  # who was told of it and has seen it
    unheard = models.BooleanField(default=False)  # who asked has not seen yet what came of it
    ready_at = models.DateTimeField(null=True)
    taken = models.PositiveSmallIntegerField(default=0)  # how often it was downloaded

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "by", "-at"], name="export_newest"),
            models.Index(
                fields=["organisation", "-at"], name="export_to_see", condition=models.Q(noted_by__isnull=True)
            ),
            models.Index(
                fields=["organisation", "by"], name="export_unheard", condition=models.Q(unheard=True)
            ),
            models.Index(
                fields=["organisation", "beat"], name="export_at_work",
                condition=models.Q(state__in=["queued", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page} {self.total}"

    @property
    def at_work(self) -> bool:
        return self.state in self.AT_WORK


class ExportRow(TenantModel):
    """A row that may leave the house with an export, fixed when it was asked for: nobody agreed to others."""

    export = TenantForeignKey(Export, models.CASCADE, related_name="rows")
    row = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "export", "row"], name="export_row_once")]

    def __str__(self) -> str:
        return f"{self.export_id}: {self.row}"
