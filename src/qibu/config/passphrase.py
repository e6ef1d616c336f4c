"""Asking for the passphrase of a recovery file: from a file, or at the keyboard."""

from __future__ import annotations

import argparse
import stat
import sys
from getpass import getpass
from pathlib import Path

from qibu.kernel import recovery
from qibu.kernel.recovery import Unusable

OPTION = "--passphrase-file"


def add_argument(parser: argparse.ArgumentParser) -> None:
    text = "第一行是恢复密码；不给就现场输入 · its first line is the passphrase"
    parser.add_argument(OPTION, type=Path, dest="passphrase_file", metavar="FILE", help=text)


def given(file: Path | None) -> str:
    """The passphrase of a file that is there."""
    return _first_line(file) if file else getpass("恢复密码 · passphrase: ") if _asked() else ""


def chosen(file: Path | None) -> str:
    """A passphrase for a new file: typed twice, or invented and shown once."""
    if file:
        return _first_line(file)
    _asked()
    print("请输入恢复密码，至少 12 个字；直接回车由系统编一个。", file=sys.stderr)
    typed = getpass("恢复密码 · passphrase: ")
    if not typed:
        made = recovery.invented()
        print(f"恢复密码：{made}\n请抄下来。它只显示这一次，没有它恢复文件打不开。", file=sys.stderr)
        return made
    if getpass("再输一遍 · again: ") != typed:
        raise Unusable("两次输入的恢复密码不一样，请重新执行。")
    return typed


def _asked() -> bool:
    if not sys.stdin.isatty():
        raise Unusable(f"请用 {OPTION} 给出写有恢复密码的文件。")
    return True


def _first_line(file: Path) -> str:
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    if file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        text = f"注意：{file} 这台电脑上的其他用户也能读，用完请删除，或执行 chmod 600。"
        print(text, file=sys.stderr)
    return lines[0].strip() if lines else ""
