"""`qibu init`: a store and its manager. It may run again for another store."""

from __future__ import annotations

import argparse
import json
import stat
import sys
from getpass import getpass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError

from qibu.kernel import keeping
from qibu.kernel.actors import Actor
from qibu.network.models import Organisation
from qibu.network.services import accounts, organisations
from qibu.network.services.organisations import Founder, Profile

LABELS = {"code": "--code", "name": "--name", "username": "--admin", "password": "--password-file"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--code", required=True, help="门店代码，例如 TL01 · code of the store")
    parser.add_argument("--name", required=True, help="门店名称 · name of the store")
    parser.add_argument("--short-name", default="", help="简称 · short name")
    parser.add_argument("--city", default="", help="城市 · city")
    parser.add_argument("--admin", required=True, help="店长的登录名 · the manager's sign-in name")
    parser.add_argument("--admin-name", default="", help="店长姓名 · the manager's name")
    parser.add_argument("--password-file", type=Path, help="第一行是密码；不给就现场输入 · its first line is used")
    parser.add_argument("--kind", default="dealer", choices=Organisation.Kind.values, help="机构类别 · kind")
    parser.add_argument("--parent", default="", help="上级机构的代码 · code of the organisation above")
    parser.add_argument("--json", action="store_true", help="结果用 JSON 输出 · answer in JSON")


def run(args: argparse.Namespace) -> int:
    try:
        actor = _found(args)
    except OSError as error:
        print(f"密码文件读不了：{error.strerror}（{error.filename}）。", file=sys.stderr)
        return 1
    except ValidationError as error:
        for field, messages in getattr(error, "message_dict", {"": error.messages}).items():
            print(f"{LABELS.get(field, '')} {''.join(messages)}".strip(), file=sys.stderr)
        return 1
    if args.json:
        answer = {"organisation": actor.organisation_id, "code": args.code, "admin": args.admin}
        print(json.dumps(answer, ensure_ascii=False))
    else:
        print(f"已建立门店「{args.name}」（{args.code}），店长用 {args.admin} 登录。")
        if keeping.recovery(Path(settings.QIBU_HOME)).missing:
            print("请写一份恢复文件，没有它备份在新电脑上打不开：bin/qibu keys recovery --out 文件名")
    return 0


def _found(args: argparse.Namespace) -> Actor:
    credentials = accounts.prepare(username=args.admin, password=_password(args.password_file))
    return organisations.found(
        code=args.code,
        profile=Profile(name=args.name, short_name=args.short_name, city=args.city),
        founder=Founder(args.admin_name or args.admin, credentials),
        kind=args.kind,
        parent=_parent(args.parent),
    )


def _password(file: Path | None) -> str:
    if file is None:
        if not sys.stdin.isatty():
            raise ValidationError({"password": "请用 --password-file 给出密码文件。"})
        return getpass("店长的密码 · password: ")
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    if file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        text = f"注意：{file} 这台电脑上的其他用户也能读，用完请删除，或执行 chmod 600。"
        print(text, file=sys.stderr)
    return lines[0] if lines else ""


def _parent(code: str) -> Organisation | None:
    if not code:
        return None
    try:
        return Organisation.objects.get(code__iexact=code)
    except Organisation.DoesNotExist:
        raise ValidationError({"": f"没有代码为 {code} 的上级机构。"}) from None
