"""`qibu import`: load a spreadsheet, or take a load back, whether `serve` runs or not."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
from django.core.files import File
from django.db import DatabaseError

from qibu.connect import messages
from qibu.connect.mapping import OWNERS, VISITS, Mapping
from qibu.connect.models import Import
from qibu.connect.services import imports, steps
from qibu.connect.services.watching import AlreadyAtWork, Watch, watching
from qibu.connect.sheets import UnreadableSheet
from qibu.connect.storage import Folder
from qibu.kernel import relay
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation
from qibu.network.services import actors

State = Import.State
Result = dict[str, Any]
COUNTS = (
    "rows", "loaded", "rejected", "repeated", "customers_created", "customers_matched", "vehicles_created",
    "vehicles_matched", "visits_created", "visits_matched", "staff_created", "differences",
)  # fmt: skip


class Refused(Exception):
    """The command can't do what was asked: a code, the sentence, and the exit code."""

    def __init__(self, code: str, sentence: str, exit_code: int = 1) -> None:
        super().__init__(sentence)
        self.code, self.sentence, self.exit_code = code, sentence, exit_code


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="what", metavar="内容", required=True)
    for kind, text in ((OWNERS, "车主档案 · owners and cars"), (VISITS, "维修工单 · repair orders")):
        one = kinds.add_parser(kind, help=text, description=text)
        _file_arguments(one)
    back = kinds.add_parser("undo", help="撤销一次导入 · take a load back", description="撤销一次导入")
    back.add_argument("id", type=int, help="导入编号 · number of the import")
    for one in kinds.choices.values():
        one.add_argument("--org", default="", help="门店代码，只有一家时可不填 · code of the store")
        one.add_argument("--json", action="store_true", help="最后一行用 JSON 输出结果 · result as JSON")


def _file_arguments(one: argparse.ArgumentParser) -> None:
    one.add_argument("file", type=Path, help="表格文件：xlsx、xls、csv · spreadsheet")
    one.add_argument("--sheet", default="", help="工作表名称，默认行数最多的 · name of the sheet")
    one.add_argument("--mapping", type=Path, help="列的对应（JSON：列名 → 字段）· headings to fields")
    bases = Import.Basis.values
    one.add_argument("--basis", choices=bases, default=Import.Basis.CONTRACT.value, help="依据 · legal basis")
    one.add_argument("--evidence", default="", help="依据的凭证 · evidence of the basis")
    one.add_argument("--marketing", action="store_true", help="凭证也包括同意营销 · marketing consent is covered")
    one.add_argument("--dry-run", action="store_true", help="只检查，不载入 · check only")


def run(args: argparse.Namespace) -> int:
    try:
        result = _run(args)
    except Refused as refusal:
        print(refusal.sentence, file=sys.stderr)
        if args.json:
            _last_line({"error": {"code": refusal.code, "message": refusal.sentence}})
        return refusal.exit_code
    if args.json:
        _last_line(result)
    else:
        print("\n".join(f"{name}: {value}" for name, value in result.items()))
    return 0


def _last_line(result: Result) -> None:
    print(json.dumps(result, ensure_ascii=False), flush=True)


def _run(args: argparse.Namespace) -> Result:
    actor = actors.system(_organisation(args.org))
    if args.what == "undo":
        return _undo(actor, args.id)
    return _load(actor, args)


def _organisation(code: str) -> Organisation:
    known = list(Organisation.objects.order_by("code")[:50])
    if not code and len(known) == 1:
        return known[0]
    found = next((one for one in known if one.code.lower() == code.lower()), None)
    found = found or Organisation.objects.filter(code__iexact=code).first()
    if found is None:
        codes = "、".join(one.code for one in known[:10]) or "（还没有门店，请先运行 qibu init）"
        wrong = f"没有代码为 {code} 的门店。" if code else "请用 --org 指定门店。"
        raise Refused("unknown_organisation", f"{wrong}现有门店：{codes}。", 2)
    return found


# --- Loading -----------------------------------------------------------------------------------------------


def _load(actor: Actor, args: argparse.Namespace) -> Result:
    one = _begin(actor, args.file)
    with scope(actor):
        Import.objects.filter(pk=one.pk).update(
            kind=args.what, basis=args.basis, marketing=args.marketing, evidence=args.evidence[:200],
            sheet=one.sheet | {"chosen": _sheet(one, args.sheet)},
        )  # fmt: skip
    one = _step(actor, one, State.READING, lambda row, watch: steps.read(row, watch, args.what))
    _understand(actor, one, args.mapping)
    if args.dry_run:
        one = _step(actor, one, State.CHECKING, steps.check)
        result = _result(one) | {"dry_run": True}
        with scope(actor):
            imports.drop(actor=actor, import_id=one.pk)
        return result
    one = _step(actor, one, State.LOADING, steps.load)
    relay.catch_up(actor, patience=20)
    return _result(one)


