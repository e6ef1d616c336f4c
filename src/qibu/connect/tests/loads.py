"""A store, and ways to bring small sheets into it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection

from qibu.connect.models import Import
from qibu.connect.services import imports, steps
from qibu.connect.services.imports import QUEUED
from qibu.connect.storage import Folder
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation
from qibu.network.services import actors

State = Import.State
OWNER_HEADS = ("客户名称", "手机", "车架号", "车牌号", "车系", "购车日期", "联系地址", "服务顾问", "保险到期日",
               "行驶里程")  # fmt: skip
VISIT_HEADS = ("工单号", "维修类型", "车牌号", "VIN码", "送修人", "手机", "进厂时间", "出厂时间", "行驶里程",
               "维修项目", "工时费", "材料费", "合计金额", "服务顾问")  # fmt: skip
VIN = "LVVDB11B8MD001323"
VIN2 = "LVVDC21B8LD001212"
LI = ("李敏", "13955300001", VIN, "皖B12345", "瑞虎8", "2022-03-12", "中山路 1 号", "周婷", "2026-03-11", "21000")
WANG = ("王建国", "13955300002", VIN2, "皖B54321", "艾瑞泽5", "2020-05-01", "", "", "", "")
ORDER = ("RO1", "保养", "皖B12345", VIN, "李明", "13955300009", "2024-06-01", "2024-06-01", "15000", "小保养",
         "100.00", "250.50", "350.50", "周婷")  # fmt: skip


def store(code: str = "WH01") -> Actor:
    return actors.system(Organisation.objects.create(code=code, name=code, phone="0553-5761888"))


def sheet(heads: Sequence[str], *rows: Sequence[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([heads, *rows])
    return text.getvalue().encode()


def owners(*rows: Sequence[Any]) -> bytes:
    return sheet(OWNER_HEADS, *rows)


def visits(*rows: Sequence[Any]) -> bytes:
    return sheet(VISIT_HEADS, *rows)


def begin(actor: Actor, content: bytes, name: str = "表.csv") -> Import:
    return imports.begin(actor=actor, file=ContentFile(content), name=name)


def step(actor: Actor, one: Import, state: str) -> Import:
    """Put the import into a state and let the work of it be done here and now."""
    with scope(actor):
        Import.objects.filter(pk=one.pk).update(state=state, progress=QUEUED | {"step": state}, error={})
    steps.work(actor=actor, import_id=one.pk)
    drop_temporary()
    return again(actor, one)


def drop_temporary() -> None:
    """The tables that go at the end of a transaction, which a test keeps open."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r'")
        for (name,) in cursor.fetchall():
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f'DROP TABLE pg_temp."{name}"')


def again(actor: Actor, one: Import) -> Import:
    with scope(actor):
        return Import.objects.get(pk=one.pk)


def checked(actor: Actor, content: bytes) -> Import:
    return step(actor, step(actor, begin(actor, content), State.READING), State.CHECKING)


def load(actor: Actor, content: bytes, **asked: Any) -> Import:
    """All the way in one go."""
    one = step(actor, begin(actor, content), State.READING)
    with scope(actor):
        Import.objects.filter(pk=one.pk).update(**asked)
    one = step(actor, one, State.LOADING)
    assert one.state == State.LOADED, one.error
    return one


def load_file(actor: Actor, path: Path) -> Import:
    return load(actor, path.read_bytes())


def undo(actor: Actor, one: Import) -> Import:
    return step(actor, one, State.UNDOING)


NOT_COMPARED = ("connect_import", "connect_change", "connect_difference", "kernel_entry", "kernel_readerposition")
SERIAL = "'id', 'version', 'updated_at', 'created_at'"


def snapshot(actor: Actor, *, journal: bool = False) -> dict[str, list[str]]:
    """Every row of every table of the store, apart from numbers and moments that the database gives."""
    found: dict[str, list[str]] = {}
    with scope(actor), connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            if "organisation_id" not in {f.attname for f in model._meta.local_fields}:
                continue
            if table in NOT_COMPARED and not (journal and table == "kernel_entry"):
                continue
            sealed = ", 'value', 'identity'" if table.startswith("customers_c") else ""
            cursor.execute(
                f"SELECT (to_jsonb(t) - ARRAY[{SERIAL}{sealed}])::text FROM {table} t ORDER BY 1"  # noqa: S608
            )
            found[table] = [row for (row,) in cursor.fetchall()]
    return found


def rows_of(actor: Actor, one: Import) -> list[dict[str, Any]]:
    """The lines of what is wrong."""
    text = Folder(actor.organisation_id, one.pk).problems.read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]
