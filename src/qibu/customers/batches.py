"""What can be done to many customers at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from qibu.customers.services import assignments, tags
from qibu.kernel.actors import Actor
from qibu.network.batches import Args, Deed, register
from qibu.network.rules import Capability

TAG, UNTAG, ASSIGN = "customers.tag", "customers.untag", "customers.assign"


def _tag(actor: Actor, ids: Sequence[int], args: Args) -> Mapping[int, Any]:
    return tags.put(actor=actor, customer_ids=ids, names=args["names"])


def _untag(actor: Actor, before: Mapping[int, Any], args: Args) -> set[int]:
    return tags.take_off(actor=actor, given=before, made=args.get("made", ()))


def _tag_words(args: Args) -> str:
    return _("打标签「{names}」").format(names=_("、").join(args["names"]))


def _take(actor: Actor, ids: Sequence[int], args: Args) -> Mapping[int, Any]:
    return tags.take(actor=actor, customer_ids=ids, tag_id=args["tag_id"])


def _hang_again(actor: Actor, before: Mapping[int, Any], args: Args) -> set[int]:
    return tags.hang_again(actor=actor, lost=before)


def _take_words(args: Args) -> str:
    return _("去掉标签「{name}」").format(name=args["name"])


def _assign(actor: Actor, ids: Sequence[int], args: Args) -> Mapping[int, Any]:
    return assignments.assign(actor=actor, customer_ids=ids, role=args["role"], staff_id=args["staff_id"])


def _give_back(actor: Actor, before: Mapping[int, Any], args: Args) -> set[int]:
    return assignments.give_back(actor=actor, before=before, role=args["role"], staff_id=args["staff_id"])


def _assign_words(args: Args) -> str:
    name = args["name"] or _("不指定（公共客户）")
    sentence = _("服务顾问换成{name}") if args["role"] == "advisor" else _("销售顾问换成{name}")
    return sentence.format(name=name)


register(Deed(TAG, _tag_words, _tag, _untag, Capability.CUSTOMERS_EDIT, page="customers"))
register(Deed(UNTAG, _take_words, _take, _hang_again, Capability.CUSTOMERS_EDIT, page="customers"))
register(Deed(ASSIGN, _assign_words, _assign, _give_back, Capability.TASKS_ASSIGN, page="customers"))
