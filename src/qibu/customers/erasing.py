"""What of this area tells who somebody was."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, quote_plus

from django.db.models import Q
from django.utils.translation import gettext_lazy

from qibu.customers import erase_parts
from qibu.customers.erase_parts import Whom
from qibu.customers.models import (
    Consent,
    ContactPoint,
    Customer,
    Duplicate,
    Hold,
    Merge,
    MergeChange,
    Relation,
    SearchToken,
    Tagging,
)
from qibu.customers.models.customer import ERASED
from qibu.kernel.actors import Actor
from qibu.network.models import BatchAct, BatchRow, Export, SavedView
from qibu.network.services import exports

ALLOWED = gettext_lazy("授权记录里的文字")
BOOK = gettext_lazy("合并前的原值")
# Everything of the file that a person may write or a sheet may bring; what is left is numbers, keys and times.
BLANK: dict[str, Any] = {
    "name": ERASED, "sort_key": "", "gender": "", "birthday": None, "birthday_lunar": False, "identity": None,
    "identity_hash": None, "province": "", "city": "", "district": "", "address": "", "occupation": "", "industry": "",
    "education": "", "income_band": "", "source": "", "vip": False, "base_customer": False, "influencer": False,
    "preferred_channel": "", "preferred_time": "", "family": "", "hobbies": "", "taboos": "", "driving": "",
    "remark": "", "custom": {}, "sheet": {}, "seller": None, "advisor": None,
}  # fmt: skip

erase_parts.blank(Customer, "pk", BLANK)
erase_parts.remove(ContactPoint, "customer", gettext_lazy("联系方式"))
erase_parts.remove(SearchToken, "customer")
erase_parts.remove(Tagging, "customer", gettext_lazy("标签"))
erase_parts.remove(Relation, "customer", gettext_lazy("关系"))
erase_parts.remove(Relation, "other", gettext_lazy("关系"))
erase_parts.remove(Duplicate, "first")
erase_parts.remove(Duplicate, "second")
# That somebody agreed or refused stays as proof (PIPL art. 69: who handles data proves that they did right).
erase_parts.blank(Consent, "customer", {"evidence": ""}, ALLOWED)
erase_parts.blank(Hold, "customer", {"reason": "", "source": ""}, ALLOWED)
# A merge can't be taken back any more: of what it moved only that it was is left.
erase_parts.remove(MergeChange, "merge__survivor", BOOK)
erase_parts.remove(MergeChange, "merge__merged", BOOK)
erase_parts.blank(Merge, "survivor", {"kept": []})
erase_parts.blank(Merge, "merged", {"kept": []})


def _forget_lists(actor: Actor, whom: Whom) -> None:
    exports.forget_rows("customers", whom.ids)
    BatchRow.objects.filter(act__kind__startswith="customers.", row__in=whom.ids).delete()
    _forget_searches(whom)


def _forget_searches(whom: Whom) -> None:
    """Somebody looked for them by name, and an address of a list remembers it."""
    typed = {form for mark in whom.marks for form in (mark, quote(mark), quote_plus(mark))}
    for model, column in ((Export, "query"), (Export, "purpose"), (BatchAct, "back")):
        found = Q()
        for form in typed:
            found |= Q(**{f"{column}__icontains": form})
        if typed:
            model._default_manager.filter(found).update(**{column: ""})
    for view in _views(whom):
        view.values = {key: value for key, value in view.values.items() if not _names(value, whom)}
        view.name = ERASED if _names(view.name, whom) else view.name
        view.save(update_fields=["values", "name"])


def _views(whom: Whom) -> list[SavedView]:
    return [view for view in SavedView.objects.all() if _names(view.values, whom) or _names(view.name, whom)]


def _names(value: Any, whom: Whom) -> bool:
    return any(mark in str(value) for mark in whom.marks)


erase_parts.special("customers.lists", _forget_lists)
