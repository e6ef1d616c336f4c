"""Bring the database up to date: tables by the owner role, then the shipped content.

An app that ships rows has `services/content.py` with `load(using)`, which may run any number of times.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from importlib import import_module

from django.utils.module_loading import module_has_submodule

from qibu.config.home import Home
from qibu.config.loading import set_up_django
from qibu.config.postgres import Engine

ONE_AT_A_TIME = 7_08_2026
OFTEN = 2.0  # seconds between two words on how far it is


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`migrate` has no options of its own."""


def run(args: argparse.Namespace) -> int:
    """The command `migrate`."""
    from qibu.config.commands import say

    home: Home = args.home
    home.prepare()
    with Engine(home, report=say).used():
        done = bring_up_to_date(say, content=True)
    print("数据库已是最新。" if not done else f"完成 {done} 步升级。")
    return 0


def pending() -> list[str]:
    """Migrations that are still to run, by name. Django must be set up."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["owner"])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def bring_up_to_date(report: Callable[[str], None], *, content: bool = False) -> int:
    """Run open migrations and return how many there were; of several at once, one works.

    Content is loaded after migrations, and without them when asked: at each start and by `migrate`.
    """
    set_up_django()
    from django.db import connections

    from qibu.config import stepping

    if "owner" not in connections.databases:
        return 0  # a child of `serve`, which has done it: the web server and the worker know the plain role alone
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
    try:
        todo = pending()
        if todo:
            report(f"正在升级数据库（{len(todo)} 步）…")
            stepping.migrate("owner", _now_and_then(report, len(todo)))
        if todo or content:
            load_content()
    finally:
        connections["owner"].close()
    return len(todo)


def _now_and_then(report: Callable[[str], None], steps: int) -> Callable[[int], None]:
    """Says each two seconds how far it is."""
    told = time.monotonic()

    def say(done: int) -> None:
        nonlocal told
        if time.monotonic() - told >= OFTEN:
            told = time.monotonic()
            report(f"正在升级数据库（{done} / {steps} 步）…")

    return say


def load_content() -> None:
    """Shipped rows of every app, in the order of the layers."""
    from django.apps import apps

    for app in apps.get_app_configs():
        if module_has_submodule(app.module, "services"):
            services = import_module(f"{app.name}.services")
            if module_has_submodule(services, "content"):
                import_module(f"{services.__name__}.content").load("owner")


def main() -> None:
    """For `serve` and the tests' template, which have the engine running: how far it is, apart from what goes wrong."""
    bring_up_to_date(lambda text: print(text, flush=True), content=True)


if __name__ == "__main__":
    main()
