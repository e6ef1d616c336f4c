"""A backup and a restore of this home beside what `pg_dump` and `pg_restore` alone need for it, and a change of keys.

Run in a home: `python -m benchmarks.keeping FOLDER`. The commands are the product's own, start of Python included.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django


def main() -> None:
    django.setup()
    from qibu.config.backups import dumping
    from qibu.config.home import Home
    from qibu.config.postgres import Engine, connect_super, own_program

    home, folder = Home.from_environment(), Path(sys.argv[1])
    with Engine(home).used():
        environment, bare = dumping.environment(home, "super"), folder / "bare.dump"
        dump = [str(own_program("pg_dump")), "-Fc", f"--compress={dumping.COMPRESSION}", "-f", str(bare)]
        with connect_super(home, home.database) as db:
            rows = "SELECT (SELECT count(*) FROM customers_customer), pg_database_size(current_database())"
            customers, size = db.execute(rows).fetchone() or (0, 0)
            db.execute("CREATE DATABASE bare TEMPLATE template0")
        seconds = {"pg_dump": timed(lambda: run(dump, environment))}
        seconds["backup"] = timed(lambda: qibu("backup", "--to", str(folder / "backups")))
        (backup,) = (folder / "backups").glob("*.qibu")
        seconds["backup verify"] = timed(lambda: qibu("backup", "verify", str(backup)))
        load = [str(own_program("pg_restore")), "--exit-on-error", "--single-transaction", "-d", "bare", str(bare)]
        seconds["pg_restore"] = timed(lambda: run(load, environment))
        with connect_super(home) as db:
            db.execute("DROP DATABASE bare")
        seconds["keys rotate"] = timed(lambda: qibu("keys", "rotate"))
    again = ("--keys", str(home.keys), "--home", str(folder / "again"))
    seconds["restore"] = timed(lambda: qibu("restore", str(backup), *again))
    report(seconds, customers, size, bare.stat().st_size, backup.stat().st_size)


def report(seconds: dict[str, float], customers: int, size: int, bare: int, backup: int) -> None:
    print(f"{customers:,} customers, database {size / 2**20:.0f} MB", end="; ")
    print(f"dump {bare / 2**20:.1f} MB, backup {backup / 2**20:.1f} MB")
    print("| step | seconds | ratio |\n|---|---|---|")
    beside = {"backup": "pg_dump", "backup verify": "pg_dump", "restore": "pg_restore"}
    for step, taken in seconds.items():
        base = beside.get(step)
        ratio = f"{taken / seconds[base]:.1f} × {base}" if base else ""
        print(f"| {step} | {taken:.1f} | {ratio} |")


def timed(act: Callable[[], Any]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began


def run(command: list[str], environment: dict[str, str]) -> None:
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


def qibu(*arguments: str) -> None:
    run([sys.executable, "-m", "qibu", *arguments], dict(os.environ))


if __name__ == "__main__":
    main()
