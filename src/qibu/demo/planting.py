"""`qibu plant`: puts the demo network into the database, once, and prints who may sign in."""

from __future__ import annotations

import argparse
import sys
import unicodedata

from qibu.demo import seed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--customers", type=int, default=600, help="每店客户数 · customers of each store")
    parser.add_argument("--visits", type=int, default=3500, help="每店工单数 · visits of each store")


def run(args: argparse.Namespace) -> int:
    if not seed.exists():
        say("正在准备演示数据 · preparing the demo network …")
        seed.plant(say, customers=args.customers, visits=args.visits)
    print_accounts()
    return 0


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def print_accounts() -> None:
    print(f"\n演示账号，密码都是 {seed.PASSWORD} · demo accounts, one password for all\n")
    for account in seed.accounts():
        print("  " + "  ".join((_wide(account.username, 16), _wide(account.name, 10), account.title)))
    print(flush=True)


def _wide(text: str, width: int) -> str:
    """Padded to a width on the screen, where a Chinese character takes two places."""
    taken = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    return text + " " * max(0, width - taken)
