"""What can be done to many leads at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from qibu.kernel.actors import Actor
from qibu.leads.services import allocating
from qibu.network.batches import Args, Deed, register
from qibu.network.rules import Capability

GIVE = "leads.give"


def _give(actor: Actor, ids: Sequence[int], args: Args) -> Mapping[int, Any]:
    return allocating.give_many(actor=actor, lead_ids=ids, staff_id=args["staff_id"])


def _take_back(actor: Actor, before: Mapping[int, Any], args: Args) -> set[int]:
    return allocating.take_back(actor=actor, before=before, staff_id=args["staff_id"])


def _words(args: Args) -> str:
    return _("线索交给{name}").format(name=args["name"] or _("公海"))


register(Deed(GIVE, _words, _give, _take_back, Capability.SALES_ASSIGN, page="leads"))
