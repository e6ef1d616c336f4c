"""Merging two customers waits for no load: one that runs has matched people already."""

from __future__ import annotations

from django.db import connection
from django.utils.translation import gettext as _

from qibu.connect.services.loading.sql import LOCK
from qibu.customers import merge_parts
from qibu.kernel.actors import Actor


def _no_load(actor: Actor, customer_ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s::int)", [LOCK, actor.organisation_id])
        if not cursor.fetchone()[0]:
            raise merge_parts.Busy(_("店里正在导入表格，客户还在变。请等导入完成后再试。"))


merge_parts.lock("connect.loads", _no_load)
