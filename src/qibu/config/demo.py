"""`qibu demo`: the demo network, served. The planting runs in a process of its own, so that the supervisor stays small."""

from __future__ import annotations

import argparse
import subprocess
import sys

from qibu.config import processes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The common options only."""


def run(args: argparse.Namespace) -> int:
    planted = subprocess.run([sys.executable, "-m", "qibu", "plant"], check=False)
    return planted.returncode or processes.serve(args.home, args.port)
