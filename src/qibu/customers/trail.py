"""What customers are called in the audit trail, which is read by people who look after none of them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.contracts.customers import CustomersMerged, DuplicateJudged, MergeUndone, TagChanged
from qibu.customers.models import Customer
from qibu.customers.models.customer import ERASED
from qibu.kernel.actors import Actor
from qibu.network import trail


def masked(name: str) -> str:
    """王强 → 王*, 王建国 → 王*国, 欧阳建国 → 欧**国."""
    if len(name) < 3:
        return f"{name[:1]}*" if name else "*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def names(actor: Actor, ids: list[int]) -> Mapping[int, str]:
    """People are masked; the names of firms are nobody's secret."""
    found = Customer.objects.filter(pk__in=ids).values_list("pk", "name", "kind")
    return {pk: _called(name, kind) for pk, name, kind in found}


def _called(name: str, kind: str) -> str:
    if name == ERASED:
        return trail.Gone(_(ERASED))
    return name if kind == Customer.Kind.COMPANY else masked(name)


trail.name("customer", names)
trail.say(TagChanged, gettext_lazy("整理了标签「{tag}」（{customers} 位客户），现在叫：{into}"))
trail.say(CustomersMerged, gettext_lazy("把另一份档案合并到 {customer}"))
trail.say(DuplicateJudged, gettext_lazy("看过 {customer} 的一对疑似重复"))
trail.say(MergeUndone, gettext_lazy("撤销了 {customer} 的一次合并"))
