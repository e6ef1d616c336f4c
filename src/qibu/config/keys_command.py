"""`qibu keys`: a new key while serving, how far it is, and the recovery file. See docs/operations.md."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from qibu.config import keyfiles, passphrase
from qibu.config.backups.command import Progress
from qibu.config.home import Home, moment
from qibu.config.postgres import Engine
from qibu.config.processes import AlreadyRunning, only_supervisor
from qibu.kernel import keeping, keys
from qibu.kernel.recovery import DATA, Unusable

if TYPE_CHECKING:
    from qibu.kernel.models import Resealing

REMIND = "请写一份新的恢复文件：bin/qibu keys recovery --out 文件名"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="做什么", required=True)
    acts.add_parser("status", help="有哪些密钥，各加密了多少，恢复文件新不新 · which keys there are")
    acts.add_parser("rotate", help="换一把新密钥，不停业 · a new key while serving")
    acts.add_parser("stop", help="停下正在进行的重新加密，可以再接着做 · stop sealing anew")
    acts.add_parser("resume", help="接着重新加密 · go on sealing anew")
    out = acts.add_parser("recovery", help="写恢复文件 · write a recovery file")
    out.add_argument("--out", type=Path, required=True, metavar="FILE", help="写到哪里，例如 U 盘 · where to")
    back = acts.add_parser("recover", help="把恢复文件里的密钥放进没有密钥的目录 · put the keys back")
    back.add_argument("file", type=Path, metavar="FILE")
    for one in (out, back):
        passphrase.add_argument(one)


def run(args: argparse.Namespace) -> int:
    acts: dict[str, Callable[[argparse.Namespace], int]] = {
        "status": status, "rotate": rotate, "stop": stop, "resume": resume, "recovery": write, "recover": put_back,
    }  # fmt: skip
    try:
        return acts[args.act](args)
    except Unusable as error:
        print(error, file=sys.stderr)
        return 1


# The recovery file ---------------------------------------------------------------------------------------
def write(args: argparse.Namespace) -> int:
    home: Home = args.home
    home.prepare()
    if not (home.keys / DATA).exists():
        keys.create(home.keys / DATA)  # nothing was sealed so far
    keyfiles.write_recovery(home, args.out, passphrase.chosen(args.passphrase_file))
    print(f"恢复文件已写到 {args.out}。请把它存放在这台电脑以外，不要和备份放在一起；恢复密码另外保管。")
    return 0


def put_back(args: argparse.Namespace) -> int:
    home: Home = args.home
    secret = keyfiles.read_recovery(args.file, passphrase.given(args.passphrase_file))
    keyfiles.put_back(home, secret)
    print(f"密钥已放回 {home.keys}。")
    return 0


# Rotation ------------------------------------------------------------------------------------------------
def rotate(args: argparse.Namespace) -> int:
    with _database(args.home):
        from qibu.network.services import resealing

        one = resealing.rotate()
        print(f"新密钥是第 {keys.ring().current} 把，现在起新写的资料都用它。还有 {one.total} 处要重新加密。")
        print(REMIND)
        return _do(args.home, one)


def resume(args: argparse.Namespace) -> int:
    with _database(args.home):
        from qibu.network.services import resealing

        if not resealing.count_left() and not resealing.count_by_key().copies:
            print("所有资料都已用最新的密钥加密。")
            return 0
        return _do(args.home, resealing.begin())


def stop(args: argparse.Namespace) -> int:
    with _database(args.home):
        from qibu.network.services import resealing

        try:
            one = resealing.stop()
        except resealing.Nothing:
            print("没有正在进行的重新加密。")
            return 0
    print(f"已停下，做完 {one.done} 处。旧密钥还在，什么都读得到。接着做：bin/qibu keys resume")
    return 0


def status(args: argparse.Namespace) -> int:
    with _database(args.home):
        from qibu.network.services import resealing

        for state in resealing.states():
            since = f"，{moment(state.made)} 启用" if state.made else ""
            print(f"第 {state.number} 把{'（当前）' if state.current else ''}：加密了 {state.values} 处{since}。")
        one = resealing.current()
        if one:
            print(f"正在重新加密：{one.done} / {one.total}{_unreadable(one)}")
        elif resealing.count_left():
            print("还有资料用旧密钥加密。接着做：bin/qibu keys resume")
        elif len(resealing.states()) > 1:
            print("旧密钥不再加密任何资料。满一天、也没有留着的备份要用它时，夜里自动删除。")
    print(recovery_sentence(args.home))
    return 0


def recovery_sentence(home: Home) -> str:
    """What `doctor` says, too."""
    known = keeping.recovery(home.path)
    if known.made_at is None:
        return f"还没有恢复文件：硬盘坏了，备份也打不开。{REMIND}"
    if known.outdated:
        return f"恢复文件（{moment(known.made_at)}）里没有最新的密钥。{REMIND}"
    return f"恢复文件写于 {moment(known.made_at)}，里面的密钥是最新的。"


def _do(home: Home, one: Resealing) -> int:
    """By the worker where there is one, here otherwise."""
    try:
        with only_supervisor(home):
            return _work_here(one)
    except AlreadyRunning:
        print("由正在运行的七步在后台完成，不影响使用。看进度：bin/qibu keys status")
        return 0


def _work_here(one: Resealing) -> int:
    from qibu.network.services import resealing

    show = Progress()
    try:
        whole = resealing.work(one.pk, lambda now: show(f"重新加密 {now.done} / {now.total}"))
    except KeyboardInterrupt:
        resealing.stop()
        print("\n已停下。接着做：bin/qibu keys resume", file=sys.stderr)
        return 130
    one.refresh_from_db()
    print(f"\r完成，重新加密了 {one.done} 处{_unreadable(one)}" if whole else "已停下。接着做：bin/qibu keys resume")
    return 0 if whole else 1


def _unreadable(one: Resealing) -> str:
    return f"，{one.unreadable} 处打不开，原样留着。" if one.unreadable else "。"


@contextmanager
def _database(home: Home) -> Iterator[None]:
    from qibu.config.commands import say
    from qibu.config.loading import set_up_django
    from qibu.config.migrating import bring_up_to_date

    home.prepare()
    set_up_django()
    with Engine(home, report=say).used():
        bring_up_to_date(say)
        yield
