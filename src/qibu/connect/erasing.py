"""Sheets that brought a customer who is erased: the files go as a whole, nobody can take one row out of a sheet that is
kept as evidence. What the load did stays on record by numbers. All other sheets are searched afterwards, in the
background (`services.searching`)."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from qibu.aftersales.models import Visit
from qibu.connect.models import Change, Difference, Import, SavedMapping
from qibu.connect.services import searching
from qibu.connect.storage import Folder
from qibu.customers import erase_parts
from qibu.customers.erase_parts import Whom
from qibu.customers.models import Customer
from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry


def _sheets(whom: Whom) -> QuerySet[Import]:
    """By what the journal and the rows say of where they came from."""
    told = Entry.objects.filter(customer_id__in=whom.ids, batch_id__isnull=False).values("batch_id")
    born = Customer.objects.filter(pk__in=whom.ids, import_id__isnull=False).values("import_id")
    visits = Visit.objects.filter(customer_id__in=whom.ids, import_id__isnull=False).values("import_id")
    changed = Change.objects.filter(table__startswith="customer", row_id__in=whom.ids).values("source")
    found = Q(pk__in=told) | Q(pk__in=born) | Q(pk__in=visits) | Q(pk__in=changed)
    rows: QuerySet[Import] = Import.objects.filter(found)
    return rows


def _forget(actor: Actor, whom: Whom) -> None:
    brought = list(_sheets(whom))
    for one in brought:
        searching.forget(one)
    searching.begin(actor, whom, [one.pk for one in brought])
    for saved in SavedMapping.objects.all():  # a store has a handful; a sample may be of whichever sheet
        searching.forget_samples(saved)
    visits = list(Visit.objects.filter(customer_id__in=whom.ids).values_list("pk", flat=True))
    mine = Q(table__in=("customer", "customer sheet"), row_id__in=whom.ids)
    mine |= Q(table__in=("visit", "visit sheet"), row_id__in=visits)
    for model in (Change, Difference):
        model._default_manager.filter(mine).delete()


def _files(whom: Whom) -> int:
    return sum(any(Folder(one.organisation_id, one.pk).path.glob("*")) for one in _sheets(whom))


def _others(whom: Whom) -> int:
    return len(searching.to_search(list(_sheets(whom).values_list("pk", flat=True))))


erase_parts.special("connect.sheets", _forget)
erase_parts.goes(gettext_lazy("导入时上传的表格，整份"), _files)
erase_parts.goes(gettext_lazy("其他上传过的表格：逐份查找，查到就整份删除"), _others)
