"""`retry`: entries of the journal that a reader could not handle are tried again, now."""

from __future__ import annotations

import argparse

from qibu.kernel import relay
from qibu.kernel.models import Parked
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation
from qibu.network.services import actors


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It has no options."""


def run(args: argparse.Namespace) -> int:
    done = left = 0
    for organisation_id in Organisation.objects.values_list("pk", flat=True):
        actor = actors.system(organisation_id)
        done += relay.retry_parked(actor, at_once=True)
        with scope(actor):
            left += Parked.objects.count()
    print(f"处理了 {done} 条，还有 {left} 条没能处理。" if done or left else "没有等着再试的记录。")
    return 1 if left else 0
