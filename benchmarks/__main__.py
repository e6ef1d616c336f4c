"""Measure: python -m benchmarks import|crowd|keeping|chain|idle|setup|duplicates|handover [--customers N --visits N]

Run it from the checkout with `.venv/bin/python -m benchmarks …`. Each works on a home of its own that is removed
afterwards; figures are printed as a table for `benchmarks/README.md`. Compare ratios: machines are noisy.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import psutil

from benchmarks import pages

CHECKOUT = Path(__file__).resolve().parents[1]
MEGABYTE = 1024 * 1024
PORT = 8917
SECRET = "benchmark-only-7"  # noqa: S105  # of homes that are gone when the figures are there
CHOICES = ("import", "crowd", "keeping", "chain", "idle", "setup", "duplicates", "handover")


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("what", choices=CHOICES)
    parser.add_argument("--customers", type=int, default=80_000)
    parser.add_argument("--visits", type=int, default=400_000)
    parser.add_argument("--sizes", default="1,10,100", help="crowd: stores of so many ten thousands of customers")
    parser.add_argument("--folder", type=Path, help="crowd: keep the stores there, and take those that are there")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="qibu-benchmark-") as folder:
        Path(folder).chmod(0o711)
        measures = {
            "import": measure_import, "idle": measure_idle, "setup": measure_setup, "duplicates": measure_duplicates,
            "handover": measure_handover, "crowd": measure_crowd, "keeping": measure_keeping, "chain": measure_chain,
        }  # fmt: skip
        measures[args.what](Path(folder), args)


def measure_import(folder: Path, args: argparse.Namespace) -> None:
    """Rows per second and memory of both loads, and a bare COPY of the same rows in the same run."""
    files, home = write_exports(folder, args.customers, args.visits), prepared(folder)
    print("| step | rows | seconds | rows/s | peak memory MB (database left out) |\n|---|---|---|---|---|")
    loads = {}
    for kind, path in files.items():
        done, seconds, peak = watched(partial(qibu, home, "import", kind, str(path), "--org", "B1", "--json"))
        told = json.loads(done.splitlines()[-1])
        loads[kind] = seconds
        print(f"| import {kind} | {told['rows']} | {seconds:.1f} | {told['rows'] / seconds:.0f} | {peak:.0f} |")
        print(f"  {json.dumps(told, ensure_ascii=False)[:400]}", file=sys.stderr)
    for kind, path in files.items():
        rows, seconds = bare_copy(home, path)
        print(f"| bare COPY {kind} | {rows} | {seconds:.1f} | {rows / seconds:.0f} | |")
        print(f"| ratio {kind} | | {loads[kind] / seconds:.0f} × | | |")
    done, seconds, peak = watched(lambda: qibu(home, "plan", "--on", today(), "--json"))
    print(f"| plan a day | {done.splitlines()[-1][:160]} | {seconds:.1f} | | {peak:.0f} |")


def prepared(folder: Path) -> Path:
    """A home with one empty store."""
    home, secret = folder / "home", folder / "password"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    qibu(home, "init", "--code", "B1", "--name", "基准店", "--admin", "bench", "--password-file", str(secret))
    return home


def write_exports(folder: Path, customers: int, visits: int) -> dict[str, Path]:
    sys.path.insert(0, str(CHECKOUT / "src"))
    from datetime import date

    from qibu.demo.exports import DIALECTS, write
    from qibu.demo.world import World

    world = World(3, date.fromisoformat(today()), customers=customers, visits=visits)
    chosen = {"owners": DIALECTS[1], "visits": DIALECTS[3]}  # flat csv: the rows, not the zip, are measured
    for dialect in chosen.values():
        write(world, world.stores[0], dialect, folder)
    return {kind: folder / dialect.file for kind, dialect in chosen.items()}


def bare_copy(home: Path, path: Path) -> tuple[int, float]:
    """The same rows by COPY into a plain table of text columns, parsing included."""
    script = """
