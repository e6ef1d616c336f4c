"""`qibu plant`: puts the demo network into the database, or brings it up to today, and prints who may sign in."""

from __future__ import annotations

import argparse
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from qibu.demo import accounts, seed
from qibu.demo.world import World
from qibu.kernel import times

AT_ONCE = 2  # stores: one works while the database works for the other


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--customers", type=int, default=600, help="每店客户数 · customers of each store")
    parser.add_argument("--visits", type=int, default=3500, help="每店工单数 · visits of each store")
    parser.add_argument("--store", help=argparse.SUPPRESS)  # this one alone, of a network that is there
    parser.add_argument("--at", type=datetime.fromisoformat, help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    now = args.at or times.now()
    world = World(seed.SEED, times.day_of(now), customers=args.customers, visits=args.visits)
    if args.store:
        seed.settle(say, world, next(one for one in world.stores if one.code == args.store), now)
        return 0
    if seed.exists():
        seed.bring_up_to_date(say)
    elif failed := _plant(world, now):
        return failed
    for line in accounts.table(World(seed.SEED, times.today()), seed.PASSWORD):
        print(line)
    print(flush=True)
    return 0


def _plant(world: World, now: datetime) -> int:
    """The stores side by side, each in a process of its own: the clock that is told is the whole process's."""
    say("正在准备演示数据，约需三分钟 · preparing the demo network, about three minutes …")
    seed.found(world, now)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        ends = list(pool.map(lambda store: subprocess.run(_of_store(world, store.code, now)).returncode, world.stores))
    if any(ends):
        return 1
    seed.close(world, now)
    return 0


def _of_store(world: World, code: str, now: datetime) -> list[str]:
    how = (f"--customers={world.customer_count}", f"--visits={world.visit_count}", f"--at={now.isoformat()}")
    return [sys.executable, "-m", "qibu", "plant", "--store", code, *how]


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
