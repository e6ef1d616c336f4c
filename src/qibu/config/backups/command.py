"""`qibu backup`: a backup while serving; `qibu backup verify FILE`: whether one is whole. See docs/operations.md."""

from __future__ import annotations

import argparse
import os
import sys
import time
from datetime import datetime
from pathlib import Path

from qibu.config import passphrase
from qibu.config.home import Home, moment
from qibu.config.postgres import EngineError, own_program
from qibu.kernel.recovery import Unusable

EVERY = 1.0  # seconds between lines of progress


def add_arguments(parser: argparse.ArgumentParser) -> None:
    text = "放到哪个目录；不给就用 QIBU_BACKUP_TO · into which folder"
    parser.add_argument("--to", type=Path, metavar="FOLDER", help=text)
    text = "这个目录里只留最新的几份；0 是都留着 · how many of this home to keep there"
    parser.add_argument("--keep", type=int, default=None, metavar="N", help=text)
    acts = parser.add_subparsers(dest="act", metavar="verify")
    verify = acts.add_parser("verify", help="核对一份备份是不是完整 · whether a backup is whole")
    verify.add_argument("file", type=Path, metavar="FILE")
    verify.add_argument("--recovery", type=Path, metavar="FILE", help="别的系统的备份：它的恢复文件 · of another home")
    passphrase.add_argument(verify)


def run(args: argparse.Namespace) -> int:
    from qibu.config.backups.envelope import Damaged

    try:
        return verify(args) if args.act == "verify" else make(args)
    except (Damaged, Unusable) as error:
        print(f"\r{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n已停下，没有留下不完整的备份。", file=sys.stderr)
        return 130


def make(args: argparse.Namespace) -> int:
    from qibu.config.backups import making
    from qibu.config.keys_command import recovery_sentence
    from qibu.config.loading import set_up_django
    from qibu.kernel import keeping

    home: Home = args.home
    _refuse_nothing(home)
    home.prepare()
    set_up_django()
    place = folder(args.to)
    if args.to:  # by hand: who mistypes it reads so at once, and no night has failed
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = making.make(home, place, keep=_number(args.keep), report=Progress())
    print(f"\r备份完成：{made.path}（{made.bytes / 2**20:.1f} MB，用时 {made.seconds:.0f} 秒）")
    print(f"{made.tables} 张表 {made.rows} 行，{made.files} 个文件，已核对。")
    if made.missing:
        print(f"有 {len(made.missing)} 个文件已不在磁盘上，没有放进备份，例如 {made.missing[0]}。")
    if made.removed:
        print(f"删除了 {len(made.removed)} 份更早的备份。")
    known = keeping.recovery(home.path)
    if known.missing or known.outdated:
        print(recovery_sentence(home))
    return 0


def verify(args: argparse.Namespace) -> int:
    from qibu.config.backups import verifying
    from qibu.config.keyfiles import backup_key

    home: Home = args.home
    if not args.file.exists():
        raise Unusable(f"没有文件 {args.file}。")
    if args.recovery:
        key = recovered_key(args)
    else:
        _refuse_nothing(home)
        key = backup_key(home)
    found = verifying.verify(args.file, key, program=own_program("pg_restore"))
    print(f"备份完整：{moment(datetime.fromisoformat(found.about['snapshot_at']))} 的数据，")
    print(f"{len(found.manifest['tables'])} 张表 {found.rows} 行，{len(found.files)} 个文件。")
    return 0


def recovered_key(args: argparse.Namespace) -> bytes:
    """The backup key out of a recovery file."""
    from qibu.config import keyfiles

    secret = keyfiles.read_recovery(args.recovery, passphrase.given(args.passphrase_file))
    return secret.files[keyfiles.BACKUP].strip().encode("ascii")


def folder(asked: Path | None) -> Path:
    """Where backups go."""
    chosen = asked or Path(os.environ.get("QIBU_BACKUP_TO") or "")
    if chosen == Path():
        raise EngineError("请用 --to 说明备份放到哪个目录，例如另一块硬盘；或设置 QIBU_BACKUP_TO。")
    return chosen.expanduser().resolve()


def _number(asked: int | None) -> int:
    if asked is not None:
        return asked
    said = os.environ.get("QIBU_BACKUP_KEEP") or "0"
    if not said.isdecimal():
        raise EngineError(f"QIBU_BACKUP_KEEP 应是数字，不是 {said}。")
    return int(said)


def _refuse_nothing(home: Home) -> None:
    if not home.keys.exists():
        raise EngineError(f"{home.path} 里还没有数据，没有什么可以备份的。")


class Progress:
    """One line that is written over at a terminal; in a log it would only be in the way."""

    def __init__(self) -> None:
        self.shown, self.live = 0.0, sys.stderr.isatty()

    def __call__(self, text: str) -> None:
        if self.live and time.monotonic() - self.shown > EVERY / 5:
            self.shown = time.monotonic()
            print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
