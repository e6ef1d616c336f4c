"""What falls due for a customer who is erased: nothing any more."""

from __future__ import annotations

from qibu.care.models import Callee, Due, Release
from qibu.customers import erase_parts
from qibu.customers.erase_parts import Whom
from qibu.kernel.actors import Actor
from qibu.network.services import exports


def _forget_lists(actor: Actor, whom: Whom) -> None:
    exports.forget_rows("dues", Due.objects.filter(customer_id__in=whom.ids).values_list("pk", flat=True))


erase_parts.special("care.lists", _forget_lists)
erase_parts.blank(Due, "callee", {"callee": None})
erase_parts.remove(Due, "customer")
erase_parts.remove(Callee, "customer")
erase_parts.remove(Release, "customer")
