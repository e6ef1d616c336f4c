"""`qibu plant`: puts the demo network into the database, or brings it up to today, and prints who may sign in."""

from __future__ import annotations

import argparse
import sys

from qibu.demo import accounts, seed
from qibu.demo.world import World
from qibu.kernel import times


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--customers", type=int, default=600, help="每店客户数 · customers of each store")
    parser.add_argument("--visits", type=int, default=3500, help="每店工单数 · visits of each store")


def run(args: argparse.Namespace) -> int:
    if seed.exists():
        seed.bring_up_to_date(say)
    else:
        say("正在准备演示数据，约需三分钟 · preparing the demo network, about three minutes …")
        seed.plant(say, customers=args.customers, visits=args.visits)
    for line in accounts.table(World(seed.SEED, times.today()), seed.PASSWORD):
        print(line)
    print(flush=True)
    return 0


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