def _begin(actor: Actor, path: Path) -> Import:
    try:
        with path.open("rb") as stream:
            return imports.begin(actor=actor, file=File(stream, name=path.name), name=path.name)
    except UnreadableSheet as error:
        raise _unreadable(path, error.code, error.facts) from error
    except OSError as error:
        raise Refused("file", f"读不了文件 {path}：{error.strerror}。请检查路径和权限。") from error


def _unreadable(path: Path, code: str, facts: dict[str, Any]) -> Refused:
    return Refused(code, f"{path.name}：{messages.failure({'code': code, 'facts': facts})}")


def _sheet(one: Import, wanted: str) -> str:
    names = one.sheet.get("sheets") or []
    if wanted and wanted not in names:
        has = "、".join(names) or "（没有工作表）"
        raise Refused("unknown_sheet", f"{one.file_name} 里没有工作表「{wanted}」。有：{has}。", 2)
    return wanted


def _step(actor: Actor, one: Import, state: str, step: Callable[[Import, Watch], None]) -> Import:
    """One step of the work in this process, with its progress on the standard error."""
    with scope(actor):
        Import.objects.filter(pk=one.pk).update(state=state, progress=imports.QUEUED | {"step": state})
        one = Import.objects.get(pk=one.pk)
    try:
        with watching(actor, one.pk) as watch:
            told = Told(watch.link, watch.actor, watch.import_id)
            steps.guarded(one, told, step)
    except AlreadyAtWork as error:
        raise Refused("at_work", "这次导入正在别处处理，请稍后再试。") from error
    except (psycopg.Error, DatabaseError) as error:
        raise Refused("database", f"处理 {one.file_name} 时数据库断开了，没有留下半截数据，请再运行一次。") from error
    with scope(actor):
        one = Import.objects.get(pk=one.pk)
    if one.error:
        raise _unreadable(Path(one.file_name), one.error["code"], one.error["facts"])
    return one


class Told(Watch):
    """Says each phase on the standard error, too."""

    said: tuple[str, float] = ("", 0.0)

    def tell(self, phase: str, done: int = 0, total: int = 0) -> None:
        super().tell(phase, done, total)
        now = time.monotonic()
        if phase != self.said[0] or now - self.said[1] > 1:
            self.said = (phase, now)
            name = messages.PHASES.get(phase, phase)
            print(f"{name} {done}/{total}" if total and done else str(name), file=sys.stderr, flush=True)


def _understand(actor: Actor, one: Import, path: Path | None) -> None:
    mapping = Mapping.from_json(one.mapping)
    if path is not None:
        mapping = _mapped(mapping, path)
    if lacks := messages.missing(mapping):
        headings = "、".join(column.heading for column in mapping.columns)
        raise Refused("columns", f"{one.file_name}：{lacks}读到的列：{headings}。可以用 --mapping 指定。")
    with scope(actor):
        imports.understand(actor=actor, import_id=one.pk, mapping=mapping)


def _mapped(mapping: Mapping, path: Path) -> Mapping:
    try:
        chosen = json.loads(path.read_text("utf-8-sig"))
        for heading, target in chosen.items():
            index = next(column.index for column in mapping.columns if column.heading == heading)
            mapping = mapping.with_target(index, target or None)
    except StopIteration:
        raise Refused("mapping", f"{path}：表里没有列「{heading}」。", 2) from None
    except KeyError:
        raise Refused("mapping", f"{path}：没有叫 {target} 的字段。", 2) from None
    except (OSError, ValueError, AttributeError) as error:
        raise Refused("mapping", f"{path} 读不了：应是 JSON，写成 {{\"列名\": \"字段\"}}。", 2) from error
    return mapping


def _result(one: Import) -> Result:
    folder = Folder(one.organisation_id, one.pk)
    counts = one.counts
    codes = counts.get("codes", {})
    return {
        "import": one.pk, "kind": one.kind, "file": one.file_name,
        **{name: counts.get(name, 0) for name in COUNTS},
        "amount_total": _money(counts.get("amount_total", "0")),
        "rejected_by_code": codes.get("reject", {}), "warnings": codes.get("warn", {}),
        "rejects_file": str(folder.rejected) if folder.rejected.exists() and counts.get("rejected") else None,
    }  # fmt: skip


def _money(text: str) -> float:
    return float(round(Decimal(text), 2))


# --- Taking back -------------------------------------------------------------------------------------------


def _undo(actor: Actor, import_id: int) -> Result:
    with scope(actor):
        one = Import.objects.filter(pk=import_id).first()
    if one is None:
        raise Refused("unknown_import", f"本店没有编号为 {import_id} 的导入。", 2)
    if one.state != State.LOADED:
        raise Refused("not_loaded", f"编号 {import_id} 的导入现在是「{one.get_state_display()}」，没有可撤销的内容。")
    one = _step(actor, one, State.UNDOING, steps.take_back)
    relay.catch_up(actor, patience=20)
    return {"import": one.pk, "file": one.file_name, **one.undo_counts}
