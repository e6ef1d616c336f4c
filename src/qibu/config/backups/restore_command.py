"""`qibu restore FILE --home NEW --recovery FILE`: a new home from a backup. See docs/operations.md."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path

from qibu.config import keyfiles, passphrase
from qibu.config.backups import restoring
from qibu.config.backups.command import Progress
from qibu.config.backups.envelope import Damaged
from qibu.config.backups.restoring import Restored
from qibu.config.home import Home, moment
from qibu.config.loading import set_up_django
from qibu.kernel.erasures import LEDGER
from qibu.kernel.recovery import DATA, Secrets, Unusable

HELD = {
    "letters": "{n} 封等着发的邮件先不发",
    "jobs": "{n} 件排着的后台工作已取消",
    "batches": "{n} 个做到一半的批量操作已停下",
    "exports": "{n} 个做到一半的导出已停下",
    "imports": "{n} 个做到一半的导入要重新开始",
    "lost": "{n} 个导出的文件不在备份里",
    "links": "{n} 个发给客户的链接已停用（备份以后停用过的不会再打开），要用的请在报价、资料和试驾页上重新发",
    "erased": "{n} 位客户在备份以后应要求删除过，个人信息已再次删除",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="备份文件 · the backup")
    parser.add_argument("--recovery", type=Path, metavar="FILE", help="恢复文件 · the recovery file")
    text = "不用恢复文件：原来那套系统的 keys 目录 · instead: the keys folder of the old home"
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help=text)
    text = "备份以后的删除记录（erasures/ledger）；和备份放在一起的会自己找到 · the ledger of erasures"
    parser.add_argument("--erasures", type=Path, metavar="FILE", help=text)
    passphrase.add_argument(parser)


def run(args: argparse.Namespace) -> int:
    home: Home = args.home
    try:
        if not args.file.exists():
            raise Unusable(f"没有文件 {args.file}。")
        restoring.refuse_used(home)
        set_up_django()
        done = restoring.restore(args.file, home, _secret(args), report=Progress(), ledgers=_ledgers(args))
    except (Damaged, Unusable) as error:
        print(f"\r{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n已停下，没有留下半成品。", file=sys.stderr)
        return 130
    _tell(home, done)
    return 0


def _secret(args: argparse.Namespace) -> Secrets:
    """The keys of the home that was backed up."""
    if args.recovery:
        return keyfiles.read_recovery(args.recovery, passphrase.given(args.passphrase_file))
    if args.keys is None:
        raise Unusable("请用 --recovery 给出恢复文件；原来的电脑还在的话，也可以用 --keys 指向原来的 keys 目录。")
    found = Home(args.keys.expanduser().resolve().parent)
    if found.keys.name != args.keys.name or not (found.keys / DATA).exists():
        raise Unusable(f"{args.keys} 不是七步的 keys 目录。")
    return keyfiles.secrets_of(found)


def _ledgers(args: argparse.Namespace) -> list[Path]:
    """The one that was named, and that of the old home where its keys are given."""
    old = args.keys.expanduser().resolve().parent / LEDGER if args.keys else None
    return [path for path in (args.erasures, old) if path is not None and (path is args.erasures or path.is_file())]


def _tell(home: Home, done: Restored) -> None:
    until = moment(datetime.fromisoformat(done.about["snapshot_at"]))
    print(f"\r恢复完成：{home.path}，数据到 {until} 为止。")
    print(f"{done.tables} 张表 {done.rows} 行、{done.files} 个文件，和备份逐行一致。")
    for name, sentence in HELD.items():
        if done.held.get(name):
            print(f"· {sentence.format(n=done.held[name])}。")
    print(_of_ledgers(done))
    print("所有人要重新登录。发信已暂停：店长在「设置 › 邮件」里看过等着的信，才会再发。")
    print("备份以后离职的人、改过的密码和权限，要再做一次。")
    print(f"启动：bin/qibu --home {home.path} serve")


def _of_ledgers(done: Restored) -> str:
    """From where it is known who was erased since, and what may be missing."""
    told, cut = done.ledgers, done.ledgers.cut
    said = [f"删除记录 {path} 末尾少了 {lacking} 条，已从备份里补上。" for path, lacking in cut.items()]
    if told.copies:
        return "".join([*said, f"删除记录用的是 {'、'.join(map(str, told.copies))}。"])
    until = f"用的是 {told.newest} 里的，只到那份备份为止：那" if told.newest else "备份"
    return (
        f"没有找到单独存放的删除记录，{until}以后应客户要求删除的个人信息，可能又回来了。"
        "请找到最新的 qibu-erasures-….ledger，用 --erasures 再恢复一次，或逐位再删除。"
    )
