from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.kernel.fields import TenantForeignKey
from qibu.network.models.staff import Staff
from qibu.network.models.tenant import TenantModel


class BatchAct(TenantModel):
    """One act on many rows: done piece by piece, so that it shows how far it is, can be stopped and taken back."""

    class State(models.TextChoices):
        QUEUED = "queued", _("排队中")
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        STOPPED = "stopped", _("已停止")
        FAILED = "failed", _("未成功")
        UNDOING = "undoing", _("撤销中")
        UNDONE = "undone", _("已撤销")

    AT_WORK = (State.QUEUED, State.RUNNING, State.UNDOING)

    kind = models.CharField(max_length=40)  # what is done: a deed of network.batches
    args = models.JSONField(default=dict)
    state = models.TextField(choices=State, default=State.QUEUED)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)  # rows looked at
    changed = models.PositiveIntegerField(default=0)  # rows that are now otherwise
    restored = models.PositiveIntegerField(default=0)  # of those, how many an undo put back
    stop_asked = models.BooleanField(default=False)
    back = models.CharField(max_length=1000, blank=True)  # the list it was started from
    by = TenantForeignKey(Staff)
    acting = TenantForeignKey(Staff)  # who is at it now: a leader may take back what somebody else did
    at = models.DateTimeField(db_default=Now())
    beat = models.DateTimeField(db_default=Now())  # when it last got on: one that stands still is taken up again
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "by", "-at"], name="batch_act_newest"),
            models.Index(
                fields=["organisation", "beat"], name="batch_act_at_work",
                condition=models.Q(state__in=["queued", "running", "undoing"]),
            ),
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def at_work(self) -> bool:
        return self.state in self.AT_WORK

    @property
    def kept(self) -> int:
        """Rows that an undo left as they are, since somebody changed them afterwards."""
        return self.changed - self.restored


class BatchRow(TenantModel):
    """A row that a batch act is about, fixed when it was begun, and what stood there."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SAME = "same"  # nothing to change, or no longer there
        CHANGED = "changed"
        RESTORED = "restored"
        KEPT = "kept"  # somebody changed it since: an undo leaves it

    act = TenantForeignKey(BatchAct, models.CASCADE, related_name="rows")
    row = models.BigIntegerField()
    state = models.TextField(choices=State, default=State.WAITING)
    before = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "act", "row"], name="batch_row_once")]
        indexes = [models.Index(fields=["organisation", "act", "state", "row"], name="batch_row_next")]

    def __str__(self) -> str:
        return f"{self.act_id}: {self.row}"
