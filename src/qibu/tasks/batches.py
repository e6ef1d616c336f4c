"""What can be done to many tasks at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from qibu.kernel.actors import Actor
from qibu.network.batches import Args, Deed, register
from qibu.network.rules import Capability
from qibu.tasks.services import tasks

ASSIGN = "tasks.assign"


def _assign(actor: Actor, ids: Sequence[int], args: Args) -> Mapping[int, Any]:
    return tasks.assign_many(actor=actor, task_ids=ids, staff_id=args["staff_id"])


def _take_back(actor: Actor, before: Mapping[int, Any], args: Args) -> set[int]:
    return tasks.take_back(actor=actor, before=before, staff_id=args["staff_id"])


def _words(args: Args) -> str:
    return _("任务分给{name}").format(name=args["name"] or _("公共池"))


register(Deed(ASSIGN, _words, _assign, _take_back, Capability.TASKS_ASSIGN, page="tasks"))
