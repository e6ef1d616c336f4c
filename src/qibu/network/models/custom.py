from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from qibu.kernel.custom import FieldKind
from qibu.network.models.tenant import InheritedModel


class CustomField(InheritedModel):
    """A field that an organisation adds to the files of one kind of record (B1, A7). Overridden whole, by `code`.

    Values stand in the record's `custom`, under the code. A field that is no longer wanted is switched off: what was
    written in it stays.
    """

    class Kind(models.TextChoices):
        TEXT = FieldKind.TEXT.value, _("文字")
        NUMBER = FieldKind.NUMBER.value, _("数字")
        DAY = FieldKind.DAY.value, _("日期")
        CHOICE = FieldKind.CHOICE.value, _("单选")
        YES_NO = FieldKind.YES_NO.value, _("是或否")

    record = models.CharField(max_length=20)  # see network.custom.RECORDS
    code = models.SlugField(max_length=40)
    place = models.PositiveSmallIntegerField(default=1)  # its place among the fields of the record
    label = models.CharField(max_length=30)
    label_en = models.CharField(max_length=60, blank=True)
    kind = models.TextField(choices=Kind, default=Kind.TEXT)
    options = models.JSONField(default=list, blank=True)  # of a choice: [{"key", "label", "label_en"}, …]
    unit = models.CharField(max_length=10, blank=True)
    hint = models.CharField(max_length=80, blank=True)
    listed = models.BooleanField(default=False)  # a column of the list unless somebody hides it
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["place", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "record", "code"], name="custom_field_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.label
