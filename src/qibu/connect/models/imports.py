from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from qibu.kernel.fields import TenantForeignKey
from qibu.network.models import Staff, TenantModel


class Import(TenantModel):
    """A spreadsheet on its way into the store: B5. Its files lie in `files/imports/<id>/`."""

    class Kind(models.TextChoices):
        OWNERS = "owners", _("车主档案")
        VISITS = "visits", _("维修工单")

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("已上传")
        READING = "reading", _("读取中")
        READ = "read", _("待核对列")
        CHECKING = "checking", _("检查中")
        CHECKED = "checked", _("待载入")
        LOADING = "loading", _("载入中")
        LOADED = "loaded", _("已载入")
        STOPPED = "stopped", _("已停止")
        FAILED = "failed", _("未成功")
        UNDOING = "undoing", _("撤销中")
        UNDONE = "undone", _("已撤销")

    RUNNING = (State.READING, State.CHECKING, State.LOADING, State.UNDOING)

    class Basis(models.TextChoices):
        CONTRACT = "contract", _("履行售车或维修合同")
        CONSENT = "consent", _("客户本人同意")

    kind = models.TextField(choices=Kind, default=Kind.OWNERS)
    state = models.TextField(choices=State, default=State.UPLOADED)
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, blank=True)
    sheet = models.JSONField(default=dict)  # sheets.SheetInfo
    mapping = models.JSONField(default=dict)  # mapping.Mapping
    basis = models.TextField(choices=Basis, default=Basis.CONTRACT)
    marketing = models.BooleanField(default=False)  # the evidence covers marketing, too
    evidence = models.CharField(max_length=200, blank=True)
    counts = models.JSONField(default=dict)
    progress = models.JSONField(default=dict)  # {"phase": …, "done": n, "total": n}
    stop_asked = models.BooleanField(default=False)
    error = models.JSONField(default=dict)  # {"code": …, "facts": {…}}
    by = TenantForeignKey(Staff, null=True)
    created_at = models.DateTimeField(db_default=Now())
    loaded_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undo_counts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-created_at", "-id"], name="import_newest")]

    def __str__(self) -> str:
        return self.file_name


class SavedMapping(TenantModel):
    """How the columns of a layout were understood, for the next export of the same layout."""

    kind = models.TextField(choices=Import.Kind)
    signature = models.CharField(max_length=64)
    name = models.CharField(max_length=80, blank=True)
    mapping = models.JSONField()
    saved_by = TenantForeignKey(Staff, null=True)
    saved_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "signature"], name="saved_mapping_once")
        ]

    def __str__(self) -> str:
        return self.name or self.signature


class Change(TenantModel):
    """What a load changed in a row that stood before: to take it back, and to see whether it still stands."""

    source = TenantForeignKey(Import, models.CASCADE)
    table = models.CharField(max_length=20)  # customer, vehicle, visit, ownership
    row_id = models.BigIntegerField()
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "source", "table"], name="change_of_import")]

    def __str__(self) -> str:
        return f"{self.table} {self.row_id}"


class Difference(TenantModel):
    """A value in the sheet that differs from one a person entered here: the person's stays, this is the note."""

    source = TenantForeignKey(Import, models.CASCADE)
    table = models.CharField(max_length=20)
    row_id = models.BigIntegerField()
    field = models.CharField(max_length=40)
    ours = models.TextField(blank=True)
    theirs = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "source"], name="difference_of_import")]

    def __str__(self) -> str:
        return f"{self.table} {self.row_id} {self.field}"
