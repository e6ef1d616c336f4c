"""`qibu demo`: the demo network, served. Planting runs in its own process, so that the supervisor stays small."""

from __future__ import annotations

import argparse
import subprocess
import sys

from qibu.config import processes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The common options only."""


def run(args: argparse.Namespace) -> int:
    """Who may sign in is the last thing on the screen, below the address."""
    args.home.prepare()
    command = [sys.executable, "-m", "qibu", "plant"]
    try:
        with processes.only_supervisor(args.home):  # nobody works in the store while its past is played
            planted = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    except processes.AlreadyRunning as running:
        print(running, file=sys.stderr)
        return 1
    if planted.returncode:
        return planted.returncode
    return processes.serve(args.home, args.port, welcome=planted.stdout.rstrip())
