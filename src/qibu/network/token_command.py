"""`qibu token`: tokens by which other systems send leads; the secret is printed once."""

from __future__ import annotations

import argparse
import json
import sys

from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network import selectors
from qibu.network.models import ApiToken, Organisation
from qibu.network.services import actors, tokens
from qibu.network.tokens import Scope
from qibu.ui.formats import moment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="动作", required=True)
    create = acts.add_parser("create", help="新建令牌，只显示一次 · make one, shown once")
    create.add_argument("--name", default="", help="给谁用 · who uses it")
    known = [one.value for one in Scope]
    create.add_argument("--scope", action="append", required=True, choices=known, help="权限，可以写几次 · what for")
    listed = acts.add_parser("list", help="列出令牌 · list them")
    revoke = acts.add_parser("revoke", help="撤销令牌 · revoke one")
    revoke.add_argument("number", type=int, help="编号，见 list · its number")
    for one in (create, listed, revoke):
        one.add_argument("--org", required=True, help="门店代码 · code of the store")
        one.add_argument("--json", action="store_true", help="结果用 JSON 输出 · answer in JSON")


def run(args: argparse.Namespace) -> int:
    organisation = Organisation.objects.filter(code__iexact=args.org).first()
    if organisation is None:
        print(f"没有代码是 {args.org} 的门店，请核对 --org。", file=sys.stderr)
        return 2
    with scope(actors.system(organisation)) as actor:
        return {"create": _create, "list": _list, "revoke": _revoke}[args.act](actor, args)


def _create(actor: Actor, args: argparse.Namespace) -> int:
    """On the output stands the token alone, so that it can be caught by a script."""
    name = args.name or "命令行"
    try:
        made = tokens.create(actor=actor, name=name, scopes=[Scope(one) for one in args.scope])
    except tokens.TooMany:
        print(f"已有 {tokens.MOST_LIVING} 个令牌在用。请先撤销不用的：bin/qibu token revoke", file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps({**_told(made.token), "token": made.secret}, ensure_ascii=False))
    else:
        print(f"编号 {made.token.pk}，请现在保存，以后不再显示：", file=sys.stderr)
        print(made.secret)
    return 0


def _list(actor: Actor, args: argparse.Namespace) -> int:
    rows = list(selectors.api_tokens())
    if args.json:
        print(json.dumps([_told(row) for row in rows], ensure_ascii=False))
        return 0
    for row in rows:
        state = "已撤销" if row.revoked_at else f"最近使用 {moment(row.used_at)}" if row.used_at else "还没有用过"
        print(f"{row.pk}\t{row.begins}…\t{row.name}\t{' '.join(row.scopes)}\t{state}")
    return 0


def _revoke(actor: Actor, args: argparse.Namespace) -> int:
    if not ApiToken.objects.filter(pk=args.number).exists():
        print(f"没有编号是 {args.number} 的令牌，请用 bin/qibu token list 核对。", file=sys.stderr)
        return 1
    row = tokens.revoke(actor=actor, token_id=args.number)
    print(json.dumps(_told(row), ensure_ascii=False) if args.json else f"已撤销「{row.name}」。")
    return 0


def _told(row: ApiToken) -> dict[str, object]:
    used = row.used_at.isoformat() if row.used_at else None
    return {
        "id": row.pk, "name": row.name, "begins": row.begins, "scopes": row.scopes, "used_at": used,
        "revoked": row.revoked_at is not None,
    }  # fmt: skip