import sys, time
from pathlib import Path
from qibu.config.home import Home
from qibu.config.postgres import Engine, connect_super
from qibu.connect.sheets import iter_rows
home = Home.from_environment()
rows = [[None if cell is None else str(cell) for cell in row] for row in iter_rows(Path(sys.argv[1]))]
width = max(map(len, rows))
with Engine(home).used(), connect_super(home, home.database) as db:
    began = time.perf_counter()
    db.execute(f"CREATE TABLE bare ({', '.join(f'c{n} text' for n in range(width))})")
    with db.cursor() as cursor, cursor.copy("COPY bare FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row + [None] * (width - len(row)))
    db.commit()
    print(len(rows), time.perf_counter() - began)
    db.execute("DROP TABLE bare")
"""
    told = run([sys.executable, "-c", script, str(path)], home)
    rows, seconds = told.split()[-2:]
    return int(rows), float(seconds)


def measure_duplicates(folder: Path, args: argparse.Namespace) -> None:
    """Files that may be one customer's among those of a large import: all pairs, one changed file, the page."""
    path, home = write_exports(folder, args.customers, args.visits)["owners"], prepared(folder)
    _done, imported, _peak = watched(partial(qibu, home, "import", "owners", str(path), "--org", "B1", "--json"))
    told = json.loads(run([sys.executable, "-m", "benchmarks.duplicates"], home).splitlines()[-1])
    print(f"{told['customers']} customers, {told['pairs']} pairs, imported in {imported:.0f} s")
    print("| | seconds | ratio |\n|---|---|---|")
    print(f"| all pairs, from nothing | {told['all']:.1f} | {told['all'] / imported:.2f} of the import |")
    print(f"| a bare self-join by number | {told['bare']:.2f} | all pairs are {told['all'] / told['bare']:.0f} × |")
    print(f"| all pairs once more | {told['again']:.1f} | {told['again'] / told['all']:.2f} of the first time |")
    print(f"| one changed file | {told['one']:.4f} | {told['all'] / told['one']:.0f} in the time of all |")
    ratio = told["page"] / told["list"]
    print(f"| the page ({told['queries']} queries) | {told['page']:.3f} | {ratio:.2f} of the list of customers |")


def measure_handover(folder: Path, _args: argparse.Namespace) -> None:
    """A portfolio shared out, and back, beside the bare UPDATEs of the same rows in the same run."""
    print(run([sys.executable, "-m", "benchmarks.handover"], prepared(folder)), end="")


def measure_crowd(folder: Path, args: argparse.Namespace) -> None:
    """Stores of ten thousand, a hundred thousand and a million customers: a day's planning, and pages under load."""
    stores = crowds(args.folder or folder, [int(size) for size in args.sizes.split(",")])
    print("| cars | planned | seconds | again | next day | hand-written | ratio | peak MB |")
    print("|---|---|---|---|---|---|---|---|")
    for home in stores.values():
        told = json.loads(run([sys.executable, "-m", "benchmarks.planning"], home).splitlines()[-1])
        days = [told[name]["seconds"] for name in ("first day", "again", "next day")]
        bare = told["hand-written"]
        print(
            f"| {told['cars']} | {told['first day']['tasks']} | {days[0]} | {days[1]} | {days[2]}"
            f" | {bare['seconds']} ({bare['tasks']}) | {days[0] / bare['seconds']:.1f} | {told['memory after MB']} |",
            flush=True,
        )
    with ExitStack() as serving:
        found = []
        for number, (label, home) in enumerate(stores.items()):
            port = PORT + number
            serving.enter_context(served(home, port=port))
            found.append(pages.Store(label, port))
            found[-1].prepare("bench", SECRET)
        pages.rounds(found)
    pages.report(found)


def measure_keeping(folder: Path, args: argparse.Namespace) -> None:
    """Backup, restore and a change of keys, beside `pg_dump` and `pg_restore`: a store of 1,500 and one of many."""
    files, home = write_exports(folder, 1_500, 6_000), prepared(folder)
    for kind, path in files.items():
        qibu(home, "import", kind, str(path), "--org", "B1", "--json")
    for number, copies in enumerate((0, max(1, args.customers // 2_000))):
        run([sys.executable, "-m", "benchmarks.crowd", str(copies)], home)
        place = folder / f"keeping{number}"
        place.mkdir(mode=0o711)
        print(run([sys.executable, "-m", "benchmarks.keeping", str(place)], home))


def crowds(folder: Path, sizes: list[int]) -> dict[str, Path]:
    """The small store is imported, the others are copies of its home in which its files are multiplied."""
    folder.mkdir(mode=0o711, exist_ok=True)
    small = folder / "home"
    if not small.exists():
        files, small = write_exports(folder, 12_850, 40_000), prepared(folder)
        for kind, path in files.items():
            qibu(small, "import", kind, str(path), "--org", "B1", "--json")
    return dict(crowd(folder, small, times) for times in sizes)


def crowd(folder: Path, small: Path, times: int) -> tuple[str, Path]:
    """A store `times` as large, with how many customers it has; one that is whole is taken as it is."""
    home, count = folder / f"home{times}", folder / f"count{times}"
    if not count.exists():
        subprocess.run(["cp", "-a", str(small), str(home)], check=True)
        made = run([sys.executable, "-m", "benchmarks.crowd", str(times - 1)], home)
        count.write_text(made.splitlines()[-1])
    return f"{int(count.read_text()):,}", home


def measure_chain(folder: Path, _args: argparse.Namespace) -> None:
    """The chain over the journal: sealed and verified, beside a bare SELECT of the same rows in the same run."""
    print(run([sys.executable, "-m", "benchmarks.chain"], prepared(folder)), end="")


def measure_idle(folder: Path, _args: argparse.Namespace) -> None:
    """Memory of each process of a served, empty store at rest (PSS: shared pages counted once)."""
    with served(folder / "home") as (server, seconds):
        print(f"| first start to first page | {seconds:.1f} s, {spent(server.pid):.1f} s of the processor |")
        time.sleep(20)
        for process in [psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)]:
            words = " ".join(process.cmdline())[:70]
            print(f"| {process.name()} {words} | {process.memory_full_info().pss / MEGABYTE:.0f} MB |")
    with served(folder / "home") as (server, seconds):
        print(f"| second start to first page | {seconds:.1f} s, {spent(server.pid):.1f} s of the processor |")


def measure_setup(folder: Path, _args: argparse.Namespace) -> None:
    """From a fresh clone to the first page, virtual environment and dependencies included."""
    clone = folder / "clone"
    subprocess.run(["git", "clone", "-q", str(CHECKOUT), str(clone)], check=True)
    began = time.monotonic()
    with served(folder / "home", checkout=clone) as (server, _seconds):
        seconds = time.monotonic() - began
        print(f"| clone to first page | {seconds:.0f} s, {spent(server.pid):.0f} s of the processor |")


def spent(pid: int) -> float:
    """Seconds of the processor so far, those of children that have ended included: less noisy than the clock."""
    group = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(sum(process.cpu_times()[:4]) for process in group)


@contextmanager
def served(
    home: Path, checkout: Path = CHECKOUT, port: int = PORT
) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    began = time.monotonic()
    command = [str(checkout / "bin" / "qibu"), "serve", "--home", str(home), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not answers(port):
            if server.poll() is not None:
                raise SystemExit("the server ended before its first page")
            time.sleep(0.05)
        yield server, time.monotonic() - began
    finally:
        server.terminate()
        server.wait()


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
            return bool(page.status == 200)
    except OSError:
        return False


def qibu(home: Path, *arguments: str) -> str:
    return run([sys.executable, "-m", "qibu", *arguments], home)


def run(command: list[str], home: Path) -> str:
    paths = os.pathsep.join([str(CHECKOUT / "src"), str(CHECKOUT)])
    settings = {"QIBU_HOME": str(home), "PYTHONPATH": paths, "DJANGO_SETTINGS_MODULE": "qibu.config.settings"}
    environment = {**os.environ, **settings}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[2:5])} ended with {done.returncode}: {done.stdout[-500:]}")
    return done.stdout


def watched(act: Callable[[], str]) -> tuple[str, float, float]:
    """What it said, seconds, and the peak of memory over all our processes but the database, in MB."""
    peak, over = [0.0], threading.Event()
    watcher = threading.Thread(target=watch, args=(peak, over))
    watcher.start()
    began = time.monotonic()
    try:
        return act(), time.monotonic() - began, peak[0]
    finally:
        over.set()
        watcher.join()


def watch(peak: list[float], over: threading.Event) -> None:
    me = psutil.Process()
    while not over.wait(0.1):
        total = 0
        for process in me.children(recursive=True):
            try:
                if process.name() != "postgres":
                    total += process.memory_full_info().pss
            except psutil.Error:
                continue
        peak[0] = max(peak[0], total / MEGABYTE)


def today() -> str:
    return time.strftime("%Y-%m-%d")


if __name__ == "__main__":
    if not shutil.which("git"):
        raise SystemExit("git is needed for the set-up measurement")
    main()
